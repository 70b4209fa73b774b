/**
 * Measured kernels as a host keeps them for the next time. They hold for one adapter and for the kernels as they were:
 * of anything else nothing is kept.
 */
import * as v from "valibot";
import { kernels, library } from "../../shaders";
import { type Adapter, type MatmulVariant, matmulCandidates, type VariantTable } from "./variants";

export interface TunedKernels {
  /** See `kernelsVersion`. */
  readonly kernels: string;
  /** The adapter's name, and what else decides between kernels. */
  readonly adapter: string;
  readonly variants: VariantTable;
}

/** The generators' part of `kernelsVersion`: to be raised when what they make of the kernels gets faster or slower. */
const generators = 2;

/** Changes whenever a kernel does. */
export function kernelsVersion(): string {
  let hash = 0x811c9dc5;
  // FNV-1a, 32 bits
  for (const text of [...Object.values(kernels).map(({ source }) => source), ...library])
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${generators}-${(hash >>> 0).toString(16)}`;
}

export function tunedKernels(name: string, adapter: Adapter, variants: VariantTable): TunedKernels {
  return { kernels: kernelsVersion(), adapter: adapterKey(name, adapter), variants };
}

const keptKernels = v.object({
  kernels: v.string(),
  adapter: v.string(),
  variants: v.record(v.string(), v.string()),
});

/** What of the kept table holds for this adapter. @param kept anything: a file that others may have written */
export function variantsFor(name: string, adapter: Adapter, kept: unknown): VariantTable {
  const parsed = v.safeParse(keptKernels, kept);
  if (!parsed.success) return {};
  const { kernels: version, adapter: key, variants } = parsed.output;
  if (version !== kernelsVersion() || key !== adapterKey(name, adapter)) return {};
  const known = new Map<string, MatmulVariant>(
    matmulCandidates(adapter).map((variant) => [variant, variant]),
  );
  const choices = Object.entries(variants).flatMap(([shape, name]): [string, MatmulVariant][] => {
    const variant = known.get(name);
    return variant ? [[shape, variant]] : [];
  });
  return Object.fromEntries(choices);
}

function adapterKey(name: string, { software, subgroups }: Adapter): string {
  return [name, ...(software ? ["software"] : []), ...(subgroups ? ["subgroups"] : [])].join(", ");
}
