/** From a group of nodes to the functions that its kernel is given: what it reads, computes and stores. */
import { type Kernel, kernels } from "../../shaders/index";
import { elementCount } from "../tensor/tensor";
import {
  addIndex,
  constantIndex,
  flatIndex,
  type Index,
  scaleIndex,
  unravelIndex,
  variableIndex,
} from "./indexing";
import { hookParameters } from "./kernel-source";
import type { Hook, KernelUse, Lowering } from "./lowering";
import { lowerings } from "./lowerings";
import { isStore, type Node, overlaps, type StoreNode } from "./nodes";
import { type AtHand, BodyWriter, type Source } from "./writer";

export interface GroupContent {
  readonly root: Node | null;
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
  readonly use: KernelUse;
  /** Function bodies by name. */
  readonly bodies: ReadonlyMap<string, string>;
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  /** What it computes, root and stores included. */
  readonly computed: ReadonlySet<Node>;
  /** Those that are computed on the way from an operand, not from the result on. */
  readonly onTheWay: ReadonlySet<Node>;
}

/** The name of a source's array, and how many elements before it the array begins. */
export type Locate = (source: Source) => { readonly name: string; readonly shift: number };

/** Null when the nodes cannot be computed by one kernel in this way. */
export function writeGroup(
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
): WrittenGroup | null {
  const { root, outputs } = content;
  const use = root === null ? elementwiseUse(outputs[0]) : kernelUse(root);
  const reads: Access[] = [];
  const computed = new Set<Node>([...outputs.filter(isStore), ...(root === null ? [] : [root])]);
  const bodies = new Map(Object.entries(use.functions ?? {}).map(([name, line]) => [name, `  ${line}\n`]));
  const values = new Set<Node>(outputs.filter((node) => !isStore(node)));
  const writerFor = (hook: string, atHand: AtHand | null) =>
    new BodyWriter({
      inMemory: (node) => !values.has(node) && inMemory(node),
      atHand,
      outputs: values,
      read: (source, element, writer) => {
        reads.push({ source, element, hook, store: null });
        const { name, shift } = locate(source);
        return `${name}[${writer.print(addIndex(element, constantIndex(shift)))}]`;
      },
    });

  for (const [index, hook] of use.operands.entries()) {
    const writer = writerFor(hook.name, null);
    const value = writer.value(
      (root ?? outputs[0]).inputs[index],
      hook.coordinates(parameters(use.kernel, hook)),
    );
    if (writer.refused) return null;
    bodies.set(hook.name, writer.body(`return ${value};`));
    for (const node of writer.computed) computed.add(node);
  }
  const onTheWay = new Set([...computed].filter((node) => node !== root && !isStore(node)));

  const own = use.result.coordinates(parameters(use.kernel, use.result));
  const writer = writerFor(
    use.result.name,
    root === null ? null : { node: root, coordinates: own, name: "value" },
  );
  const places = new Map<Node, readonly Index[] | null>(root === null ? [] : [[root, own]]);
  const writes: Access[] = [];
  const statements: string[] = [];
  for (const output of outputs) {
    const place = root === null ? unravelIndex(own[0], output.shape) : placeOf(output, places);
    if (place === null || elementCount(output.shape) !== elementCount(use.result.sizes)) return null;
    const access = writeAccess(output, place, use.result.name, writer);
    writes.push(access);
    const { name, shift } = locate(access.source);
    const value = writer.value(isStore(output) ? output.inputs[0] : output, place);
    statements.push(`${name}[${writer.print(addIndex(access.element, constantIndex(shift)))}] = ${value};`);
  }
  for (const node of writer.computed) computed.add(node);
  if (writer.refused || !storesAreSafe(reads, writes, computed)) return null;
  bodies.set(use.result.name, writer.body(...statements));
  return { kernel: use.kernel, use, bodies, reads, writes, computed, onTheWay };
}

/** The kernel that computes a group. */
export function kernelOf({ root }: GroupContent): Kernel {
  return root === null ? kernels.elementwise : kernelUse(root).kernel;
}

/** @throws Error when the node has no kernel, which is a bug */
export function kernelUse(root: Node): KernelUse {
  // The table's entry for a kind takes nodes of that kind; TypeScript cannot follow the pairing.
  const lowering = lowerings[root.kind] as Lowering<typeof root.kind>;
  if (lowering.role !== "kernel") throw new Error(`planner: ${root.kind} has no kernel`);
  return lowering.use(root);
}

function elementwiseUse(output: Node): KernelUse {
  const count = elementCount(output.shape);
  // A thread costs as much as a few elements; but few elements are better spread over many threads.
  const perThread = Math.min(16, Math.max(1, Math.floor(count / 8192)));
  return {
    kernel: kernels.elementwise,
    constants: { COUNT: count, PER_THREAD: perThread },
    operands: [],
    result: { name: "element", sizes: [count], coordinates: (at) => at },
    flops: 0,
    readsOnce: true,
  };
}

/** A hook's index parameters, which come before the value that it may be given. */
function parameters(kernel: Kernel, hook: Hook): Index[] {
  return hook.sizes.map((size, i) => variableIndex(hookParameters(kernel, hook.name)[i], size - 1));
}

/** At which of the node's coordinates the kernel has its root's element; null when no way leads from one to the other. */
function placeOf(node: Node, known: Map<Node, readonly Index[] | null>): readonly Index[] | null {
  const found = known.get(node);
  if (found !== undefined) return found;
  const place = findPlace(node, known);
  known.set(node, place);
  return place;
}

function findPlace(node: Node, known: Map<Node, readonly Index[] | null>): readonly Index[] | null {
  const [x] = node.inputs;
  const { role } = lowerings[node.kind];
  if (node.kind === "permute") {
    const place = placeOf(x, known);
    return place && node.attributes.dims.map((dim) => place[dim]);
  }
  if (node.kind === "reshape") {
    const place = placeOf(x, known);
    return place && unravelIndex(flatIndex(place, x.shape), node.shape);
  }
  if (isStore(node)) return placeOf(x, known);
  if (role !== "elementwise" || node.kind === "concat" || node.kind === "take_rows") return null;
  for (const input of node.inputs) {
    const place = placeOf(input, known);
    if (place !== null) return place;
  }
  return null;
}

function writeAccess(output: Node, place: readonly Index[], hook: string, writer: BodyWriter): Access {
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
 * and no other thread touches it.
 */
function storesAreSafe(
  reads: readonly Access[],
  writes: readonly Access[],
  computed: ReadonlySet<Node>,
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
      return read.hook === hook && addIndex(read.element, constantIndex(read.source.slot.offset)).key === key;
    });
  });
}
