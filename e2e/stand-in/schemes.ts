/**
 * Chromium outside Electron cannot serve a scheme of its own, so `app://bundle/x` is shown to it as
 * `https://bundle.app.stand-in/x`, a secure origin too, and turned back for everything that the app sees.
 */
import type { CustomScheme, Protocol } from "electron";

type SchemeHandler = (request: Request) => Response | Promise<Response>;

const suffix = "stand-in";
const registered = new Set<string>();
const handlers = new Map<string, SchemeHandler>();

export const protocol = {
  registerSchemesAsPrivileged(schemes: CustomScheme[]) {
    for (const { scheme } of schemes) registered.add(scheme);
  },
  handle(scheme: string, handler: SchemeHandler) {
    handlers.set(scheme, handler);
  },
} satisfies Pick<Protocol, "registerSchemesAsPrivileged" | "handle">;

export function toBrowser(address: string): string {
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  if (!registered.has(scheme)) return address;
  return `https://${url.host}.${scheme}.${suffix}${url.pathname}${url.search}${url.hash}`;
}

export function fromBrowser(address: string): string {
  const match = new RegExp(`^https://([^/]+)\\.([a-z]+)\\.${suffix}(/.*)?$`).exec(address);
  return match ? `${match[2]}://${match[1]}${match[3] ?? "/"}` : address;
}

/** What the app serves under this address, or null when nothing in it serves that scheme. */
export async function serve(request: Request): Promise<Response | null> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1));
  return handler ? handler(request) : null;
}
