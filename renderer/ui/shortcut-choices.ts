/** The shortcuts that this person chose instead of the usual ones. Remembered between starts. */
import { create } from "zustand";
import { readStored, writeStored } from "./stored";

/** What a choice is about: a command, by its first usual shortcut, or by its id where it has none. */
export interface Bound {
  readonly id: string;
  readonly shortcuts?: readonly string[];
}

/** By `keyOf`; an empty text where a command is to have none. */
export type ShortcutChoices = Readonly<Record<string, string>>;

export const useShortcutChoices = create<{ readonly choices: ShortcutChoices }>(() => ({
  choices: readStored("shortcuts", known) ?? {},
}));

/** The first is the one that is shown. */
export function shortcutsOf(command: Bound, choices: ShortcutChoices): readonly string[] {
  const chosen = choices[keyOf(command)];
  if (chosen === undefined) return command.shortcuts ?? [];
  return chosen === "" ? [] : [chosen];
}

/** Whoever has the shortcut until now loses it. */
export function withChoice(
  choices: ShortcutChoices,
  all: readonly Bound[],
  command: Bound,
  shortcut: string,
): ShortcutChoices {
  const changed: Record<string, string> = { ...choices };
  for (const other of all) {
    const theirs = shortcutsOf(other, choices);
    if (theirs.includes(shortcut)) changed[keyOf(other)] = theirs.find((each) => each !== shortcut) ?? "";
  }
  changed[keyOf(command)] = shortcut;
  return changed;
}

/** Back to the usual one, unless another command has been given it. */
export function withoutChoice(
  choices: ShortcutChoices,
  all: readonly Bound[],
  command: Bound,
): ShortcutChoices {
  const { [keyOf(command)]: _, ...others } = choices;
  const taken = new Set(
    all.filter((other) => other !== command).flatMap((other) => shortcutsOf(other, others)),
  );
  const free = (command.shortcuts ?? []).find((shortcut) => !taken.has(shortcut));
  const isUsual = (command.shortcuts ?? []).every((shortcut) => !taken.has(shortcut));
  return isUsual ? others : { ...others, [keyOf(command)]: free ?? "" };
}

export function keepChoices(choices: ShortcutChoices): void {
  useShortcutChoices.setState({ choices });
  writeStored("shortcuts", choices);
}

/** The shortcut that is shown in place of a usual one; null for none. */
export function useChosenShortcut(usual: string | undefined): string | null {
  const chosen = useShortcutChoices(({ choices }) => (usual === undefined ? undefined : choices[usual]));
  return (chosen ?? usual) || null;
}

function keyOf({ id, shortcuts }: Bound): string {
  return shortcuts?.[0] ?? id;
}

function known(value: unknown): ShortcutChoices | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).filter(([, shortcut]) => typeof shortcut === "string");
  return Object.fromEntries(entries);
}
