/** Snapping of what is dragged to the edges and middles of what lies still. Canvas units. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line that shows with what something is aligned: at `at`, from `from` to `to` along the other axis. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Alignment {
  readonly shift: { readonly x: number; readonly y: number };
  readonly guides: readonly Guide[];
}

/** @param reach how near two lines must be to snap */
export function align(box: Box, others: readonly Box[], reach: number): Alignment {
  const x = nearest(box, others, "x", reach);
  const y = nearest(box, others, "y", reach);
  const moved = { ...box, x: box.x + (x?.shift ?? 0), y: box.y + (y?.shift ?? 0) };
  return {
    shift: { x: x?.shift ?? 0, y: y?.shift ?? 0 },
    guides: [x && guideOf("x", x.at, moved, x.other), y && guideOf("y", y.at, moved, y.other)].flatMap(
      (guide) => guide ?? [],
    ),
  };
}

interface Snap {
  readonly shift: number;
  readonly at: number;
  readonly other: Box;
}

/** Start, middle and end of the box against the same of every other; the smallest move wins. */
function nearest(box: Box, others: readonly Box[], axis: "x" | "y", reach: number): Snap | null {
  const size = axis === "x" ? "width" : "height";
  let best: Snap | null = null;
  for (const other of others) {
    for (const share of [0, 0.5, 1]) {
      const at = other[axis] + share * other[size];
      const shift = at - (box[axis] + share * box[size]);
      if (Math.abs(shift) <= reach && (!best || Math.abs(shift) < Math.abs(best.shift)))
        best = { shift, at, other };
    }
  }
  return best;
}

function guideOf(axis: "x" | "y", at: number, box: Box, other: Box): Guide {
  const along = axis === "x" ? "y" : "x";
  const size = along === "x" ? "width" : "height";
  return {
    axis,
    at,
    from: Math.min(box[along], other[along]),
    to: Math.max(box[along] + box[size], other[along] + other[size]),
  };
}

/** The smallest box around all of them; null when there are none. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Whether the middle of one lies in the other. */
export function holds(outer: Box, inner: Box): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
}
