/** What a kernel reads and writes: which element of which array, and at which of a node's coordinates. */
import type { Constants, Kernel } from "../../shaders/index";
import { type DType, elementCount } from "../tensor/tensor";
import { addIndex, constantIndex, flatIndex, type Index, scaleIndex, unravelIndex } from "./indexing";
import type { Writer } from "./lowering";
import { lowerings } from "./lowerings";
import { isStore, type Node, type NodeOf, overlaps, type StoreNode } from "./nodes";
import type { BodyWriter, Source, Surroundings } from "./writer";

export interface GroupContent {
  /** What a kernel computes: reductions over the same rows, one other operation, or none in an elementwise group. */
  readonly roots: readonly Node[];
  readonly outputs: readonly Node[];
}

/** A place in memory that a function reads or writes: the source, and which element of it. */
export interface Access {
  readonly source: Source;
  readonly element: Index;
  readonly hook: string;
  /** The store that writes it; null for a read and for a value that is left for other dispatches. */
  readonly store: StoreNode | null;
}

export interface WrittenGroup {
  readonly kernel: Kernel;
  readonly constants: Constants;
  /** What replaces the kernel's `alias Element`. */
  readonly element?: DType;
  /** Function bodies by name. */
  readonly bodies: ReadonlyMap<string, string>;
  readonly steady: SteadyReads;
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  /** What it computes, roots and stores included. */
  readonly computed: ReadonlySet<Node>;
  /** Of the roots. */
  readonly flops: number;
  /** The functions that go on from results; the others prepare operands. */
  readonly resultHooks: readonly string[];
}

/** The name of a source's array, and how many elements before it the array begins. */
export type Locate = (source: Source) => {
  readonly name: string;
  readonly shift: number;
  readonly dtype: DType;
};

/** A number that every thread reads once, before all else: what to read, by the variable's name. */
export type SteadyReads = ReadonlyMap<string, { readonly text: string; readonly dtype: DType }>;

/** What the writers of a group's functions have around them, and the reads that they make. */
export function surroundings({ outputs }: GroupContent, inMemory: (node: Node) => boolean, locate: Locate) {
  const reads: Access[] = [];
  const steady = new Map<string, { readonly text: string; readonly dtype: DType }>();
  const values = new Set<Node>(outputs.filter((node) => !isStore(node)));
  const inHook = (hook: string): Pick<Surroundings, "inMemory" | "outputs" | "read"> => ({
    inMemory: (node) => !values.has(node) && inMemory(node),
    outputs: values,
    read: (source, element, writer) => {
      reads.push({ source, element, hook, store: null });
      const { name, shift, dtype } = locate(source);
      const text = `${name}[${writer.print(addIndex(element, constantIndex(shift)))}]`;
      if (element.terms.length > 0) return text;
      const variable = `steady_${name}_${element.constant + shift}`;
      steady.set(variable, { text, dtype });
      return variable;
    },
  });
  return { reads, steady, in: inHook };
}

/** The statement that leaves an output in memory. */
export function writeOutput(
  output: Node,
  place: readonly Index[],
  hook: string,
  writer: BodyWriter,
  locate: Locate,
): { readonly access: Access; readonly statement: string } {
  const access = writeAccess(output, place, hook, writer);
  const { name, shift } = locate(access.source);
  const value = writer.value(isStore(output) ? output.inputs[0] : output, place);
  const element = writer.print(addIndex(access.element, constantIndex(shift)));
  return { access, statement: `${name}[${element}] = ${value};` };
}

/** At which of the node's coordinates the kernel has its root's element; null when no way leads from one to the other. */
export function placeOf(node: Node, known: Map<Node, readonly Index[] | null>): readonly Index[] | null {
  const found = known.get(node);
  if (found !== undefined) return found;
  const place = findPlace(node, known);
  known.set(node, place);
  return place;
}

function findPlace(node: Node, known: Map<Node, readonly Index[] | null>): readonly Index[] | null {
  const [x] = node.inputs;
  const { role } = lowerings[node.kind];
  if (node.kind === "permute" || node.kind === "reshape") {
    const place = placeOf(x, known);
    return place && movedPlace(node, place);
  }
  if (isStore(node)) return placeOf(x, known);
  if (role !== "elementwise" || node.kind === "concat" || node.kind === "take_rows") return null;
  for (const input of node.inputs) {
    const place = placeOf(input, known);
    if (place !== null) return place;
  }
  return null;
}

/** Where an element of its input goes. */
export function movedPlace(
  node: NodeOf<"permute"> | NodeOf<"reshape">,
  place: readonly Index[],
): readonly Index[] {
  return node.kind === "permute"
    ? node.attributes.dims.map((dim) => place[dim])
    : unravelIndex(flatIndex(place, node.inputs[0].shape), node.shape);
}

export function writeAccess(output: Node, place: readonly Index[], hook: string, writer: Writer): Access {
  const element = flatIndex(place, output.shape);
  if (!isStore(output)) return { source: { kind: "value", node: output }, element, hook, store: null };
  const { slot } = output.attributes;
  const source: Source = { kind: "slot", slot };
  if (output.kind === "store") return { source, element, hook, store: output };
  const size = elementCount(output.shape);
  const entries = slot.length / size;
  const entry = writer.index(`u32(${writer.value(output.inputs[1], [])}) % ${entries}u`, entries - 1);
  return { source, element: addIndex(scaleIndex(entry, size), element), hook, store: output };
}

/**
 * Stores may overlap with what the kernel reads only in place: the same thread reads the element before it writes it,
 * and no other thread touches it. `before` says so of the functions that read and write one element.
 */
export function storesAreSafe(
  reads: readonly Access[],
  writes: readonly Access[],
  computed: ReadonlySet<Node>,
  before: (read: string, write: string) => boolean,
): boolean {
  const loads = [...computed].filter((node) => node.kind === "load");
  return writes.every(({ source, element, hook, store }) => {
    if (source.kind !== "slot" || store === null) return true;
    const { slot } = source;
    const others = writes.filter(
      (each) => each.store !== store && each.source.kind === "slot" && overlaps(each.source.slot, slot),
    );
    const seesTheStore = loads.some(
      (load) => load.order > store.order && overlaps(load.attributes.slot, slot),
    );
    if (others.length > 0 || seesTheStore) return false;
    const key = addIndex(element, constantIndex(slot.offset)).key;
    return reads.every((read) => {
      if (read.source.kind !== "slot" || !overlaps(read.source.slot, slot)) return true;
      return (
        before(read.hook, hook) && addIndex(read.element, constantIndex(read.source.slot.offset)).key === key
      );
    });
  });
}
