/** Files dropped anywhere on the window: a project, or a picture of one, opens; anything else is opened as data. */
import { useEffect, useState } from "react";
import { openDropped } from "./document/files";
import { openedData } from "./host-browser";
import { useLayout } from "./layout";
import { isPng, projectInPng } from "./picture/png";
import { openChosen } from "./training/data";
import { droppedFiles } from "./training/dropped-files";
import { useText } from "./ui/text";
import { safety } from "./ui/texts/safety";

/** Listens, and says so over the canvas while files are held above the window. */
export function DropVeil() {
  const t = useText();
  const over = useFilesOver();
  return over ? <div className="drop-veil">{t(safety.dropToOpen)}</div> : null;
}

function useFilesOver(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const on = (type: "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void) =>
      // First of all, because the Data panel takes what is dropped on it.
      window.addEventListener(type, listener, { capture: true, signal: listening.signal });
    on("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(!isOnData(event));
    });
    on("dragleave", (event) => event.relatedTarget === null && setOver(false));
    on("drop", (event) => {
      setOver(false);
      void onDrop(event);
    });
    return () => listening.abort();
  }, []);
  return over;
}

function isOnData({ target }: DragEvent): boolean {
  return target instanceof Element && target.closest(".data-panel") !== null;
}

async function onDrop(event: DragEvent): Promise<void> {
  const { dataTransfer } = event;
  if (!dataTransfer?.types.includes("Files")) return;
  // The browser would show the file in place of the app.
  event.preventDefault();
  const [file] = dataTransfer.files;
  const isProject = dataTransfer.files.length === 1 && /\.(json|loom)$/.test(file.name);
  if (!isProject && isOnData(event)) return;
  event.stopPropagation();
  // The list of what was dropped is empty once the event is over.
  const dropped = droppedFiles(dataTransfer);
  if (isProject || (dataTransfer.files.length === 1 && (await isPicture(file)))) return openDropped(file);
  useLayout.getState().showDockTab("data");
  return openChosen(await openedData(await dropped));
}

/** One with a project inside; any other is an image to learn from. */
async function isPicture(file: File): Promise<boolean> {
  if (!file.name.toLowerCase().endsWith(".png")) return false;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return isPng(bytes) && projectInPng(bytes) !== null;
}
