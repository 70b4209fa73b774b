/** Commands that change what the drawing is made of: blocks, and in `node-commands.ts` all else. */
import { type Block, blockOf } from "../../engine";
import type { AppCommand } from "../command";
import { groupNodes, makeOwnBlock, ungroupNodes, withInner } from "../document/block-commands";
import { useBlockLibrary } from "../document/block-library";
import { run, useDocument } from "../document/store";
import { notify } from "../ui/notices";
import { say } from "../ui/text";
import { filled } from "../ui/text-values";
import { drawing } from "../ui/texts/drawing";
import { enterBlock, leaveBlock } from "./levels";
import { nodeCommands } from "./node-commands";

export const drawingCommands: readonly AppCommand[] = [
  {
    id: "edit.group",
    title: drawing.group,
    group: "edit",
    shortcuts: ["Mod+G"],
    enabled: () => useDocument.getState().selectedNodes.length > 0,
    run: () => {
      const { selectedNodes, select } = useDocument.getState();
      select(run(groupNodes(selectedNodes, freeBlockName())));
    },
  },
  {
    id: "edit.ungroup",
    title: drawing.ungroup,
    group: "edit",
    shortcuts: ["Mod+Shift+G"],
    enabled: () => selectedBlocks().length > 0,
    run: () => useDocument.getState().select(run(ungroupNodes(useDocument.getState().selectedNodes))),
  },
  {
    id: "edit.ownBlock",
    title: drawing.ownBlock,
    group: "edit",
    enabled: () => selectedBlock() !== null,
    run: () => {
      const block = selectedBlock();
      const [node] = useDocument.getState().selectedNodes;
      if (block) run(makeOwnBlock(node, say(drawing.ownBlockName, { name: block.name })));
    },
  },
  {
    id: "edit.keepBlock",
    title: drawing.keepBlock,
    group: "edit",
    enabled: () => selectedBlock() !== null,
    run: () => {
      const block = selectedBlock();
      if (!block) return;
      useBlockLibrary.getState().keep(withInner(useDocument.getState().project.graph, block));
      notify({ severity: "done", title: filled(drawing.blockKept, { name: block.name }) });
    },
  },
  ...nodeCommands,
  {
    id: "view.enterBlock",
    title: drawing.enterBlock,
    group: "view",
    shortcuts: ["Alt+ArrowDown"],
    enabled: () => selectedBlock() !== null,
    run: () => void enterBlock(useDocument.getState().selectedNodes[0]),
  },
  {
    id: "view.leaveBlock",
    title: drawing.leaveBlock,
    group: "view",
    shortcuts: ["Alt+ArrowUp"],
    enabled: () => useDocument.getState().path.length > 0,
    run: leaveBlock,
  },
];

function selectedBlocks(): readonly Block[] {
  const { project, graph, selectedNodes } = useDocument.getState();
  return graph.nodes
    .filter(({ id }) => selectedNodes.includes(id))
    .flatMap(({ type }) => blockOf(project.graph, type) ?? []);
}

function selectedBlock(): Block | null {
  const blocks = selectedBlocks();
  return useDocument.getState().selectedNodes.length === 1 ? (blocks.at(0) ?? null) : null;
}

/** `Block`, `Block 2`, … */
function freeBlockName(): string {
  const taken = new Set(useDocument.getState().project.graph.blocks?.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? say(drawing.newBlock) : say(drawing.newBlockNumbered, { number });
    if (!taken.has(name)) return name;
  }
}
