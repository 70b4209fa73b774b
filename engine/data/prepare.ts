/** A data set as training takes it: split into rows that train and rows that validate, and standardised. */
import type { DataSettings } from "../graph/project";
import type { DataResult, Dataset, DataTensor, PreparedData, Scale } from "./dataset";
import { failed, succeeded } from "./errors";
import { splitRows } from "./split";
import { applyScale, measureScale } from "./standardize";

/**
 * Classes are split evenly (see `splitRows`). What the network is given is standardised with the training rows alone,
 * so that nothing of the validation rows leaks into training; labels are left as they are, so that losses and
 * predictions are in the data's own units. Errors: `data-split`, `data-too-few`.
 */
export function prepare(dataset: Dataset, settings: DataSettings): DataResult<PreparedData> {
  const share = settings.validation_split;
  if (!(share >= 0 && share < 1))
    return failed("data-split", dataset.name, {
      en: `The validation split is ${share}. It must be 0 or more and less than 1: 0.2 keeps a fifth of the rows for validation.`,
      zh: `验证集比例为 ${share}，必须大于等于 0 且小于 1：0.2 表示留出五分之一的行用于验证。`,
    });
  if (dataset.rows < 2 && share > 0)
    return failed("data-too-few", dataset.name, {
      en: `${dataset.name} has only ${dataset.rows} row, and a part of the rows is kept for validation. Add more rows, or set the validation split to 0.`,
      zh: `${dataset.name} 只有 ${dataset.rows} 行，而其中一部分要留作验证集。请添加更多数据，或把验证集比例设为 0。`,
    });

  const { label } = dataset.tensors;
  const labels = dataset.classes.length > 0 && label?.values instanceof Int32Array ? label.values : null;
  const { train, validation } = splitRows(dataset.rows, share, settings.split_seed, labels);
  if (!settings.standardize) return succeeded({ dataset, train, validation, scale: {} });

  const scale: Record<string, Scale> = {};
  const tensors: Record<string, DataTensor> = { ...dataset.tensors };
  for (const [name, tensor] of Object.entries(dataset.tensors)) {
    if (name === "label" || tensor.dtype !== "float32") continue;
    scale[name] = measureScale(tensor, train);
    tensors[name] = applyScale(tensor, scale[name]);
  }
  return succeeded({ dataset: { ...dataset, tensors }, train, validation, scale });
}
