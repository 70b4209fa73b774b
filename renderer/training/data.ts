/** The open data set: which files it came from, what the worker made of them, and keeping both in step with the document. */
import { create } from "zustand";
import type { Project } from "../../engine";
import { setData } from "../document/commands";
import { setDataTensors } from "../document/data-tensors";
import { run as runCommand, useDocument } from "../document/store";
import type { OpenedData } from "../host";
import { currentHost } from "../host-current";
import { training as texts } from "../ui/texts/training";
import { type BuiltIn, builtInOf, readBuiltIn, sourceKey, sourceNames } from "./built-in";
import type { Client, DataError, DataSummary, InputFiles } from "./client";
import { trainingClient } from "./connection";

type Settings = Project["data"];

interface DataState {
  readonly summary: DataSummary | null;
  /** Files are being read. */
  readonly reading: boolean;
  /** What was wrong with the files chosen last; the data that were open before stay. */
  readonly error: DataError | null;
  /** The project's data file that nobody has chosen yet, e.g. `iris.csv`. */
  readonly wanted: string | null;
}

const nothingOpen: DataState = { summary: null, reading: false, error: null, wanted: null };

export const useData = create<DataState>(() => nothingOpen);

/** Files by the source that names them, so that undo finds them again and a new worker can be given them. */
const shelf = new Map<string, InputFiles>();
/** What the worker holds, and which worker that is. */
let held: { readonly client: Client; readonly settings: Settings } | null = null;
let latestReading = 0;
/** The document will be looked at then. */
let following: ReturnType<typeof setTimeout> | undefined;

export async function openDataFiles(): Promise<void> {
  await openChosen(await currentHost().openDataFiles());
}

export async function openDataFolder(): Promise<void> {
  await openChosen(await currentHost().openDataFolder());
}

/** Files from a dialog or a drop. Null when the person cancelled. */
export async function openChosen(opened: OpenedData | null): Promise<void> {
  if (!opened) return;
  // The window may just have appeared, or another project been opened: what is read now is newer.
  clearTimeout(following);
  const settings = useDocument.getState().project.data;
  const asked = useData.getState().wanted;
  // The file that the project asks for is read as the project says; any other by looking at it.
  const isWanted =
    asked !== null && opened.files.some(({ path }) => path === asked || path.startsWith(`${asked}/`));
  await read(opened.files, settings, !isWanted);
}

export async function openBuiltIn(builtIn: BuiltIn): Promise<void> {
  clearTimeout(following);
  const settings: Settings = { ...useDocument.getState().project.data, source: builtIn.source };
  await readBuiltInAs(builtIn, settings);
}

/**
 * Makes sure that the worker holds the data as the document wants them.
 * @returns false when there are none, or when they cannot be read that way; `useData` says why
 */
export async function ensureData(): Promise<boolean> {
  const settings = useDocument.getState().project.data;
  if (held?.client === trainingClient() && sameSettings(held.settings, settings)) return true;
  await followDocument(settings);
  return held !== null && sameSettings(held.settings, settings);
}

/** Keeps the data in step with the document: after undo, a change of settings, or another project. */
export function watchDocument(): () => void {
  const check = (settings: Settings) => {
    clearTimeout(following);
    // A slider that is dragged changes the settings many times.
    following = setTimeout(() => void followDocument(settings), followMilliseconds);
  };
  check(useDocument.getState().project.data);
  const stop = useDocument.subscribe(({ project }, previous) => {
    if (project.data !== previous.project.data) check(project.data);
  });
  return () => {
    clearTimeout(following);
    stop();
  };
}

const followMilliseconds = 150;

async function followDocument(settings: Settings): Promise<void> {
  const { source } = settings;
  if (source === null) return close(null);
  if (held?.client === trainingClient() && sameSettings(held.settings, settings))
    return useData.setState({ error: null });
  const files = shelf.get(sourceKey(source));
  const builtIn = builtInOf(source);
  if (files) await read(files, settings, false);
  else if (builtIn) await readBuiltInAs(builtIn, settings);
  else await readChosenBefore(source, settings);
}

/** A project's own data: chosen in an earlier session, or to be chosen now. */
async function readChosenBefore(source: NonNullable<Settings["source"]>, settings: Settings): Promise<void> {
  const names = sourceNames(source);
  close(names[0]);
  const reading = latestReading;
  const opened = await currentHost()
    .reopenData(names)
    .catch(() => null);
  if (opened && reading === latestReading) await read(opened.files, settings, false);
}

async function readBuiltInAs(builtIn: BuiltIn, settings: Settings): Promise<void> {
  useData.setState({ reading: true });
  try {
    await read(await readBuiltIn(builtIn), settings, false);
  } catch (error) {
    const where = error instanceof Error ? error.message : "";
    useData.setState({
      reading: false,
      error: { code: "built-in-missing", where, message: texts.builtInMissing },
    });
  }
}

async function read(files: InputFiles, settings: Settings, guess: boolean): Promise<void> {
  const reading = ++latestReading;
  useData.setState({ reading: true });
  const client = trainingClient();
  const answer = await inTurn(() =>
    reading === latestReading ? client.openData(files, settings, guess) : null,
  );
  if (answer === null || reading !== latestReading) return;
  if (!answer.ok) return useData.setState({ reading: false, error: answer.error });
  const summary = answer.value;
  held = { client, settings: summary.settings };
  if (summary.settings.source) shelf.set(sourceKey(summary.settings.source), files);
  useData.setState({ summary, reading: false, error: null, wanted: null });
  setDataTensors(summary.tensors, summary.trainRows);
  if (!sameSettings(useDocument.getState().project.data, summary.settings))
    runCommand(setData(summary.settings));
}

let turn: Promise<unknown> = Promise.resolve();

/** One reading at a time: a large folder must not end after the small file that was opened later. */
function inTurn<T>(work: () => Promise<T> | null): Promise<T | null> {
  const mine = turn.then(work);
  turn = mine;
  return mine;
}

function close(wanted: string | null) {
  latestReading++;
  held = null;
  useData.setState({ ...nothingOpen, wanted });
  setDataTensors({});
}

function sameSettings(a: Settings, b: Settings): boolean {
  return (
    a.validation_split === b.validation_split &&
    a.standardize === b.standardize &&
    a.split_seed === b.split_seed &&
    sameSource(a.source, b.source)
  );
}

function sameSource(a: Settings["source"], b: Settings["source"]): boolean {
  if (a === null || b === null) return a === b;
  const others = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([key, value]) => others.get(key) === value);
}
