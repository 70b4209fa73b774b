/** How a loss makes one number of many. */
import { choice } from "./params";

export const reductions = ["mean", "sum", "none"] as const;
export type Reduction = (typeof reductions)[number];

export function reduction() {
  return choice(
    {
      en: "The mean of all losses, their sum, or each by itself (which cannot be trained on)",
      zh: "所有损失的平均、总和，或各自保留（各自保留时无法训练）",
    },
    reductions,
    "mean",
  );
}
