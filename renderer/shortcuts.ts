/** Runs commands from the keyboard. */
import { useEffect } from "react";
import { pasteWithWires } from "./clipboard-events";
import { commands, nudgeSelection } from "./commands";
import { currentHost } from "./host-current";
import { isTyping, matchesShortcut } from "./ui/shortcut";
import { type ShortcutChoices, shortcutsOf, useShortcutChoices } from "./ui/shortcut-choices";

/** These work even while typing: they say nothing to a text field. */
const alwaysOn = new Set(["file.new", "file.open", "file.save", "file.saveAs", "view.commands"]);

/** Their keys are the system's, and cannot be others. */
export const clipboardCommands = new Set(["edit.copy", "edit.cut", "edit.paste", "edit.pasteWithWires"]);

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  const { choices } = useShortcutChoices();
  // The native menu has the same keys.
  useEffect(() => currentHost().setShortcuts(unusual(choices)), [choices]);
}

/** Of the commands whose shortcut is not the usual one, the shortcut; empty for none. */
function unusual(choices: ShortcutChoices): Readonly<Record<string, string>> {
  const changed = commands.flatMap((command): readonly (readonly [string, string])[] => {
    const shortcuts = shortcutsOf(command, choices);
    const isUsual = shortcuts.join(" ") === (command.shortcuts ?? []).join(" ");
    return isUsual ? [] : [[command.id, shortcuts.at(0) ?? ""]];
  });
  return Object.fromEntries(changed);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const { choices } = useShortcutChoices.getState();
  const command = commands.find((each) =>
    shortcutsOf(each, choices).some((shortcut) => matchesShortcut(event, shortcut)),
  );
  // The browser makes these into events of the clipboard.
  if (command && clipboardCommands.has(command.id)) {
    if (command.id === "edit.pasteWithWires") pasteWithWires();
    return;
  }
  if (command) {
    if (!alwaysOn.has(command.id) && belongsElsewhere(event.target, command.id)) return;
    event.preventDefault();
    if (command.enabled?.() ?? true) command.run();
  } else if (
    !isTyping(event.target) &&
    isOnCanvas(event.target) &&
    nudgeSelection(event.key, event.shiftKey)
  ) {
    event.preventDefault();
  }
}

/** The key means something else where it was pressed. */
function belongsElsewhere(target: EventTarget | null, command: string): boolean {
  if (isTyping(target) || isOnFloating(target)) return true;
  return command === "edit.delete" && !isOnCanvas(target);
}

/** A menu or dialog has its own keys. */
function isOnFloating(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]') !== null
  );
}

/** Arrows belong to tabs, sliders and dividers elsewhere. */
function isOnCanvas(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest(".room.canvas") !== null);
}
