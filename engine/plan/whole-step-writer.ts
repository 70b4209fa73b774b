/**
 * Writes one scope of a whole-step kernel: values at symbolic coordinates, as `writer.ts` does, but with several values
 * at hand, with scopes inside each other, and with an estimate of what a run of the scope costs.
 */
import type { Slot } from "../program/program";
import type { Shape } from "../tensor/tensor";
import {
  addIndex,
  constantIndex,
  flatIndex,
  type Index,
  printIndex,
  splitIndex,
  variableIndex,
} from "./indexing";
import type { Lowering, Writer } from "./lowering";
import { lowerings } from "./lowerings";
import type { Node, NodeOf } from "./nodes";
import type { StepCosts } from "./whole-step-cost";
import { termsOf, writeElement } from "./whole-step-elements";
import type { Source } from "./writer";

/** An element that a task reads; `early` when a lane may read it while another has already stored its results. */
export interface StepRead {
  readonly source: Source;
  readonly element: Index;
  readonly early: boolean;
}

export interface StepSurroundings {
  readonly costs: StepCosts;
  /** Whether another task leaves the value in memory. */
  readonly inMemory: (node: Node) => boolean;
  /** Whether the value comes from the kernel that the task is about, so that it is only at hand at one place. */
  readonly fromKernel: (node: Node) => boolean;
  /** Whether the kernel's elements are written out where they are needed. */
  readonly writtenOut: (node: Node) => boolean;
  /** WGSL that reads an element. */
  readonly read: (source: Source, element: Index, writer: Writer) => string;
  readonly reads: StepRead[];
  readonly loads: Set<NodeOf<"load">>;
  /** Whether what is read next belongs to a kernel's operands. */
  early: boolean;
  /** Called when a value is needed where it cannot be had; what is returned stands for it. */
  readonly refuse: () => string;
}

export class StepWriter implements Writer {
  readonly #around: StepSurroundings;
  readonly #outer: StepWriter | null;
  readonly #depth: number;
  readonly #prefix: string;
  /** Matches what depends on the scope: the variable that it loops over and its own names. The rest is left to the scope outside. */
  readonly #own: RegExp;
  readonly #lines: string[] = [];
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, string>();
  /** Nanoseconds of one run of the scope, for all lanes together. */
  cost = 0;

  constructor(around: StepSurroundings, outer: StepWriter | null = null, loop: string | null = null) {
    this.#around = around;
    this.#outer = outer;
    this.#depth = outer === null ? 0 : outer.#depth + 1;
    this.#prefix = "vwxyz"[this.#depth];
    this.#own = new RegExp(`\\b(${loop ?? "nothing"}|${this.#prefix}\\d+)\\b`);
  }

  /** A scope within this one: the body of a loop over `loop`. */
  inner(loop: string): StepWriter {
    return new StepWriter(this.#around, this, loop);
  }

  /** Makes a value known at a place. */
  give(node: Node, coordinates: readonly Index[], name: string): void {
    this.#values.set(keyOf(node, coordinates), name);
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  text(): string {
    return this.#lines.join("\n");
  }

  value(node: Node, coordinates: readonly Index[]): string {
    const key = keyOf(node, coordinates);
    const known = this.#known(key);
    if (known !== undefined) return known;
    // What is the same in every round is computed before the loop.
    const fixed = !coordinates.some(({ key: each }) => this.#own.test(each));
    if (fixed && this.#outer !== null && !this.#around.fromKernel(node))
      return this.#outer.value(node, coordinates);
    const text = this.#write(node, coordinates);
    this.#values.set(key, text);
    return text;
  }

  condition(node: Node, coordinates: readonly Index[]): string {
    return `${this.value(node, coordinates)} != 0`;
  }

  name(expression: string): string {
    const known = this.#names.get(expression);
    if (known !== undefined) return known;
    const name = `${this.#prefix}${this.#names.size}`;
    this.#names.set(expression, name);
    this.#lines.push(`let ${name} = ${expression};`);
    return name;
  }

  index(expression: string, max: number): Index {
    return max === 0 ? constantIndex(0) : variableIndex(this.name(expression), max);
  }

  print(index: Index): string {
    const varying = this.#printFixed(index);
    const { constant } = index;
    if (varying === null) return `${constant}u`;
    return constant === 0 ? varying : `${varying} + ${constant}u`;
  }

  /** All of the index but its constant, as one word. */
  #printFixed(index: Index): string | null {
    const { fixed, varying } =
      this.#outer === null ? { fixed: null, varying: index } : splitIndex(index, this.#own);
    const before = fixed === null || this.#outer === null ? null : this.#outer.#printFixed(fixed);
    if (varying.terms.length === 0) return before;
    const free = addIndex(varying, constantIndex(-varying.constant));
    const within = printIndex(free, (text) => this.name(text));
    const text = before === null ? within : `${before} + ${within}`;
    return /^\w+$/.test(text) ? text : this.name(text);
  }

  readSlot(slot: Slot, coordinates: readonly Index[], shape: Shape): string {
    return this.#read({ kind: "slot", slot }, flatIndex(coordinates, shape));
  }

  #known(key: string): string | undefined {
    const found = this.#values.get(key);
    return found !== undefined || this.#outer === null ? found : this.#outer.#known(key);
  }

  #write(node: Node, coordinates: readonly Index[]): string {
    const { inMemory, costs, refuse, writtenOut } = this.#around;
    if (inMemory(node)) return this.#read({ kind: "value", node }, flatIndex(coordinates, node.shape));
    if (writtenOut(node)) {
      this.cost += (termsOf(node) ?? 0) * costs.multiply;
      return writeElement(node, coordinates, this) ?? refuse();
    }
    // The table's entry for a kind takes nodes of that kind; TypeScript cannot follow the pairing.
    const lowering = lowerings[node.kind] as Lowering<typeof node.kind>;
    if (lowering.role === "kernel" || lowering.role === "effect") {
      return refuse();
    }
    if (node.kind === "load") this.#around.loads.add(node);
    const text = lowering.write(node, coordinates, this);
    this.cost += node.kind === "random" ? costs.random : lowering.cost * costs.operation;
    return /^[\w.]+$/.test(text) ? text : this.name(text);
  }

  #read(source: Source, element: Index): string {
    this.#around.reads.push({ source, element, early: this.#around.early });
    this.cost += element.terms.length === 0 ? this.#around.costs.fixed : this.#around.costs.gather;
    return this.name(this.#around.read(source, element, this));
  }
}

function keyOf(node: Node, coordinates: readonly Index[]): string {
  return `${node.id}@${coordinates.map((each) => each.key).join(",")}`;
}
