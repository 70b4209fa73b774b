/** `ipcMain`: the handlers by channel. */
import type { IpcMain, IpcMainInvokeEvent } from "electron";

type Handler = Parameters<IpcMain["handle"]>[1];

const handlers = new Map<string, Handler>();

export const ipcMain = {
  handle(channel, handler) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
} satisfies Pick<IpcMain, "handle">;

/** @throws whatever the handler throws, or an Error when there is none. */
export async function invoke(event: IpcMainInvokeEvent, channel: string, args: unknown[]): Promise<unknown> {
  const handler = handlers.get(channel);
  if (!handler) throw new Error(`No handler registered for '${channel}'`);
  return handler(event, ...args);
}
