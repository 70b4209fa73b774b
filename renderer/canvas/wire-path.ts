/** The course of a wire, and where its shape's chip belongs. Canvas units. */

export interface WirePath {
  readonly path: string;
  readonly chip: { readonly x: number; readonly y: number };
  /** The length that a chip has to lie on. */
  readonly room: number;
}

export interface Ends {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}

/** How far a wire that goes back swings out past the nodes. */
const swing = 74;
/** A wire that goes back runs this far above the port that it goes to: over the node, not through it. */
const above = 58;
/** The chip floats this far above a straight wire. */
const chipLift = 17;

export function wirePath(ends: Ends, down = false): WirePath {
  if (down) return downward(ends);
  const { sourceX, sourceY, targetX, targetY } = ends;
  return targetX >= sourceX + 16 ? forward(ends) : backward(sourceX, sourceY, targetX, targetY);
}

function forward({ sourceX, sourceY, targetX, targetY }: Ends): WirePath {
  const length = targetX - sourceX;
  const middle = { x: sourceX + length / 2, y: (sourceY + targetY) / 2 };
  const level = Math.abs(targetY - sourceY) < 2;
  const bend = Math.min(Math.max(length / 2, 32), 160);
  return {
    path: level
      ? `M${sourceX} ${sourceY} H${targetX}`
      : `M${sourceX} ${sourceY} C${sourceX + bend} ${sourceY} ${targetX - bend} ${targetY} ${targetX} ${targetY}`,
    chip: level ? { x: middle.x, y: middle.y - chipLift } : middle,
    room: length,
  };
}

/** Between an upper and a lower edge; one that goes back swings out and returns from above. */
function downward({ sourceX, sourceY, targetX, targetY }: Ends): WirePath {
  const bend = Math.min(Math.max(Math.abs(targetY - sourceY) / 2, 32), 160);
  return {
    path: `M${sourceX} ${sourceY} C${sourceX} ${sourceY + bend} ${targetX} ${targetY - bend} ${targetX} ${targetY}`,
    chip: { x: (sourceX + targetX) / 2, y: (sourceY + targetY) / 2 },
    // A chip is as high as the gap, never as wide.
    room: targetY - sourceY >= 40 ? Number.POSITIVE_INFINITY : 0,
  };
}

function backward(sourceX: number, sourceY: number, targetX: number, targetY: number): WirePath {
  const down = targetY > sourceY + above + 40;
  const y = down ? targetY - above : Math.min(sourceY, targetY) - above;
  const right = sourceX + swing;
  const left = targetX - swing;
  const turn = Math.min(24, (sourceX - targetX) / 2 + 12);
  return {
    path:
      `M${sourceX} ${sourceY} C${right} ${sourceY} ${right} ${y} ${sourceX - turn} ${y} ` +
      `H${targetX + turn} C${left} ${y} ${left} ${targetY} ${targetX} ${targetY}`,
    chip: { x: (sourceX + targetX) / 2, y },
    room: sourceX - targetX,
  };
}
