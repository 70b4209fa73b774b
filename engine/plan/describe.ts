/** What a dispatch says of itself: where it comes from, what it does and what it costs. */
import { elementCount } from "../tensor/tensor";
import type { Access, GroupContent, WrittenGroup } from "./accesses";
import { lowerings } from "./lowerings";
import { isStore, type Node } from "./nodes";
import type { Dispatch } from "./plan";

type Description = Pick<Dispatch, "ops" | "origins" | "phase" | "label" | "flops" | "bytes">;

export function describeGroup({ roots, outputs }: GroupContent, written: WrittenGroup): Description {
  const computed = [...written.computed].filter((node) => node.kind !== "load" && node.kind !== "constant");
  const inOrder = computed.sort((a, b) => a.order - b.order || a.id - b.id);
  const arithmetic = inOrder.filter((node) => lowerings[node.kind].role === "elementwise");
  return {
    ops: [...new Set(inOrder.flatMap((node) => node.ops))].sort((a, b) => a - b),
    origins: [...new Set(inOrder.flatMap((node) => [...node.origins]))],
    phase: (roots[0] ?? outputs[0]).phase,
    label: label(roots, inOrder),
    flops: arithmetic.reduce((sum, node) => sum + elementCount(node.shape), written.flops),
    bytes: accessedBytes(roots, outputs, written),
  };
}

/** What kernels that share a dispatch do together. */
export function describeStage(parts: readonly Description[]): Description {
  const sum = (of: (part: Description) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    ops: [...new Set(parts.flatMap(({ ops }) => ops))].sort((a, b) => a - b),
    origins: [...new Set(parts.flatMap(({ origins }) => origins))],
    phase: parts[0].phase,
    label: [...new Set(parts.map(({ label }) => label))].join(" | "),
    flops: sum(({ flops }) => flops),
    bytes: sum(({ bytes }) => bytes),
  };
}

/** `matmul + add + relu`: in the order of the program, each kind once. */
function label(roots: readonly Node[], computed: readonly Node[]): string {
  const telling = computed.filter(
    (node) =>
      lowerings[node.kind].role === "elementwise" ||
      roots.includes(node) ||
      ["random", "windows", "windows_back", "windows_over"].includes(node.kind),
  );
  const kinds = [...new Set(telling.sort((a, b) => a.id - b.id).map(({ kind }) => kind))];
  if (kinds.length === 0) return computed.some(isStore) ? "store" : "copy";
  const most = 8;
  return kinds.length <= most ? kinds.join(" + ") : `${kinds.slice(0, most).join(" + ")} + …`;
}

/** Each thing is read or written once, as far as the caches go; a lookup reads no more than it needs. */
function accessedBytes(
  roots: readonly Node[],
  outputs: readonly Node[],
  { reads, writes }: WrittenGroup,
): number {
  const tensors = [...outputs, ...roots.flatMap(({ inputs }) => inputs)];
  const most = Math.max(...tensors.map((node) => elementCount(node.shape)));
  const seen = new Set<string>();
  let elements = 0;
  for (const access of [...reads, ...writes]) {
    const name = sourceName(access);
    if (seen.has(name)) continue;
    seen.add(name);
    elements += Math.min(most, sourceLength(access));
  }
  return elements * 4;
}

function sourceName({ source, store }: Access): string {
  const name =
    source.kind === "value"
      ? `%${source.node.id}`
      : `${source.slot.memory} ${source.slot.offset} ${source.slot.length}`;
  return `${store === null ? "read" : "write"} ${name}`;
}

function sourceLength({ source }: Access): number {
  return source.kind === "value" ? elementCount(source.node.shape) : source.slot.length;
}
