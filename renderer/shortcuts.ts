/** Runs commands from the keyboard. */
import { useEffect } from "react";
import { commands, nudgeSelection } from "./commands";
import { isTyping, matchesShortcut } from "./ui/shortcut";

/** These work even while typing: they say nothing to a text field. */
const alwaysOn = new Set(["file.new", "file.open", "file.save", "file.saveAs", "view.commands"]);

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const command = commands.find(({ shortcuts }) =>
    shortcuts?.some((shortcut) => matchesShortcut(event, shortcut)),
  );
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
  if (command === "edit.delete") return !isOnCanvas(target);
  const copies = command === "edit.copy" || command === "edit.cut";
  return copies && window.getSelection()?.toString() !== "";
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
