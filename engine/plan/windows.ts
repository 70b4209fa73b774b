/** The places of a small window, written out one by one; see `windows` in `nodes.ts`. */
import type { AnyOp } from "../program/program";
import type { Add, Node } from "./nodes";
import { buildSlice } from "./slices";

export type Place = readonly [ky: number, kx: number];
type Size = readonly [height: number, width: number];

/** More places would be read more often than they are worth, and take long to compile. */
const mostPlaces = 9;

export function isSmall([height, width]: Size): boolean {
  return height * width <= mostPlaces;
}

/** Row by row. */
export function placesOf([height, width]: Size): readonly Place[] {
  return Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]);
}

/** What all windows have at a place: (N, C, KH, KW, H, W) → (N, C, H, W). */
export function atPlace(op: AnyOp, windows: Node, place: Place, add: Add): Node {
  const [n, c, , , ...plane] = windows.shape;
  const one = buildSlice(op, windows, [0, 0, ...place, 0, 0], [n, c, 1, 1, ...plane], add);
  return add(op, "reshape", [one], {}, [n, c, ...plane]);
}
