/** Weights given as a list of numbers, for the last dimension of a loss. */
import { type Builder, sameShape, type Value } from "../program/builder";
import { broadcastShapes, printShape } from "../tensor/dims";
import type { Shape } from "../tensor/tensor";
import { refuseLoss } from "./loss-reduction";

/** Weights multiply losses in place. @throws TensorError loss-weight where broadcasting would make the losses larger */
export function checkFits(weight: readonly number[] | null, losses: Shape): void {
  if (weight === null) return;
  const together = broadcastShapes(losses, [weight.length]);
  if (!sameShape(together, losses)) {
    const message = `output with shape ${printShape(losses)} doesn't match the broadcast shape ${printShape(together)}`;
    refuseLoss("loss-weight", message);
  }
}

/** The numbers as a tensor of one dimension. */
export function numbers(ops: Builder, list: readonly number[]): Value {
  return ops.concat(
    list.map((each) => ops.constant(each, [1])),
    0,
  );
}

/** As a keyword of a PyTorch call. */
export function tensorKeyword(list: readonly number[] | null): { readonly python: string } | undefined {
  return list === null ? undefined : { python: `torch.tensor([${list.map(asFloat).join(", ")}])` };
}

/** Python makes int64 of a list of whole numbers. */
function asFloat(each: number): string {
  return Number.isInteger(each) ? `${each}.0` : String(each);
}
