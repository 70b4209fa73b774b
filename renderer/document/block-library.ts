/** Blocks that a person keeps for every project. Remembered between starts. */
import { create } from "zustand";
import { type Block, blockOf, blockType, emptyProject, parseProject, printProject } from "../../engine";
import { readStored, writeStored } from "../ui/stored";
import { useDocument } from "./store";

/** A block, followed by those that stand inside it. */
export type KeptBlock = readonly [Block, ...Block[]];

interface BlockLibrary {
  readonly kept: readonly KeptBlock[];
  /** In the place of one with the same name. */
  keep(blocks: KeptBlock): void;
  forget(name: string): void;
}

const key = "blocks";

export const useBlockLibrary = create<BlockLibrary>((set, get) => {
  const remember = (kept: readonly KeptBlock[]) => {
    set({ kept });
    writeStored(key, kept);
  };
  const without = (name: string) => get().kept.filter(([block]) => block.name !== name);
  return {
    kept: readStored(key, remembered) ?? [],
    keep: (blocks) => remember([...without(blocks[0].name), blocks]),
    forget: (name) => remember(without(name)),
  };
});

/** What a node of this type stands for, when it is one of the kept blocks and not of the document's own. */
export function keptFor(type: string): readonly Block[] {
  if (blockOf(useDocument.getState().project.graph, type)) return [];
  return useBlockLibrary.getState().kept.find(([block]) => blockType(block.id) === type) ?? [];
}

/** Takes over what is sound of what was stored, perhaps by another version. */
function remembered(value: unknown): readonly KeptBlock[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((blocks: unknown) => {
    const project = emptyProject("");
    // The project file's own reader judges them; what does not have their form is refused there.
    const graph = { nodes: [], edges: [], blocks: blocks as readonly Block[] };
    const parsed = parseProject(printProject({ ...project, graph }));
    const [first, ...inner] = parsed.ok ? (parsed.project.graph.blocks ?? []) : [];
    return first ? [[first, ...inner] as const] : [];
  });
}
