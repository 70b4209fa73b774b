import { describe, expect, it } from "vitest";
import { Builder } from "./builder";
import { adadelta, adagrad, adam, type OptimizerRule, rmsprop, sgd } from "./optimizers";
import { type ReferenceMemories, runReference } from "./reference";

const start = [0.5, -1.25, 2];
const gradients = [
  [0.25, -0.5, 1],
  [0.5, 0.25, -1],
  [-0.125, 1, 0],
];

/** The parameters after a step for each of `grads`, computed in float64. */
function train(rule: OptimizerRule, hyper: Readonly<Record<string, number>>, grads = gradients): number[] {
  const ops = new Builder();
  const vector = (memory: string) => ({ memory, offset: 0, length: start.length });
  const scalar = (memory: string) => ({ memory, offset: 0, length: 1 });
  const step = ops.load(scalar("step"), []);
  const state = (name: string) => (rule.scalars.includes(name) ? scalar(name) : vector(name));
  const load = (names: readonly string[], shape: readonly number[]) =>
    names.map((name) => [name, ops.load(shape.length > 0 ? vector(name) : scalar(name), shape)]);
  const updated = rule.update(ops, {
    param: ops.load(vector("params"), [start.length]),
    grad: ops.load(vector("grads"), [start.length]),
    state: Object.fromEntries([...load(rule.state, [start.length]), ...load(rule.scalars, [])]),
    hyper: Object.fromEntries(load(rule.hyper, [])),
    first: ops.equal(step, 0),
  });
  ops.store(vector("params"), updated.param);
  for (const [name, value] of Object.entries(updated.state)) ops.store(state(name), value);
  ops.store(scalar("step"), ops.add(step, 1));
  const memories: ReferenceMemories = {
    params: Float64Array.from(start),
    grads: new Float64Array(start.length),
    step: new Float64Array(1),
    ...Object.fromEntries(rule.hyper.map((name) => [name, Float64Array.of(hyper[name])])),
    ...Object.fromEntries(rule.state.map((name) => [name, new Float64Array(start.length)])),
    ...Object.fromEntries(rule.scalars.map((name) => [name, new Float64Array(1)])),
  };
  for (const grad of grads) {
    memories.grads.set(grad);
    runReference(ops.program(), memories);
  }
  return Array.from(memories.params);
}

const betas = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0 };

// The numbers are those of PyTorch 1.13 in float64.
describe("three steps from the same start", () => {
  it.each<[string, OptimizerRule, Readonly<Record<string, number>>, readonly number[]]>([
    [
      "SGD with dampening and weight decay",
      sgd({ nesterov: false }),
      { lr: 0.1, momentum: 0.9, dampening: 0.5, weight_decay: 0.1 },
      [0.37090675, -1.137404687, 1.742877],
    ],
    [
      "SGD with Nesterov's momentum",
      sgd({ nesterov: true }),
      { lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 0 },
      [0.302275, -1.3358, 1.9271],
    ],
    [
      "Adam with weight decay",
      adam({ amsgrad: false, decoupled: false }),
      { ...betas, lr: 0.1, weight_decay: 0.1 },
      [0.237545706, -1.129685837, 1.867217511],
    ],
    [
      "AMSGrad",
      adam({ amsgrad: true, decoupled: false }),
      { ...betas, lr: 0.1, beta1: 0.5, beta2: 0.6 },
      [0.273730225, -1.225341059, 1.949144722],
    ],
    [
      "AdamW",
      adam({ amsgrad: false, decoupled: true }),
      { ...betas, lr: 0.1, weight_decay: 0.3 },
      [0.209763178, -1.066649738, 1.7404297],
    ],
    [
      "RMSprop with momentum and weight decay",
      rmsprop({ centered: false }),
      { lr: 0.1, alpha: 0.9, eps: 1e-8, momentum: 0.5, weight_decay: 0.1 },
      [-0.38743539, -1.084542958, 1.686250335],
    ],
    [
      "centered RMSprop",
      rmsprop({ centered: true }),
      { lr: 0.1, alpha: 0.9, eps: 1e-8, momentum: 0, weight_decay: 0 },
      [-0.070238156, -1.354846913, 1.896142803],
    ],
    [
      "Adagrad with a decaying rate and a filled accumulator",
      adagrad(),
      { lr: 0.1, lr_decay: 0.1, initial_accumulator_value: 0.5, eps: 1e-10, weight_decay: 0.1 },
      [0.4156803, -1.252882088, 1.949423611],
    ],
    [
      "Adadelta",
      adadelta(),
      { lr: 1, rho: 0.8, eps: 1e-3, weight_decay: 0.1 },
      [0.364338095, -1.286295764, 1.971077814],
    ],
  ])("%s", (_name, rule, hyper, expected) => {
    train(rule, hyper).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8));
  });
});

it("centered RMSprop survives a gradient that hardly changes", () => {
  const steady = Array.from({ length: 400 }, () => [0.1, 1 / 3, 1e5]);
  const found = train(
    rmsprop({ centered: true }),
    { lr: 0.01, alpha: 0.5, eps: 1e-8, momentum: 0, weight_decay: 0 },
    steady,
  );
  expect(found.every(Number.isFinite)).toBe(true);
});
