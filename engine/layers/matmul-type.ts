/** The matrix product as `torch.matmul` gives it, for one dimension and more, with its many messages. */
import { broadcastShapes, printShape } from "../tensor/dims";
import { TensorError } from "../tensor/errors";
import { contiguousType, elementCount, type Shape, type TensorType } from "../tensor/tensor";
import { contiguous, transpose } from "../tensor/views";

/**
 * (…, m, k) · (…, k, n) → (…, m, n); a vector is a row on the left and a column on the right, and its 1 is dropped.
 * PyTorch multiplies with a vector or a matrix by folding the other operand's leading dimensions into its rows, and
 * the messages speak of the folded sizes. Source: ATen/native/LinearAlgebra.cpp `_matmul_impl`.
 * @throws TensorError matmul-scalar, matmul-shapes, shapes-do-not-broadcast, different-dtypes
 */
export function matmulType(a: TensorType, b: TensorType): TensorType {
  const left = a.shape;
  const right = b.shape;
  if (left.length === 0 || right.length === 0) {
    throw new TensorError(
      "matmul-scalar",
      "RuntimeError",
      `both arguments to matmul need to be at least 1D, but they are ${left.length}D and ${right.length}D`,
    );
  }
  if (left.length === 1 && right.length === 1) return dot(a, b);
  if (folds(a, right.length) || (left.length <= 2 && right.length <= 2))
    return product(a, b, rowsTimes(left, right));
  if (folds(b, left.length)) return foldedRight(a, b);
  return product(a, b, batched(left, right));
}

function dot(a: TensorType, b: TensorType): TensorType {
  const [[left], [right]] = [a.shape, b.shape];
  if (a.dtype !== b.dtype) {
    const found = `${scalarType(a)} and ${scalarType(b)}`;
    throw differentTypes(`dot : expected both vectors to have same dtype, but found ${found}`);
  }
  if (left === right) return contiguousType(a.dtype, []);
  throw mismatch(
    `inconsistent tensor size, expected tensor [${left}] and src [${right}] to have the same number of elements, ` +
      `but got ${left} and ${right} elements respectively`,
  );
}

/** b's leading dimensions are its rows once it is turned: (a · b)ᵀ = bᵀ · aᵀ */
function foldedRight(a: TensorType, b: TensorType): TensorType {
  const turned = (shape: Shape): number[] => [
    ...shape.slice(0, -2),
    shape[shape.length - 1],
    shape[shape.length - 2],
  ];
  if (a.shape.length === 1) return product(b, a, rowsTimes(turned(b.shape), a.shape));
  return contiguous(transpose(product(b, a, rowsTimes(turned(b.shape), turned(a.shape))), -2, -1));
}

/** (…, k) by (k) or by (k, n), the left one's leading dimensions folded into rows */
function rowsTimes(left: Shape, right: Shape): number[] {
  const leading = left.slice(0, -1);
  const rows = elementCount(leading);
  const inner = left[left.length - 1];
  const [size, columns] = right;
  if (columns === undefined) {
    if (inner !== size) throw mismatch(`size mismatch, got ${rows}, ${rows}x${inner},${size}`);
    return leading;
  }
  if (inner !== size) {
    throw mismatch(`mat1 and mat2 shapes cannot be multiplied (${rows}x${inner} and ${size}x${columns})`);
  }
  return [...leading, columns];
}

function batched(left: Shape, right: Shape): number[] {
  const rows = left.length > 1 ? [left[left.length - 2]] : [];
  const columns = right.length > 1 ? [right[right.length - 1]] : [];
  const leftInner = left[left.length - 1];
  const rightInner = right[right.length - Math.min(right.length, 2)];
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  if (leftInner !== rightInner) {
    const count = elementCount(batch);
    throw mismatch(
      `Expected size for first two dimensions of batch2 tensor to be: ${printShape([count, leftInner])} but got: ` +
        `${printShape([count, rightInner])}.`,
    );
  }
  return [...batch, ...rows, ...columns];
}

/** Whether PyTorch folds `x`'s leading dimensions: not when its matrices are transposed, which a batch product can use as they are. */
function folds({ shape, stride }: TensorType, otherRank: number): boolean {
  if (shape.length < 3 || otherRank > 2) return false;
  const transposed = stride[shape.length - 1] !== 1 && stride[0] === shape[1] * shape[2];
  return !(shape.length === 3 && otherRank === 2 && transposed);
}

function product(a: TensorType, b: TensorType, shape: Shape): TensorType {
  if (a.dtype !== b.dtype) {
    throw differentTypes(`expected scalar type ${scalarType(a)} but found ${scalarType(b)}`);
  }
  return contiguousType(a.dtype, shape);
}

function scalarType(x: TensorType): string {
  return x.dtype === "float32" ? "Float" : "Long";
}

function mismatch(message: string): TensorError {
  return new TensorError("matmul-shapes", "RuntimeError", message);
}

function differentTypes(message: string): TensorError {
  return new TensorError("different-dtypes", "RuntimeError", message);
}
