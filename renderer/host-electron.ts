/** The desktop's host: the preload script's calls, which the main process answers over IPC. */
import type { HostApi } from "../electron/ipc";
import type { Host } from "./host";

export function electronHost(api: HostApi): Host {
  return { kind: "electron", ...api };
}

declare global {
  interface Window {
    /** Undefined in a browser. Set by `electron/preload.ts` under the name `apiName` of `electron/ipc.ts`. */
    readonly tensorloom?: HostApi;
  }
}
