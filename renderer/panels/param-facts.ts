/** What is to be known of a parameter beside its meaning: its unit, its default and its range. */
import type { Param, Text } from "../../engine";
import type { Translate } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { panels } from "../ui/texts/panels";
import { printParam } from "./param-value";

/** PyTorch gives a name the same unit in every layer. */
const units: readonly (readonly [unit: Text, names: readonly string[]])[] = [
  [
    panels.unitElements,
    ["kernel_size", "stride", "padding", "dilation", "output_padding", "pad", "output_size"],
  ],
  [panels.unitElements, ["start", "length", "split_size", "size", "sizes", "shape", "unflattened_size"]],
  [panels.unitChannels, ["in_channels", "out_channels", "num_channels", "num_parameters"]],
  [panels.unitFeatures, ["in_features", "out_features", "in1_features", "in2_features", "num_features"]],
  [panels.unitFeatures, ["input_size", "hidden_size", "proj_size", "embed_dim", "embedding_dim", "d_model"]],
  [panels.unitFeatures, ["kdim", "vdim", "normalized_shape"]],
  [panels.unitDimension, ["dim", "dims", "dim0", "dim1", "start_dim", "end_dim"]],
  [panels.unitProbability, ["p", "dropout"]],
  [panels.unitHeads, ["num_heads"]],
  [panels.unitGroups, ["num_groups", "groups"]],
  [panels.unitLayers, ["num_layers"]],
  [panels.unitEntries, ["num_embeddings", "padding_idx"]],
  [panels.unitPositions, ["max_len"]],
  [panels.unitClass, ["ignore_index"]],
  [panels.unitTimes, ["scale_factor"]],
  [panels.unitParts, ["chunks"]],
];
const unitOf = new Map(units.flatMap(([unit, names]) => names.map((name) => [name, unit] as const)));

/** `elements · default 3 · at least 1` */
export function paramFacts(name: string, param: Param, t: Translate): string {
  const unit = unitOf.get(name);
  const facts = [unit ? t(unit) : "", t(panels.byDefault, { value: defaultText(param, t) })];
  const { min, max } = rangeOf(param);
  if (min !== undefined && max !== undefined) facts.push(t(panels.between, { min, max }));
  else if (min !== undefined) facts.push(t(panels.atLeast, { min }));
  else if (max !== undefined) facts.push(t(panels.atMost, { max }));
  return facts.filter(Boolean).join(" · ");
}

function rangeOf(param: Param): { readonly min?: number; readonly max?: number } {
  switch (param.kind) {
    case "integer":
    case "number":
      return param;
    case "pair":
    case "integers":
      return { min: param.min };
    default:
      return {};
  }
}

function defaultText(param: Param, t: Translate): string {
  if (param.default === null) return lowered(t(param.none ?? editor.auto));
  if (typeof param.default === "boolean") return t(param.default ? editor.yes : editor.no);
  return printParam(param.default) || t(panels.emptyDefault);
}

/** Within a line. */
function lowered(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
