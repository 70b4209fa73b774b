/** What the planner knows of a primitive: the shapes of the table in `lowerings.ts` and of what its entries are given. */
import type { Constants, Kernel } from "../../shaders/index";
import type { Slot } from "../program/program";
import type { DType, Shape } from "../tensor/tensor";
import type { Index } from "./indexing";
import type { Node, NodeKind, NodeOf } from "./nodes";

/**
 * A `value` is written wherever it is needed, at symbolic coordinates: a movement rewrites the coordinates and costs
 * nothing. A `kernel` is a hand-written file, or for `rows` what `rows-kernel.ts` writes. An `effect` is where a kernel puts its result.
 */
export type Lowering<K extends NodeKind> =
  | ValueLowering<K>
  | { readonly role: "kernel"; readonly use: ((node: NodeOf<K>) => KernelUse) | "rows" }
  | { readonly role: "effect" };

export interface ValueLowering<K extends NodeKind> {
  /** `leaf` and `movement`: never a dispatch of its own. `elementwise`: its own dispatch unless it is fused. */
  readonly role: "leaf" | "movement" | "elementwise";
  /** What one element costs beside its inputs, in additions. */
  readonly cost: number;
  /** Writes the node's element at `coordinates` as a WGSL expression. */
  readonly write: (node: NodeOf<K>, coordinates: readonly Index[], writer: Writer) => string;
}

/** Writes the body of one WGSL function. */
export interface Writer {
  /** A WGSL expression (a name or literal) of the node's element at `coordinates`. */
  value(node: Node, coordinates: readonly Index[]): string;
  /** A WGSL expression of type bool: whether the element is not 0. */
  condition(node: Node, coordinates: readonly Index[]): string;
  /** Gives an expression a name; the same expression twice gets the same name. */
  name(expression: string): string;
  /** Makes an index of a u32 expression that is at most `max`. */
  index(expression: string, max: number): Index;
  print(index: Index): string;
  /** The element of a slot, seen as a dense tensor of `shape`. */
  readSlot(slot: Slot, coordinates: readonly Index[], shape: Shape): string;
}

export interface KernelUse {
  readonly kernel: Kernel;
  readonly constants: Constants;
  /** What replaces the kernel's `alias Element`. */
  readonly element?: DType;
  /** Bodies of other functions that the kernel leaves open. */
  readonly functions?: Readonly<Record<string, string>>;
  /** One function an operand, in the order of the node's inputs. */
  readonly operands: readonly Hook[];
  readonly result: Hook;
  readonly flops: number;
  /** Whether it reads every element of its operands once, so that computing them on the way costs no more. */
  readonly readsOnce: boolean;
}

/** A function of the kernel whose body fusion replaces. */
export interface Hook {
  readonly name: string;
  /** The range of each of its index parameters. */
  readonly sizes: Shape;
  /** The tensor's coordinates for those parameters. */
  readonly coordinates: (parameters: readonly Index[]) => readonly Index[];
}
