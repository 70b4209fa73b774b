/** Finds where NaN or infinity first came from, once a loss has been one. */
import { gatherBatch, type LoweredNetwork, lowerNetwork, randomCount, totalLoss } from "../compile/lower";
import { planProgram } from "../plan/compile";
import { Builder } from "../program/builder";
import { differentiate } from "../program/differentiate";
import { createPipelineCache, prepareReplay } from "../runtime/replay";
import type { Point, RunError } from "./protocol";
import type { Session } from "./session";

/**
 * The session stands at a sound step before `broken`. Steps are repeated up to the last state with finite weights, where
 * the session is left; then the next step's tensors are looked at one by one.
 */
export async function firstNonFinite(session: Session, broken: Point): Promise<RunError> {
  let sound = session.keep();
  let overflown: string | null = null;
  // broken.step counts from 1. The weights may be spoilt long before it: steps that were taken with a smaller learning
  // rate are repeated with the one of now.
  while (overflown === null && session.step < broken.step - 1) {
    await session.submit(1);
    overflown = firstOverflown(session, await session.params());
    if (overflown === null) sound = session.keep(sound);
  }
  session.goBack(sound);
  // Tensors that are all finite can still make a step that is too large.
  const node = (await blame(session)) ?? overflown;
  session.goBack(sound);
  return describe(session, node, sound.step + 1);
}

/** The first node with a parameter that is not finite. */
function firstOverflown(session: Session, params: Float32Array): string | null {
  const found = session.compiled.memory.params.find(
    ({ offset, length }) => !params.subarray(offset, offset + length).every(Number.isFinite),
  );
  return found?.node ?? null;
}

/** The first node whose output, or else whose gradient, is not finite in the next step; null when none is found. */
async function blame(session: Session): Promise<string | null> {
  const { checked, memory } = session.compiled;
  const ops = new Builder();
  const network = lowerProbe(ops, session);
  const grads = differentiate(ops, totalLoss(ops, checked, network), network.params);
  const outputs = checked.order.flatMap((id) =>
    Object.values(network.values[id] ?? {}).map((value) => ({ id, op: value.id })),
  );
  const gradients = memory.params.map((slot, i) => ({ id: slot.node, op: grads[i].id })).reverse();
  const probes = [...outputs, ...gradients].filter(({ op }) => ops.value(op).dtype === "float32");
  const { device, limits } = session.device;
  const planned = planProgram(ops.program(), session.compiled.specs, {
    limits,
    keep: probes.map(({ op }) => op),
  });
  if (!planned.ok) return null;
  const replay = await prepareReplay(device, session.memories, planned.plan, createPipelineCache(device));
  // A step that is computed in parts is looked at part by part.
  for (let part = 0; part < (memory.accumulation?.steps ?? 1); part++) {
    replay.submit(1);
    for (const { id, op } of probes) {
      if (!(await replay.readKept(op)).every(Number.isFinite)) return id;
    }
  }
  return null;
}

/** Goes on to the next part of the batch. */
function lowerProbe(ops: Builder, session: Session): LoweredNetwork {
  const { checked, memory, source } = session.compiled;
  const { counters } = memory;
  const [cursor, part] = [counters.cursor, counters.part].map((slot) => ops.load(slot, [], "int64"));
  const network = lowerNetwork(ops, checked, memory, {
    training: true,
    seed: ops.load(counters.seed, [], "int64"),
    step: randomCount(ops, memory),
    data: gatherBatch(ops, source, cursor, checked.batchSize),
  });
  ops.store(counters.cursor, ops.add(cursor, checked.batchSize));
  ops.store(counters.part, ops.add(part, 1));
  return network;
}

function describe(session: Session, node: string | null, step: number): RunError {
  const name = node && session.compiled.checked.nodes[node].name;
  return {
    code: "non-finite",
    node,
    message: name
      ? {
          en: `Training stopped at step ${step}: ${name} gave NaN or infinity first. The weights of the step before are kept. Try a smaller learning rate.`,
          zh: `训练在第 ${step} 步停止：${name} 最先出现 NaN 或无穷大。已保留上一步的权重。请尝试更小的学习率。`,
        }
      : {
          en: `Training stopped at step ${step}: the loss became NaN or infinite. The weights of the step before are kept. Try a smaller learning rate.`,
          zh: `训练在第 ${step} 步停止：损失变为 NaN 或无穷大。已保留上一步的权重。请尝试更小的学习率。`,
        },
  };
}
