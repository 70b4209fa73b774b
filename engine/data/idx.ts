/**
 * The IDX format of MNIST: magic (0, 0, type, number of dimensions), each dimension as a big-endian 32-bit number,
 * then the values. Source: yann.lecun.com/exdb/mnist. Only unsigned bytes (type 0x08) are read.
 */
import { gunzipSync } from "fflate";
import { elementCount } from "../tensor/tensor";
import type { DataResult, Dataset, DataTensor, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";

export interface IdxFile {
  readonly path: string;
  /** Rows first. */
  readonly dims: readonly number[];
  readonly values: Uint8Array;
}

/** True when the name or the first bytes say IDX, packed by gzip or not. */
export function looksLikeIdx({ path, bytes }: InputFile): boolean {
  return isGzip(bytes) || (bytes[0] === 0 && bytes[1] === 0) || /idx\d?-ubyte/.test(path);
}

/** Errors: `gzip-broken`, `idx-magic`, `idx-type`, `idx-length`. */
export function readIdx({ path, bytes: packed }: InputFile): DataResult<IdxFile> {
  const unpacked = unpack(path, packed);
  if (!unpacked.ok) return unpacked;
  const bytes = unpacked.value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = 4 + 4 * (bytes[3] ?? 0);
  if (bytes[0] !== 0 || bytes[1] !== 0 || !(bytes[3] > 0)) {
    const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return failed("idx-magic", path, {
      en: `${path} is not an IDX file: it starts with “${found}” instead of “00 00 08”. Choose the images and labels files of a set like MNIST.`,
      zh: `${path} 不是 IDX 文件：开头是“${found}”，而不是“00 00 08”。请选择 MNIST 这类数据集的图片文件和标签文件。`,
    });
  }
  if (bytes[2] !== 0x08)
    return failed("idx-type", path, {
      en: `${path} holds values of type 0x${bytes[2].toString(16)}. Only unsigned bytes (0x8) can be read; save it as such.`,
      zh: `${path} 中的值类型为 0x${bytes[2].toString(16)}。只能读取无符号字节（0x8），请以该类型重新保存。`,
    });
  if (bytes.length < header) return wrongLength(path, bytes.length, header);
  const dims = Array.from({ length: bytes[3] }, (_, dim) => view.getUint32(4 + 4 * dim));
  const expected = header + elementCount(dims);
  if (bytes.length !== expected) return wrongLength(path, bytes.length, expected);
  return succeeded({ path, dims, values: bytes.subarray(header) });
}

/**
 * Images (N, H, W) or (N, C, H, W) and labels (N), in either order → `image` (C, H, W) float32 in [0, 1] and `label`
 * () int64; the classes are 0 to the largest label. Errors: those of `readIdx`, `idx-pair`, `idx-count`, `one-class`.
 */
export function readIdxPair(files: readonly [InputFile, InputFile]): DataResult<{
  dataset: Dataset;
  images: string;
  labels: string;
}> {
  const [first, second] = files.map(readIdx);
  if (!first.ok) return first;
  if (!second.ok) return second;
  const [labels, images] = [first.value, second.value].sort((a, b) => a.dims.length - b.dims.length);
  const where = `${images.path}, ${labels.path}`;
  if (labels.dims.length !== 1 || images.dims.length < 3 || images.dims.length > 4)
    return failed("idx-pair", where, {
      en: `One file must hold images and the other labels, but their shapes are ${images.dims.join("×")} and ${labels.dims.join("×")}. Choose a pair like train-images-idx3-ubyte and train-labels-idx1-ubyte.`,
      zh: `两个文件应分别包含图片和标签，但它们的形状是 ${images.dims.join("×")} 和 ${labels.dims.join("×")}。请选择成对的文件，例如 train-images-idx3-ubyte 和 train-labels-idx1-ubyte。`,
    });
  const [rows] = images.dims;
  if (rows !== labels.dims[0])
    return failed("idx-count", where, {
      en: `${images.path} has ${rows} images, but ${labels.path} has ${labels.dims[0]} labels. Choose two files of the same set.`,
      zh: `${images.path} 有 ${rows} 张图片，而 ${labels.path} 有 ${labels.dims[0]} 个标签。请选择同一数据集的两个文件。`,
    });
  if (new Set(labels.values).size < 2)
    return failed("one-class", labels.path, {
      en: `All labels in ${labels.path} are the same. A classifier needs at least two classes; choose another set.`,
      zh: `${labels.path} 中的所有标签都相同。分类至少需要两个类别，请选择其他数据集。`,
    });
  const most = labels.values.reduce((a, b) => Math.max(a, b), 0);
  const label: DataTensor = { shape: [], dtype: "int64", values: Int32Array.from(labels.values) };
  return succeeded({
    images: images.path,
    labels: labels.path,
    dataset: {
      name: setName(images.path),
      rows,
      classes: Array.from({ length: most + 1 }, (_, number) => String(number)),
      columns: [],
      tensors: { image: imageTensor(images), label },
    },
  });
}

function unpack(path: string, bytes: Uint8Array): DataResult<Uint8Array> {
  if (!isGzip(bytes)) return succeeded(bytes);
  try {
    return succeeded(gunzipSync(bytes));
  } catch {
    return failed("gzip-broken", path, {
      en: `${path} could not be unpacked: it is cut off or damaged. Download or copy it again.`,
      zh: `无法解压 ${path}：文件不完整或已损坏。请重新下载或复制。`,
    });
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function wrongLength(path: string, found: number, expected: number): DataResult<never> {
  return failed("idx-length", path, {
    en: `${path} has ${found} bytes where its header promises ${expected}. It is ${found < expected ? "cut off" : "damaged"}; download or copy it again.`,
    zh: `${path} 有 ${found} 字节，而文件头表明应有 ${expected} 字节。文件${found < expected ? "不完整" : "已损坏"}，请重新下载或复制。`,
  });
}

/** (N, H, W) or (N, C, H, W) → (C, H, W) float32 in [0, 1] */
export function imageTensor({ dims, values }: IdxFile): DataTensor {
  const shape = dims.length === 3 ? [1, ...dims.slice(1)] : dims.slice(1);
  // Float32Array.from with a function is 20 times slower, a second for 10,000 digits
  const scaled = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) scaled[index] = values[index] / 255;
  return { shape, dtype: "float32", values: scaled };
}

/** `mnist10k-images-idx3-ubyte.gz` → mnist10k */
function setName(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return file.replace(/[-._]?images[-._]?idx\d.*$/, "") || file;
}
