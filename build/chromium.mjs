/** Where a Chromium is on this machine: the end-to-end tests and WebGPU's software adapter need one. */
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * `CHROMIUM_PATH` first, then the system's, then Playwright's own.
 *
 * @returns {string | null}
 */
export function findChromium() {
  const places = [process.env.CHROMIUM_PATH, ...usualPlaces, chromium.executablePath()];
  return places.find((place) => place && existsSync(place)) ?? null;
}
