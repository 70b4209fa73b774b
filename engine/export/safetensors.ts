/**
 * Weights as a safetensors file: eight bytes with the header's length, a JSON header, then the values, little-endian.
 * Format: https://huggingface.co/docs/safetensors. Written as the reference implementation writes it, byte for byte.
 */
import type { DataResult } from "../data/dataset";
import { elementCount, type Shape } from "../tensor/tensor";
import type { Text } from "../tensor/text";

export type SafeTensor =
  | { readonly dtype: "F32"; readonly shape: Shape; readonly data: Float32Array }
  | { readonly dtype: "I64" | "I32"; readonly shape: Shape; readonly data: Int32Array };

export interface Safetensors {
  /** By name, in the file's order. */
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation reads no longer header. */
const longestHeader = 100_000_000;

const writtenBytes = { F32: 4, I32: 4, I64: 8 } as const;

/** @throws Error when a tensor's values do not fill its shape, or it is called `__metadata__` */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // The widest alignment first, then by name, as the reference implementation does.
  const rank = { I64: 0, F32: 1, I32: 2 } as const;
  const sorted = Object.entries(tensors).sort(
    ([a, x], [b, y]) => rank[x.dtype] - rank[y.dtype] || compareByCodePoint(a, b),
  );
  // Joined by hand, because an object would put names like "0" first.
  const header: string[] = [];
  if (Object.keys(metadata).length > 0) header.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let length = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (data.length !== elementCount(shape))
      throw new Error(`safetensors: ${name} has ${data.length} values`);
    if (name === "__metadata__") throw new Error("safetensors: no tensor can be called __metadata__");
    const end = length + data.length * writtenBytes[dtype];
    header.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [length, end] })}`);
    length = end;
  }
  const text = new TextEncoder().encode(`{${header.join(",")}}`);
  const start = 8 + Math.ceil(text.length / 8) * 8;

  const bytes = new Uint8Array(start + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, start);
  let at = start;
  for (const [, { dtype, data }] of sorted) {
    for (const value of data) {
      if (dtype === "F32") view.setFloat32(at, value, true);
      else if (dtype === "I32") view.setInt32(at, value, true);
      else view.setBigInt64(at, BigInt(value), true);
      at += writtenBytes[dtype];
    }
  }
  return bytes;
}

interface StoredType {
  readonly bytes: number;
  readonly as: SafeTensor["dtype"];
  /** One element, little-endian. */
  read(view: DataView, at: number): number;
}

const storedTypes: ReadonlyMap<unknown, StoredType> = new Map<unknown, StoredType>([
  ["F64", { bytes: 8, as: "F32", read: (view, at) => view.getFloat64(at, true) }],
  ["F32", { bytes: 4, as: "F32", read: (view, at) => view.getFloat32(at, true) }],
  ["F16", { bytes: 2, as: "F32", read: (view, at) => halfToNumber(view.getUint16(at, true)) }],
  ["BF16", { bytes: 2, as: "F32", read: (view, at) => bfloatToNumber(view.getUint16(at, true)) }],
  ["I64", { bytes: 8, as: "I64", read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ["I32", { bytes: 4, as: "I32", read: (view, at) => view.getInt32(at, true) }],
]);

/**
 * Reads any safetensors file. F16, BF16 and F64 become F32; integers have 32 bits here.
 * Bad bytes are an error that says which tensor and what is wrong with it.
 */
export function readSafetensors(bytes: Uint8Array): DataResult<Safetensors> {
  try {
    return { ok: true, value: read(bytes) };
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    return { ok: false, error: { code: error.code, where: error.where, message: error.text } };
  }
}

/** Never leaves this file: `readSafetensors` makes a value of it. */
class BadFile extends Error {
  constructor(
    readonly code: string,
    readonly where: string,
    readonly text: Text,
  ) {
    super(code);
  }
}

function read(bytes: Uint8Array): Safetensors {
  const { entries, metadata, start } = readHeader(bytes);
  const length = bytes.length - start;
  const described = entries.map(([name, entry]) => describe(name, entry));
  checkOffsets(described, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  return {
    tensors: Object.fromEntries(described.map((tensor) => [tensor.name, readTensor(view, tensor)])),
    metadata,
  };
}

interface Header {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the values begin, in bytes. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < 8) throw cutOff(bytes.length, 8);
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (size > longestHeader) {
    throw new BadFile("safetensors-header-too-long", "header", {
      en: `The file says that its header has ${size} bytes, more than any safetensors file has. It is probably not a safetensors file. Choose another one.`,
      zh: `文件声称其头部有 ${size} 字节，超过了任何 safetensors 文件。它可能不是 safetensors 文件，请选择其他文件。`,
    });
  }
  const start = 8 + size;
  if (bytes.length < start) throw cutOff(bytes.length, start);
  const header = parseJson(bytes.subarray(8, start));
  if (!isRecord(header)) throw badHeader();
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw badHeader();
  // Every value is a string: looked at in the line above.
  return { entries: Object.entries(rest), metadata: metadata as Record<string, string>, start };
}

function parseJson(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    throw badHeader();
  }
}

interface Described {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** A tensor's entry in the header, if it makes sense by itself. */
function describe(name: string, entry: unknown): Described {
  const where = `tensor ${name}`;
  if (
    !isRecord(entry) ||
    !isSizes(entry.shape) ||
    !isSizes(entry.data_offsets) ||
    entry.data_offsets.length !== 2
  ) {
    throw new BadFile("safetensors-bad-entry", where, {
      en: `The header's entry for “${name}” needs a dtype, a shape and two data_offsets. The file is damaged: get it again.`,
      zh: `头部中“${name}”的条目需要 dtype、shape 和两个 data_offsets。文件已损坏，请重新获取。`,
    });
  }
  const type = storedTypes.get(entry.dtype);
  if (!type) {
    throw new BadFile("safetensors-unknown-dtype", where, {
      en: `“${name}” has the dtype ${String(entry.dtype)}, which cannot be read. Save it as ${[...storedTypes.keys()].join(", ")}.`,
      zh: `“${name}”的 dtype 为 ${String(entry.dtype)}，无法读取。请将其保存为 ${[...storedTypes.keys()].join("、")} 之一。`,
    });
  }
  const [begin, end] = entry.data_offsets;
  const needed = elementCount(entry.shape) * type.bytes;
  if (end - begin !== needed) {
    throw new BadFile("safetensors-wrong-size", where, {
      en: `“${name}” of shape [${entry.shape.join(", ")}] needs ${needed} bytes, but the header gives it ${end - begin}. The file is damaged: get it again.`,
      zh: `形状为 [${entry.shape.join(", ")}] 的“${name}”需要 ${needed} 字节，但头部给出的是 ${end - begin} 字节。文件已损坏，请重新获取。`,
    });
  }
  return { name, type, shape: entry.shape, begin, end };
}

