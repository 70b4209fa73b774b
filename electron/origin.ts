/**
 * The `app://bundle` origin: files of the renderer's bundle, with the headers that shut everything else out. The browser
 * version is served with the same headers (build/serve.mjs), so that what works in one works in the other.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { origin } from "./ipc";
import headers from "./security-headers.json";

export const scheme = "app";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".csv": "text/csv; charset=utf-8",
  ".gz": "application/gzip",
};

/** The file that an address stands for, or null when it is not one inside `root`. */
export function bundlePath(root: string, address: string): string | null {
  let pathname: string;
  try {
    const url = new URL(address);
    if (`${url.protocol}//${url.host}` !== origin) return null;
    pathname = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (pathname.includes("\0") || pathname.includes("\\")) return null;
  const file = path.resolve(root, `.${pathname}`);
  return file.startsWith(root + path.sep) ? file : null;
}

/** Serves `root`; everything that is not a file in it is a 404. */
export function serveBundle(root: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const file = bundlePath(root, request.url);
    if (file === null) return notFound();
    try {
      const contentType = contentTypes[path.extname(file)] ?? "application/octet-stream";
      return new Response(await readFile(file), { headers: { ...headers, "Content-Type": contentType } });
    } catch {
      return notFound();
    }
  };
}

function notFound(): Response {
  return new Response("not found", { status: 404, headers });
}
