import { describe, expect, it } from "vitest";
import type { CheckedGraph, CheckedNode } from "../compile/checked";
import {
  defaultOptimizers,
  defaultSchedules,
  defaultTraining,
  type NodeTraining,
  type TrainingSettings,
} from "../graph/project";
import { zeros } from "../layers/initializers";
import { torchNodeTraining, torchTraining } from "./torch-training";

function node(name: string, training?: NodeTraining): CheckedNode {
  const none = { params: {}, inputs: {}, outputs: {}, buffers: {}, parameterCount: 0, flops: 0 };
  const weights: CheckedNode["weights"] = name.startsWith("fc")
    ? { weight: { shape: [3, 2], init: zeros }, bias: { shape: [3], init: zeros } }
    : {};
  return {
    ...none,
    id: name,
    type: "",
    name,
    weights,
    trainingFlops: 0,
    activationBytes: 0,
    ...(training && { training }),
  };
}

function lines(training: Partial<TrainingSettings>, ...nodes: readonly CheckedNode[]): string {
  const checked: CheckedGraph = {
    batchSize: 8,
    order: nodes.map(({ id }) => id),
    nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
    edges: [],
    diagnostics: [],
    losses: nodes.filter(({ name }) => !name.startsWith("fc")).map(({ id }) => id),
    loss: null,
    parameterCount: 0,
    flops: 0,
    trainingFlops: 0,
    activationBytes: 0,
  };
  return torchTraining(checked, { ...defaultTraining, epochs: 3, ...training }).join("\n");
}

describe("what follows a module", () => {
  it("is its initialisers and its freezing", () => {
    const fc = node("fc1", {
      frozen: true,
      init: {
        weight: { type: "kaiming_normal_", a: 0.1, mode: "fan_out", nonlinearity: "relu" },
        bias: { type: "copy_", values: [1, 2, 3] },
      },
    });
    expect(torchNodeTraining(fc)).toEqual([
      'nn.init.kaiming_normal_(self.fc1.weight, a=0.1, mode="fan_out", nonlinearity="relu")',
      "self.fc1.bias.data.copy_(torch.tensor([1, 2, 3]).view(3))",
      "self.fc1.requires_grad_(False)",
    ]);
    expect(torchNodeTraining(node("fc2"))).toEqual([]);
  });
});

describe("the loop", () => {
  it("adds up the gradients of several batches", () => {
    const sum = { ...node("total", { loss_weight: 2 }), params: { reduction: "sum" } };
    expect(lines({ accumulation_steps: 4 }, node("fc1"), node("mse"), sum).split("\n").slice(1)).toEqual([
      "for epoch in range(3):",
      "    for parts in itertools.batched(batches, 4):",
      "        rows = sum(len(batch) for batch in parts)",
      "        optimizer.zero_grad()",
      "        for batch in parts:",
      "            losses = model(batch)",
      '            loss = len(batch) / rows * losses["mse"] + 2 * losses["total"]',
      "            loss.backward()",
      "        optimizer.step()",
    ]);
  });

  it("is short where nothing is special", () => {
    expect(lines({}, node("fc1"), node("mse"))).toBe(`\
optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False)
for epoch in range(3):
    for batch in batches:
        losses = model(batch)
        loss = losses["mse"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()`);
  });

  it("has parameter groups, weighted losses, clipping and a warm-up", () => {
    const training: Partial<TrainingSettings> = {
      optimizer: { ...defaultOptimizers.SGD, lr: 0.1 },
      warmup_steps: 5,
      schedule: { type: "MultiStepLR", milestones: [3, 7], gamma: 0.5 },
      clip: { type: "norm", max_norm: 2, norm_type: "inf" },
    };
    const nodes = [
      node("fc1", { lr_factor: 0.1 }),
      node("fc2", { frozen: true }),
      node("fc3", { weight_decay: 0 }),
      node("fc4"),
      node("mse"),
      node("l1", { loss_weight: 0.5 }),
    ];
    expect(lines(training, ...nodes)).toBe(`\
optimizer = torch.optim.SGD([
    {"params": [*model.fc1.parameters()], "lr": 0.01},
    {"params": [*model.fc3.parameters()], "weight_decay": 0},
    {"params": [*model.fc4.parameters()]},
], lr=0.1, momentum=0.9, dampening=0, weight_decay=0, nesterov=False)
scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / 5)),
    torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[3, 7], gamma=0.5),
], milestones=[5])
for epoch in range(3):
    for batch in batches:
        losses = model(batch)
        loss = losses["mse"] + 0.5 * losses["l1"]
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2, norm_type=float("inf"))
        optimizer.step()
        scheduler.step()`);
  });

  it("tells a plateau how the epoch went", () => {
    const text = lines({ schedule: defaultSchedules.ReduceLROnPlateau }, node("fc1"), node("mse"));
    expect(text).toContain(
      'plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", factor=0.1,',
    );
    expect(text).toMatch(/\n {4}plateau\.step\(validation_loss\)$/);
    expect(text).not.toContain("scheduler.step()");
  });

  it("does not cycle a momentum that there is not", () => {
    const schedule = defaultSchedules.OneCycleLR;
    expect(lines({ schedule, optimizer: defaultOptimizers.Adadelta }, node("fc1"))).toMatch(
      /OneCycleLR\(optimizer, max_lr=1, total_steps=1000, .*cycle_momentum=False/,
    );
    expect(lines({ schedule }, node("fc1"))).toContain("cycle_momentum=True");
  });
});
