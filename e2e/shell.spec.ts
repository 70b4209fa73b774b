/** The desktop shell: what is open in it, and everything that is shut. */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("one window opens, isolated and secure, with nothing of Node in it", async ({ desktop }) => {
  const { app, page } = desktop;
  expect(app.windows()).toHaveLength(1);
  const browserWindow = await app.browserWindow(page);
  expect(await browserWindow.evaluate((shown) => shown.isVisible())).toBe(true);
  const found = await page.evaluate(() => ({
    crossOriginIsolated,
    isSecureContext,
    node: ["require", "process", "module", "Buffer"].filter((name) => name in globalThis),
    api: Object.keys(window.tensorloom ?? {}).sort(),
    frozen: Object.isFrozen(window.tensorloom),
  }));
  expect(found).toEqual({
    crossOriginIsolated: true,
    isSecureContext: true,
    node: [],
    api: [
      "clearAutosave",
      "exportFile",
      "leftAutosave",
      "onMenu",
      "openDataFiles",
      "openDataFolder",
      "openDropped",
      "openProject",
      "openRecent",
      "recentProjects",
      "reopenData",
      "saveProject",
      "saveProjectAs",
      "setShortcuts",
      "setUnsavedChanges",
      "writeAutosave",
    ],
    frozen: true,
  });
});

test("WebGPU works in the page", async ({ desktop }) => {
  const limit = await desktop.page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter?.requestDevice();
    return device?.limits.maxStorageBuffersPerShaderStage;
  });
  expect(limit).toBeGreaterThanOrEqual(8);
});

test.describe("what the page may not do", () => {
  test.use({ expectedErrors: /Content Security Policy|Failed to load resource|net::ERR/ });

  test("scripts from elsewhere, eval and remote requests are refused", async ({ desktop }) => {
    const results = await desktop.page.evaluate(async () => {
      const inline = document.createElement("script");
      inline.textContent = "globalThis.inlineScriptRan = true";
      document.head.append(inline);
      // The debugger may evaluate what the page may not, but only until its own turn ends.
      await new Promise((resolve) => setTimeout(resolve));
      const attempt = async (action: () => unknown) => {
        try {
          await action();
          return "allowed";
        } catch {
          return "refused";
        }
      };
      return {
        inline: "inlineScriptRan" in globalThis ? "allowed" : "refused",
        // oxlint-disable-next-line no-implied-eval -- it has to be refused
        eval: await attempt(() => new Function("return 1")()),
        fetch: await attempt(() => fetch("https://example.com/")),
      };
    });
    expect(results).toEqual({ inline: "refused", eval: "refused", fetch: "refused" });
  });

  test("navigation and new windows are denied, permissions too", async ({ desktop }) => {
    const { app, page } = desktop;
    const before = page.url();
    expect(await page.evaluate(() => window.open("https://example.com/"))).toBeNull();
    await page.evaluate(() => {
      const link = document.createElement("a");
      link.href = "https://example.com/";
      document.body.append(link);
      link.click();
      link.target = "_blank";
      link.click();
      link.remove();
    });
    const permission = () => navigator.permissions.query({ name: "geolocation" }).then(({ state }) => state);
    expect(await page.evaluate(permission)).toBe("denied");
    expect(page.url()).toBe(before);
    await expect.poll(() => app.windows().length).toBe(1);
  });

  test("only files of the app's bundle are served", async ({ desktop }) => {
    const statuses = await desktop.page.evaluate(async () => {
      const status = async (address: string) => (await fetch(address)).status;
      return {
        page: await status("/index.html"),
        outside: await status("/..%2f..%2fpackage.json"),
        missing: await status("/nothing.js"),
      };
    });
    expect(statuses).toEqual({ page: 200, outside: 404, missing: 404 });
  });
});

test("saving through the native menu writes the file whole and keeps the one before", async ({
  desktop,
  folder,
}) => {
  const file = path.join(folder, "mine.loom.json");
  writeFileSync(file, "the one before");
  await desktop.answerSave(file);
  await desktop.menu("file.saveAs");
  await expect.poll(() => readFileSync(file, "utf8")).toContain('"graph"');
  expect(readFileSync(`${file}.bak`, "utf8")).toBe("the one before");
  expect(readdirSync(folder).sort()).toEqual(["mine.loom.json", "mine.loom.json.bak"]);

  const recents = await desktop.page.evaluate(() => window.tensorloom?.recentProjects());
  expect(recents?.[0]?.name).toBe("mine.loom.json");
});

test("what was opened last is on the start page and in the native menu, and what is gone is not", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const [kept, lost] = ["kept", "lost"].map((name) => path.join(folder, `${name}.loom.json`));
  await bench.openExample("Iris");
  for (const file of [kept, lost]) {
    await desktop.answerSave(file);
    await desktop.menu("file.saveAs");
    await expect(bench.topBar).toContainText(`${path.basename(file)}• saved`);
  }
  rmSync(lost);
  await desktop.reopen();
  const button = (file: string) =>
    bench.canvas.getByRole("button", { name: path.basename(file), exact: true });
  await expect(button(kept)).toBeVisible();
  await expect(button(lost)).toBeHidden();
  await button(kept).click();
  await expect(bench.topBar).toContainText("kept.loom.json• saved");
  await expect(bench.node("Linear fc1")).toBeVisible();
  const labels = await desktop.app.evaluate(({ Menu }) => {
    const all = (menu: Electron.Menu | null): string[] =>
      menu?.items.flatMap(({ label, submenu }) => [label, ...all(submenu ?? null)]) ?? [];
    return all(Menu.getApplicationMenu());
  });
  expect(labels).toContain("kept.loom.json");
  expect(labels).not.toContain("lost.loom.json");
});

test("a project that the system opens while the app runs is opened in its window", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  for (const [event, name] of [
    ["second-instance", "two"],
    ["open-file", "three"],
  ] as const) {
    const file = path.join(folder, `${name}.loom.json`);
    copyFileSync("assets/examples/iris.loom.json", file);
    await desktop.app.evaluate(
      ({ app }, { event, file, folder, name }) => {
        const words = ["tensorloom", "--flag", `${name}.loom.json`];
        if (event === "second-instance") app.emit(event, {}, words, folder);
        else app.emit(event, { preventDefault() {} }, file);
      },
      { event, file, folder, name },
    );
    await expect(bench.topBar).toContainText(`${name}.loom.json• saved`);
    await expect(bench.node("Linear fc1")).toBeVisible();
  }
});

test("the main process refuses what the contract does not allow", async ({ desktop }) => {
  const refusals = await desktop.page.evaluate(async () => {
    const api = window.tensorloom;
    if (!api) throw new Error("no API");
    const message = (call: Promise<unknown>) =>
      call.then(
        () => "allowed",
        (error: Error) => error.message,
      );
    const text = "text" as unknown as Uint8Array;
    return {
      path: await message(api.saveProject("/etc/passwd", new Uint8Array(1), false)),
      unknown: await message(api.saveProject(crypto.randomUUID(), new Uint8Array(1), false)),
      text: await message(api.saveProjectAs("name", text)),
      recent: await message(api.openRecent(crypto.randomUUID())),
    };
  });
  expect(refusals.path).toMatch(/saveProject: argument 0/);
  expect(refusals.unknown).toMatch(/no project has this id/);
  expect(refusals.text).toMatch(/saveProjectAs: argument 1: bytes expected/);
  expect(refusals.recent).toMatch(/no recent project has this id/);
});
