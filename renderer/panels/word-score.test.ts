import { expect, it } from "vitest";
import { wordScore } from "./word-score";

const names = ["Verify this node", "验证此节点"];

it("finds by words in any order and either language, and by letters at last", () => {
  expect(wordScore("a", "verify", names)).toBe(1);
  expect(wordScore("a", "node verify", names)).toBe(0.8);
  expect(wordScore("a", "验证", names)).toBe(1);
  expect(wordScore("a", "erify", names)).toBe(0.6);
  expect(wordScore("a", "vtn", names)).toBeGreaterThan(0);
  expect(wordScore("a", "vtn", names)).toBeLessThan(0.4);
  expect(wordScore("a", "xq", names)).toBe(0);
  expect(wordScore("a", " ", names)).toBe(1);
});
