/** What is read on a node: the parameters that tell most, and the line at its foot. On the canvas and in pictures of it. */
import type { AnyLayer, CheckedNode, GraphNode } from "../../engine";
import type { Numbers, Translate } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { shapeText, valueText } from "./shape-text";

export interface NodeRow {
  readonly label: string;
  readonly value: string;
}

export function tellingRows(
  node: GraphNode,
  layer: AnyLayer,
  checked: CheckedNode | undefined,
  t: Translate,
): readonly NodeRow[] {
  const rows = layer.telling.flatMap((param) => {
    const { kind, default: fallback } = layer.params[param];
    const value = checked?.params[param] ?? node.params[param] ?? fallback;
    // "As usual" or "not read yet" tells nothing.
    return value === null ? [] : [{ label: param, value: valueText(value, kind) }];
  });
  // An Input has no wire on which its shape could be read before it is connected.
  const given = layer.category === "data" ? Object.values(checked?.outputs ?? {})[0] : undefined;
  return given ? [...rows, { label: t(editor.shape), value: shapeText(given.symbolicShape) }] : rows;
}

/** One or two words; none on a node that has no foot. */
export function footWords(
  mode: GraphNode["mode"],
  layer: AnyLayer | undefined,
  checked: CheckedNode | undefined,
  t: Translate,
  { count, bytes }: Pick<Numbers, "count" | "bytes">,
): readonly string[] {
  if (mode) return [t(mode === "bypass" ? drawing.bypassed : drawing.disabled)];
  if (layer?.category === "data" || (layer && isPort(layer.type))) return [];
  if (!checked) return [t(editor.notWired)];
  const isView = layer?.category !== "block" && Object.values(checked.outputs).every(({ view }) => view);
  if (isView) return [t(editor.view), t(editor.free)];
  const { parameterCount, activationBytes } = checked;
  const params =
    parameterCount > 0 ? t(editor.paramsOnNode, { count: count(parameterCount) }) : t(editor.noParameters);
  return [params, bytes(activationBytes)];
}

export function isPort(type: string): boolean {
  return type === "BlockInput" || type === "BlockOutput" || type === "Reroute";
}
