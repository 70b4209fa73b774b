/**
 * Which kernel is the fastest for each product of a program, by the device's own clock. The answer is a table for
 * `planProgram`, plain data that a host may keep for the next time on the same adapter.
 */
import { planProgram } from "../plan/compile";
import { nodeGraph } from "../plan/nodes";
import type { MemorySpecs, Plan } from "../plan/plan";
import {
  type Adapter,
  type MatmulSizes,
  type MatmulVariant,
  matmulCandidates,
  matmulSizes,
  type VariantTable,
  variantKey,
} from "../plan/variants";
import { Builder } from "../program/builder";
import type { Program } from "../program/program";
import type { OpenDevice } from "./device";
import { createMemories } from "./memory";
import { timeDispatches } from "./profile";
import { type PipelineCache, prepareReplay } from "./replay";

/** The kernels that the written estimate takes for a program's products. */
export function estimatedVariants(program: Program, { software, subgroups }: Adapter): VariantTable {
  return Object.fromEntries(
    productsOf(program, { software, subgroups }).map(({ key, variant }) => [key, variant]),
  );
}

/** @param known what was measured before, which is not measured again */
export async function tune(
  open: OpenDevice,
  cache: PipelineCache,
  program: Program,
  known: VariantTable = {},
): Promise<VariantTable> {
  const table: Record<string, VariantTable[string]> = { ...known };
  for (const { key, sizes } of productsOf(program, open.limits)) {
    if (key in table) continue;
    const times = await timeMatmul(open, cache, sizes);
    table[key] = [...times].reduce((best, each) => (each[1] < best[1] ? each : best))[0];
  }
  return table;
}

function productsOf(program: Program, adapter: Adapter) {
  return nodeGraph(program, { variants: { adapter } }).nodes.flatMap((node) => {
    if (node.kind !== "matmul" || node.variant === null) return [];
    const sizes = matmulSizes(node.inputs[0].shape, node.shape);
    return [{ key: variantKey("matmul", sizes), sizes, variant: node.variant }];
  });
}

/** Milliseconds of each kernel that may compute a product of dense operands. */
export async function timeMatmul(
  open: OpenDevice,
  cache: PipelineCache,
  sizes: MatmulSizes,
): Promise<ReadonlyMap<MatmulVariant, number>> {
  const [batch, m, n, k] = sizes;
  const specs: MemorySpecs = {
    a: { dtype: "float32", length: batch * m * k },
    b: { dtype: "float32", length: batch * k * n },
    result: { dtype: "float32", length: batch * m * n },
  };
  const ops = new Builder();
  const matrix = (memory: string, height: number, width: number) =>
    ops.load({ memory, offset: 0, length: batch * height * width }, [batch, height, width]);
  ops.store(
    { memory: "result", offset: 0, length: batch * m * n },
    ops.matmul(matrix("a", m, k), matrix("b", k, n)),
  );
  const times = new Map<MatmulVariant, number>();
  for (const variant of matmulCandidates(open.limits)) {
    const planned = planProgram(ops.program(), specs, {
      limits: { ...open.limits, variants: { [variantKey("matmul", sizes)]: variant } },
    });
    // A product that is too large for the device is found out when its program is planned.
    if (planned.ok) times.set(variant, await timePlan(open, cache, planned.plan, specs));
  }
  return times;
}

/** Milliseconds of one run of the plan, its dispatches taken alone. */
export async function timePlan(
  { device }: OpenDevice,
  cache: PipelineCache,
  plan: Plan,
  specs: MemorySpecs,
): Promise<number> {
  const memories = createMemories(device, specs);
  const replay = await prepareReplay(device, memories, plan, cache);
  const times = await timeDispatches(device, replay, 3, () => {});
  memories.destroy();
  return times.reduce((sum, time) => sum + time, 0);
}
