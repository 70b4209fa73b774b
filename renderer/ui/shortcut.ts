/** Keyboard shortcuts, written `Mod+Shift+Z`: Mod is Command on a Mac and Ctrl elsewhere. */

const onMac = typeof navigator !== "undefined" && navigator.platform.startsWith("Mac");

/** As it is printed: `Ctrl Shift Z`, `⌘⇧Z`. */
export function shownShortcut(shortcut: string): string {
  const keys = shortcut.split("+").map((key) => names[key] ?? key);
  return keys.join(onMac ? "" : " ");
}

const names: Readonly<Record<string, string>> = onMac
  ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Delete: "⌫" }
  : { Mod: "Ctrl", Delete: "Del" };

type Keys = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function matchesShortcut(event: Keys, shortcut: string, mac = onMac): boolean {
  const parts = shortcut.split("+");
  const key = parts[parts.length - 1];
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    mod === wants("Mod") &&
    !other &&
    event.shiftKey === wants("Shift") &&
    event.altKey === wants("Alt")
  );
}

/** True where a key belongs to the text being written. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type)
  );
}
