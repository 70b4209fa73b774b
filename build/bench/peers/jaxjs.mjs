/**
 * jax-js on WebGPU (MIT, https://github.com/ekzhang/jax-js): the whole step, value, gradients and optimizer, in one
 * `jit`. An array that is passed on is consumed; `.ref` keeps it.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import { trainInTurns } from "../contest";
import { transposed } from "./weights.mjs";

/** @returns {Promise<import("../contest").Trainer>} */
export async function start(workload) {
  if (!(await init("webgpu")).includes("webgpu")) throw new Error("jax-js finds no WebGPU");
  defaultDevice("webgpu");
  const step = jit(stepOf(workload));
  let state = firstState(workload);
  const batches = workload.batches.map(({ x, label }) => ({
    x: np.array(x, { shape: [workload.batchSize, ...workload.shape] }),
    label: np.array(label, { shape: [workload.batchSize], dtype: np.int32 }),
  }));
  let done = 0;
  const next = () => {
    const { x, label } = batches[done++ % batches.length];
    const [after, loss] = step(state, x.ref, label.ref);
    state = after;
    return loss;
  };
  return {
    async losses(count) {
      const losses = Array.from({ length: count }, next);
      return Promise.all(losses.map((loss) => loss.jsAsync()));
    },
    train: (milliseconds) =>
      trainInTurns(
        milliseconds,
        () => next().dispose(),
        () => blockUntilReady(state),
      ),
    dispose() {
      tree.dispose([state, batches]);
      step.dispose();
    },
  };
}

/** What a step changes: `params`, the optimizer's state, batch norm's running statistics. */
function firstState({ weights, project }) {
  const params = {};
  const running = {};
  for (const [name, tensor] of Object.entries(weights)) {
    if (name.startsWith("optimizer.") || name.endsWith("num_batches_tracked")) continue;
    const { data, shape } = transposed(name, tensor);
    (name.includes("running_") ? running : params)[name] = np.array(data, { shape });
  }
  if (project.training.optimizer.type === "SGD") return { params, running, moments: {} };
  const zeros = () => tree.map((p) => np.zeros(p.shape), params);
  const moments = { mean: zeros(), square: zeros(), meanShare: np.zeros([]), squareShare: np.zeros([]) };
  return { params, running, moments };
}

function stepOf({ name, classes, project }) {
  const forward = networks[name];
  const update = optimizers[project.training.optimizer.type](project.training.optimizer);
  const lossOf = (params, running, x, label) => {
    const [logits, after] = forward(params, running, x);
    const [batch] = logits.shape;
    const loss = nn
      .logSoftmax(logits)
      .mul(nn.oneHot(label, classes))
      .sum()
      .mul(-1 / batch);
    return [loss, after];
  };
  return ({ params, running, moments }, x, label) => {
    const gradient = valueAndGrad(lossOf, { hasAux: true });
    const [[loss, after], grads] = gradient(tree.ref(params), running, x, label);
    return [{ ...update(params, grads, moments), running: after }, loss];
  };
}

const optimizers = {
  SGD:
    ({ lr }) =>
    (params, grads, moments) => ({ params: tree.map((p, g) => p.sub(g.mul(lr)), params, grads), moments }),
  Adam:
    ({ lr, betas: [beta1, beta2], eps }) =>
    (params, grads, moments) => {
      const toward = (old, value, beta) => old.mul(beta).add(value.mul(1 - beta));
      const mean = tree.map((m, g) => toward(m, g, beta1), moments.mean, tree.ref(grads));
      const square = tree.map((v, g) => toward(v, np.square(g), beta2), moments.square, grads);
      // 1 - beta^t, carried on.
      const meanShare = moments.meanShare.mul(beta1).add(1 - beta1);
      const squareShare = moments.squareShare.mul(beta2).add(1 - beta2);
      const moved = (p, m, v) => {
        const size = np.sqrt(v.div(squareShare.ref)).add(eps);
        return p.sub(m.div(meanShare.ref).div(size).mul(lr));
      };
      const after = tree.map(moved, params, tree.ref(mean), tree.ref(square));
      return { params: after, moments: { mean, square, meanShare, squareShare } };
    },
};

/** From parameters, running statistics and input to logits and new running statistics. */
const networks = { a: mlp, b: mlp, c: cnn, d: transformer };

function mlp(params, running, x) {
  const [batch] = x.shape;
  x = nn.relu(linear(params, "fc1", x.reshape([batch, -1])));
  x = nn.relu(linear(params, "fc2", x));
  return [linear(params, "fc3", x), running];
}

function cnn(params, running, x) {
  const [batch] = x.shape;
  const pool = (image) => lax.reduceWindow(image, np.max, [2, 2], [2, 2]);
  const channels = (value) => value.reshape([-1, 1, 1]);
  x = lax.conv(x, params["conv1.weight"], [1, 1], "SAME").add(channels(params["conv1.bias"]));
  x = pool(nn.relu(x));
  x = lax.conv(x, params["conv2.weight"], [1, 1], "SAME");

  const axes = [0, 2, 3];
  const rows = x.size / x.shape[1];
  const mean = np.mean(x.ref, axes, { keepdims: true });
  const variance = np.mean(np.square(x.ref.sub(mean.ref)), axes, { keepdims: true });
  const after = {
    "bn2.running_mean": running["bn2.running_mean"]
      .mul(0.9)
      .add(lax.stopGradient(mean.ref).reshape([-1]).mul(0.1)),
    "bn2.running_var": running["bn2.running_var"].mul(0.9).add(
      lax
        .stopGradient(variance.ref)
        .reshape([-1])
        .mul((0.1 * rows) / (rows - 1)),
    ),
  };
  x = nn.standardize(x, axes, { mean, variance, epsilon: 1e-5 });
  x = x.mul(channels(params["bn2.weight"])).add(channels(params["bn2.bias"]));
  x = pool(nn.relu(x));
  return [linear(params, "fc", x.reshape([batch, -1])), after];
}

function transformer(params, running, x) {
  const heads = 4;
  const [batch, length, size] = x.shape;
  const norm = (name, value) =>
    nn.standardize(value, -1, { epsilon: 1e-5 }).mul(params[`${name}.weight`]).add(params[`${name}.bias`]);
  const project = (weight, bias, value) => np.matmul(value, params[weight]).add(params[bias]);

  const all = project("attention.in_proj_weight", "attention.in_proj_bias", norm("ln1", x.ref));
  const [query, key, value] = np
    .split(all, 3, -1)
    .map((part) => part.reshape([batch, length, heads, size / heads]));
  const attended = nn.dotProductAttention(query, key, value).reshape([batch, length, size]);
  x = x.add(project("attention.out_proj.weight", "attention.out_proj.bias", attended));
  const wide = nn.gelu(linear(params, "fc1", norm("ln2", x.ref)), { approximate: true });
  x = x.add(linear(params, "fc2", wide));
  return [linear(params, "fc", np.mean(x, 1)), running];
}

function linear(params, name, x) {
  return np.matmul(x, params[`${name}.weight`]).add(params[`${name}.bias`]);
}
