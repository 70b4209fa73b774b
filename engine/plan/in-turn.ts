/** Plans that are done one after the other, each so often, as one plan; and their programs as one. */
import type { AnyOp, Program } from "../program/program";
import type { Binding, Dispatch, Plan, PlanBuffer, Shader } from "./plan";

export interface Turn {
  /** Of which the plan was made. */
  readonly program: Program;
  readonly plan: Plan;
  readonly times: number;
}

/** Persistent memories are the same for all, and arenas too: what lies in them is needed within one plan only. */
export function planInTurn(turns: readonly Turn[]): Plan {
  const buffers = new Map<string, PlanBuffer>();
  for (const each of turns.flatMap(({ plan }) => plan.buffers)) {
    const known = buffers.get(each.name);
    const dtype = known && known.dtype !== each.dtype ? "mixed" : each.dtype;
    buffers.set(each.name, { ...each, dtype, bytes: Math.max(each.bytes, known?.bytes ?? 0) });
  }
  const names = [...buffers.keys()];
  const shaders: Shader[] = [];
  const dispatches: Dispatch[] = [];
  let firstOp = 0;
  for (const { plan, program } of turns) {
    const shift = firstOp;
    const moved = (bindings: readonly Binding[]) =>
      bindings.map(({ buffer, ...bound }) => ({
        ...bound,
        buffer: names.indexOf(plan.buffers[buffer].name),
      }));
    for (const { shader, bindings, parts, ops, ...told } of plan.dispatches)
      dispatches.push({
        ...told,
        shader: indexOf(shaders, plan.shaders[shader]),
        bindings: moved(bindings),
        ...(parts && { parts: parts.map((part) => ({ ...part, bindings: moved(part.bindings) })) }),
        ops: ops.map((op) => op + shift),
      });
    firstOp += program.ops.length;
  }
  const bytesOf = (role: PlanBuffer["role"]) =>
    [...buffers.values()].reduce((sum, each) => sum + (each.role === role ? each.bytes : 0), 0);
  const plans = turns.map(({ plan }) => plan);
  const arenaBytes = bytesOf("arena");
  return {
    buffers: [...buffers.values()],
    shaders,
    dispatches,
    kept: {},
    arenaBytes,
    arenaBound: Math.max(...plans.map(({ arenaBound }) => arenaBound)),
    peakBytes: bytesOf("persistent") + arenaBytes,
    peakOrigin: plans.reduce((most, plan) => (plan.arenaBytes > most.arenaBytes ? plan : most)).peakOrigin,
    runs: turns.map(({ plan, times }) => ({ dispatches: plan.dispatches.length, times })),
  };
}

/** Operations as `planInTurn` numbers them. */
export function programInTurn(turns: readonly Pick<Turn, "program">[]): Program {
  const ops: AnyOp[] = [];
  for (const { program } of turns) {
    const shift = ops.length;
    for (const op of program.ops)
      ops.push({ ...op, id: op.id + shift, inputs: op.inputs.map((input) => input + shift) });
  }
  return { ops };
}

function indexOf(shaders: Shader[], shader: Shader): number {
  const known = shaders.findIndex(({ code }) => code === shader.code);
  return known >= 0 ? known : shaders.push(shader) - 1;
}
