/**
 * Writes the body of one WGSL function that computes values at given coordinates. A value that lies in memory is read
 * from there; any other is written out, down to what lies in memory.
 */
import type { Slot } from "../program/program";
import type { Shape } from "../tensor/tensor";
import { comparisons } from "./elementwise";
import { constantIndex, flatIndex, type Index, printIndex, variableIndex } from "./indexing";
import type { Lowering, Writer } from "./lowering";
import { lowerings } from "./lowerings";
import type { Node } from "./nodes";

/** Something in GPU memory: a slot of a program's memory, or a value that another dispatch has computed. */
export type Source =
  | { readonly kind: "slot"; readonly slot: Slot }
  | { readonly kind: "value"; readonly node: Node };

/** A value that the function has at hand, but only at one place. */
export interface AtHand {
  readonly node: Node;
  readonly coordinates: readonly Index[];
  readonly name: string;
}

export interface Surroundings {
  /** Whether another dispatch leaves the value in memory. */
  readonly inMemory: (node: Node) => boolean;
  /** WGSL that reads an element of a source. */
  readonly read: (source: Source, element: Index, writer: Writer) => string;
  readonly atHand: readonly AtHand[];
  /** A name for what has been computed beforehand; null for what has not. */
  readonly hoist?: (node: Node, coordinates: readonly Index[]) => string | null;
  /** Values that the kernel itself stores: each is written at one place only. */
  readonly outputs: ReadonlySet<Node>;
}

export class BodyWriter implements Writer {
  readonly #surroundings: Surroundings;
  readonly #lines: string[] = [];
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, string>();
  readonly #outputPlaces = new Map<Node, string>();
  /** The nodes that the body computes, not counting what it reads. */
  readonly computed = new Set<Node>();
  /** Set when the body cannot be written: a value is at hand at another place than where it is needed. */
  refused = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  value(node: Node, coordinates: readonly Index[]): string {
    const place = coordinates.map((each) => each.key).join(",");
    const key = `${node.id}@${place}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#surroundings.outputs.has(node)) {
      const first = this.#outputPlaces.get(node) ?? place;
      this.refused ||= first !== place;
      this.#outputPlaces.set(node, first);
    }
    const text = this.#write(node, coordinates);
    this.#values.set(key, text);
    return text;
  }

  /** What follows is for another element: of what the function stores, that element's own is at hand. */
  nextElement(): void {
    this.#outputPlaces.clear();
  }

  condition(node: Node, coordinates: readonly Index[]): string {
    const comparison = comparisons[node.kind];
    if (comparison === undefined || this.#isKnown(node, coordinates))
      return `${this.value(node, coordinates)} != 0`;
    this.computed.add(node);
    return node.inputs.map((input) => this.value(input, coordinates)).join(` ${comparison} `);
  }

  name(expression: string): string {
    const known = this.#names.get(expression);
    if (known !== undefined) return known;
    const name = `v${this.#names.size}`;
    this.#names.set(expression, name);
    this.#lines.push(`let ${name} = ${expression};`);
    return name;
  }

  index(expression: string, max: number): Index {
    return max === 0 ? constantIndex(0) : variableIndex(this.name(expression), max);
  }

  print(index: Index): string {
    return printIndex(index, (text) => this.name(text));
  }

  readSlot(slot: Slot, coordinates: readonly Index[], shape: Shape): string {
    return this.#read({ kind: "slot", slot }, flatIndex(coordinates, shape));
  }

  /** @param last what the body ends with */
  body(...last: readonly string[]): string {
    return [...this.#lines, ...last].map((line) => `  ${line}\n`).join("");
  }

  /** Whether the value is not to be worked out here, or has been. */
  #isKnown(node: Node, coordinates: readonly Index[]): boolean {
    const { inMemory, hoist, atHand, outputs } = this.#surroundings;
    return (
      inMemory(node) ||
      outputs.has(node) ||
      atHand.some((each) => each.node === node) ||
      (hoist?.(node, coordinates) ?? null) !== null
    );
  }

  #write(node: Node, coordinates: readonly Index[]): string {
    const { inMemory, hoist } = this.#surroundings;
    const atHand = this.#surroundings.atHand.find((each) => each.node === node);
    if (atHand !== undefined) {
      const same = atHand.coordinates.every((each, dim) => each.key === coordinates[dim].key);
      this.refused ||= !same;
      return atHand.name;
    }
    const hoisted = hoist?.(node, coordinates) ?? null;
    if (hoisted !== null) return hoisted;
    if (inMemory(node)) return this.#read({ kind: "value", node }, flatIndex(coordinates, node.shape));
    // The table's entry for a kind takes nodes of that kind; TypeScript cannot follow the pairing.
    const lowering = lowerings[node.kind] as Lowering<typeof node.kind>;
    if (lowering.role === "kernel" || lowering.role === "effect") {
      this.refused = true;
      return "0";
    }
    this.computed.add(node);
    const text = lowering.write(node, coordinates, this);
    return /^[\w.]+$/.test(text) ? text : this.name(text);
  }

  #read(source: Source, element: Index): string {
    return this.name(this.#surroundings.read(source, element, this));
  }
}
