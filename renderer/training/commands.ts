/** The commands about training, data and taking things away. */
import type { AppCommand } from "../command";
import { useLayout } from "../layout";
import { editor } from "../ui/texts/editor";
import { training as texts } from "../ui/texts/training";
import { openDataFiles, openDataFolder } from "./data";
import { exportJson, exportTypescript, loadWeights, saveWeights } from "./exports";
import { useRun } from "./run";
import { isActive } from "./run-state";

const state = () => useRun.getState().state;
const active = () => isActive(state());

export const trainingCommands: readonly AppCommand[] = [
  {
    id: "train.start",
    title: editor.trainStart,
    group: "train",
    shortcuts: ["Mod+Enter"],
    enabled: () => !active(),
    run: () => void useRun.getState().start(),
  },
  {
    id: "train.pause",
    title: editor.trainPause,
    group: "train",
    shortcuts: ["Mod+Shift+Enter"],
    enabled: active,
    run: () => (state() === "paused" ? useRun.getState().resume() : useRun.getState().pause()),
  },
  {
    id: "train.step",
    title: editor.trainStep,
    group: "train",
    enabled: () => state() !== "preparing",
    run: () => void useRun.getState().step(),
  },
  {
    id: "train.stop",
    title: editor.trainStop,
    group: "train",
    enabled: active,
    run: () => useRun.getState().stop(),
  },
  {
    id: "train.reset",
    title: editor.trainReset,
    group: "train",
    enabled: () => state() !== "idle",
    run: () => useRun.getState().reset(),
  },
  { id: "train.saveWeights", title: texts.saveWeights, group: "train", run: () => void saveWeights() },
  {
    id: "train.loadWeights",
    title: texts.loadWeights,
    group: "train",
    enabled: () => !active(),
    run: () => void loadWeights(),
  },
  {
    id: "file.openDataFiles",
    title: editor.fileOpenDataFiles,
    group: "file",
    run: () => inDataTab(openDataFiles),
  },
  {
    id: "file.openDataFolder",
    title: editor.fileOpenDataFolder,
    group: "file",
    run: () => inDataTab(openDataFolder),
  },
  { id: "file.exportJson", title: editor.fileExportJson, group: "file", run: () => void exportJson() },
  {
    id: "file.exportTypescript",
    title: editor.fileExportTypescript,
    group: "file",
    run: () => void exportTypescript(),
  },
];

/** Where what was opened is seen, or why it could not be. */
function inDataTab(open: () => Promise<void>): void {
  useLayout.getState().showDockTab("data");
  void open();
}
