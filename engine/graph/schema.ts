/** The project file as valibot checks it. Unknown fields of a node, a wire or the project are kept, not lost. */
import * as v from "valibot";
import { nonlinearities } from "../layers/initializers";
import type { Text } from "../tensor/text";
import {
  defaultClips,
  defaultData,
  defaultSchedules,
  defaultTraining,
  frameColours,
  type Project,
  syntheticNames,
} from "./project";

/** What a field must be, in Chinese too. */
const chinese = {
  "must be a number": "必须是数字",
  "must be a finite number": "必须是有限的数字",
  "must be a whole number": "必须是整数",
  "must be at least 0": "必须至少为 0",
  "must be at least 1": "必须至少为 1",
  "must be less than 1": "必须小于 1",
  "must be more than 0": "必须大于 0",
  "must be text": "必须是文本",
  "must not be empty": "不能为空",
  "must be true or false": "必须是 true 或 false",
  "must be a number, true, false, text, null or a list of numbers":
    "必须是数字、true、false、文本、null 或数字列表",
  "must be an object": "必须是对象",
  "must be an object with x and y": "必须是含 x 和 y 的对象",
  "must be an object with node and port": "必须是含 node 和 port 的对象",
  "must be an object with nodes and edges": "必须是含 nodes 和 edges 的对象",
  "must be a list of nodes": "必须是节点列表",
  "must be a list of wires": "必须是连线列表",
  "must be a list of frames": "必须是分区框列表",
  "must be a list of blocks": "必须是模块列表",
  "must be a colour of a frame, such as blue": "必须是分区框的颜色，例如 blue",
  "must be off, or be left out": "必须是 off，或省略",
  "must be an object with width and height": "必须是含 width 和 height 的对象",
  "must be bypass or disable": "必须是 bypass 或 disable",
  "must be right or down": "必须是 right 或 down",
  "must be two numbers": "必须是两个数字",
  "must be classification or regression": "必须是 classification 或 regression",
  "must be csv, images, idx or synthetic": "必须是 csv、images、idx 或 synthetic",
  "must be a set that can be computed, such as spirals": "必须是可生成的数据集，例如 spirals",
  "must be SGD, Adam, AdamW, RMSprop, Adagrad or Adadelta":
    "必须是 SGD、Adam、AdamW、RMSprop、Adagrad 或 Adadelta",
  "must be a schedule of the learning rate, such as constant or StepLR":
    "必须是学习率调度方式，例如 constant 或 StepLR",
  "must be none, norm or value": "必须是 none、norm 或 value",
  "must be min or max": "必须是 min 或 max",
  "must be cos or linear": "必须是 cos 或 linear",
  "must be 1, 2 or inf": "必须是 1、2 或 inf",
  "must be a list of numbers": "必须是数字列表",
  "must be a function of torch.nn.init, such as xavier_uniform_":
    "必须是 torch.nn.init 的函数，例如 xavier_uniform_",
  "must be fan_in or fan_out": "必须是 fan_in 或 fan_out",
  "must be a nonlinearity, such as relu": "必须是一种非线性函数，例如 relu",
  "must be 1": "必须是 1",
} as const;

type Expectation = keyof typeof chinese;

/** Ends the sentence “graph.nodes[2].id …”. */
export function expectation(message: string): Text {
  return Object.hasOwn(chinese, message)
    ? { en: message, zh: chinese[message as Expectation] }
    : { en: "has a wrong value", zh: "的值不正确" };
}

/** Messages are those that have a translation. */
function say<const Message extends Expectation>(message: Message): Message {
  return message;
}

const finite = v.pipe(v.number(say("must be a number")), v.finite(say("must be a finite number")));
const wholeNumber = v.pipe(finite, v.integer(say("must be a whole number")));
const atLeast = (min: 0 | 1) => v.minValue<number, 0 | 1, Expectation>(min, say(`must be at least ${min}`));
const text = v.string(say("must be text"));
const name = v.pipe(text, v.nonEmpty(say("must not be empty")));
const flag = v.boolean(say("must be true or false"));

const paramValue = v.union(
  [finite, flag, text, v.null(), v.array(finite)],
  say("must be a number, true, false, text, null or a list of numbers"),
);

const position = v.object({ x: finite, y: finite }, say("must be an object with x and y"));

