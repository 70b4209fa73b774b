/** Keyboard shortcuts, written `Mod+Shift+Z`: Mod is Command on a Mac and Ctrl elsewhere. */

const onMac = typeof navigator !== "undefined" && navigator.platform.startsWith("Mac");

/** As it is printed: `Ctrl Shift Z`, `⌘⇧Z`. */
export function shownShortcut(shortcut: string): string {
  const keys = partsOf(shortcut).map((key) => names[key] ?? key);
  return keys.join(onMac ? "" : " ");
}

const arrows = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
const names: Readonly<Record<string, string>> = onMac
  ? { ...arrows, Mod: "⌘", Shift: "⇧", Alt: "⌥", Delete: "⌫" }
  : { ...arrows, Mod: "Ctrl", Delete: "Del" };

/** The last one may be the plus itself. */
function partsOf(shortcut: string): string[] {
  return shortcut.split(/\+(?=.)/);
}

type Keys = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function matchesShortcut(event: Keys, shortcut: string, mac = onMac): boolean {
  const parts = partsOf(shortcut);
  const key = parts[parts.length - 1];
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  return (
    event.key.toLowerCase() === (key === "Space" ? " " : key.toLowerCase()) &&
    mod === wants("Mod") &&
    !other &&
    (event.shiftKey === wants("Shift") || isSign(key)) &&
    event.altKey === wants("Alt")
  );
}

/** `?` and its like are where a keyboard's layout has them, with Shift or without. */
function isSign(key: string): boolean {
  return key.length === 1 && !/[a-z0-9]/i.test(key);
}

/** The shortcut that was pressed, as it is written; null for Shift and its like alone. */
export function pressedShortcut(event: Keys, mac = onMac): string | null {
  const { key, shiftKey, altKey } = event;
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process"].includes(key)) return null;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const shift = shiftKey && !isSign(key);
  const name = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
  return [mod && "Mod", shift && "Shift", altKey && "Alt", name].filter(Boolean).join("+");
}

/** True where a key belongs to the text being written. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type)
  );
}
