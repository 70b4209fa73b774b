/** A data set in memory: named tensors with one row a sample, and how the rows are split. */
import type { DType, Shape } from "../tensor/tensor";
import type { Text } from "../tensor/text";

export interface DataTensor {
  /** One sample's shape, without the batch: [4] for a row of four numbers, [1, 28, 28] for a grey image, [] for a class. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** rows × elements, row-major; Int32Array for int64. */
  readonly values: Float32Array | Int32Array;
}

export interface Dataset {
  readonly name: string;
  readonly rows: number;
  /**
   * CSV classification: `features` (columns) float32, `label` () int64. CSV regression: `features`, `label` (1)
   * float32. Images and IDX: `image` (C, H, W) float32 in [0, 1], `label` () int64.
   */
  readonly tensors: Readonly<Record<string, DataTensor>>;
  /** The classes' names, in the order of their numbers; empty for regression. */
  readonly classes: readonly string[];
  /** The features' column names, for CSV. */
  readonly columns: readonly string[];
}

/** The rows that train and those that validate, and the scale that was taken off the training rows. */
export interface PreparedData {
  readonly dataset: Dataset;
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** By tensor name; values are already standardised with it. The same scale must be applied before predicting. */
  readonly scale: Readonly<Record<string, Scale>>;
}

/** x' = (x - mean) / std, one entry a column, or one a channel for images. */
export interface Scale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A mistake in a file, a value and not an exception: what, where, what to do. */
export interface DataError {
  readonly code: string;
  /** `iris.csv, line 12, column 3 (petal_length)` */
  readonly where: string;
  readonly message: Text;
}

export type DataResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DataError };

/** An image's pixels as an image decoder gives them: 8-bit RGBA rows. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** Handed in by the host: createImageBitmap in a worker, fast-png and jpeg-js in Node. @throws when it does not decode */
export type ImageDecoder = (bytes: Uint8Array, name: string) => Promise<DecodedImage>;

/** A file that the person chose. `path` is relative to what was chosen: `digits/3/012.png` for a folder. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
