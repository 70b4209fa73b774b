/** The blocks that can be added: those of the document, those that the person keeps, and what only stands on a canvas. */
import { X } from "lucide-react";
import { useMemo } from "react";
import { type AnyLayer, type Block, blockType, layerIn, structuralLayers } from "../../engine";
import { deleteBlock, usesOf } from "../document/block-commands";
import { useBlockLibrary } from "../document/block-library";
import { run, useDocument } from "../document/store";
import { IconButton } from "../ui/button";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";

export interface PaletteBlocks {
  /** Those of the document. */
  readonly own: readonly AnyLayer[];
  /** Reroute points and, inside a block, its ports. */
  readonly structural: readonly AnyLayer[];
  /** Blocks that the person keeps and the document lacks. */
  readonly kept: readonly AnyLayer[];
}

export function usePaletteBlocks(): PaletteBlocks {
  const blocks = useDocument(({ project }) => project.graph.blocks);
  const inside = useDocument(({ path }) => path.length > 0);
  const kept = useBlockLibrary((library) => library.kept);
  return useMemo(() => {
    const own = (blocks ?? []).flatMap((block) => recordOf([block]));
    const missing = kept.filter(([{ id }]) => !blocks?.some((block) => block.id === id));
    return { own, structural: structuralLayers(inside), kept: missing.flatMap(recordOf) };
  }, [blocks, inside, kept]);
}

function recordOf(blocks: readonly Block[]): readonly AnyLayer[] {
  const layer = layerIn({ blocks }, blockType(blocks[0].id));
  return layer ? [layer] : [];
}

/** Takes a block out of the palette: a kept one, or one of the document that is used nowhere. */
export function RemoveBlock({ layer }: { readonly layer: AnyLayer }) {
  const t = useText();
  const block = useDocument(({ project }) =>
    project.graph.blocks?.find(({ id }) => blockType(id) === layer.type),
  );
  const used = useDocument(({ project }) => block !== undefined && usesOf(project.graph, block.id) > 0);
  const kept = useBlockLibrary((library) =>
    library.kept.find(([each]) => blockType(each.id) === layer.type)?.at(0),
  );
  if (used || !(block ?? kept)) return null;
  const name = layer.title ?? layer.type;
  return (
    <IconButton
      look="ghost"
      className="remove-block"
      label={t(block ? drawing.deleteBlock : drawing.forgetBlock, { name })}
      onClick={() => {
        if (block) run(deleteBlock(block.id));
        else if (kept) useBlockLibrary.getState().forget(kept.name);
      }}
    >
      <X aria-hidden />
    </IconButton>
  );
}
