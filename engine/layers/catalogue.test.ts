import { describe, expect, it } from "vitest";
import { contiguousType } from "../tensor/tensor";
import { languages } from "../tensor/text";
import { layerOf, layerOfFunctional, layers } from "./catalogue";
import { categories, type InferContext, type Params } from "./define";
import { sampleOf } from "./samples.fixture";
import { fromTorchArgs } from "./torch-args";

it("has every layer once", () => {
  const types = layers.map(({ type }) => type);
  expect(types.filter((type, i) => types.indexOf(type) !== i)).toEqual([]);
  expect(layerOf("Linear")?.type).toBe("Linear");
  expect(layerOf("linear")).toBeUndefined();
  expect(layerOfFunctional("softmax")?.type).toBe("Softmax");
});

describe.each(layers.map((layer) => [layer.type, layer] as const))("%s", (_, layer) => {
  it("can be read in every language", () => {
    const params = Object.values(layer.params).flatMap(({ about, none }) => (none ? [about, none] : [about]));
    for (const text of [layer.summary, layer.explanation, ...params]) {
      for (const language of languages) expect(text[language].trim()).not.toBe("");
      expect(text.zh).toMatch(/\p{Script=Han}/u);
      expect(text.en).not.toMatch(/\p{Script=Han}/u);
    }
    expect(layer.summary.en.length).toBeLessThan(70);
    expect(layer.aliases.some((alias) => /\p{Script=Han}/u.test(alias))).toBe(true);
    expect(layer.aliases.some((alias) => /^[\x20-\x7e]+$/.test(alias))).toBe(true);
  });

  it("names its category, ports and telling parameters", () => {
    expect(categories).toContain(layer.category);
    expect(layer.telling.length).toBeLessThanOrEqual(3);
    for (const name of layer.telling) expect(Object.keys(layer.params)).toContain(name);
  });

  it("gives the outputs it declares", () => {
    const { inputs, params: p } = sampleOf(layer);
    const outputs = layer.infer(inputs, p, { batchSize: 2, data: {} });
    // Of the ports of Split and Chunk the last may stay empty.
    const ports = Object.keys(outputs);
    expect(ports).toEqual(Object.keys(layer.outputs).slice(0, ports.length));
    expect(layer.flops(inputs, outputs, p)).toBeGreaterThanOrEqual(0);
  });

  it("has ONNX nodes that take only what is there", () => {
    const { inputs, params: p } = sampleOf(layer);
    const owned = { ...layer.weights(p), ...layer.buffers(p) };
    const names = [...Object.keys(layer.inputs), ...Object.keys(owned).filter((name) => owned[name])];
    layer.onnx(p, inputs).forEach((node, i) => {
      const known = ["", ...names, ...Array.from({ length: i }, (_, earlier) => `%${earlier}`)];
      for (const name of node.inputs) expect(known).toContain(name);
    });
  });
});

describe("PyTorch spelling", () => {
  it.each([
    ["Linear", { in_features: 4, out_features: 16, bias: false }, "nn.Linear(4, 16, bias=False)"],
    ["Conv2d", { in_channels: 1, out_channels: 8, kernel_size: 3 }, "nn.Conv2d(1, 8, 3)"],
    [
      "Conv2d",
      {
        in_channels: 1,
        out_channels: 8,
        kernel_size: [3, 5],
        stride: 2,
        padding: 1,
        padding_mode: "reflect",
      },
      'nn.Conv2d(1, 8, (3, 5), stride=2, padding=1, padding_mode="reflect")',
    ],
    ["BatchNorm2d", { num_features: 8, momentum: null }, "nn.BatchNorm2d(8, momentum=None)"],
    ["LayerNorm", { normalized_shape: [8] }, "nn.LayerNorm(8)"],
    ["LayerNorm", { normalized_shape: [4, 8] }, "nn.LayerNorm((4, 8))"],
    ["MaxPool2d", { kernel_size: 2 }, "nn.MaxPool2d(2)"],
    ["AvgPool2d", { kernel_size: 3, count_include_pad: false }, "nn.AvgPool2d(3, count_include_pad=False)"],
    ["Softmax", {}, "nn.Softmax(dim=-1)"],
    ["Dropout", { p: 0.25 }, "nn.Dropout(0.25)"],
    ["Flatten", {}, "nn.Flatten()"],
    ["Flatten", { start_dim: 2 }, "nn.Flatten(2, -1)"],
    ["View", { shape: [-1, 8] }, "{x}.view(-1, 8)"],
    ["Transpose", { dim0: 1, dim1: 2 }, "{x}.transpose(1, 2)"],
    ["Add", {}, "{a} + {b}"],
    ["MatMul", {}, "{a} @ {b}"],
    ["CrossEntropyLoss", { label_smoothing: 0.1 }, "nn.CrossEntropyLoss(label_smoothing=0.1)"],
    ["CrossEntropyLoss", { weight: [1, 0.5] }, "nn.CrossEntropyLoss(weight=torch.tensor([1, 0.5]))"],
    ["MSELoss", { reduction: "sum" }, 'nn.MSELoss(reduction="sum")'],
  ])("of %s %o", (type, args: Params, code) => {
    const layer = layerOf(type);
    expect(layer?.torch(fromTorchArgs(layer, args)).code).toBe(code);
  });
});

