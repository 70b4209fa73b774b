/** From a group of nodes to the functions that its kernel is given: what it reads, computes and stores. */
import { type Kernel, kernels } from "../../shaders/index";
import { elementCount } from "../tensor/tensor";
import {
  type Access,
  type GroupContent,
  type Locate,
  placeOf,
  storesAreSafe,
  surroundings,
  type WrittenGroup,
  writeOutput,
} from "./accesses";
import { type Index, unravelIndex, variableIndex } from "./indexing";
import { hookParameters } from "./kernel-source";
import type { Hook, KernelUse, Lowering } from "./lowering";
import { lowerings } from "./lowerings";
import { isStore, type Node } from "./nodes";
import { isReduction, writeElementRows, writeRows } from "./rows";
import { BodyWriter } from "./writer";

/**
 * Null when the nodes cannot be computed by one kernel.
 * @param inRows whether elements may be shared out in rows, as suits a processor: a GPU's threads take neighbours
 */
export function writeGroup(
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
  inRows = false,
): WrittenGroup | null {
  if (content.roots.some(isReduction)) return writeRows(content, inMemory, locate);
  const written = inRows && content.roots.length === 0 ? writeElementRows(content, inMemory, locate) : null;
  return written ?? writeKernel(content, inMemory, locate);
}

function writeKernel(
  content: GroupContent,
  inMemory: (node: Node) => boolean,
  locate: Locate,
): WrittenGroup | null {
  const {
    roots: [root],
    outputs,
  } = content;
  const use = root === undefined ? elementwiseUse(outputs[0]) : kernelUse(root);
  const computed = new Set<Node>([...outputs.filter(isStore), ...content.roots]);
  const bodies = new Map(Object.entries(use.functions ?? {}).map(([name, line]) => [name, `  ${line}\n`]));
  const around = surroundings(content, inMemory, locate);

  for (const [index, hook] of use.operands.entries()) {
    const writer = new BodyWriter({ ...around.in(hook.name), atHand: [] });
    const value = writer.value(
      (root ?? outputs[0]).inputs[index],
      hook.coordinates(parameters(use.kernel, hook)),
    );
    if (writer.refused) return null;
    bodies.set(hook.name, writer.body(`return ${value};`));
    for (const node of writer.computed) computed.add(node);
  }

  const own = use.result.coordinates(parameters(use.kernel, use.result));
  const atHand = root === undefined ? [] : [{ node: root, coordinates: own, name: "value" }];
  const writer = new BodyWriter({ ...around.in(use.result.name), atHand });
  const places = new Map<Node, readonly Index[] | null>(atHand.map(({ node }) => [node, own]));
  const writes: Access[] = [];
  const statements: string[] = [];
  for (const output of outputs) {
    const place = root === undefined ? unravelIndex(own[0], output.shape) : placeOf(output, places);
    if (place === null || elementCount(output.shape) !== elementCount(use.result.sizes)) return null;
    const { access, statement } = writeOutput(output, place, use.result.name, writer, locate);
    writes.push(access);
    statements.push(statement);
  }
  for (const node of writer.computed) computed.add(node);
  const { reads, steady } = around;
  const sameHook = (read: string, write: string) => read === write;
  if (writer.refused || !storesAreSafe(reads, writes, computed, sameHook)) return null;
  bodies.set(use.result.name, writer.body(...statements));
  const { kernel, constants, element, flops } = use;
  return {
    kernel,
    constants,
    element,
    bodies,
    steady,
    reads,
    writes,
    computed,
    flops,
    resultHooks: [use.result.name],
  };
}

/** @throws Error when the node has no kernel, which is a bug */
export function kernelUse(root: Node): KernelUse {
  // The table's entry for a kind takes nodes of that kind; TypeScript cannot follow the pairing.
  const lowering = lowerings[root.kind] as Lowering<typeof root.kind>;
  if (lowering.role !== "kernel" || lowering.use === "rows")
    throw new Error(`planner: ${root.kind} has no kernel`);
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
