/** Nodes that go on under other ids: folded into a block, or taken out of one. What is kept by id goes along. */
import { graphAt, type LevelPath, placeOf } from "./flatten";
import type { Graph } from "./project";

/** Ids as they are seen from a level: `conv`, `body/conv`, `body#2/conv`. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

export interface Moves {
  /** As it was before. */
  readonly drawing: Graph;
  /** The level. */
  readonly path: LevelPath;
  readonly moves: readonly Move[];
}

/** The flat id of a node after the moves, by that before. In all uses of the level's block the same happens. */
export function movedId({ drawing, path, moves }: Moves, id: string): string {
  const level = graphAt(drawing, path);
  const parts = id.split("/");
  for (let depth = 0; depth < parts.length; depth++) {
    const rest = parts.slice(depth).join("/");
    const move = moves.find(({ from }) => rest.startsWith(from) && /^([/#]|$)/.test(rest.slice(from.length)));
    if (!move || graphAt(drawing, placeOf(id).path.slice(0, depth)) !== level) continue;
    return [...parts.slice(0, depth), move.to + rest.slice(move.from.length)].join("/");
  }
  return id;
}
