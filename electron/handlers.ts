/** Answers the renderer's calls: who asks and with what is checked before a handler runs, what it answers afterwards. */
import type { IpcMain, IpcMainInvokeEvent } from "electron";
import * as v from "valibot";
import { HostError } from "./host-error";
import type { Channel, Reply, Request, Response } from "./ipc";
import { channels, origin } from "./ipc";

export type Handlers = {
  readonly [C in Channel]: (...request: Request<C>) => Promise<Response<C>> | Response<C>;
};

/** @throws Error to the sender (a rejected call) when it is not the app's page or its arguments break the contract. */
export function registerHandlers(ipcMain: Pick<IpcMain, "handle">, handlers: Handlers): void {
  for (const channel of Object.keys(channels) as Channel[]) {
    ipcMain.handle(channel, async (event, ...request: unknown[]) => {
      if (!isTrusted(event)) throw new Error(`${channel}: the sender is not the app's page`);
      return answer(channel, request, handlers[channel] as (...request: unknown[]) => unknown);
    });
  }
}

async function answer(
  channel: Channel,
  request: unknown[],
  handler: (...request: unknown[]) => unknown,
): Promise<Reply<unknown>> {
  const { request: requestSchema, response: responseSchema } = channels[channel];
  const checked = v.safeParse(v.strictTuple(requestSchema.items), request);
  if (!checked.success) throw new Error(`${channel}: ${describe(checked.issues)}`);
  let value: unknown;
  try {
    value = await handler(...checked.output);
  } catch (error) {
    if (error instanceof HostError) return { ok: false, error: error.text };
    throw error;
  }
  return { ok: true, value: v.parse(responseSchema, value) };
}

function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `argument ${v.getDotPath(issue) ?? "list"}: ${issue.message}`).join("; ");
}

/** Only the main frame of a page of our own origin is answered. */
export function isTrusted(event: Pick<IpcMainInvokeEvent, "senderFrame">): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${origin}/`);
}
