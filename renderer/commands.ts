/** Every command of the app by id. Menus, shortcuts, buttons and the command palette all come here. */
import { canvasControl } from "./canvas/control";
import { tidyLayout } from "./canvas/tidy";
import type { AppCommand } from "./command";
import { copySelection, cutSelection, pasteClipboard } from "./document/clipboard";
import { duplicate, nudgeNodes, remove } from "./document/commands";
import {
  newProject,
  openExample,
  openProject,
  openRecent,
  saveProject,
  saveProjectAs,
} from "./document/files";
import { run, useDocument } from "./document/store";
import { examples } from "./examples";
import { useLayout } from "./layout";
import { openCommandPalette } from "./panels/command-palette-state";
import { focusLayerSearch } from "./panels/palette-focus";
import { trainingCommands } from "./training/commands";
import { usePreferences } from "./ui/preferences";
import { isTyping } from "./ui/shortcut";
import { filled } from "./ui/text-values";
import { editor } from "./ui/texts/editor";

const hasSelection = () => {
  const { selectedNodes, selectedEdges } = useDocument.getState();
  return selectedNodes.length + selectedEdges.length > 0;
};
const hasSelectedNodes = () => useDocument.getState().selectedNodes.length > 0;
const hasNodes = () => useDocument.getState().project.graph.nodes.length > 0;

const fileCommands: readonly AppCommand[] = [
  {
    id: "file.new",
    title: editor.fileNew,
    group: "file",
    shortcuts: ["Mod+N"],
    run: () => void newProject(),
  },
  {
    id: "file.open",
    title: editor.fileOpen,
    group: "file",
    shortcuts: ["Mod+O"],
    run: () => void openProject(),
  },
  { id: "file.save", title: editor.save, group: "file", shortcuts: ["Mod+S"], run: () => void saveProject() },
  {
    id: "file.saveAs",
    title: editor.fileSaveAs,
    group: "file",
    shortcuts: ["Mod+Shift+S"],
    run: () => void saveProjectAs(),
  },
];

const editCommands: readonly AppCommand[] = [
  {
    id: "edit.undo",
    title: editor.undo,
    group: "edit",
    shortcuts: ["Mod+Z"],
    enabled: () => useDocument.getState().past.length > 0,
    run: () => useDocument.getState().undo(),
  },
  {
    id: "edit.redo",
    title: editor.redo,
    group: "edit",
    shortcuts: ["Mod+Shift+Z", "Mod+Y"],
    enabled: () => useDocument.getState().future.length > 0,
    run: () => useDocument.getState().redo(),
  },
  {
    id: "edit.cut",
    title: editor.cut,
    group: "edit",
    shortcuts: ["Mod+X"],
    enabled: hasSelectedNodes,
    run: cutSelection,
  },
  {
    id: "edit.copy",
    title: editor.copy,
    group: "edit",
    shortcuts: ["Mod+C"],
    enabled: hasSelectedNodes,
    run: copySelection,
  },
  { id: "edit.paste", title: editor.paste, group: "edit", shortcuts: ["Mod+V"], run: pasteClipboard },
  {
    id: "edit.duplicate",
    title: editor.duplicate,
    group: "edit",
    shortcuts: ["Mod+D"],
    enabled: hasSelectedNodes,
    run: () => useDocument.getState().select(run(duplicate(useDocument.getState().selectedNodes))),
  },
  {
    id: "edit.delete",
    title: editor.remove,
    group: "edit",
    shortcuts: ["Delete", "Backspace"],
    enabled: hasSelection,
    run: () => {
      const { selectedNodes, selectedEdges } = useDocument.getState();
      run(remove(selectedNodes, selectedEdges));
    },
  },
  {
    id: "edit.selectAll",
    title: editor.selectAll,
    group: "edit",
    shortcuts: ["Mod+A"],
    enabled: hasNodes,
    run: () => {
      const { project, select } = useDocument.getState();
      select(
        project.graph.nodes.map(({ id }) => id),
        project.graph.edges.map(({ id }) => id),
      );
    },
  },
  {
    id: "edit.tidy",
    title: editor.tidy,
    group: "edit",
    shortcuts: ["Mod+Shift+F"],
    enabled: hasNodes,
    run: () => {
      tidyLayout();
      canvasControl()?.fit();
    },
  },
];

