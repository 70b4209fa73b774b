/** Gram and Schmidt's way from random vectors to vectors at right angles. */

/**
 * Of a matrix of `rows` rows, row-major: its rows, or its columns where they are fewer, at right angles and of length 1.
 * Each keeps the direction that the ones before it leave of it, so that of normal numbers all directions are as likely,
 * as with the sign that `torch.nn.init.orthogonal_` gives to the QR decomposition.
 */
export function orthogonalRows(matrix: Float64Array, rows: number): Float32Array {
  const columns = rows === 0 ? 0 : matrix.length / rows;
  const byRow = rows <= columns;
  const [count, size] = byRow ? [rows, columns] : [columns, rows];
  const at = (vector: number, i: number): number => (byRow ? vector * columns + i : i * columns + vector);
  const vectors = Array.from({ length: count }, (_, vector) =>
    Float64Array.from({ length: size }, (_element, i) => matrix[at(vector, i)]),
  );
  for (const [index, vector] of vectors.entries()) {
    for (const before of vectors.slice(0, index)) subtract(vector, before, dot(vector, before));
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < size; i++) vector[i] /= length;
  }
  const result = new Float32Array(matrix.length);
  for (const [vector, values] of vectors.entries()) {
    for (let i = 0; i < size; i++) result[at(vector, i)] = values[i];
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function subtract(from: Float64Array, other: Float64Array, times: number): void {
  for (let i = 0; i < from.length; i++) from[i] -= times * other[i];
}
