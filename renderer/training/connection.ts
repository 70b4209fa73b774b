/** The one training worker of the window. It starts when it is first needed, and anew after a crash. */
import type { Event } from "../../engine/training/protocol";
import { type Client, connect, startWorker } from "./client";

let client: Client | null = null;
const listeners = new Set<(event: Event) => void>();

export function trainingClient(): Client {
  if (!client?.alive()) {
    client = connect(startWorker(), (event) => {
      for (const listener of listeners) listener(event);
    });
  }
  return client;
}

/** Hears every event that answers no request. */
export function onTrainingEvent(listener: (event: Event) => void): void {
  listeners.add(listener);
}
