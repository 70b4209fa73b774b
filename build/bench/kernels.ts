/**
 * GFLOP/s of the planner's kernels at the shapes that common networks have, and how many times as fast each is as the
 * plainest kernel, measured in turns: `build/kernel-bench.mjs` bundles and runs it.
 */
import { nodeGpu } from "../../engine/cli/gpu";
import { planProgram } from "../../engine/plan/compile";
import type { MemorySpec } from "../../engine/plan/plan";
import type { VariantTable } from "../../engine/plan/variants";
import { Builder, type Value } from "../../engine/program/builder";
import { timePlan } from "../../engine/runtime/autotune";
import { openDevice } from "../../engine/runtime/device";
import { createPipelineCache } from "../../engine/runtime/replay";
import { elementCount, type Shape } from "../../engine/tensor/tensor";

type Build = (ops: Builder, input: (shape: Shape) => Value) => Value;

const same = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 } as const;

/** `T`: that operand lies transposed in memory. */
function matmul(m: number, n: number, k: number, turned: "" | "A" | "B" = "", batch = 1): [string, Build] {
  const name = `${batch > 1 ? `${batch} × ` : ""}(${m}×${k})${turned === "A" ? "T" : ""} · (${k}×${n})${turned === "B" ? "T" : ""}`;
  return [
    name,
    (ops, input) => {
      const a = turned === "A" ? ops.transpose(input([batch, k, m]), 1, 2) : input([batch, m, k]);
      const b = turned === "B" ? ops.transpose(input([batch, n, k]), 1, 2) : input([batch, k, n]);
      return ops.matmul(a, b);
    },
  ];
}

function convolutions(n: number, c: number, size: number, o: number, groups = 1): [string, Build][] {
  const x = [n, c, size, size];
  const y = [n, o, size, size];
  const weight = [o, c / groups, 3, 3];
  const attributes = { ...same, groups };
  const name = `${groups > 1 ? "depthwise " : ""}3×3, ${n}×${c}×${size}×${size} to ${o}`;
  return [
    [`conv ${name}`, (ops, input) => ops.conv2d(input(x), input(weight), attributes)],
    [`  by input`, (ops, input) => ops.conv2dGradInput(input(y), input(weight), attributes, x)],
    [`  by weight`, (ops, input) => ops.conv2dGradWeight(input(x), input(y), attributes, weight)],
  ];
}

const cases: [string, Build][] = [
  matmul(512, 512, 512),
  matmul(64, 256, 784, "B"),
  matmul(784, 256, 64, "A"),
  matmul(64, 128, 256, "B"),
  matmul(64, 10, 128, "B"),
  matmul(64, 128, 10),
  matmul(1024, 192, 64, "B"),
  matmul(1024, 256, 64, "B"),
  matmul(1024, 64, 256, "B"),
  matmul(64, 64, 1024, "A"),
  matmul(64, 64, 16, "B", 64),
  ...convolutions(64, 1, 28, 16),
  ...convolutions(64, 16, 14, 32),
  ...convolutions(16, 32, 14, 32, 32),
];

/** Every product by the kernel of one element a thread. */
const plainest: VariantTable = new Proxy({}, { get: () => "thin" });

const opened = await openDevice(await nodeGpu());
if (!opened.ok) throw new Error(opened.error.message.en);
const { limits, device, name } = opened.value;
console.log(name);
for (const [title, build] of cases) {
  const specs: Record<string, MemorySpec> = {};
  const ops = new Builder();
  const slot = (shape: Shape) => {
    const memory = `memory ${Object.keys(specs).length}`;
    specs[memory] = { dtype: "float32", length: elementCount(shape) };
    return { memory, offset: 0, length: elementCount(shape) };
  };
  const result = build(ops, (shape) => ops.load(slot(shape), shape));
  ops.store(slot(result.shape), result);
  const planned = [{}, plainest].map((variants) =>
    planProgram(ops.program(), specs, { limits: { ...limits, variants } }),
  );
  const plans = planned.flatMap((each) => (each.ok ? [each.plan] : []));
  const cache = createPipelineCache(device);
  const before = performance.now();
  for (const { shader, bindings } of plans[0].dispatches)
    await cache.get(
      plans[0].shaders[shader].name,
      plans[0].shaders[shader].code,
      bindings.map(({ access }) => access),
    );
  const compiled = performance.now() - before;
  const times: number[][] = plans.map(() => []);
  for (let round = 0; round < 3; round++)
    for (const [i, plan] of plans.entries()) times[i].push(await timePlan(opened.value, cache, plan, specs));
  const [chosen, plain] = times.map((each) => each.sort((a, b) => a - b)[1]);
  const flops = plans[0].dispatches.reduce((sum, dispatch) => sum + dispatch.flops, 0);
  const columns = [
    title.padEnd(38),
    `${(flops / chosen / 1e6).toFixed(2)} GFLOP/s`.padStart(15),
    `${(plain / chosen).toFixed(1)} times`.padStart(11),
    `${compiled.toFixed(0)} ms to compile`.padStart(19),
    plans[0].shaders.map((shader) => shader.name).join(", "),
  ];
  console.log(columns.join("  "));
}
process.exit(0);