const gain = v.object({
  type: v.picklist(["xavier_uniform_", "xavier_normal_", "orthogonal_"]),
  gain: finite,
});
const kaiming = v.object({
  type: v.picklist(["kaiming_uniform_", "kaiming_normal_"]),
  a: finite,
  mode: v.picklist(["fan_in", "fan_out"], say("must be fan_in or fan_out")),
  nonlinearity: v.picklist(nonlinearities, say("must be a nonlinearity, such as relu")),
});
const init = v.variant(
  "type",
  [
    gain,
    kaiming,
    v.object({ type: v.picklist(["zeros_", "ones_"]) }),
    v.object({ type: v.literal("constant_"), val: finite }),
    v.object({ type: v.literal("uniform_"), a: finite, b: finite }),
    v.object({ type: v.literal("normal_"), mean: finite, std: v.pipe(finite, atLeast(0)) }),
    v.object({ type: v.literal("copy_"), values: v.array(finite, say("must be a list of numbers")) }),
  ],
  say("must be a function of torch.nn.init, such as xavier_uniform_"),
);

const nodeTraining = v.object(
  {
    frozen: v.optional(flag),
    lr_factor: v.optional(v.pipe(finite, atLeast(0))),
    weight_decay: v.optional(v.pipe(finite, atLeast(0))),
    init: v.optional(v.record(v.string(), init, say("must be an object"))),
    loss_weight: v.optional(finite),
  },
  say("must be an object"),
);

const node = v.looseObject({
  id: name,
  type: name,
  name: v.optional(text, ""),
  params: v.optional(v.record(v.string(), paramValue, say("must be an object")), {}),
  training: v.optional(nodeTraining),
  position,
  note: v.optional(text),
  collapsed: v.optional(flag),
  mode: v.optional(v.picklist(["bypass", "disable"], say("must be bypass or disable"))),
});

const port = v.object({ node: text, port: text }, say("must be an object with node and port"));
const edge = v.looseObject({ id: name, from: port, to: port });

const frame = v.looseObject({
  id: name,
  title: v.optional(text, ""),
  text: v.optional(text, ""),
  colour: v.optional(
    v.picklist(frameColours, say("must be a colour of a frame, such as blue")),
    frameColours[0],
  ),
  position,
  size: v.object({ width: finite, height: finite }, say("must be an object with width and height")),
});

/** What a block holds, and with it the blocks themselves the whole drawing. */
const level = {
  nodes: v.array(node, say("must be a list of nodes")),
  edges: v.array(edge, say("must be a list of wires")),
  frames: v.optional(v.array(frame, say("must be a list of frames"))),
  direction: v.optional(v.picklist(["right", "down"], say("must be right or down"))),
};

const block = v.looseObject({
  id: name,
  name: v.optional(text, ""),
  graph: v.object(level, say("must be an object with nodes and edges")),
});

const graph = v.object(
  { ...level, blocks: v.optional(v.array(block, say("must be a list of blocks"))) },
  say("must be an object with nodes and edges"),
);

const source = v.variant(
  "kind",
  [
    v.object({
      kind: v.literal("csv"),
      file: text,
      target: text,
      task: v.picklist(["classification", "regression"], say("must be classification or regression")),
    }),
    v.object({ kind: v.literal("images"), folder: text }),
    v.object({ kind: v.literal("idx"), images: text, labels: text }),
    v.object({
      kind: v.literal("synthetic"),
      set: v.picklist(syntheticNames, say("must be a set that can be computed, such as spirals")),
      rows: v.pipe(wholeNumber, atLeast(1)),
      noise: v.pipe(finite, atLeast(0)),
      seed: wholeNumber,
    }),
  ],
  say("must be csv, images, idx or synthetic"),
);

const data = v.object(
  {
    source: v.nullable(source),
    validation_split: v.pipe(finite, atLeast(0), v.ltValue(1, say("must be less than 1"))),
    standardize: flag,
    split_seed: wholeNumber,
  },
  say("must be an object"),
);

const share = v.pipe(finite, atLeast(0), v.ltValue(1, say("must be less than 1")));
const notNegative = v.pipe(finite, atLeast(0));

const adam = {
  lr: notNegative,
  betas: v.tuple([share, share], say("must be two numbers")),
  eps: notNegative,
  weight_decay: notNegative,
  // Older files do not have it.
  amsgrad: v.optional(flag, false),
};

const optimizer = v.variant(
  "type",
  [
    v.object({
      type: v.literal("SGD"),
      lr: notNegative,
      momentum: notNegative,
      dampening: finite,
      weight_decay: notNegative,
      nesterov: flag,
    }),
    v.object({ type: v.literal("Adam"), ...adam }),
    v.object({ type: v.literal("AdamW"), ...adam }),
    v.object({
      type: v.literal("RMSprop"),
      lr: notNegative,
      alpha: share,
      eps: notNegative,
      weight_decay: notNegative,
      momentum: notNegative,
      centered: flag,
    }),
    v.object({
      type: v.literal("Adagrad"),
      lr: notNegative,
      lr_decay: notNegative,
      weight_decay: notNegative,
      initial_accumulator_value: notNegative,
      eps: notNegative,
    }),
    v.object({
      type: v.literal("Adadelta"),
      lr: notNegative,
      rho: share,
      eps: notNegative,
      weight_decay: notNegative,
    }),
  ],
  say("must be SGD, Adam, AdamW, RMSprop, Adagrad or Adadelta"),
);

