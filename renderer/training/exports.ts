/** What can be taken away: the graph, a TypeScript program, the weights. And weights brought back. */
import { strToU8, zipSync } from "fflate";
import { chromeTrace, type Profile, printProject, type Text } from "../../engine";
import { documentName } from "../document/files";
import { useDocument } from "../document/store";
import { currentHost } from "../host-current";
import { notify } from "../ui/notices";
import { filled } from "../ui/text-values";
import { training as texts } from "../ui/texts/training";
import { trainingClient } from "./connection";
import { ensureData } from "./data";
import { useRun } from "./run";

export async function exportJson(): Promise<void> {
  await takeAway(`${baseName()}.json`, strToU8(printProject(useDocument.getState().project)));
}

/** The program's files as one .zip. */
export async function exportTypescript(): Promise<void> {
  // The program scales its inputs as the data were scaled, so the worker needs them; without data it will say so.
  await ensureData();
  const { files, error } = await trainingClient().exportTypescript(useDocument.getState().project);
  if (!files) return refuse(texts.cannotExportTypescript, error?.message);
  const folder = baseName();
  const entries = Object.entries(files).map(([path, content]) => [
    `${folder}/${path}`,
    typeof content === "string" ? strToU8(content) : content,
  ]);
  await takeAway(`${folder}-typescript.zip`, zipSync(Object.fromEntries(entries)));
}

/** One step of a profile, as Chrome traces are. */
export async function saveTrace(profile: Profile): Promise<void> {
  await takeAway(`${baseName()}.trace.json`, strToU8(chromeTrace(profile)));
}

export async function saveWeights(): Promise<void> {
  const bytes = (await trainingClient().getWeights()) ?? useRun.getState().loaded?.bytes;
  if (!bytes) return refuse(texts.noWeights, texts.noWeightsHint);
  await takeAway(`${baseName()}.safetensors`, bytes);
}

/** The next start goes on with them. */
export async function loadWeights(): Promise<void> {
  const opened = await currentHost().openDataFiles();
  if (!opened) return;
  const file = opened.files.find(({ path }) => path.endsWith(".safetensors"));
  if (!file) return refuse(texts.notWeights, filled(texts.notWeightsHint, { file: opened.name }));
  useRun.getState().load({ name: file.path, bytes: file.bytes });
  notify({
    severity: "done",
    title: filled(texts.weightsLoaded, { file: file.path }),
    text: texts.weightsLoadedHint,
  });
}

/** Asks where to put a file, and says what became of it. */
export async function takeAway(name: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await currentHost().exportFile(name, bytes);
    if (file) notify({ severity: "done", title: filled(texts.exported, { file: file.name }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(filled(texts.cannotSave, { file: name }), { en: reason, zh: reason });
  }
}

function refuse(title: Text, text: Text | undefined) {
  notify({ severity: "error", title, text });
}

/** `iris` for `iris.loom.json`. */
export function baseName(): string {
  return documentName().replace(/(\.loom)?(\.json)?$/, "");
}
