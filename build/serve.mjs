/** Serves a folder for browsers on this machine, with the headers that the desktop app has. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { dist, root } from "./paths.mjs";

const usualPort = 4173;

const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/**
 * Listens on this machine only: on the given port, or else on the usual one or, when that is taken, on a free one.
 *
 * @param {{ folder?: string, port?: number | null }} options
 * @returns {Promise<string>} the address
 * @throws Error when the given port is taken
 */
export async function serve({ folder = path.join(dist, "renderer"), port: wanted = null } = {}) {
  const headers = JSON.parse(readFileSync(path.join(root, "electron/security-headers.json"), "utf8"));
  const server = createServer((request, response) => {
    const file = fileOf(folder, request.url ?? "/");
    if (file === null) {
      response.writeHead(404, headers).end("not found");
      return;
    }
    const contentType = contentTypes[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "Content-Type": contentType });
    createReadStream(file).pipe(response);
  });
  const port =
    wanted === null
      ? await listen(server, usualPort).catch(() => listen(server, 0))
      : await listen(server, wanted);
  return `http://localhost:${port}/`;
}

/** Null for everything that is not a file inside the folder. */
function fileOf(folder, url) {
  let pathname;
  try {
    pathname = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return null;
  }
  const file = path.join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  if (pathname.includes("\0") || !file.startsWith(folder + path.sep)) return null;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve(server.address().port));
  });
}
