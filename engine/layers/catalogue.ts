/** Every layer there is, in the order of the palette. */
import { add } from "./add";
import { avgPool2d } from "./avg-pool2d";
import { batchNorm2d } from "./batch-norm2d";
import { contiguous } from "./contiguous";
import { conv2d } from "./conv2d";
import { crossEntropyLoss } from "./cross-entropy-loss";
import type { AnyLayer } from "./define";
import { dropout } from "./dropout";
import { flatten } from "./flatten";
import { input } from "./input";
import { layerNorm } from "./layer-norm";
import { linear } from "./linear";
import { matmul } from "./matmul";
import { maxPool2d } from "./max-pool2d";
import { mseLoss } from "./mse-loss";
import { permute } from "./permute";
import { relu } from "./relu";
import { reshape } from "./reshape";
import { sigmoid } from "./sigmoid";
import { softmax } from "./softmax";
import { tanh } from "./tanh";
import { transpose } from "./transpose";
import { view } from "./view";

export const layers: readonly AnyLayer[] = [
  input,
  linear,
  conv2d,
  batchNorm2d,
  layerNorm,
  maxPool2d,
  avgPool2d,
  relu,
  sigmoid,
  tanh,
  softmax,
  dropout,
  add,
  matmul,
  flatten,
  reshape,
  view,
  contiguous,
  transpose,
  permute,
  crossEntropyLoss,
  mseLoss,
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
