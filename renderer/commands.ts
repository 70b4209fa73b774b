/** Every command of the app by id. Menus, shortcuts, buttons and the command palette all come here. */
import { canvasControl } from "./canvas/control";
import { drawingCommands } from "./canvas/drawing-commands";
import { tidyLayout } from "./canvas/tidy";
import { putOnClipboard } from "./clipboard-events";
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
import { openCommandPalette, showShortcutSheet } from "./panels/command-palette-state";
import { openFindNode } from "./panels/find-node";
import { measuringCommands } from "./panels/measuring-commands";
import { focusLayerSearch } from "./panels/palette-focus";
import { startTour } from "./panels/tour-state";
import { pictureCommands } from "./picture/save";
import { trainingCommands } from "./training/commands";
import { usePreferences } from "./ui/preferences";
import { isTyping } from "./ui/shortcut";
import { filled } from "./ui/text-values";
import { drawing } from "./ui/texts/drawing";
import { editor } from "./ui/texts/editor";
import { panels } from "./ui/texts/panels";

const hasSelection = () => {
  const { selectedNodes, selectedEdges } = useDocument.getState();
  return selectedNodes.length + selectedEdges.length > 0;
};
const hasSelectedNodes = () => useDocument.getState().selectedNodes.length > 0;
const hasNodes = () => useDocument.getState().graph.nodes.length > 0;

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
    run: () => putOnClipboard(cutSelection()),
  },
  {
    id: "edit.copy",
    title: editor.copy,
    group: "edit",
    shortcuts: ["Mod+C"],
    enabled: hasSelectedNodes,
    run: () => putOnClipboard(copySelection()),
  },
  {
    id: "edit.paste",
    title: editor.paste,
    group: "edit",
    shortcuts: ["Mod+V"],
    run: () => pasteClipboard(),
  },
  {
    id: "edit.pasteWithWires",
    title: drawing.pasteWithWires,
    group: "edit",
    shortcuts: ["Mod+Shift+V"],
    run: () => pasteClipboard(true),
  },
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
      const { graph, select } = useDocument.getState();
      select(
        [...graph.nodes, ...(graph.frames ?? [])].map(({ id }) => id),
        graph.edges.map(({ id }) => id),
      );
    },
  },
  {
    id: "edit.tidy",
    title: editor.tidy,
    group: "edit",
    shortcuts: ["Mod+Shift+F"],
    enabled: hasNodes,
    run: () => tidyLayout("right"),
  },
  {
    id: "edit.tidyDown",
    title: drawing.tidyDown,
    group: "edit",
    enabled: hasNodes,
    run: () => tidyLayout("down"),
  },
];

const viewCommands: readonly AppCommand[] = [
  {
    id: "view.findNode",
    title: drawing.findNode,
    group: "view",
    shortcuts: ["Mod+F"],
    enabled: hasNodes,
    run: openFindNode,
  },
  {
    id: "view.commands",
    title: editor.openCommands,
    group: "view",
    shortcuts: ["Mod+K", "Mod+Shift+P"],
    run: openCommandPalette,
  },
  {
    id: "view.shortcuts",
    title: panels.shortcuts,
    group: "view",
    shortcuts: ["?"],
    run: () => showShortcutSheet(true),
  },
  { id: "view.tour", title: panels.tour, group: "view", run: startTour },
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
    shortcuts: ["Mod+Alt+L"],
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
    id: "view.toggleCosts",
    title: editor.toggleCosts,
    group: "view",
    run: () => usePreferences.getState().toggleCosts(),
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

const exampleCommands: readonly AppCommand[] = examples.map(({ name, title, text }) => ({
  id: `example.${name}`,
  title: {
    en: filled(editor.openExample, { name: title.en }).en,
    zh: filled(editor.openExample, { name: title.zh }).zh,
  },
  group: "examples",
  run: () => void openExample(name, text),
}));

export const commands: readonly AppCommand[] = [
  ...fileCommands,
  ...pictureCommands,
  ...editCommands,
  ...drawingCommands,
  ...viewCommands,
  ...trainingCommands,
  ...measuringCommands,
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
  else if (
    !isTyping(document.activeElement) ||
    !["edit.delete", "edit.duplicate", "edit.selectAll"].includes(id)
  )
    runCommand(id);
  else if (id === "edit.selectAll") document.execCommand("selectAll");
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