describe("ONNX spelling", () => {
  const x = contiguousType("float32", [2, 3, 4, 5]);
  const nodes = (type: string, args: Params) => {
    const layer = layerOf(type);
    return layer?.onnx(fromTorchArgs(layer, args, { x }), { x });
  };

  it("of Transpose names every dimension", () => {
    expect(nodes("Transpose", { dim0: 1, dim1: -1 })?.[0].attributes).toEqual({ perm: [0, 3, 2, 1] });
  });

  it("of Flatten keeps what is in front, whatever the batch", () => {
    expect(nodes("Flatten", {})).toEqual([{ op_type: "Flatten", inputs: ["x"], attributes: { axis: 1 } }]);
    expect(nodes("Flatten", { start_dim: 1, end_dim: 2 })?.[0].attributes).toEqual({
      value_ints: [0, -1, 5],
    });
  });

  it("of Conv2d writes same as pads", () => {
    const [conv] = nodes("Conv2d", { kernel_size: [2, 3], padding: "same" }) ?? [];
    expect(conv.attributes.pads).toEqual([0, 1, 1, 1]);
  });
});

describe("Input", () => {
  const input = layerOf("Input");
  const data = { features: { shape: [4], dtype: "float32" }, label: { shape: [], dtype: "int64" } } as const;
  const infer = (args: Params, from: InferContext["data"]) =>
    input?.infer({}, fromTorchArgs(input, args), { batchSize: 32, data: from }).y;

  it("has the data set's shape, with the batch in front", () => {
    expect(infer({}, data)).toEqual(contiguousType("float32", [32, 4]));
    expect(infer({ tensor: "label" }, data)).toEqual(contiguousType("int64", [32]));
  });

  it("has the shape given by hand", () => {
    expect(infer({ shape: [3, 8, 8] }, {})).toEqual(contiguousType("float32", [32, 3, 8, 8]));
  });

  it("says when there is nothing to bring", () => {
    expect(() => infer({}, {})).toThrow(expect.objectContaining({ code: "input-no-data" }));
    expect(() => infer({ tensor: "image" }, data)).toThrow(
      expect.objectContaining({
        code: "input-unknown-tensor",
        message: 'the data has no tensor "image", only "features", "label"',
      }),
    );
  });
});

describe("floating-point operations", () => {
  it.each([
    ["Linear", { out_features: 10 }, [32, 784], 32 * 10 * (2 * 784 + 1)],
    ["Conv2d", { out_channels: 8, kernel_size: 3, bias: false }, [2, 3, 6, 6], 2 * 8 * 4 * 4 * 2 * 27],
    ["MaxPool2d", { kernel_size: 2 }, [1, 1, 4, 4], 16],
    ["ReLU", {}, [5, 7], 35],
    ["Flatten", {}, [5, 7, 2], 0],
  ])("of %s", (type, args: Params, shape, flops) => {
    const layer = layerOf(type);
    if (!layer) throw new Error(`no layer ${type}`);
    const inputs = { x: contiguousType("float32", shape) };
    const p = fromTorchArgs(layer, args, inputs);
    expect(layer.flops(inputs, layer.infer(inputs, p, { batchSize: 2, data: {} }), p)).toBe(flops);
  });
});
