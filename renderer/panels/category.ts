/** The categories' names and colours. */
import type { CSSProperties } from "react";
import type { Category, Text } from "../../engine";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";

export const categoryNames: Readonly<Record<Category, Text>> = {
  data: editor.categoryData,
  linear: editor.categoryLinear,
  conv: editor.categoryConv,
  norm: editor.categoryNorm,
  pool: editor.categoryPool,
  attention: editor.categoryAttention,
  recurrent: editor.categoryRecurrent,
  shape: editor.categoryShape,
  activation: editor.categoryActivation,
  math: editor.categoryMath,
  regularization: editor.categoryRegularization,
  loss: editor.categoryLoss,
  block: drawing.blocks,
};

/** Sets `--category`, which the category's square and the ports take their colour from. */
export function categoryStyle(category: Category | undefined): CSSProperties {
  const colour = category ? `var(--cat-${category})` : "var(--text-3)";
  // React types custom properties as unknown to CSSProperties.
  return { "--category": colour } as CSSProperties;
}