/** The format wants the tensors to fill the file: no overlap, no hole, nothing after the last. */
function checkOffsets(tensors: readonly Described[], length: number): void {
  let next = 0;
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== next) {
      throw new BadFile(begin < next ? "safetensors-overlap" : "safetensors-hole", `tensor ${name}`, {
        en: `“${name}” begins at byte ${begin} of the values, but the tensor before it ends at ${next}. The file is damaged: get it again.`,
        zh: `“${name}”从数据的第 ${begin} 字节开始，但前一个张量在第 ${next} 字节结束。文件已损坏，请重新获取。`,
      });
    }
    next = end;
  }
  if (length < next) throw cutOff(length, next);
  if (length > next) {
    throw new BadFile("safetensors-extra-bytes", "end of file", {
      en: `${length - next} bytes after the last tensor belong to nothing. The file is damaged: get it again.`,
      zh: `最后一个张量之后有 ${length - next} 个不属于任何张量的字节。文件已损坏，请重新获取。`,
    });
  }
}

function readTensor(view: DataView, { name, type, shape, begin }: Described): SafeTensor {
  const count = elementCount(shape);
  if (type.as === "F32") {
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = type.read(view, begin + i * type.bytes);
    return { dtype: type.as, shape, data };
  }
  const data = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const value = type.read(view, begin + i * type.bytes);
    data[i] = value;
    if (data[i] !== value) {
      throw new BadFile("safetensors-integer-too-large", `tensor ${name}`, {
        en: `“${name}” holds ${value}, which does not fit in 32 bits, the size of integers here. Save it with smaller numbers.`,
        zh: `“${name}”含有 ${value}，超出了此处整数的 32 位范围。请用较小的数重新保存。`,
      });
    }
  }
  return { dtype: type.as, shape, data };
}

function cutOff(has: number, needs: number): BadFile {
  return new BadFile("safetensors-cut-off", "end of file", {
    en: `The file is cut off: ${needs} bytes are needed here and there are ${has}. Download or save it again.`,
    zh: `文件不完整：此处需要 ${needs} 字节，实际只有 ${has} 字节。请重新下载或保存。`,
  });
}

function badHeader(): BadFile {
  return new BadFile("safetensors-bad-header", "header", {
    en: "The header is not the JSON object of a safetensors file. Choose a .safetensors file, or get this one again.",
    zh: "头部不是 safetensors 文件的 JSON 对象。请选择 .safetensors 文件，或重新获取该文件。",
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** As UTF-8 bytes are ordered; JavaScript's own order differs beyond U+FFFF. */
function compareByCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const differs = left.findIndex((character, i) => character !== right[i]);
  if (differs === -1) return left.length - right.length;
  return (left[differs].codePointAt(0) ?? 0) - (right[differs]?.codePointAt(0) ?? -1);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}
