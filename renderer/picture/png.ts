/** A project inside a PNG, as a compressed iTXt chunk. Source: PNG specification, third edition, 5.3 and 11.3.3.3. */
import { unzlibSync, zlibSync } from "fflate";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const keyword = "tensorloom-project";
/** What stands before the text: keyword, its end, compressed, by zlib, no language, no translated keyword. */
const head = new TextEncoder().encode(`${keyword}\0\u0001\0\0\0`);

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/**
 * The picture with the project in it, before its last chunk.
 *
 * @param png a whole PNG, whose last chunk is IEND
 */
export function withProject(png: Uint8Array, project: string): Uint8Array<ArrayBuffer> {
  const text = zlibSync(new TextEncoder().encode(project));
  const added = chunk("iTXt", [head, text]);
  const end = png.length - endLength;
  const result = new Uint8Array(png.length + added.length);
  result.set(png.subarray(0, end));
  result.set(added, end);
  result.set(png.subarray(end), end + added.length);
  return result;
}

/** Null when there is none, or the picture is broken before it. */
export function projectInPng(png: Uint8Array): string | null {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = signature.length; at + frame <= png.length; ) {
    const length = view.getUint32(at);
    const data = png.subarray(at + 8, at + 8 + length);
    if (data.length < length) return null;
    if (typeOf(png, at) === "iTXt" && head.every((byte, index) => data[index] === byte)) {
      try {
        return new TextDecoder().decode(unzlibSync(data.subarray(head.length)));
      } catch {
        return null;
      }
    }
    at += frame + length;
  }
  return null;
}

/** Bytes of a chunk beside its data: length, type, checksum. */
const frame = 12;
const endLength = frame;

function typeOf(png: Uint8Array, at: number): string {
  return String.fromCharCode(...png.subarray(at + 4, at + 8));
}

function chunk(type: string, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(frame + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  bytes.set(new TextEncoder().encode(type), 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(bytes.subarray(4, at)));
  return bytes;
}

/** Over type and data, bit by bit: a project is small. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
