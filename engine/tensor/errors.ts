/** Python's exception class, as PyTorch raises it. */
export type TorchErrorType =
  | "RuntimeError"
  | "IndexError"
  | "ValueError"
  | "TypeError"
  | "AssertionError"
  | "NotImplementedError";

/**
 * A mistake that a person can make in a graph: the words are PyTorch's, the code is ours and never changes.
 * Rules throw it; the checker catches it and makes a diagnostic of it.
 */
export class TensorError extends Error {
  override readonly name = "TensorError";

  constructor(
    /** Kebab-case and stable, e.g. `view-not-contiguous`. */
    readonly code: string,
    readonly torchType: TorchErrorType,
    /** PyTorch's message, to the letter. */
    message: string,
  ) {
    super(message);
  }
}