const steps = v.pipe(wholeNumber, atLeast(1));
const count = v.pipe(wholeNumber, atLeast(0));
const positive = v.pipe(finite, v.gtValue(0, say("must be more than 0")));
const { OneCycleLR: oneCycle } = defaultSchedules;

const schedule = v.variant(
  "type",
  [
    v.object({ type: v.literal("constant") }),
    // Of older files: `afterWarmup` makes the constant rate behind a warm-up of it.
    v.object({ type: v.literal("LinearWarmup"), warmup_steps: steps }),
    v.object({
      type: v.literal("LinearLR"),
      start_factor: notNegative,
      end_factor: notNegative,
      total_iters: steps,
    }),
    v.object({ type: v.literal("StepLR"), step_size: steps, gamma: notNegative }),
    v.object({
      type: v.literal("MultiStepLR"),
      milestones: v.array(steps, say("must be a list of numbers")),
      gamma: notNegative,
    }),
    v.object({ type: v.literal("ExponentialLR"), gamma: notNegative }),
    v.object({ type: v.literal("CosineAnnealingLR"), T_max: steps, eta_min: notNegative }),
    v.object({
      type: v.literal("CosineAnnealingWarmRestarts"),
      T_0: steps,
      T_mult: steps,
      eta_min: notNegative,
    }),
    v.object({
      type: v.literal("OneCycleLR"),
      total_steps: steps,
      pct_start: share,
      // Older files have none of these, and left the momentum alone.
      anneal_strategy: v.optional(
        v.picklist(["cos", "linear"], say("must be cos or linear")),
        oneCycle.anneal_strategy,
      ),
      div_factor: v.optional(positive, oneCycle.div_factor),
      final_div_factor: v.optional(positive, oneCycle.final_div_factor),
      three_phase: v.optional(flag, oneCycle.three_phase),
      cycle_momentum: v.optional(flag, false),
      base_momentum: v.optional(share, oneCycle.base_momentum),
      max_momentum: v.optional(share, oneCycle.max_momentum),
    }),
    v.object({
      type: v.literal("ReduceLROnPlateau"),
      mode: v.picklist(["min", "max"], say("must be min or max")),
      factor: share,
      patience: count,
      threshold: notNegative,
      cooldown: count,
      min_lr: notNegative,
    }),
  ],
  say("must be a schedule of the learning rate, such as constant or StepLR"),
);

const clip = v.variant(
  "type",
  [
    v.object({ type: v.literal("none") }),
    v.object({
      type: v.literal("norm"),
      max_norm: notNegative,
      norm_type: v.picklist([1, 2, "inf"], say("must be 1, 2 or inf")),
    }),
    v.object({ type: v.literal("value"), clip_value: notNegative }),
  ],
  say("must be none, norm or value"),
);

const trainingFields = v.object(
  {
    batch_size: v.pipe(wholeNumber, atLeast(1)),
    epochs: v.pipe(wholeNumber, atLeast(1)),
    seed: wholeNumber,
    optimizer,
    // Older files do not have what follows.
    accumulation_steps: v.optional(v.pipe(wholeNumber, atLeast(1)), 1),
    schedule: v.optional(schedule, { ...defaultTraining.schedule }),
    warmup_steps: v.optional(count, 0),
    clip: v.optional(clip, { ...defaultClips.none }),
    whole_step: v.optional(v.literal("off", say("must be off, or be left out"))),
  },
  say("must be an object"),
);

const training = v.pipe(trainingFields, v.transform(afterWarmup));

function afterWarmup({ schedule: given, ...rest }: v.InferOutput<typeof trainingFields>) {
  return given.type === "LinearWarmup"
    ? { ...rest, schedule: defaultSchedules.constant, warmup_steps: given.warmup_steps }
    : { ...rest, schedule: given };
}

export const projectSchema: v.GenericSchema<unknown, Project> = v.looseObject(
  {
    format: v.literal("tensorloom"),
    version: v.literal(1, say("must be 1")),
    name: v.optional(text, ""),
    graph,
    data: v.optional(data, { ...defaultData }),
    training: v.optional(training, { ...defaultTraining }),
  },
  say("must be an object"),
);
