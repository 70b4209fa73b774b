/** Subject `train`: whole runs: network, loss, optimizer, batches. */
import { Builder } from "../../program/builder";
import { differentiate } from "../../program/differentiate";
import { elementCount } from "../../tensor/tensor";
import { rateAt } from "../../training/schedules";
import type { GoldenDevice, Machine } from "./device";
import { type CaseNetwork, type CaseNode, type CaseTensor, lowerCase, placeNetwork } from "./network";
import { type CaseClip, type CaseOptimizer, planUpdate, type Update } from "./optimize";
import { scheduleOf } from "./schedule";
import type { Outcome } from "./subject";

interface Sums {
  readonly shape: readonly number[];
  readonly sum: number;
  readonly abs_sum: number;
  readonly square_sum: number;
}

export interface TrainCase {
  readonly id: string;
  readonly nodes: readonly CaseNode[];
  readonly output: string;
  readonly loss: { readonly op: string; readonly args: Readonly<Record<string, unknown>> };
  readonly optimizer: CaseOptimizer;
  readonly scheduler?: { readonly op: string; readonly args: Readonly<Record<string, unknown>> };
  readonly clip?: CaseClip;
  readonly x: CaseTensor;
  readonly y: CaseTensor;
  readonly weights: Readonly<Record<string, CaseTensor>>;
  readonly batches: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly final: Readonly<Record<string, Sums>>;
  /** `num_batches_tracked` is a number. */
  readonly final_buffers?: Readonly<Record<string, CaseTensor | number>>;
  readonly eval_outputs: CaseTensor;
  readonly tolerance: { readonly loss: number; readonly weights: number; readonly eval: number };
}

export async function runTrainCase(test: TrainCase, device: GoldenDevice): Promise<Outcome> {
  const schedule = test.scheduler && scheduleOf({ scheduler: test.scheduler.op, ...test.scheduler });
  if (schedule === null) return { status: "unsupported", reason: test.scheduler?.op ?? "" };
  const nodes = [...test.nodes, { name: "loss", ...test.loss, inputs: [test.output, "y"] }];
  const batch = (rows: number, { shape, dtype }: CaseTensor) => ({ shape: [rows, ...shape.slice(1)], dtype });
  const networkFor = (rows: number) =>
    placeNetwork(nodes, { x: batch(rows, test.x), y: batch(rows, test.y) });
  const placed = networkFor(test.batches[0].length);
  if (!placed.ok) return { status: "unsupported", reason: placed.missing };
  const length = placed.network.specs.params.length;
  const update = planUpdate(test.optimizer, [{ offset: 0, length, args: {} }]);
  if (!update) return { status: "unsupported", reason: test.optimizer.op };

  const order = test.batches.flat();
  const machine = device.machine({
    ...placed.network.specs,
    ...update.specs,
    x: { dtype: "float32", length: test.x.data.length },
    y: { dtype: test.y.dtype ?? "float32", length: test.y.data.length },
    order: { dtype: "int64", length: order.length },
    cursor: { dtype: "int64", length: 1 },
    loss: { dtype: "float32", length: 1 },
    out: { dtype: "float32", length: test.eval_outputs.data.length },
  });
  try {
    update.initialise(machine);
    initialise(machine, placed.network, test);
    machine.write("order", order);
    const runs = new Map<number, () => void>();
    for (const [step, rows] of test.batches.entries()) {
      let run = runs.get(rows.length);
      if (!run) {
        const network = networkFor(rows.length);
        if (!network.ok) throw new Error(`golden: no layer ${network.missing}`);
        run = await machine.prepare(trainingStep(test, network.network, update, rows.length));
        runs.set(rows.length, run);
      }
      if (schedule) update.setRate(machine, rateAt(schedule, update.settings.lr, step));
      run();
      const [loss] = Array.from(await machine.read("loss"));
      const expected = test.losses[step];
      if (!(Math.abs(loss - expected) <= test.tolerance.loss * (0.001 + Math.abs(expected)))) {
        return { status: "failed", reason: `loss ${step}: ${loss} instead of ${expected}` };
      }
    }
    const reason =
      (await checkFinal(machine, placed.network, test)) ??
      (await checkEvaluation(machine, test, placed.network));
    return reason ? { status: "failed", reason } : { status: "passed" };
  } finally {
    machine.dispose();
  }
}

