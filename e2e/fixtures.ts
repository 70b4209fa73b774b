/** `test` for the stories: one app for all of them, a new project and an empty folder for each. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, expect } from "@playwright/test";
import { Desktop } from "./desktop";

interface TestFixtures {
  /** The running app with a new project. */
  readonly desktop: Desktop;
  /** An empty folder that is gone after the test. */
  readonly folder: string;
  /** Errors on the page's console that the test provokes; any other fails it. `test.use({ expectedErrors: /…/ })`. */
  readonly expectedErrors: RegExp | null;
}

interface WorkerFixtures {
  readonly running: Desktop;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  expectedErrors: [null, { option: true }],

  running: [
    // Playwright reads a fixture's needs from this pattern.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const desktop = await Desktop.launch();
      await use(desktop);
      await desktop.quit();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  desktop: async ({ running, expectedErrors }, use, testInfo) => {
    await running.reload();
    await use(running);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach("window", { body: await running.page.screenshot(), contentType: "image/png" });
    }
    const unexpected = running.errors.filter((error) => !expectedErrors?.test(error));
    expect(unexpected, "errors on the page's console").toEqual([]);
  },

  // oxlint-disable-next-line no-empty-pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), "tensorloom-e2e-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

export { expect };
