import { describe, expect, it } from "vitest";
import { shapeText, strideText, valueText } from "./shape-text";

const dim = (n: number, batch = false) => ({ n, batch });

describe("shapes as they are read", () => {
  it("leaves the batch symbolic", () => {
    expect(shapeText([dim(1, true), dim(16), dim(28), dim(28)])).toBe("N×16×28×28");
    expect(shapeText([dim(4, true), dim(2)])).toBe("4N×2");
    expect(shapeText([])).toBe("()");
    expect(strideText([dim(3136), dim(1), dim(196)])).toBe("3136, 1, 196");
  });

  it("writes values as PyTorch's readers know them", () => {
    expect(valueText(3, "pair")).toBe("3×3");
    expect(valueText([1, 2], "pair")).toBe("1×2");
    expect(valueText([-1, 3136], "integers")).toBe("-1, 3136");
    expect(valueText(true, "flag")).toBe("True");
    expect(valueText("same", "pair")).toBe("same");
  });
});
