import { describe, expect, it } from "vitest";
import type { CheckedGraph, CheckedTensor } from "../compile/checked";
import { emptyProject, type Project } from "../graph/project";
import { zeros } from "../layers/initializers";
import { contiguousType } from "../tensor/tensor";
import { graphJson } from "./json";

/** A tensor of N rows. */
function rows(batchSize: number, size: number): CheckedTensor {
  return {
    ...contiguousType("float32", [batchSize, size]),
    symbolicShape: [
      { n: 1, batch: true },
      { n: size, batch: false },
    ],
    symbolicStride: [
      { n: size, batch: false },
      { n: 1, batch: false },
    ],
    contiguous: true,
  };
}

const position = { x: 0, y: 0 };
const project: Project = {
  ...emptyProject("Iris"),
  graph: {
    nodes: [
      { id: "a", type: "Input", name: "features", params: {}, position },
      { id: "b", type: "Linear", name: "", params: {}, position },
      { id: "c", type: "View", name: "flat", params: {}, position },
    ],
    edges: [
      { id: "1", from: { node: "a", port: "y" }, to: { node: "b", port: "x" } },
      { id: "2", from: { node: "b", port: "y" }, to: { node: "c", port: "x" } },
    ],
  },
};

const checked: CheckedGraph = {
  batchSize: 32,
  order: ["a", "b"],
  nodes: {
    a: {
      id: "a",
      type: "Input",
      name: "features",
      params: { tensor: "features" },
      inputs: {},
      outputs: { y: rows(32, 4) },
      weights: {},
      buffers: {},
      parameterCount: 0,
      flops: 0,
      trainingFlops: 0,
      activationBytes: 0,
    },
    b: {
      id: "b",
      type: "Linear",
      name: "linear",
      params: { in_features: 4, out_features: 3, bias: false },
      inputs: { x: rows(32, 4) },
      outputs: { y: rows(32, 3) },
      weights: { weight: { shape: [3, 4], init: zeros } },
      buffers: {},
      parameterCount: 12,
      flops: 768,
      trainingFlops: 2304,
      activationBytes: 384,
    },
  },
  edges: project.graph.edges,
  diagnostics: [
    {
      code: "view-invalid-shape",
      severity: "error",
      node: "c",
      port: null,
      title: { en: "The sizes do not fit", zh: "尺寸不匹配" },
      message: "shape '[5]' is invalid for input of size 96",
      explanation: { en: "", zh: "" },
      causes: [],
      fixes: [],
    },
  ],
  losses: [],
  loss: null,
  parameterCount: 12,
  flops: 768,
  trainingFlops: 2304,
  activationBytes: 384,
};

describe("graphJson", () => {
  it("tells what the checker found, by names", () => {
    // Through JSON, as a tool will read it.
    const json: unknown = JSON.parse(JSON.stringify(graphJson(project, checked)));
    expect(json).toEqual({
      format: "tensorloom-graph",
      version: 1,
      name: "Iris",
      batch_size: 32,
      nodes: [
        {
          name: "features",
          type: "Input",
          params: { tensor: "features" },
          inputs: {},
          outputs: { y: { shape: ["N", 4], stride: [4, 1], dtype: "float32" } },
          weights: {},
          buffers: {},
          parameter_count: 0,
          flops: 0,
        },
        {
          name: "linear",
          type: "Linear",
          params: { in_features: 4, out_features: 3, bias: false },
          inputs: { x: { shape: ["N", 4], stride: [4, 1], dtype: "float32" } },
          outputs: { y: { shape: ["N", 3], stride: [3, 1], dtype: "float32" } },
          weights: { weight: { shape: [3, 4] } },
          buffers: {},
          parameter_count: 12,
          flops: 768,
        },
      ],
      edges: [{ from: { node: "features", port: "y" }, to: { node: "linear", port: "x" } }],
      loss: null,
      parameter_count: 12,
      flops: 768,
      problems: [
        {
          code: "view-invalid-shape",
          severity: "error",
          node: "flat",
          message: "shape '[5]' is invalid for input of size 96",
        },
      ],
    });
  });
});
