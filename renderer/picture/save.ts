/** The canvas as a picture to print or to send: SVG, or PNG with the project inside. */
import { printProject } from "../../engine";
import { canvasControl } from "../canvas/control";
import type { AppCommand } from "../command";
import { checkedNow, diagnosticsByNode } from "../document/checked";
import { layerOf } from "../document/layers";
import { useDocument } from "../document/store";
import { baseName, takeAway } from "../training/exports";
import { notify } from "../ui/notices";
import { usePreferences } from "../ui/preferences";
import { numbers, translator } from "../ui/text";
import { safety } from "../ui/texts/safety";
import { describe } from "./describe";
import { withProject } from "./png";
import { printSvg } from "./svg";

const hasNodes = () => useDocument.getState().graph.nodes.length > 0;

export const pictureCommands: readonly AppCommand[] = [
  {
    id: "file.exportSvg",
    title: safety.exportSvg,
    group: "file",
    enabled: hasNodes,
    run: () => void saveSvg(),
  },
  {
    id: "file.exportPng",
    title: safety.exportPng,
    group: "file",
    enabled: hasNodes,
    run: () => void savePng(),
  },
];

export async function saveSvg(): Promise<void> {
  await takeAway(`${baseName()}.svg`, new TextEncoder().encode(drawing().svg));
}

export async function savePng(): Promise<void> {
  const { project } = useDocument.getState();
  const { svg, width, height } = drawing();
  try {
    const png = await rasterise(svg, width, height);
    await takeAway(`${baseName()}.png`, withProject(png, printProject(project)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notify({ severity: "error", title: safety.noPicture, text: { en: reason, zh: reason } });
  }
}

/** The level that is shown, in the person's language and the light theme. */
function drawing(): { readonly svg: string; readonly width: number; readonly height: number } {
  const { graph, path } = useDocument.getState();
  const checked = checkedNow();
  const { language } = usePreferences.getState();
  const picture = describe({
    graph,
    checked,
    problems: diagnosticsByNode(checked, path),
    layerOf,
    sizeOf: (node) => canvasControl()?.boxes([node]).at(0),
    t: translator(language),
    numbers: numbers(language),
  });
  const { width, height } = picture.box;
  return { svg: inLight((token) => printSvg(picture, token, baseName())), width, height };
}

/** The tokens of a theme hold within any element that has it. */
function inLight<T>(use: (token: (name: string) => string) => T): T {
  const light = document.createElement("div");
  light.dataset.theme = "light";
  document.body.append(light);
  const style = getComputedStyle(light);
  const result = use((name) => style.getPropertyValue(name).trim());
  light.remove();
  return result;
}

/** Dots for each canvas unit: sharp on paper. Fewer where the canvas would be larger than browsers make one. */
const scale = 2;
const largestSide = 16_000;
const largestArea = 200e6;

async function rasterise(svg: string, width: number, height: number): Promise<Uint8Array> {
  const factor = Math.min(
    scale,
    largestSide / Math.max(width, height),
    Math.sqrt(largestArea / (width * height)),
  );
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * factor);
    canvas.height = Math.round(height * factor);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error(`${canvas.width}×${canvas.height}`);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}
