/** How a project is trained, in PyTorch: initialisers, freezing, parameter groups, schedule, clipping and the loop. */
import type { CheckedGraph, CheckedNode } from "../compile/checked";
import type { NodeTraining, OptimizerSettings, ScheduleSettings, TrainingSettings } from "../graph/project";
import type { InitSettings } from "../layers/initializers";
import { python } from "../layers/spelling";

type PythonValue = Parameters<typeof python>[0];

/** What follows a module's construction: `nn.init.xavier_uniform_(self.fc1.weight)`, `self.fc1.requires_grad_(False)`. */
export function torchNodeTraining({ name, weights, training = {} }: CheckedNode): readonly string[] {
  const inits = Object.entries(training.init ?? {}).flatMap(([weight, init]) =>
    weights[weight] ? [initLine(`self.${name}.${weight}`, init, weights[weight].shape)] : [],
  );
  return [...inits, ...(training.frozen ? [`self.${name}.requires_grad_(False)`] : [])];
}

function initLine(weight: string, init: InitSettings, shape: readonly number[]): string {
  if (init.type === "copy_")
    return `${weight}.data.copy_(torch.tensor([${init.values.join(", ")}]).view(${shape.join(", ")}))`;
  const { type, ...keywords } = init;
  return `nn.init.${type}(${[weight, ...spelled(keywords)].join(", ")})`;
}

/**
 * The loop over batches, for a `model` whose modules go by the nodes' names and whose losses are in `losses` by name.
 * A batch's length is its number of rows.
 */
export function torchTraining(checked: CheckedGraph, training: TrainingSettings): readonly string[] {
  const plateau = training.schedule.type === "ReduceLROnPlateau";
  const scheduled = scheduleLines(training);
  const warms = training.warmup_steps > 0 || !(plateau || training.schedule.type === "constant");
  return [
    ...optimizerLines(checked, training.optimizer),
    ...scheduled,
    `for epoch in range(${training.epochs}):`,
    ...backwardLines(checked, training.accumulation_steps),
    ...clipLines(training).map((line) => `        ${line}`),
    "        optimizer.step()",
    ...(warms ? ["        scheduler.step()"] : []),
    ...(plateau
      ? [`    plateau.step(${training.schedule.mode === "min" ? "validation_loss" : "accuracy"})`]
      : []),
  ];
}

/** A mean counts as much of the loss of several batches as its batch has of their rows. */
function backwardLines(checked: CheckedGraph, steps: number): readonly string[] {
  if (steps === 1)
    return [
      "    for batch in batches:",
      "        losses = model(batch)",
      `        loss = ${lossSum(checked, "")}`,
      "        optimizer.zero_grad()",
      "        loss.backward()",
    ];
  return [
    `    for parts in itertools.batched(batches, ${steps}):`,
    "        rows = sum(len(batch) for batch in parts)",
    "        optimizer.zero_grad()",
    "        for batch in parts:",
    "            losses = model(batch)",
    `            loss = ${lossSum(checked, "len(batch) / rows * ")}`,
    "            loss.backward()",
  ];
}

/** @param share the factor of losses that are means */
function lossSum({ losses, nodes }: CheckedGraph, share: string): string {
  if (losses.length === 0) return `${share}losses`;
  return losses
    .map((id) => {
      const { name, params, training } = nodes[id];
      const weight = training?.loss_weight ?? 1;
      const own = params.reduction === "sum" ? "" : share;
      return `${own}${weight === 1 ? "" : `${weight} * `}losses["${name}"]`;
    })
    .join(" + ");
}

/** Nodes that learn alike are one group; frozen ones are in none. */
function optimizerLines({ order, nodes }: CheckedGraph, optimizer: OptimizerSettings): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { name, weights, training = {} } of order.map((id) => nodes[id])) {
    if (Object.keys(weights).length === 0 || training.frozen) continue;
    const own = groupKeywords(training, optimizer.lr);
    groups.set(own, [...(groups.get(own) ?? []), `*model.${name}.parameters()`]);
  }
  const { type, ...settings } = optimizer;
  const keywords = spelled(
    "momentum" in settings && settings.momentum === 0 ? { ...settings, dampening: undefined } : settings,
  );
  if (groups.size <= 1 && groups.has("")) {
    const trained = "filter(lambda p: p.requires_grad, model.parameters())";
    return [`optimizer = torch.optim.${type}(${[trained, ...keywords].join(", ")})`];
  }
  const lines = [...groups].map(([own, members]) => `    {"params": [${members.join(", ")}]${own}},`);
  return [`optimizer = torch.optim.${type}([`, ...lines, `], ${keywords.join(", ")})`];
}

function groupKeywords({ lr_factor = 1, weight_decay }: NodeTraining, lr: number): string {
  const own = [
    ...(lr_factor === 1 ? [] : [`"lr": ${Number((lr * lr_factor).toPrecision(12))}`]),
    ...(weight_decay === undefined ? [] : [`"weight_decay": ${weight_decay}`]),
  ];
  return own.map((each) => `, ${each}`).join("");
}

function scheduleLines({ optimizer, schedule, warmup_steps }: TrainingSettings): readonly string[] {
  const make = "torch.optim.lr_scheduler.";
  const warm = `${make}LambdaLR(optimizer, lambda step: min(1, (step + 1) / ${warmup_steps}))`;
  const plateau =
    schedule.type === "ReduceLROnPlateau" ? [`plateau = ${make}${scheduleCall(schedule, optimizer)}`] : [];
  if (schedule.type === "constant" || plateau.length > 0)
    return warmup_steps > 0 ? [`scheduler = ${warm}`, ...plateau] : plateau;
  const main = `${make}${scheduleCall(schedule, optimizer)}`;
  if (warmup_steps === 0) return [`scheduler = ${main}`];
  return [
    `scheduler = ${make}SequentialLR(optimizer, [`,
    `    ${warm},`,
    `    ${main},`,
    `], milestones=[${warmup_steps}])`,
  ];
}

function scheduleCall(
  schedule: Exclude<ScheduleSettings, { type: "constant" }>,
  optimizer: OptimizerSettings,
): string {
  const { type, ...keywords } = schedule;
  const list =
    "milestones" in keywords ? { milestones: { python: `[${keywords.milestones.join(", ")}]` } } : {};
  const peak = type === "OneCycleLR" ? { max_lr: optimizer.lr } : {};
  const still = type === "OneCycleLR" && !("momentum" in optimizer || "betas" in optimizer);
  const all = { ...peak, ...keywords, ...list, ...(still && { cycle_momentum: false }) };
  return `${type}(${["optimizer", ...spelled(all)].join(", ")})`;
}

function clipLines({ clip }: TrainingSettings): readonly string[] {
  switch (clip.type) {
    case "none":
      return [];
    case "norm": {
      const type = clip.norm_type === "inf" ? 'float("inf")' : String(clip.norm_type);
      return [`nn.utils.clip_grad_norm_(model.parameters(), ${clip.max_norm}, norm_type=${type})`];
    }
    case "value":
      return [`nn.utils.clip_grad_value_(model.parameters(), ${clip.clip_value})`];
  }
}

/** As keywords of a call. */
function spelled(keywords: Readonly<Record<string, PythonValue | undefined>>): readonly string[] {
  return Object.entries(keywords).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${python(value)}`],
  );
}
