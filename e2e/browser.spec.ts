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
