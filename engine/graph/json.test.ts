import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findMistake, printJson } from "./json";

describe("findMistake", () => {
  it.each([
    ['{"a": 1,', 1, 9, true],
    ['{\n  "a": [1, 2\n', 3, 1, true],
    ['{"a": "te\\"xt', 1, 14, true],
    ['{"a": "text\\', 1, 13, true],
    ['{"a": -', 1, 8, true],
    ['{"a": 1.5e', 1, 11, true],
    ['{"a": fal', 1, 10, true],
    ["", 1, 1, true],
    ['{"a": x}', 1, 7, false],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, false],
    ['{"a": 1,}', 1, 9, false],
    ["[1, 2,, 3]", 1, 7, false],
    ['{"a": 01}', 1, 8, false],
    ['{"a": 1} x', 1, 10, false],
    ["{'a': 1}", 1, 2, false],
  ])("%j: line %i, column %i", (text, line, column, cutOff) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findMistake(text)).toEqual({ line, column, cutOff });
  });

  it("knows that valid JSON was cut off, wherever that was", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, seed) => {
        const text = `[${json}]`;
        const cut = text.slice(0, seed % text.length);
        expect(findMistake(cut)).toEqual({ line: 1, column: cut.length + 1, cutOff: true });
      }),
    );
  });
});

describe("printJson", () => {
  it("keeps what is short on one line and breaks what is long", () => {
    const text = printJson({
      name: "x",
      list: [1, 2],
      nodes: [
        { id: "a", at: { x: 1 } },
        { id: "b", note: "long ".repeat(30) },
      ],
      none: [],
    });
    expect(text.split("\n").slice(0, 6)).toEqual([
      "{",
      '  "name": "x",',
      '  "list": [1, 2],',
      '  "nodes": [',
      '    { "id": "a", "at": { "x": 1 } },',
      "    {",
    ]);
  });

  it("is JSON again, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 80 }), (value, width) => {
        expect(JSON.parse(printJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
