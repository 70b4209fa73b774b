/** Commands for what is selected: bypass, fold, name, frame, join, and what leads to it or from it. */
import { downstream, upstream } from "../../engine";
import type { AppCommand } from "../command";
import { addFrame, removeAndJoin, toggleCollapsed, toggleMode } from "../document/node-commands";
import { run, useDocument } from "../document/store";
import { useLayout } from "../layout";
import { say } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { around } from "./align";
import { canvasControl } from "./control";

const selected = () => useDocument.getState().selectedNodes;
const isAnySelected = () => selected().length > 0;

/** Canvas units: room around what a frame is put around, more of it above for the title. */
const frameRoom = { side: 33, top: 55 };
const commentSize = { width: 264, height: 110 };

export const nodeCommands: readonly AppCommand[] = [
  {
    id: "edit.rename",
    title: drawing.rename,
    group: "edit",
    shortcuts: ["F2"],
    enabled: () => selected().length === 1,
    run: renameSelected,
  },
  {
    id: "edit.bypass",
    title: drawing.bypass,
    group: "edit",
    shortcuts: ["Mod+B"],
    enabled: isAnySelected,
    run: () => run(toggleMode(selected(), "bypass")),
  },
  {
    id: "edit.disable",
    title: drawing.disable,
    group: "edit",
    shortcuts: ["Mod+Shift+B"],
    enabled: isAnySelected,
    run: () => run(toggleMode(selected(), "disable")),
  },
  {
    id: "edit.collapse",
    title: drawing.collapse,
    group: "edit",
    shortcuts: ["Mod+Alt+H"],
    enabled: isAnySelected,
    run: () => run(toggleCollapsed(selected())),
  },
  {
    id: "edit.deleteAndJoin",
    title: drawing.deleteAndJoin,
    group: "edit",
    shortcuts: ["Mod+Delete", "Mod+Backspace"],
    enabled: isAnySelected,
    run: () => run(removeAndJoin(selected())),
  },
  {
    id: "edit.frame",
    title: drawing.frameSelection,
    group: "edit",
    shortcuts: ["Mod+Alt+G"],
    enabled: isAnySelected,
    run: frameSelection,
  },
  {
    id: "edit.comment",
    title: drawing.addComment,
    group: "edit",
    shortcuts: ["Mod+Alt+M"],
    run: () => {
      const { x, y } = canvasControl()?.middle() ?? { x: 0, y: 0 };
      const position = {
        x: Math.round(x - commentSize.width / 2),
        y: Math.round(y - commentSize.height / 2),
      };
      const words = { title: say(drawing.newComment), text: "", colour: "amber" } as const;
      useDocument.getState().select(run(addFrame({ position, size: commentSize }, words)));
    },
  },
  {
    id: "edit.selectUpstream",
    title: drawing.selectUpstream,
    group: "edit",
    shortcuts: ["Mod+Shift+ArrowLeft"],
    enabled: isAnySelected,
    run: () => selectAlso(upstream),
  },
  {
    id: "edit.selectDownstream",
    title: drawing.selectDownstream,
    group: "edit",
    shortcuts: ["Mod+Shift+ArrowRight"],
    enabled: isAnySelected,
    run: () => selectAlso(downstream),
  },
];

/** In the inspector, or of a frame where it stands. */
function renameSelected(): void {
  const select = () => {
    const field = document.querySelector<HTMLInputElement>(".frame.selected header input, .node-name");
    field?.select();
    return field !== null;
  };
  const { inspectorFolded, toggleInspector } = useLayout.getState();
  if (select() || !inspectorFolded) return;
  toggleInspector();
  requestAnimationFrame(select);
}

function selectAlso(reach: typeof upstream): void {
  const { graph, select } = useDocument.getState();
  select([...new Set([...selected(), ...selected().flatMap((id) => reach(graph, id))])]);
}

function frameSelection(): void {
  const box = around(canvasControl()?.boxes(selected()) ?? []);
  if (!box) return;
  const { side, top } = frameRoom;
  const area = {
    position: { x: Math.round(box.x - side), y: Math.round(box.y - top) },
    size: { width: Math.round(box.width + 2 * side), height: Math.round(box.height + side + top) },
  };
  const words = { title: say(drawing.newFrame), text: "", colour: "blue" } as const;
  useDocument.getState().select(run(addFrame(area, words)));
}
