import { expect, test } from "vitest";
import { layers } from "../../engine";
import { fill } from "../ui/text-values";
import { paramFacts } from "./param-facts";

const facts = (type: string, name: string, language: "en" | "zh" = "en") => {
  const layer = layers.find((each) => each.type === type);
  if (!layer) throw new Error(`there is no ${type}`);
  return paramFacts(name, layer.params[name], (text, values) => fill(text[language], values));
};

test.each([
  ["Conv2d", "kernel_size", "elements · default 3 · at least 1"],
  ["Linear", "in_features", "features · default from the input · at least 1"],
  ["Linear", "bias", "default yes"],
  ["Dropout", "p", "probability · default 0.5 · 0 to 1"],
  ["MaxPool2d", "stride", "elements · default same as kernel_size · at least 1"],
  ["Conv2d", "padding_mode", "default zeros"],
])("%s %s: %s", (type, name, expected) => {
  expect(facts(type, name)).toBe(expected);
});

test("in Chinese", () => {
  expect(facts("Dropout", "p", "zh")).toBe("概率 · 默认 0.5 · 0 到 1");
});

test("every size of every layer has a unit", () => {
  const without = layers.flatMap(({ type, params }) =>
    Object.entries(params)
      .filter(([name, { kind }]) => kind === "pair" || /size|features|channels|^num_|^dim|_dim$/.test(name))
      .filter(([name]) => facts(type, name).startsWith("default"))
      .map(([name]) => `${type}.${name}`),
  );
  expect(without).toEqual([]);
});
