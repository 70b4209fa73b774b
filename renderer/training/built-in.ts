/** The data sets that come with the app, as files or computed: where they are, and how a project's data source names them. */
import type { Project, SyntheticName, Text } from "../../engine";
import { aboutSynthetic, training as texts } from "../ui/texts/training";
import type { InputFiles } from "./client";

type Source = NonNullable<Project["data"]["source"]>;

export interface BuiltIn {
  readonly id: string;
  readonly title: string;
  readonly about: Text;
  /** As example projects name it: relative to `assets/examples/`. */
  readonly source: Source;
  /** Not offered as a sample; only example projects use it. */
  readonly hidden?: true;
}

const csv = (file: string, target: string, task: "classification" | "regression"): Source => ({
  kind: "csv",
  file: `../datasets/${file}`,
  target,
  task,
});
const synthetic = (set: SyntheticName, rows: number, noise: number): BuiltIn => ({
  id: set,
  title: set,
  about: aboutSynthetic[set],
  source: { kind: "synthetic", set, rows, noise, seed: 0 },
});
const idx = (name: string): Source => ({
  kind: "idx",
  images: `../datasets/${name}-images-idx3-ubyte.gz`,
  labels: `../datasets/${name}-labels-idx1-ubyte.gz`,
});

export const builtIns: readonly BuiltIn[] = [
  {
    id: "iris",
    title: "iris.csv",
    about: texts.aboutIris,
    source: csv("iris.csv", "species", "classification"),
  },
  {
    id: "wine",
    title: "wine.csv",
    about: texts.aboutWine,
    source: csv("wine.csv", "cultivar", "classification"),
  },
  {
    id: "breast_cancer",
    title: "breast_cancer.csv",
    about: texts.aboutBreastCancer,
    source: csv("breast_cancer.csv", "diagnosis", "classification"),
  },
  {
    id: "diabetes",
    title: "diabetes.csv",
    about: texts.aboutDiabetes,
    source: csv("diabetes.csv", "progression", "regression"),
  },
  { id: "digits8x8", title: "digits 8×8", about: texts.aboutDigits, source: idx("digits8x8") },
  { id: "mnist10k", title: "MNIST 10k", about: texts.aboutMnist, source: idx("mnist10k") },
  {
    id: "digits-folder",
    title: "digits-folder",
    about: texts.aboutDigitsFolder,
    source: { kind: "images", folder: "../datasets/digits-folder" },
    hidden: true,
  },
  {
    id: "hanzi",
    title: "hanzi.zip",
    about: texts.aboutHanzi,
    source: { kind: "images", folder: "../datasets/hanzi.zip" },
  },
  synthetic("blobs", 300, 0.6),
  synthetic("moons", 300, 0.1),
  synthetic("circles", 300, 0.08),
  synthetic("spirals", 600, 0.02),
  synthetic("waves", 600, 0.1),
  synthetic("and", 4, 0),
  synthetic("or", 4, 0),
  synthetic("xor", 4, 0),
  { ...synthetic("sample", 1, 0), hidden: true },
];

/** The built-in data set that a source names; undefined when it names the person's own files. */
export function builtInOf(source: Source): BuiltIn | undefined {
  return builtIns.find((builtIn) => sourceKey(builtIn.source) === sourceKey(source));
}

/** Which files a source reads, without how they are read. */
export function sourceKey(source: Source): string {
  switch (source.kind) {
    case "csv":
      return `csv ${source.file}`;
    case "images":
      return `images ${source.folder}`;
    case "idx":
      return `idx ${source.images} ${source.labels}`;
    case "synthetic":
      return `synthetic ${source.set}`;
  }
}

/** The names a person knows the source by: `iris.csv`; an IDX pair has two. */
export function sourceNames(source: Source): readonly string[] {
  switch (source.kind) {
    case "csv":
      return [lastPart(source.file)];
    case "images":
      return [lastPart(source.folder)];
    case "idx":
      return [lastPart(source.images), lastPart(source.labels)];
    case "synthetic":
      return [source.set];
  }
}

/** @throws Error when a file of the app cannot be read */
export async function readBuiltIn({ source }: BuiltIn): Promise<InputFiles> {
  switch (source.kind) {
    case "csv":
      return [await readAsset(fileUrls, lastPart(source.file))];
    case "idx":
      return Promise.all([source.images, source.labels].map((path) => readAsset(fileUrls, lastPart(path))));
    case "synthetic":
      return [];
    case "images": {
      if (source.folder.endsWith(".zip")) return [await readAsset(fileUrls, lastPart(source.folder))];
      const { folderUrls } = await import("./built-in-folder");
      return Promise.all(Object.keys(folderUrls).map((path) => readAsset(folderUrls, path)));
    }
  }
}

async function readAsset(urls: Readonly<Record<string, string>>, path: string) {
  const response = await fetch(urls[path]);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return { path, bytes: new Uint8Array(await response.arrayBuffer()) };
}

const fileUrls = byName(
  import.meta.glob<string>("../../assets/datasets/*", {
    query: "?url&no-inline",
    import: "default",
    eager: true,
  }),
);

function byName(urls: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(urls).map(([path, url]) => [lastPart(path), url]));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
