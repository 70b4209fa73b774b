/** The project file as valibot checks it. Unknown fields of a node, a wire or the project are kept, not lost. */
import * as v from "valibot";
import type { Text } from "../tensor/text";
import { defaultData, defaultTraining, type Project } from "./project";

/** What a field must be, in Chinese too. */
const chinese = {
  "must be a number": "必须是数字",
  "must be a finite number": "必须是有限的数字",
  "must be a whole number": "必须是整数",
  "must be at least 0": "必须至少为 0",
  "must be at least 1": "必须至少为 1",
  "must be less than 1": "必须小于 1",
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
  "must be two numbers": "必须是两个数字",
  "must be classification or regression": "必须是 classification 或 regression",
  "must be csv, images or idx": "必须是 csv、images 或 idx",
  "must be SGD, Adam, AdamW, RMSprop, Adagrad or Adadelta":
    "必须是 SGD、Adam、AdamW、RMSprop、Adagrad 或 Adadelta",
  "must be a schedule of the learning rate, such as constant or StepLR":
    "必须是学习率调度方式，例如 constant 或 StepLR",
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

const node = v.looseObject({
  id: name,
  type: name,
  name: v.optional(text, ""),
  params: v.optional(v.record(v.string(), paramValue, say("must be an object")), {}),
  position: v.object({ x: finite, y: finite }, say("must be an object with x and y")),
});

const port = v.object({ node: text, port: text }, say("must be an object with node and port"));
const edge = v.looseObject({ id: name, from: port, to: port });

const graph = v.object(
  {
    nodes: v.array(node, say("must be a list of nodes")),
    edges: v.array(edge, say("must be a list of wires")),
  },
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
  ],
  say("must be csv, images or idx"),
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

const schedule = v.variant(
  "type",
  [
    v.object({ type: v.literal("constant") }),
    v.object({ type: v.literal("LinearWarmup"), warmup_steps: steps }),
    v.object({ type: v.literal("StepLR"), step_size: steps, gamma: notNegative }),
    v.object({ type: v.literal("ExponentialLR"), gamma: notNegative }),
    v.object({ type: v.literal("CosineAnnealingLR"), T_max: steps, eta_min: notNegative }),
    v.object({
      type: v.literal("CosineAnnealingWarmRestarts"),
      T_0: steps,
      T_mult: steps,
      eta_min: notNegative,
    }),
    v.object({ type: v.literal("OneCycleLR"), total_steps: steps, pct_start: share }),
  ],
  say("must be a schedule of the learning rate, such as constant or StepLR"),
);

const training = v.object(
  {
    batch_size: v.pipe(wholeNumber, atLeast(1)),
    epochs: v.pipe(wholeNumber, atLeast(1)),
    seed: wholeNumber,
    optimizer,
    // Older files do not have it.
    schedule: v.optional(schedule, { ...defaultTraining.schedule }),
  },
  say("must be an object"),
);

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
