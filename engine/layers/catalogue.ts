/** Every layer there is, in the order of the palette. */
import { abs } from "./abs";
import { adaptiveAvgPool1d } from "./adaptive-avg-pool1d";
import { adaptiveAvgPool2d } from "./adaptive-avg-pool2d";
import { adaptiveMaxPool1d } from "./adaptive-max-pool1d";
import { adaptiveMaxPool2d } from "./adaptive-max-pool2d";
import { add } from "./add";
import { avgPool1d } from "./avg-pool1d";
import { avgPool2d } from "./avg-pool2d";
import { batchNorm1d } from "./batch-norm1d";
import { batchNorm2d } from "./batch-norm2d";
import { bceLoss } from "./bce-loss";
import { bceWithLogitsLoss } from "./bce-with-logits-loss";
import { bilinear } from "./bilinear";
import { chunk } from "./chunk";
import { clamp } from "./clamp";
import { concat } from "./concat";
import { constant } from "./constant";
import { contiguous } from "./contiguous";
import { convTranspose1d } from "./conv-transpose1d";
import { convTranspose2d } from "./conv-transpose2d";
import { conv1d } from "./conv1d";
import { conv2d } from "./conv2d";
import { crossEntropyLoss } from "./cross-entropy-loss";
import type { AnyLayer } from "./define";
import { div } from "./div";
import { dropout } from "./dropout";
import { dropout2d } from "./dropout2d";
import { elu } from "./elu";
import { embedding } from "./embedding";
import { exp } from "./exp";
import { expand } from "./expand";
import { flatten } from "./flatten";
import { gelu } from "./gelu";
import { globalAvgPool } from "./global-avg-pool";
import { glu } from "./glu";
import { groupNorm } from "./group-norm";
import { gru } from "./gru";
import { hardsigmoid } from "./hardsigmoid";
import { hardswish } from "./hardswish";
import { huberLoss } from "./huber-loss";
import { input } from "./input";
import { instanceNorm1d } from "./instance-norm1d";
import { instanceNorm2d } from "./instance-norm2d";
import { klDivLoss } from "./kl-div-loss";
import { l1Loss } from "./l1-loss";
import { layerNorm } from "./layer-norm";
import { leakyReLU } from "./leaky-relu";
import { linear } from "./linear";
import { log } from "./log";
import { logSoftmax } from "./log-softmax";
import { lstm } from "./lstm";
import { matmul } from "./matmul";
import { max } from "./max";
import { maxPool1d } from "./max-pool1d";
import { maxPool2d } from "./max-pool2d";
import { mean } from "./mean";
import { min } from "./min";
import { mish } from "./mish";
import { mseLoss } from "./mse-loss";
import { mul } from "./mul";
import { multiheadAttention } from "./multihead-attention";
import { narrow } from "./narrow";
import { neg } from "./neg";
import { nllLoss } from "./nll-loss";
import { pad } from "./pad";
import { parameter } from "./parameter";
import { permute } from "./permute";
import { positionalEncoding } from "./positional-encoding";
import { pow } from "./pow";
import { prelu } from "./prelu";
import { relu } from "./relu";
import { relu6 } from "./relu6";
import { reshape } from "./reshape";
import { rmsNorm } from "./rms-norm";
import { rnn } from "./rnn";
import { scale } from "./scale";
import { scaledDotProductAttention } from "./scaled-dot-product-attention";
import { select } from "./select";
import { selu } from "./selu";
import { sigmoid } from "./sigmoid";
import { silu } from "./silu";
import { smoothL1Loss } from "./smooth-l1-loss";
import { softmax } from "./softmax";
import { softplus } from "./softplus";
import { softsign } from "./softsign";
import { split } from "./split";
import { sqrt } from "./sqrt";
import { squeeze } from "./squeeze";
import { stack } from "./stack";
import { step } from "./step";
import { sub } from "./sub";
import { sum } from "./sum";
import { tanh } from "./tanh";
import { transpose } from "./transpose";
import { unflatten } from "./unflatten";
import { unsqueeze } from "./unsqueeze";
import { upsample } from "./upsample";
import { variance } from "./var";
import { view } from "./view";

export const layers: readonly AnyLayer[] = [
  input,
  linear,
  bilinear,
  embedding,
  parameter,
  constant,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  batchNorm1d,
  batchNorm2d,
  layerNorm,
  groupNorm,
  instanceNorm1d,
  instanceNorm2d,
  rmsNorm,
  maxPool1d,
  maxPool2d,
  avgPool1d,
  avgPool2d,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  globalAvgPool,
  relu,
  relu6,
  leakyReLU,
  prelu,
  elu,
  selu,
  gelu,
  silu,
  mish,
  hardswish,
  hardsigmoid,
  softplus,
  softsign,
  step,
  sigmoid,
  tanh,
  softmax,
  logSoftmax,
  glu,
  dropout,
  dropout2d,
  add,
  sub,
  mul,
  div,
  pow,
  sqrt,
  exp,
  log,
  neg,
  abs,
  clamp,
  scale,
  matmul,
  mean,
  sum,
  max,
  min,
  variance,
  flatten,
  unflatten,
  reshape,
  view,
  contiguous,
  transpose,
  permute,
  squeeze,
  unsqueeze,
  expand,
  narrow,
  select,
  concat,
  stack,
  split,
  chunk,
  pad,
  upsample,
  scaledDotProductAttention,
  multiheadAttention,
  positionalEncoding,
  rnn,
  lstm,
  gru,
  crossEntropyLoss,
  nllLoss,
  bceLoss,
  bceWithLogitsLoss,
  klDivLoss,
  mseLoss,
  l1Loss,
  smoothL1Loss,
  huberLoss,
];

const byType = new Map(layers.map((layer) => [layer.type, layer]));
const byFunction = new Map(layers.flatMap((layer) => (layer.functional ? [[layer.functional, layer]] : [])));

/** By the name in project files: `Linear`. */
export function layerOf(type: string): AnyLayer | undefined {
  return byType.get(type);
}

/** By PyTorch's function or tensor method: `transpose`. */
export function layerOfFunctional(name: string): AnyLayer | undefined {
  return byFunction.get(name);
}
