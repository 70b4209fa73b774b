import { expect, it } from "vitest";
import { identifier, nameNodes } from "./check-names";

function names(...nodes: readonly (readonly [type: string, name?: string])[]): string[] {
  const position = { x: 0, y: 0 };
  const graph = {
    nodes: nodes.map(([type, name = ""], i) => ({ id: `${i}`, type, name, params: {}, position })),
    edges: [],
  };
  return [...nameNodes(graph)].sort(([a], [b]) => Number(a) - Number(b)).map(([, name]) => name);
}

it.each([
  ["Conv2d", "conv2d"],
  ["MaxPool2d", "max_pool2d"],
  ["BatchNorm2d", "batch_norm2d"],
  ["ReLU", "relu"],
  ["MSELoss", "mse_loss"],
  ["CrossEntropyLoss", "cross_entropy_loss"],
  ["My first layer!", "my_first_layer"],
  ["  fc--1 ", "fc_1"],
  ["卷积 一", "卷积_一"],
  ["ｆｃ１", "fc1"],
  ["2nd", "linear_2nd"],
  ["class", "class_"],
  ["forward", "forward_"],
  ["train", "train_"],
  ["None", "none"],
  ["!?", "linear"],
])("%s becomes %s", (text, expected) => {
  expect(identifier(text, "Linear")).toBe(expected);
});

it("numbers nodes of the same name, and gives a person's name its right", () => {
  expect(names(["Linear"], ["Linear"], ["ReLU"])).toEqual(["linear", "linear_2", "relu"]);
  expect(names(["Linear"], ["ReLU", "linear"], ["Tanh", "linear"])).toEqual([
    "linear_3",
    "linear",
    "linear_2",
  ]);
  expect(names(["Linear", "head"], ["Linear", "Head"], ["Linear", "head 2"])).toEqual([
    "head",
    "head_2",
    "head_2_2",
  ]);
  expect(names(["Linear", "class"], ["Linear", "class"])).toEqual(["class_", "class_2"]);
});
