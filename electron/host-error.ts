import type { LocalText } from "./ipc";

/** Something a person can cause: the file is gone, the disk is full. Its text is shown to them. */
export class HostError extends Error {
  constructor(readonly text: LocalText) {
    super(text.en);
  }
}
