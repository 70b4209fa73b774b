/** The Chromium that stands for Electron's windows: headless, found on this machine, driven over its debugging port. */
import { spawn } from "node:child_process";
import path from "node:path";
import type { Browser, BrowserContext } from "@playwright/test";
import { chromium } from "@playwright/test";
import { findChromium } from "../../build/chromium.mjs";

export interface RunningChromium {
  readonly browser: Browser;
  readonly context: BrowserContext;
}

/** Chromium's own line "DevTools listening on ws://…" goes on to stderr: Playwright waits for it there. */
export async function startChromium(
  userData: string,
  switches: ReadonlyMap<string, string>,
): Promise<RunningChromium> {
  const executable = findChromium();
  if (!executable) throw new Error("The Electron stand-in needs Chromium: install it, or set CHROMIUM_PATH.");
  const child = spawn(
    executable,
    [
      "--headless=new",
      "--no-sandbox",
      "--remote-debugging-port=0",
      `--user-data-dir=${path.join(userData, "chromium")}`,
      "--no-first-run",
      "--no-startup-window",
      ...Array.from(switches, ([name, value]) => (value ? `--${name}=${value}` : `--${name}`)),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );

  process.on("exit", () => child.kill("SIGKILL"));

  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      process.stderr.write(chunk);
      said += chunk;
      const match = /DevTools listening on (ws:\S+)/.exec(said);
      if (match) resolve(match[1]);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${executable} ended with code ${code}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint);
  return { browser, context: browser.contexts()[0] };
}
