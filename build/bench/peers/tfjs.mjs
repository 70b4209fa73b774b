/**
 * TensorFlow.js on its WebGPU backend (Apache-2.0, https://github.com/tensorflow/tfjs): `minimize` over variables,
 * images as (N, H, W, C), which is all that its backend has.
 */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { trainInTurns } from "../contest";
import { permuted, transposed } from "./weights.mjs";

/** @returns {Promise<import("../contest").Trainer>} */
export function start(workload) {
  return startOn("webgpu", workload);
}

/** @param {"webgpu" | "webgl"} backend */
export async function startOn(backend, workload) {
  await useBackend(backend);
  const variables = firstVariables(workload);
  const trained = Object.values(variables).filter(({ trainable }) => trainable);
  const batches = workload.batches.map((batch) => inputsOf(workload, batch));
  const optimizer = optimizerOf(workload.project.training.optimizer);
  const forward = networks[workload.name];
  let done = 0;
  const next = () => {
    const { x, target } = batches[done++ % batches.length];
    const lossOf = () => tf.losses.softmaxCrossEntropy(target, forward(variables, x));
    return optimizer.minimize(lossOf, true, trained);
  };
  return {
    async losses(count) {
      await useBackend(backend);
      const losses = [];
      for (let i = 0; i < count; i++) {
        const loss = next();
        losses.push((await loss.data())[0]);
        loss.dispose();
      }
      return losses;
    },
    async train(milliseconds) {
      await useBackend(backend);
      let last = null;
      const step = () => {
        last?.dispose();
        last = next();
      };
      const steps = await trainInTurns(milliseconds, step, () => last.data());
      last?.dispose();
      return steps;
    },
    dispose() {
      tf.dispose([variables, batches]);
      optimizer.dispose();
    },
  };
}

async function useBackend(backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot use ${backend}`);
  await tf.ready();
}

function firstVariables({ weights }) {
  const variables = {};
  for (const [name, tensor] of Object.entries(weights)) {
    if (name.startsWith("optimizer.") || name.endsWith("num_batches_tracked")) continue;
    const { data, shape } = channelsLast(name, tensor);
    variables[name] = tf.variable(tf.tensor(data, shape), !name.includes("running_"));
  }
  return variables;
}

/** Filters as (H, W, in, out); the rows of the CNN's `fc` in the order in which (7, 7, 32) is flattened. */
function channelsLast(name, tensor) {
  if (tensor.shape.length === 4) return permuted(tensor, [2, 3, 1, 0]);
  if (name !== "fc.weight" || tensor.shape[1] !== 7 * 7 * 32) return transposed(name, tensor);
  const [out] = tensor.shape;
  const { data } = permuted({ shape: [out, 32, 7, 7], data: tensor.data }, [2, 3, 1, 0]);
  return { data, shape: [7 * 7 * 32, out] };
}

function inputsOf({ batchSize, shape, classes }, { x, label }) {
  // With a single channel the order of the dimensions makes no difference to the numbers.
  const last = shape.length === 3 ? [...shape.slice(1), shape[0]] : shape;
  const target = tf.tidy(() => tf.oneHot(tf.tensor1d(label, "int32"), classes).toFloat());
  return { x: tf.tensor(x, [batchSize, ...last]), target };
}

function optimizerOf(settings) {
  if (settings.type === "SGD") return tf.train.sgd(settings.lr);
  const { lr, betas, eps } = settings;
  return tf.train.adam(lr, betas[0], betas[1], eps);
}

/** From variables and input to logits. */
const networks = { a: mlp, b: mlp, c: cnn, d: transformer };

function mlp(variables, x) {
  const [batch] = x.shape;
  const first = linear(variables, "fc1", x.reshape([batch, -1])).relu();
  const second = linear(variables, "fc2", first).relu();
  return linear(variables, "fc3", second);
}

function cnn(variables, x) {
  const [batch] = x.shape;
  const first = tf.conv2d(x, variables["conv1.weight"], 1, "same").add(variables["conv1.bias"]).relu();
  const pooled = tf.maxPool(first, 2, 2, "valid");
  const second = tf.conv2d(pooled, variables["conv2.weight"], 1, "same");

  const { mean, variance } = tf.moments(second, [0, 1, 2]);
  const rows = second.size / second.shape[3];
  const toward = (running, value, share) => running.assign(running.mul(0.9).add(value.mul(share)));
  toward(variables["bn2.running_mean"], mean, 0.1);
  toward(variables["bn2.running_var"], variance, (0.1 * rows) / (rows - 1));
  const { "bn2.bias": bias, "bn2.weight": scale } = variables;
  const normed = tf.batchNorm(second, mean, variance, bias, scale, 1e-5).relu();
  return linear(variables, "fc", tf.maxPool(normed, 2, 2, "valid").reshape([batch, -1]));
}

function transformer(variables, x) {
  const heads = 4;
  const [batch, length, size] = x.shape;
  const rows = (value) => value.reshape([batch * length, -1]);
  const project = (weight, bias, value) => tf.matMul(value, variables[weight]).add(variables[bias]);

  const first = layerNorm(variables, "ln1", rows(x));
  const all = project("attention.in_proj_weight", "attention.in_proj_bias", first);
  const [query, key, value] = tf
    .split(all, 3, 1)
    .map((part) => part.reshape([batch, length, heads, size / heads]).transpose([0, 2, 1, 3]));
  const shares = tf.softmax(tf.matMul(query, key, false, true).mul(1 / Math.sqrt(size / heads)));
  const joined = tf.matMul(shares, value).transpose([0, 2, 1, 3]);
  const attended = project("attention.out_proj.weight", "attention.out_proj.bias", rows(joined));
  const middle = rows(x).add(attended);

  const wide = gelu(linear(variables, "fc1", layerNorm(variables, "ln2", middle)));
  const end = middle.add(linear(variables, "fc2", wide));
  return linear(variables, "fc", end.reshape([batch, length, size]).mean(1));
}

function layerNorm(variables, name, x) {
  const { mean, variance } = tf.moments(x, 1, true);
  const normed = x.sub(mean).mul(variance.add(1e-5).rsqrt());
  return normed.mul(variables[`${name}.weight`]).add(variables[`${name}.bias`]);
}

function gelu(x) {
  const inner = x
    .square()
    .mul(0.044715)
    .add(1)
    .mul(x)
    .mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

function linear(variables, name, x) {
  return tf.matMul(x, variables[`${name}.weight`]).add(variables[`${name}.bias`]);
}