function initialise(machine: Machine, network: CaseNetwork, test: TrainCase): void {
  for (const slot of network.params) machine.write("params", test.weights[slot.name].data, slot.offset);
  for (const slot of network.buffers) {
    if (slot.init.kind !== "constant") throw new Error(`golden: ${slot.name} starts with a constant`);
    machine.write("buffers", new Array<number>(slot.length).fill(slot.init.value), slot.offset);
  }
  machine.write("x", test.x.data);
  machine.write("y", test.y.data);
}

function trainingStep(test: TrainCase, network: CaseNetwork, update: Update, rows: number) {
  const ops = new Builder();
  const cursor = ops.load({ memory: "cursor", offset: 0, length: 1 }, [], "int64");
  const count = test.batches.flat().length;
  const order = ops.load({ memory: "order", offset: 0, length: count }, [count], "int64");
  const gather = (memory: "x" | "y") => {
    const { shape, dtype } = test[memory];
    return ops.takeRows(
      ops.load({ memory, offset: 0, length: elementCount(shape) }, shape, dtype),
      order,
      cursor,
      rows,
    );
  };
  const lowered = lowerCase(ops, network, { x: gather("x"), y: gather("y") }, true);
  const grads = differentiate(ops, lowered.values.loss, lowered.params);
  ops.store({ memory: "loss", offset: 0, length: 1 }, lowered.values.loss);
  network.params.forEach(({ offset, length }, i) => ops.store({ memory: "grads", offset, length }, grads[i]));
  update.build(ops, network.specs.params.length, test.clip);
  for (const { slot, value } of lowered.updates) ops.store(slot, value);
  ops.store({ memory: "cursor", offset: 0, length: 1 }, ops.add(cursor, rows));
  return ops.program();
}

async function checkFinal(
  machine: Machine,
  network: CaseNetwork,
  { final, final_buffers, tolerance }: TrainCase,
): Promise<string | null> {
  const memories = { params: await machine.read("params"), buffers: await machine.read("buffers") };
  for (const [name, expected] of Object.entries(final)) {
    const values = valuesOf(network, memories, name);
    const sums = {
      sum: values.reduce((total, value) => total + value, 0),
      abs_sum: values.reduce((total, value) => total + Math.abs(value), 0),
      square_sum: values.reduce((total, value) => total + value * value, 0),
    };
    for (const key of ["sum", "abs_sum", "square_sum"] as const) {
      const bound =
        tolerance.weights * (0.001 + (key === "square_sum" ? 2 * expected.square_sum : expected.abs_sum));
      if (!(Math.abs(sums[key] - expected[key]) <= bound))
        return `${key} of ${name}: ${sums[key]} instead of ${expected[key]}`;
    }
  }
  for (const [name, expected] of Object.entries(final_buffers ?? {})) {
    const data = typeof expected === "number" ? [expected] : expected.data;
    const reason = closeTo(name, valuesOf(network, memories, name), data, tolerance.weights);
    if (reason) return reason;
  }
  return null;
}

async function checkEvaluation(
  machine: Machine,
  test: TrainCase,
  { params, buffers, specs }: CaseNetwork,
): Promise<string | null> {
  const shape = [4, ...test.x.shape.slice(1)];
  const placed = placeNetwork(test.nodes, { x: { shape } });
  if (!placed.ok) throw new Error(`golden: no layer ${placed.missing}`);
  const ops = new Builder();
  const x = ops.load({ memory: "x", offset: 0, length: elementCount(shape) }, shape);
  const output = lowerCase(ops, { ...placed.network, params, buffers, specs }, { x }, false).values[
    test.output
  ];
  ops.store({ memory: "out", offset: 0, length: elementCount(output.shape) }, output);
  (await machine.prepare(ops.program()))();
  return closeTo(
    "evaluation",
    Array.from(await machine.read("out")),
    test.eval_outputs.data,
    test.tolerance.eval,
  );
}

function valuesOf(
  network: CaseNetwork,
  memories: Readonly<Record<string, ArrayLike<number>>>,
  name: string,
): readonly number[] {
  const slot = [...network.params, ...network.buffers].find((each) => each.name === name);
  if (!slot) throw new Error(`golden: the network has no ${name}`);
  return Array.from({ length: slot.length }, (_, i) => memories[slot.memory][slot.offset + i]);
}

function closeTo(
  what: string,
  values: readonly number[],
  data: readonly number[],
  tolerance: number,
): string | null {
  const bound = tolerance * (0.001 + data.reduce((max, b) => Math.max(max, Math.abs(b)), 0));
  const at = data.findIndex((b, i) => !(Math.abs(values[i] - b) <= bound));
  return at < 0 ? null : `${what}[${at}]: ${values[at]} instead of ${data[at]}`;
}
