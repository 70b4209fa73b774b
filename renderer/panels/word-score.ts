/** How well a thing in a list answers what was typed: its words first, letters strewn over them last. */
import { defaultFilter } from "cmdk";

/**
 * From 0, not at all, to 1. Where each typed word stands in one of the names, it counts more that the name begins with
 * it, then that a word does; where not, cmdk's own search for the letters in their order counts, but less than any word.
 */
export function wordScore(id: string, query: string, names: readonly string[] = []): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const texts = names.map((name) => name.toLowerCase());
  const worst = Math.min(...words.map((word) => Math.max(0, ...texts.map((text) => placeScore(text, word)))));
  return worst > 0 ? worst : 0.4 * defaultFilter(id, query, [...names]);
}

function placeScore(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return 1;
  return /[\p{L}\p{N}]/u.test(text[at - 1]) ? 0.6 : 0.8;
}
