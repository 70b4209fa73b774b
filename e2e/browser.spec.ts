/** The same renderer in a plain browser, without a main process behind it: what it does itself to keep work safe. */
import { type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import { findChromium } from "../build/chromium.mjs";
import { serve } from "../build/serve.mjs";
import { Workbench } from "./workbench";

let address: string;
let context: BrowserContext;

test.beforeAll(async () => {
  address = await serve({ port: 0 });
});
test.beforeEach(async () => {
  // One that keeps what is stored for as long as it is open, as a person's browser does.
  context = await chromium.launchPersistentContext("", { executablePath: findChromium() ?? undefined });
  await context.addInitScript(() => localStorage.setItem("tensorloom.tour-seen", "true"));
});
test.afterEach(() => context.close());

const recovery = (page: Page) => page.getByRole("alertdialog", { name: "Recover unsaved work?" });

test("a tab that ended with unsaved work leaves it to the next, and not to one beside it", async () => {
  const first = await context.newPage();
  await first.goto(address);
  const bench = new Workbench(first);
  await bench.openExample("Iris");
  await bench.node("ReLU").click();
  await first.keyboard.press("Delete");
  await expect(bench.statusBar).toContainText("autosaved");

  const beside = await context.newPage();
  await beside.goto(address);
  await expect(beside.getByRole("button", { name: "Iris", exact: true })).toBeVisible();
  await expect(recovery(beside)).toBeHidden();
  await beside.close();

  await first.close({ runBeforeUnload: false });
  const next = await context.newPage();
  await next.goto(address);
  await recovery(next).getByRole("button", { name: "Recover" }).click();
  const recovered = new Workbench(next);
  await expect(recovered.node("Linear fc1")).toBeVisible();
  await expect(recovered.node("ReLU")).toBeHidden();
  await expect(recovered.topBar).toContainText("iris-recovered.loom.json• edited");

  // Thrown away, it is not offered again.
  await next.close({ runBeforeUnload: false });
  const last = await context.newPage();
  await last.goto(address);
  await recovery(last).getByRole("button", { name: "Throw away" }).click();
  await last.close();
  const clean = await context.newPage();
  await clean.goto(address);
  await expect(clean.getByRole("button", { name: "Iris", exact: true })).toBeVisible();
  await expect(recovery(clean)).toBeHidden();
});

test("without Web Locks a tab cannot tell what was left from what is in use: it keeps its work, and offers none", async () => {
  const withoutLocks = () =>
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined, configurable: true });
  const errors: string[] = [];
  const openWithout = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await page.addInitScript(withoutLocks);
    await page.goto(address);
    return page;
  };
  const first = await openWithout();
  const bench = new Workbench(first);
  await bench.openExample("Iris");
  await bench.node("ReLU").click();
  await first.keyboard.press("Delete");
  await expect(bench.statusBar).toContainText("autosaved");
  await first.close({ runBeforeUnload: false });

  const second = await openWithout();
  await expect(second.getByRole("button", { name: "Iris", exact: true })).toBeVisible();
  await expect(recovery(second)).toBeHidden();
  await second.close();
  expect(errors).toEqual([]);

  // It is still there, for a tab that can tell.
  const third = await context.newPage();
  await third.goto(address);
  await recovery(third).getByRole("button", { name: "Recover" }).click();
  await expect(new Workbench(third).node("Linear fc1")).toBeVisible();
  await expect(new Workbench(third).node("ReLU")).toBeHidden();
});

test("a file that somebody else has changed is not overwritten unasked", async () => {
  const page = await context.newPage();
  // Real handles, of the page's own file system: nobody could answer the browser's dialogs.
  await page.addInitScript(() => {
    const handle = async () => {
      const folder = await navigator.storage.getDirectory();
      return folder.getFileHandle("flowers.loom.json", { create: true });
    };
    Object.assign(window, { showSaveFilePicker: handle, showOpenFilePicker: async () => [await handle()] });
  });
  await page.goto(address);
  const bench = new Workbench(page);
  const content = () => page.evaluate(readFlowers);
  const width = (value: string) => bench.setParam(bench.node("Linear fc1"), "out_features", value);
  const save = () => page.keyboard.press("ControlOrMeta+s");
  const question = page.getByRole("alertdialog", { name: "flowers.loom.json was changed by somebody else" });
  await bench.openExample("Iris");
  await save();
  await expect(bench.topBar).toContainText("flowers.loom.json• saved");
  const saved = await content();
  const theirs = saved.replace('"epochs": ', '"epochs": 1');

  await test.step("what nobody else has touched is saved without a question", async () => {
    await width("24");
    await save();
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    expect(await content()).toContain("24");
  });

  await test.step("cancel: both stay as they are", async () => {
    await page.evaluate(writeFlowers, theirs);
    await width("25");
    await save();
    await question.getByRole("button", { name: "Cancel" }).click();
    await expect(bench.topBar).toContainText("edited");
    expect(await content()).toBe(theirs);
  });

  await test.step("reload: theirs is the document", async () => {
    await save();
    await question.getByRole("button", { name: "Reload" }).click();
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    await expect(bench.dock.getByRole("textbox", { name: "epochs" })).toHaveValue(/^1/);
  });

  await test.step("overwrite: mine is in the file", async () => {
    await page.evaluate(writeFlowers, saved);
    await width("26");
    await save();
    await question.getByRole("button", { name: "Overwrite" }).click();
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    expect(await content()).toContain("26");
  });
});

async function readFlowers(): Promise<string> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("flowers.loom.json");
  return (await handle.getFile()).text();
}

async function writeFlowers(text: string): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("flowers.loom.json");
  const stream = await handle.createWritable();
  await stream.write(text);
  await stream.close();
}
