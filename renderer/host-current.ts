import type { Host } from "./host";
import { browserHost } from "./host-browser";
import { electronHost } from "./host-electron";

let host: Host | null = null;

/** Where the app runs: the desktop's preload script leaves `window.tensorloom`, a browser does not. */
export function currentHost(): Host {
  host ??= window.tensorloom ? electronHost(window.tensorloom) : browserHost();
  return host;
}
