/** Subject `optim`: trajectories of parameters under an optimizer, with given gradients or on a quadratic; schedules. */
import { Builder } from "../../program/builder";
import { forwardTolerance, gradientTolerance } from "../../program/tolerance";
import { elementCount } from "../../tensor/tensor";
import { difference } from "./compare";
import type { GoldenDevice } from "./device";
import type { CaseTensor } from "./network";
import { type CaseClip, planUpdate } from "./optimize";
import { runScheduleCase, type ScheduleCase } from "./schedule";
import type { Outcome } from "./subject";

interface Common {
  readonly id: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly params: readonly CaseTensor[];
  readonly trajectory: readonly (readonly CaseTensor[])[];
}

export type OptimCase =
  | (Common & {
      readonly kind: "given_grads";
      readonly optimizer: string;
      readonly grads: readonly (readonly CaseTensor[])[];
      readonly groups?: readonly Readonly<Record<string, unknown>>[];
      readonly clip?: CaseClip;
      readonly norms?: readonly number[];
    })
  | (Common & {
      readonly kind: "quadratic";
      readonly optimizer: string;
      readonly A: CaseTensor;
      readonly b: CaseTensor;
      readonly losses: readonly number[];
    })
  | ScheduleCase;

export async function runOptimCase(test: OptimCase, device: GoldenDevice): Promise<Outcome> {
  if (test.kind === "scheduler") return runScheduleCase(test);
  const offsets: number[] = [];
  let length = 0;
  for (const { shape } of test.params) {
    offsets.push(length);
    length += Math.ceil(elementCount(shape) / 64) * 64;
  }
  const groups =
    test.kind === "given_grads" && test.groups
      ? test.groups.map((args, i) => ({
          offset: offsets[i],
          length: elementCount(test.params[i].shape),
          args,
        }))
      : [{ offset: 0, length, args: {} }];
  const update = planUpdate({ op: test.optimizer, args: test.args }, groups);
  if (!update) return { status: "unsupported", reason: test.optimizer };

  const ops = new Builder();
  if (test.kind === "quadratic") buildQuadratic(ops, test.A, test.b);
  const norm = update.build(ops, length, test.kind === "given_grads" ? test.clip : undefined);
  if (norm) ops.store({ memory: "norm", offset: 0, length: 1 }, norm);

  const float = (size: number) => ({ dtype: "float32", length: size }) as const;
  const machine = device.machine({
    ...update.specs,
    params: float(length),
    grads: float(length),
    norm: float(1),
    loss: float(1),
    A: float(test.kind === "quadratic" ? test.A.data.length : 1),
    b: float(test.kind === "quadratic" ? test.b.data.length : 1),
  });
  try {
    update.initialise(machine);
    test.params.forEach(({ data }, i) => machine.write("params", data, offsets[i]));
    if (test.kind === "quadratic") {
      machine.write("A", test.A.data);
      machine.write("b", test.b.data);
    }
    const run = await machine.prepare(ops.program());
    for (const [step, expected] of test.trajectory.entries()) {
      if (test.kind === "given_grads")
        test.grads[step].forEach(({ data }, i) => machine.write("grads", data, offsets[i]));
      run();
      const params = await machine.read("params");
      const found = expected.map((tensor, i) => {
        const values = Array.from({ length: tensor.data.length }, (_, at) => params[offsets[i] + at]);
        return difference(`step ${step}, parameter ${i}`, values, tensor, gradientTolerance);
      });
      if (test.kind === "quadratic") {
        found.push(
          difference(
            `loss ${step}`,
            await machine.read("loss"),
            { data: [test.losses[step]] },
            forwardTolerance,
          ),
        );
      } else if (test.norms) {
        found.push(
          difference(
            `norm ${step}`,
            await machine.read("norm"),
            { data: [test.norms[step]] },
            gradientTolerance,
          ),
        );
      }
      const reason = found.find((text) => text !== null);
      if (reason) return { status: "failed", reason };
    }
    return { status: "passed" };
  } finally {
    machine.dispose();
  }
}

/** loss = x·A x / 2 - b·x and its gradient A x - b, for symmetric A. */
function buildQuadratic(ops: Builder, A: CaseTensor, b: CaseTensor): void {
  const [n] = b.shape;
  const x = ops.load({ memory: "params", offset: 0, length: n }, [n, 1]);
  const target = ops.load({ memory: "b", offset: 0, length: n }, [n, 1]);
  const product = ops.matmul(ops.load({ memory: "A", offset: 0, length: n * n }, A.shape), x);
  ops.store(
    { memory: "loss", offset: 0, length: 1 },
    ops.total(ops.mul(x, ops.sub(ops.mul(product, 0.5), target))),
  );
  ops.store({ memory: "grads", offset: 0, length: n }, ops.sub(product, target));
}