const viewCommands: readonly AppCommand[] = [
  {
    id: "view.commands",
    title: editor.openCommands,
    group: "view",
    shortcuts: ["Mod+K", "Mod+Shift+P"],
    run: openCommandPalette,
  },
  {
    id: "view.findLayer",
    title: editor.findLayerCommand,
    group: "view",
    shortcuts: ["/"],
    run: focusLayerSearch,
  },
  { id: "view.fit", title: editor.fit, group: "view", shortcuts: ["."], run: () => canvasControl()?.fit() },
  {
    id: "view.zoomIn",
    title: editor.zoomIn,
    group: "view",
    shortcuts: ["Mod+="],
    run: () => canvasControl()?.zoomIn(),
  },
  {
    id: "view.zoomOut",
    title: editor.zoomOut,
    group: "view",
    shortcuts: ["Mod+-"],
    run: () => canvasControl()?.zoomOut(),
  },
  {
    id: "view.zoomReset",
    title: editor.zoomReset,
    group: "view",
    shortcuts: ["Mod+0"],
    run: () => canvasControl()?.zoomReset(),
  },
  {
    id: "view.togglePalette",
    title: editor.togglePalette,
    group: "view",
    shortcuts: ["Mod+B"],
    run: () => useLayout.getState().togglePalette(),
  },
  {
    id: "view.toggleInspector",
    title: editor.toggleInspector,
    group: "view",
    shortcuts: ["Mod+Alt+B"],
    run: () => useLayout.getState().toggleInspector(),
  },
  {
    id: "view.toggleDock",
    title: editor.toggleDock,
    group: "view",
    shortcuts: ["Mod+J"],
    run: () => useLayout.getState().toggleDock(),
  },
  {
    id: "view.problems",
    title: editor.showProblems,
    group: "view",
    shortcuts: ["Mod+Shift+M"],
    run: () => useLayout.getState().showDockTab("problems"),
  },
  {
    id: "view.data",
    title: editor.showData,
    group: "view",
    run: () => useLayout.getState().showDockTab("data"),
  },
  {
    id: "view.theme",
    title: editor.switchTheme,
    group: "view",
    run: () => {
      const { shownTheme, setTheme } = usePreferences.getState();
      setTheme(shownTheme === "dark" ? "light" : "dark");
    },
  },
  {
    id: "view.language",
    title: editor.switchLanguage,
    group: "view",
    run: () => {
      const { language, setLanguage } = usePreferences.getState();
      setLanguage(language === "en" ? "zh" : "en");
    },
  },
];

const exampleCommands: readonly AppCommand[] = examples.map(({ name, text }) => ({
  id: `example.${name}`,
  title: filled(editor.openExample, { name }),
  group: "examples",
  run: () => void openExample(name, text),
}));

export const commands: readonly AppCommand[] = [
  ...fileCommands,
  ...editCommands,
  ...viewCommands,
  ...trainingCommands,
  ...exampleCommands,
];

const byId = new Map(commands.map((command) => [command.id, command]));

/** Does nothing when it is not enabled at the moment. False when there is no such command. */
export function runCommand(id: string): boolean {
  const command = byId.get(id);
  if (!command) return false;
  if (command.enabled?.() ?? true) command.run();
  return true;
}

/** From the native menu, which also lists recent files: `file.openRecent:<id>`. */
export function runMenuCommand(id: string): void {
  const [name, file] = id.split(":");
  if (name === "file.openRecent") void openRecent(file);
  // These have a key that a text field uses too, and the menu hears it even while a person types.
  else if (!(isTyping(document.activeElement) && ["edit.delete", "edit.duplicate"].includes(id)))
    runCommand(id);
}

/** The arrow keys on selected nodes: one dot of the grid, or one unit with Shift. */
export function nudgeSelection(key: string, fine: boolean): boolean {
  const direction = arrows[key];
  const { selectedNodes } = useDocument.getState();
  if (!direction || selectedNodes.length === 0) return false;
  const step = fine ? 1 : gridStep;
  run(nudgeNodes(selectedNodes, { x: direction.x * step, y: direction.y * step }));
  return true;
}

/** Between two dots of the canvas, in canvas units. */
export const gridStep = 22;
const arrows: Readonly<Record<string, { x: number; y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
