/** From nodes of the flat graph, as plans and profiles name them, to what is drawn, and back. */
import { type LevelPath, shownAt } from "../../engine";
import { checkedNow } from "./checked";
import { useDocument } from "./store";

/** The nodes of the level that stand for those of the flat graph, each once. */
export function drawnNodes(flat: readonly string[], path: LevelPath): readonly string[] {
  return [...new Set(flat.flatMap((id) => shownAt(path, id) ?? []))];
}

/** The checked layers that a drawn node stands for: itself, or all that a block holds. Flat ids. */
export function layersOf(drawn: readonly string[]): readonly string[] {
  const { path } = useDocument.getState();
  return checkedNow().order.filter((id) => {
    const shown = shownAt(path, id);
    return shown !== null && drawn.includes(shown);
  });
}
