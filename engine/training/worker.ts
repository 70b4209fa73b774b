/** The worker's own file: joins the training server to `postMessage` and the browser's image decoder. */
import type { DecodedImage } from "../data/dataset";
import type { Command, Event } from "./protocol";
import { TrainingServer } from "./server";

const server = new TrainingServer(navigator.gpu, decodeImage, (event: Event) => postMessage(event));

addEventListener("message", ({ data }: MessageEvent<Command>) => void server.handle(data).catch(reportError));
void server.open();

/** PNG, JPEG, WebP, GIF or whatever the browser reads. @throws DOMException when it does not decode */
async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  // A copy, because a view on shared memory cannot be a Blob's part.
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2d canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
