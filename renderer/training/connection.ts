/** The one training worker of the window. It starts when it is first needed, and anew after a crash. */
import type { Event } from "../../engine/training/protocol";
import { readStored } from "../ui/stored";
import { type Client, connect, startWorker } from "./client";

/** Under this name the kernels are kept that were measured on this machine. */
export const keptKernels = "kernels";

let client: Client | null = null;
const listeners = new Set<(event: Event) => void>();

export function trainingClient(): Client {
  if (!client?.alive()) {
    client = connect(startWorker(), (event) => {
      for (const listener of listeners) listener(event);
    });
    const kernels = readStored<unknown>(keptKernels, (value) => value);
    if (kernels !== undefined) client.send({ kind: "use-kernels", kernels });
  }
  return client;
}

/** Hears every event that answers no request. */
export function onTrainingEvent(listener: (event: Event) => void): void {
  listeners.add(listener);
}
