import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { bundlePath, serveBundle } from "./origin";
import headers from "./security-headers.json";

const root = path.resolve("/app/renderer");

describe("bundlePath", () => {
  test("leads to files of the bundle", () => {
    expect(bundlePath(root, "app://bundle/index.html")).toBe(path.join(root, "index.html"));
    expect(bundlePath(root, "app://bundle/assets/a%20b.js?v=1#x")).toBe(path.join(root, "assets/a b.js"));
  });

  test("dots that the address itself resolves stay inside", () => {
    expect(bundlePath(root, "app://bundle/%2e%2e/../etc/passwd")).toBe(path.join(root, "etc/passwd"));
  });

  test.each([
    "app://bundle/",
    "app://bundle/..%2f..%2fpackage.json",
    "app://bundle/..%5c..%5csecret",
    "app://bundle/a%00.js",
    "app://bundle/%E0%A4%A",
    "app://elsewhere/index.html",
    "file:///etc/passwd",
    "https://bundle/index.html",
    "nonsense",
  ])("refuses %s", (address) => {
    expect(bundlePath(root, address)).toBeNull();
  });

  test("never leaves the bundle, whatever the address", () => {
    const part = fc.oneof(
      fc.constantFrom("..", "%2e%2e", ".", "%2f", "%5c", "\\", "//", "a", "index.html"),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const file = bundlePath(root, `app://bundle/${parts.join("/")}`);
        expect(file === null || file.startsWith(root + path.sep)).toBe(true);
      }),
    );
  });
});

describe("serveBundle", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tensorloom-origin-"));
  mkdirSync(path.join(folder, "renderer"));
  writeFileSync(path.join(folder, "renderer/index.html"), "<p>");
  writeFileSync(path.join(folder, "secret.txt"), "secret");
  afterAll(() => rmSync(folder, { recursive: true }));
  const serve = serveBundle(path.join(folder, "renderer"));

  test("sends every file with the security headers and its type", async () => {
    const response = await serve(new Request("app://bundle/index.html"));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("<p>");
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
  });

  test.each(["missing.js", "..%2fsecret.txt", "%2e%2e%2fsecret.txt"])("answers 404 to %s", async (name) => {
    expect((await serve(new Request(`app://bundle/${name}`))).status).toBe(404);
  });
});

describe("the content security policy", () => {
  const policy = new Map(
    headers["Content-Security-Policy"].split("; ").map((directive) => {
      const [name, ...sources] = directive.split(" ");
      return [name, sources] as const;
    }),
  );

  test("allows nothing but what it names", () => {
    expect(policy.get("default-src")).toEqual(["'none'"]);
  });

  test.each(["script-src", "style-src", "worker-src", "font-src", "connect-src"])(
    "%s is our origin alone",
    (name) => {
      expect(policy.get(name)).toEqual(["'self'"]);
    },
  );

  test("no directive opens a network address, inline code or eval", () => {
    expect(headers["Content-Security-Policy"]).not.toMatch(/https?:|unsafe-|\*/);
  });
});
