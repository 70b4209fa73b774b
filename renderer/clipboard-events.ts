/**
 * Copy, cut and paste as the system means them: the keys, the native menu and other windows all end in these events,
 * which may use the system's clipboard without asking.
 */
import { useEffect } from "react";
import { copySelection, cutSelection, pasteText } from "./document/clipboard";
import { isTyping } from "./ui/shortcut";

/** Set by the keys of "paste with wires", which come as a plain paste. */
let keepIncoming = false;

export function pasteWithWires(): void {
  keepIncoming = true;
}

export function useClipboard(): void {
  useEffect(() => {
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}

const onCopy = (event: ClipboardEvent) => answer(event, copySelection);
const onCut = (event: ClipboardEvent) => answer(event, cutSelection);

/** Words that are selected, in a field or elsewhere, are copied as words. */
function isOfWords({ target }: ClipboardEvent): boolean {
  return isTyping(target) || isTyping(document.activeElement) || window.getSelection()?.toString() !== "";
}

function answer(event: ClipboardEvent, take: () => string): void {
  if (isOfWords(event)) return;
  const text = take();
  if (text === "") return;
  event.clipboardData?.setData("text/plain", text);
  event.preventDefault();
}

/** For whoever copies without the keys: from a menu, or the command palette. */
export function putOnClipboard(text: string): void {
  const put = (event: ClipboardEvent) => {
    // Whatever is selected or typed in.
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  window.addEventListener("copy", put, true);
  document.execCommand("copy");
  window.removeEventListener("copy", put, true);
}

function onPaste(event: ClipboardEvent): void {
  const incoming = keepIncoming;
  keepIncoming = false;
  if (isTyping(event.target) || isTyping(document.activeElement)) return;
  if (pasteText(event.clipboardData?.getData("text/plain") ?? "", incoming)) event.preventDefault();
}
