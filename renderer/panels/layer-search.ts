/** Finds layers by what people call them, in either language. */
import type { AnyLayer } from "../../engine";

/** Best first; all of them, in their order, for an empty query. */
export function searchLayers(layers: readonly AnyLayer[], query: string): readonly AnyLayer[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return layers;
  return layers
    .map((layer) => ({ layer, score: words.reduce((sum, word) => sum + score(layer, word), 0) }))
    .filter(({ score }) => score < Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.score - b.score)
    .map(({ layer }) => layer);
}

/** Lower is better; infinite when the word is nowhere in the layer. */
function score(layer: AnyLayer, word: string): number {
  const type = layer.type.toLowerCase();
  const others = [layer.functional ?? "", ...layer.aliases].map((name) => name.toLowerCase());
  if (type === word) return 0;
  if (type.startsWith(word)) return 1;
  if (others.includes(word)) return 2;
  if (type.includes(word)) return 3;
  if (others.some((name) => name.startsWith(word))) return 4;
  if (others.some((name) => name.includes(word))) return 5;
  const told = [layer.category, layer.summary.en, layer.summary.zh].join(" ").toLowerCase();
  return told.includes(word) ? 6 : Number.POSITIVE_INFINITY;
}
