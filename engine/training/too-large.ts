/** Batches of more rows than there are, and of more than the device can hold at once. */
import type { TrainingSettings } from "../graph/project";
import type { RunError } from "./protocol";

/** More rows than there are. */
export function batchTooLarge(
  { batch_size, accumulation_steps }: TrainingSettings,
  rows: number,
): RunError | null {
  if (batch_size > rows)
    return {
      code: "batch-too-large",
      node: null,
      message: {
        en: `The batch size is ${batch_size}, but there are only ${rows} rows to train on. Choose ${rows} or less.`,
        zh: `批大小为 ${batch_size}，但训练数据只有 ${rows} 行。请选择不大于 ${rows} 的值。`,
      },
    };
  if (batch_size * accumulation_steps <= rows) return null;
  const most = Math.floor(rows / batch_size);
  const wanted = batch_size * accumulation_steps;
  return {
    code: "batch-too-large",
    node: null,
    message: {
      en: `${accumulation_steps} accumulation steps of batch size ${batch_size} are ${wanted} rows, but there are only ${rows} to train on. Choose ${most} accumulation steps or less.`,
      zh: `批大小 ${batch_size} 乘以累积步数 ${accumulation_steps} 为 ${wanted} 行，但训练数据只有 ${rows} 行。请把累积步数设为不大于 ${most} 的值。`,
    },
  };
}

/** The largest parts of the batch that fit, as settings that make a step of as many rows; null when none do. */
export function largestParts(
  settings: TrainingSettings,
  fits: (settings: TrainingSettings) => boolean,
): TrainingSettings | null {
  const { batch_size, accumulation_steps } = settings;
  const choices = Array.from({ length: batch_size - 1 }, (_, i) => i + 2)
    .filter((parts) => batch_size % parts === 0)
    .map((parts) => ({
      ...settings,
      batch_size: batch_size / parts,
      accumulation_steps: accumulation_steps * parts,
    }));
  // More parts are smaller ones: the first that fit are looked for by halves.
  let [unfit, fit] = [-1, choices.length];
  while (fit - unfit > 1) {
    const middle = fit === choices.length ? fit - 1 : (unfit + fit) >> 1;
    if (fits(choices[middle])) fit = middle;
    else if (fit === choices.length) return null;
    else unfit = middle;
  }
  return choices[fit] ?? null;
}

/** The error, with settings that would do. */
export function withParts(
  error: RunError,
  { batch_size, accumulation_steps }: TrainingSettings,
  parts: TrainingSettings | null,
): RunError {
  if (!parts) return error;
  const rows = batch_size * accumulation_steps;
  const { en, zh } = error.message;
  return {
    ...error,
    message: {
      en: `${en} A batch size of ${parts.batch_size} with ${parts.accumulation_steps} accumulation steps fits, and a step is still ${rows} rows.`,
      zh: `${zh}批大小设为 ${parts.batch_size}、累积步数设为 ${parts.accumulation_steps} 即可容纳，每一步仍是 ${rows} 行。`,
    },
  };
}
