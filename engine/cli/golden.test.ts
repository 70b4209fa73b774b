import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { goldenCommand, goldenFolder, runSubject } from "./golden";

let folder = "";
let lines: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "golden-"));
  vi.stubEnv("GOLDEN_DIR", folder);
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function write(subject: string, ...cases: readonly object[]): Promise<void> {
  await writeFile(path.join(folder, `${subject}.json`), JSON.stringify({ subject, cases }));
}

const transposed = {
  op: "transpose",
  args: [0, 1],
  shape: [3, 2],
  stride: [1, 3],
  contiguous: false,
  offset: 0,
  view: true,
  checksum: 65,
};
const view = { op: "view", args: [[6]] };
const notContiguous = {
  at: 1,
  type: "RuntimeError",
  message:
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
};
const relu = {
  inputs: [{ shape: [2, 3], ops: [["transpose", 0, 1]] }],
  layer: "ReLU",
  args: {},
  output: { shape: [3, 2], stride: [1, 3], contiguous: false },
};
const bound = { distribution: "uniform", bound: 0.5, shape: [3, 4] };

describe("a wrong answer is failed, with what differs", () => {
  it.each<[Parameters<typeof runSubject>[0], string, object]>([
    ["views", "", { shape: [2, 3], ops: [transposed] }],
    ["views", "", { shape: [2, 3], ops: [transposed, view], error: notContiguous }],
    ["views", "stride: [1,3] instead of [2,1]", { shape: [2, 3], ops: [{ ...transposed, stride: [2, 1] }] }],
    ["views", "checksum: 65 instead of 64", { shape: [2, 3], ops: [{ ...transposed, checksum: 64 }] }],
    ["views", "view: true instead of false", { shape: [2, 3], ops: [{ ...transposed, view: false }] }],
    [
      "views",
      "message",
      { shape: [2, 3], ops: [transposed, view], error: { ...notContiguous, message: "no" } },
    ],
    [
      "views",
      "works instead of raising",
      { shape: [2, 3], ops: [transposed], error: { ...notContiguous, at: 0 } },
    ],
    ["views", "raises RuntimeError", { shape: [2, 3], ops: [transposed, view] }],
    [
      "shapes",
      "",
      {
        op: "Linear",
        args: { in_features: 4, out_features: 3 },
        inputs: [{ shape: [2, 4] }],
        outputs: [[2, 3]],
        params: [
          { name: "weight", shape: [3, 4] },
          { name: "bias", shape: [3] },
        ],
        param_count: 15,
        buffers: [],
      },
    ],
    [
      "shapes",
      "parameters",
      {
        op: "Linear",
        args: { in_features: 4, out_features: 3 },
        inputs: [{ shape: [2, 4] }],
        outputs: [[2, 3]],
        params: [],
        param_count: 15,
        buffers: [],
      },
    ],
    ["shapes", "output shapes", { op: "flatten", args: {}, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]] }],
    ["shapes", "", { op: "flatten", args: {}, inputs: [{ shape: [2, 3] }], outputs: [[6]] }],
    [
      "shapes",
      "no parameter gamma",
      {
        op: "Linear",
        args: { in_features: 4, out_features: 3, gamma: 1 },
        inputs: [{ shape: [2, 4] }],
        outputs: [[2, 3]],
      },
    ],
    [
      "shapes",
      "raises RuntimeError: mat1",
      {
        op: "Linear",
        args: { in_features: 5, out_features: 3 },
        inputs: [{ shape: [2, 4] }],
        outputs: [[2, 3]],
      },
    ],
    ["layouts", "", relu],
    [
      "layouts",
      "stride: [1,3] instead of [2,1]",
      { ...relu, output: { shape: [3, 2], stride: [2, 1], contiguous: true } },
    ],
    ["layouts", "view", { ...relu, view: { shape: [6], stride: [1] } }],
    [
      "init",
      "",
      { kind: "layer", op: "Linear", args: { in_features: 4, out_features: 3 }, params: { weight: bound } },
    ],
    [
      "init",
      "weight: bound: 0.5 instead of 0.6",
      {
        kind: "layer",
        op: "Linear",
        args: { in_features: 4, out_features: 3 },
        params: { weight: { ...bound, bound: 0.6 } },
      },
    ],
    ["init", "gain", { kind: "gain", nonlinearity: "relu", param: null, gain: 1 }],
  ])("%s: %j", async (subject, reason, each) => {
    await write(subject, { id: "case", ...each });
    const { passed, failed, outcomes } = await runSubject(subject, "reference");
    expect([passed, failed]).toEqual(reason === "" ? [1, 0] : [0, 1]);
    expect(outcomes[0].outcome).toMatchObject(
      reason === "" ? { status: "passed" } : { reason: expect.stringContaining(reason) },
    );
  });
});

describe("golden on the command line", () => {
  it("ends with one line of JSON, and fails when a case does", async () => {
    await write(
      "layouts",
      relu,
      { ...relu, layer: "NoSuchLayer" },
      { ...relu, output: { ...relu.output, contiguous: true } },
    );
    expect(await goldenCommand(["--subject", "layouts", "--device", "webgpu", "--json", "--verbose"])).toBe(
      1,
    );
    expect(JSON.parse(lines[lines.length - 1])).toEqual({
      subject: "layouts",
      device: null,
      cases: 3,
      passed: 1,
      failed: 1,
      unsupported: 1,
    });
    expect(lines).toContain("failed       layouts-2: contiguous: false instead of true");
    expect(lines).toContain("unsupported  layouts-1: needs NoSuchLayer");
  });

  it("succeeds when nothing failed", async () => {
    await write("layouts", relu, { ...relu, layer: "NoSuchLayer" });
    expect(await goldenCommand(["--subject", "layouts"])).toBe(0);
  });

  it.each([[], ["--subject", "shape"], ["--subject", "views", "--device", "cuda"], ["--nonsense"]])(
    "refuses %j %j",
    async (...argv) => {
      expect(await goldenCommand(argv)).toBe(2);
    },
  );

  it("finds the project's own folder", () => {
    vi.stubEnv("GOLDEN_DIR", "");
    expect(goldenFolder().endsWith(path.join("engine", "golden"))).toBe(true);
  });
});
