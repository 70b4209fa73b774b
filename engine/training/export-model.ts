/** A trained project as a TypeScript module: joins the evaluation plan, the weights and the data's scale. */
import type { PreparedData } from "../data/dataset";
import { exportTypeScript } from "../export/typescript";
import type { Project } from "../graph/project";
import { defaultLimits } from "../plan/plan";
import { type CompileResult, success, tensorsOf } from "./compile";
import { compileInference } from "./predictor";
import { initialWeights, packWeights, unpackWeights } from "./weights";

/**
 * Files by name. The plan keeps to the limits that every WebGPU device offers, since it is not known where it will run.
 * @param weights safetensors; null for the weights that training would start with
 */
export function exportModel(
  project: Project,
  { dataset, scale }: Pick<PreparedData, "dataset" | "scale">,
  weights: Uint8Array | null,
): CompileResult<Readonly<Record<string, string | Uint8Array>>> {
  const batchSize = project.training.batch_size;
  const compiled = compileInference(project, tensorsOf(dataset), batchSize, defaultLimits);
  if (!compiled.ok) return compiled;
  const { checked, memory, plan, inputs, output } = compiled.value;
  const named = weights && unpackWeights(memory, weights);
  if (named && !named.ok) return named;
  const used = Object.entries(inputs).map(([name, slot]) => {
    const { shape, dtype } = dataset.tensors[name];
    return [name, { memory: slot.memory, shape, dtype }] as const;
  });
  return success(
    exportTypeScript({
      name: project.name,
      checked,
      plan,
      batchSize,
      slots: Object.fromEntries([...memory.params, ...memory.buffers].map((slot) => [slot.name, slot])),
      inputs: Object.fromEntries(used),
      output: {
        buffer: plan.buffers.findIndex(({ name }) => name === output.memory),
        offset: 0,
        shape: output.shape,
        dtype: "float32",
      },
      scale,
      classes: dataset.classes,
      columns: dataset.columns,
      // Under the names that the nodes have now.
      weights: named
        ? packWeights(memory, named.value, named.value.metadata)
        : initialWeights(memory, project.training.seed),
    }),
  );
}
