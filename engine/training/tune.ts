/** Finds the fastest kernels for a project's products on this device, and what that gains. */
import type { PreparedData } from "../data/dataset";
import type { Project } from "../graph/project";
import { everyOptimisation } from "../plan/optimisations";
import { tunedKernels } from "../plan/tuned";
import type { VariantTable } from "../plan/variants";
import { estimatedVariants, tune } from "../runtime/autotune";
import type { OpenDevice } from "../runtime/device";
import { canProfile, noTimestamps } from "../runtime/profile";
import { createPipelineCache } from "../runtime/replay";
import { type CompileResult, compileTraining, failure, success } from "./compile";
import { timeTraining } from "./profile";
import type { RunError, Tuning } from "./protocol";

/** The kernels known before, `open.limits.variants`, are not measured again. They are kept only if a step is faster. */
export async function tuneTraining(
  open: OpenDevice,
  project: Project,
  data: PreparedData,
  optimisations = everyOptimisation,
): Promise<CompileResult<Tuning>> {
  if (!canProfile(open.device)) return failure({ code: "no-timestamps", node: null, message: noTimestamps });
  const known = open.limits.variants ?? {};
  const compiled = compileTraining(project, data, open.limits, optimisations);
  if (!compiled.ok) return compiled;
  const { program, wholeStep } = compiled.value.training;
  if (wholeStep) return failure(oneKernel);

  const estimated = estimatedVariants(program, open.limits);
  const shapes = Object.keys(estimated);
  const table = await tune(open, createPipelineCache(open.device), program, known);
  const differing = shapes.filter((shape) => table[shape] !== estimated[shape]);
  const measured = shapes.filter((shape) => !(shape in known)).length;
  const tuning = (variants: VariantTable, changed: number, before: number, after: number): Tuning => {
    const kernels = tunedKernels(open.name, open.limits, variants);
    return { kernels, measured, shapes: shapes.length, changed, before, after };
  };

  const withTable = (variants: VariantTable) =>
    timeTraining({ ...open, limits: { ...open.limits, variants } }, project, data, optimisations);
  const times = { before: Number.POSITIVE_INFINITY, after: Number.POSITIVE_INFINITY };
  // In turns, so that a machine that is busy for a while is so for both.
  for (let round = 0; round < 2; round++) {
    const before = await withTable(estimated);
    if (!before.ok) return before;
    times.before = Math.min(times.before, before.value);
    if (differing.length === 0) return success(tuning(table, 0, before.value, before.value));
    const after = await withTable(table);
    if (!after.ok) return after;
    times.after = Math.min(times.after, after.value);
  }
  // What is faster alone may be slower with what is fused into it.
  return times.after < times.before
    ? success(tuning(table, differing.length, times.before, times.after))
    : success(tuning({ ...table, ...estimated }, 0, times.before, times.before));
}

const oneKernel: RunError = {
  code: "nothing-to-tune",
  node: null,
  message: {
    en: "A whole step of this network is one kernel, which is not chosen by measuring. There is nothing to tune.",
    zh: "此网络的整个训练步是一个内核，无需通过实测来选择，没有可调优的内容。",
  },
};
