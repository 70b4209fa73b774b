import { beforeEach, expect, test, vi } from "vitest";
import { defaultData, emptyProject, type Project } from "../../engine";
import { setData } from "../document/commands";
import { useDataTensors } from "../document/data-tensors";
import { run, useDocument } from "../document/store";
import type { Host } from "../host";
import type { Client, DataAnswer, DataSummary } from "./client";
import { ensureData, openChosen, useData, watchDocument } from "./data";

type OpenData = Client["openData"];
const worker = vi.hoisted(() => ({ openData: vi.fn<OpenData>() }));
// Only `openData` is asked of the worker here.
vi.mock("./connection", () => ({ trainingClient: () => worker }));
const host = vi.hoisted(() => ({ reopenData: vi.fn<Host["reopenData"]>() }));
vi.mock("../host-current", () => ({ currentHost: () => host }));

const iris = { name: "iris.csv", files: [{ path: "iris.csv", bytes: new Uint8Array([1]) }] };
const wine = { name: "wine.csv", files: [{ path: "wine.csv", bytes: new Uint8Array([2]) }] };
const sourceOf = (file: string) => ({ kind: "csv", file, target: "y", task: "regression" }) as const;

/** A worker that reads any file as a regression of two columns. */
const reads: OpenData = async (files, settings, guess) => {
  const source = guess || settings.source === null ? sourceOf(files[0].path) : settings.source;
  return { ok: true, value: summaryOf({ ...settings, source }) };
};
const refuses: OpenData = async () => ({ ok: false, error: broken });
const broken = { code: "csv-ragged", where: "wine.csv, line 3", message: { en: "ragged", zh: "不齐" } };

function summaryOf(settings: Project["data"]): DataSummary {
  return {
    dataset: { name: "d", rows: 10, classes: [], columns: ["x"] },
    tensors: { features: { shape: [1], dtype: "float32" } },
    settings,
    trainRows: 8,
    validationRows: 2,
    preview: { header: [], rows: [] },
    thumbnails: [],
    classCounts: [],
    sourceColumns: ["x", "y"],
  };
}

const data = () => useDocument.getState().project.data;
const settled = () => vi.waitFor(() => expect(useData.getState().reading).toBe(false));

beforeEach(async () => {
  worker.openData.mockReset().mockImplementation(reads);
  host.reopenData.mockReset().mockResolvedValue(null);
  useDocument.getState().open(emptyProject("test"), null);
  await ensureData();
});

test("opened data become the document's, undoably, and tell the checker their shapes", async () => {
  await openChosen(iris);
  expect(data().source).toEqual(sourceOf("iris.csv"));
  expect(useDataTensors.getState()).toMatchObject({ tensors: { features: { shape: [1] } }, trainRows: 8 });
  useDocument.getState().undo();
  expect(data()).toEqual(defaultData);
});

test("a broken file leaves the data that were open", async () => {
  await openChosen(iris);
  worker.openData.mockImplementation(refuses);
  await openChosen(wine);
  expect(useData.getState().error).toEqual(broken);
  expect(useData.getState().summary?.settings.source).toEqual(sourceOf("iris.csv"));
  expect(data().source).toEqual(sourceOf("iris.csv"));
});

test("changed settings and undo are followed without asking for the file again", async () => {
  const stop = watchDocument();
  await openChosen(iris);
  run(setData({ validation_split: 0.5 }));
  await vi.waitFor(() => expect(useData.getState().summary?.settings.validation_split).toBe(0.5));
  await openChosen(wine);
  useDocument.getState().undo();
  await vi.waitFor(() => expect(useData.getState().summary?.settings.source).toEqual(sourceOf("iris.csv")));
  expect(worker.openData.mock.lastCall?.[0]).toBe(iris.files);
  stop();
});

test("data that are opened as soon as the window appears are not closed by its first look at the document", async () => {
  const stop = watchDocument();
  worker.openData.mockImplementationOnce(async (...asked) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return reads(...asked);
  });
  await openChosen(iris);
  expect(data().source).toEqual(sourceOf("iris.csv"));
  stop();
});

test("a project asks for a file that nobody has chosen, and reads it as the project says", async () => {
  const source = { kind: "csv", file: "mine.csv", target: "price", task: "regression" } as const;
  useDocument.getState().open({ ...emptyProject("mine"), data: { ...defaultData, source } }, null);
  expect(await ensureData()).toBe(false);
  expect(useData.getState()).toMatchObject({ wanted: "mine.csv", summary: null });
  await openChosen({ name: "mine.csv", files: [{ path: "mine.csv", bytes: new Uint8Array([3]) }] });
  expect(useData.getState().wanted).toBeNull();
  expect(data().source).toEqual(source);
});

test("a project's data that were chosen in an earlier session are opened again", async () => {
  const source = sourceOf("data/mine.csv");
  const mine = { name: "mine.csv", files: [{ path: "mine.csv", bytes: new Uint8Array([3]) }] };
  host.reopenData.mockResolvedValue(mine);
  useDocument.getState().open({ ...emptyProject("mine"), data: { ...defaultData, source } }, null);
  expect(await ensureData()).toBe(true);
  expect(host.reopenData).toHaveBeenCalledWith(["mine.csv"]);
  expect(useData.getState()).toMatchObject({ wanted: null, summary: { settings: { source } } });
});

test("the file that was opened last wins, however long the first takes", async () => {
  let finish: (answer: DataAnswer) => void = () => {};
  worker.openData.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
  const slow = openChosen(iris);
  await vi.waitFor(() => expect(worker.openData).toHaveBeenCalled());
  const quick = openChosen(wine);
  finish({ ok: true, value: summaryOf({ ...defaultData, source: sourceOf("iris.csv") }) });
  await Promise.all([slow, quick]);
  await settled();
  expect(data().source).toEqual(sourceOf("wine.csv"));
});
