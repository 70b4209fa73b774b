/** `npm run screenshots`: makes the README's pictures in assets/screenshots from the app as it is now. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium, expect } from "@playwright/test";
import { bundleRenderer } from "./bundle.mjs";
import { findChromium } from "./chromium.mjs";
import { root } from "./paths.mjs";
import { serve } from "./serve.mjs";

const folder = path.join(root, "assets/screenshots");
const viewport = { width: 1440, height: 900 };
/** Longer than the digits train on a software adapter. */
const patience = { timeout: 300_000 };

await mkdir(folder, { recursive: true });
await bundleRenderer();
const address = await serve();
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
});
await trainingPictures();
await errorPicture();
await browser.close();
process.exit(0);

/** A convolutional network in the middle of its run, in both themes, and the panel with all of its curves. */
async function trainingPictures() {
  const page = await openExample("Digits");
  const dock = page.getByRole("region", { name: "Dock" });
  await page.getByRole("group", { name: "Conv2d conv2" }).click();
  await page.getByRole("banner").locator(".train-button").click();

  await reachStep(dock, 45);
  await setLearningRate(dock, "0.001");
  await reachStep(dock, 75);
  await take(page, "trained-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await take(page, "trained-light");
  await page.emulateMedia({ colorScheme: "dark" });

  await expect(dock.locator(".progress-words")).toContainText("finished", patience);
  await page.getByRole("button", { name: "Fold the inspector" }).click();
  await dock.getByRole("button", { name: "Both" }).click();
  const divider = await dock.getByRole("separator").boundingBox();
  await page.mouse.move(700, divider.y + divider.height / 2);
  await page.mouse.down();
  await page.mouse.move(700, divider.y - 150, { steps: 4 });
  await page.mouse.up();
  const chart = await dock.getByRole("figure", { name: /^Loss/ }).boundingBox();
  await page.mouse.move(chart.x + chart.width * 0.55, chart.y + chart.height * 0.6);
  await take(page, "training-panel-dark");
  await page.close();
}

/** The view of transposed memory, with the card that explains it. */
async function errorPicture() {
  const page = await openExample("Transpose, then view");
  await page.getByRole("region", { name: "Dock" }).getByRole("tab", { name: "Problems" }).click();
  await page.getByRole("group", { name: "View flat" }).click();
  await expect(page.getByRole("article")).toBeVisible();
  await take(page, "error-dark");
  await page.close();
}

async function openExample(name) {
  const page = await browser.newPage({ viewport, colorScheme: "dark" });
  await page.addInitScript(() => localStorage.setItem("tensorloom.tour-seen", "true"));
  await page.goto(address);
  await page.getByRole("main").getByRole("button", { name, exact: true }).click();
  // The plan is there once the data and the network are.
  await expect(page.getByRole("main").locator(".chip").first()).toBeVisible(patience);
  return page;
}

async function reachStep(dock, wanted) {
  const step = async () =>
    Number(/step ([\d,]+)/.exec(await dock.locator(".progress-words").innerText())?.[1] ?? 0);
  await expect.poll(step, patience).toBeGreaterThanOrEqual(wanted);
}

async function setLearningRate(dock, value) {
  const field = dock.getByRole("textbox", { name: "Value of learning rate" });
  await field.fill(value);
  await field.press("Enter");
}

/** Without the focus ring of the field that was used last, and with all fonts and transitions done. */
async function take(page, name) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
  console.log(`assets/screenshots/${name}.png`);
}
