/** The bindings of one dispatch: which part of which buffer each array of its shader is. */
import type { DType } from "../tensor/tensor";
import type { ArrayBinding } from "./kernel-source";
import type { Binding } from "./plan";

/** In bytes. */
export interface Range {
  readonly buffer: number;
  readonly offset: number;
  readonly bytes: number;
  readonly dtype: DType;
  /** What is bound for it, itself or more. */
  readonly bound: { readonly offset: number; readonly bytes: number };
}

export interface BoundGroup {
  readonly bindings: readonly Binding[];
  readonly arrays: readonly ArrayBinding[];
  /** The array that holds a range, and how many elements into it the range begins. */
  readonly locate: (range: Range) => { readonly name: string; readonly shift: number; readonly dtype: DType };
}

interface Window {
  readonly buffer: number;
  readonly dtype: DType;
  start: number;
  end: number;
}

export interface BindOptions {
  /** Buffers that the dispatch writes to: WebGPU allows no read-only binding of those beside. */
  readonly written: ReadonlySet<number>;
  readonly alignment: number;
  /** With more, parts of one buffer are bound together, with what lies between them. */
  readonly maxBindings: number;
}

export function bindGroup(
  ranges: readonly Range[],
  { written, alignment, maxBindings }: BindOptions,
): BoundGroup {
  const windows: Window[] = [];
  for (const range of ranges) {
    const window = windowOf(range, alignment);
    if (
      windows.some(
        (other) => contains(other, window) && (written.has(range.buffer) || sameWindow(other, window)),
      )
    )
      continue;
    // Writable bindings of one dispatch may not overlap: one window for all that touch each other.
    for (let i = windows.length - 1; i >= 0 && written.has(range.buffer); i--) {
      const other = windows[i];
      if (other.buffer !== window.buffer || other.end <= window.start || window.end <= other.start) continue;
      window.start = Math.min(window.start, other.start);
      window.end = Math.max(window.end, other.end);
      windows.splice(i, 1);
    }
    windows.push(window);
  }
  while (windows.length > maxBindings && joinNearest(windows));
  const access = ({ buffer }: Window) => (written.has(buffer) ? ("read_write" as const) : ("read" as const));
  return {
    bindings: windows.map((window) => ({
      buffer: window.buffer,
      offset: window.start,
      bytes: window.end - window.start,
      access: access(window),
    })),
    arrays: windows.map((window, index) => ({
      name: `m${index}`,
      dtype: window.dtype,
      length: (window.end - window.start) / 4,
      access: access(window),
    })),
    locate: (range) => {
      const wanted = windowOf(range, alignment);
      const exact = windows.findIndex((window) => sameWindow(window, wanted));
      const index = exact >= 0 ? exact : windows.findIndex((window) => contains(window, wanted));
      if (index < 0) throw new Error("planner: a range that is not bound");
      return { name: `m${index}`, shift: (range.offset - windows[index].start) / 4, dtype: range.dtype };
    },
  };
}

/** False when no two windows lie in one buffer. */
function joinNearest(windows: Window[]): boolean {
  let best: { readonly a: Window; readonly b: Window; readonly gap: number } | null = null;
  for (const a of windows) {
    for (const b of windows) {
      if (a === b || a.buffer !== b.buffer || a.dtype !== b.dtype || b.start < a.start) continue;
      const gap = b.start - a.end;
      if (best === null || gap < best.gap) best = { a, b, gap };
    }
  }
  if (best === null) return false;
  best.a.end = Math.max(best.a.end, best.b.end);
  windows.splice(windows.indexOf(best.b), 1);
  return true;
}

function windowOf({ buffer, dtype, bound }: Range, alignment: number): Window {
  const start = Math.floor(bound.offset / alignment) * alignment;
  return { buffer, dtype, start, end: bound.offset + bound.bytes };
}

function contains(a: Window, b: Window): boolean {
  return a.buffer === b.buffer && a.dtype === b.dtype && a.start <= b.start && b.end <= a.end;
}

function sameWindow(a: Window, b: Window): boolean {
  return contains(a, b) && contains(b, a);
}
