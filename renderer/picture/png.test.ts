import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { isPng, projectInPng, withProject } from "./png";

const icon = new Uint8Array(readFileSync("assets/icons/icon.png"));
const project = JSON.stringify({ 网络: "a net\n".repeat(5000) });

test("a project put into a picture is found in it again, in any language", () => {
  const picture = withProject(icon, project);
  expect(projectInPng(picture)).toBe(project);
  // Compressed, and the picture itself is whole around it.
  expect(picture.length).toBeLessThan(icon.length + 1000);
  expect(picture.subarray(0, icon.length - 12)).toEqual(icon.subarray(0, -12));
  expect(picture.subarray(-12)).toEqual(icon.subarray(-12));
});

test("every chunk has the checksum that PNG asks for", () => {
  const picture = withProject(icon, project);
  const view = new DataView(picture.buffer);
  const types: string[] = [];
  for (let at = 8; at < picture.length; ) {
    const length = view.getUint32(at);
    types.push(String.fromCharCode(...picture.subarray(at + 4, at + 8)));
    expect(view.getUint32(at + 8 + length)).toBe(crc32(picture.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  expect(types[0]).toBe("IHDR");
  expect(types.slice(-2)).toEqual(["iTXt", "IEND"]);
});

test("a picture without a project, a broken one and what is no picture have none", () => {
  expect(projectInPng(icon)).toBeNull();
  const picture = withProject(icon, project);
  for (const length of [0, 7, 20, icon.length, picture.length - 40])
    expect(projectInPng(picture.subarray(0, length))).toBeNull();
  expect(isPng(icon)).toBe(true);
  expect(isPng(new TextEncoder().encode("{}"))).toBe(false);
});
