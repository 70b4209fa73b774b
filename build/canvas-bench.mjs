/**
 * `node build/canvas-bench.mjs [nodes …]`: how long a frame takes while a node is dragged, in graphs of 100, 500 and
 * 2,000 nodes. Headless Chromium draws with the processor, so the figures are above those of a machine with a GPU.
 */
import { chromium } from "@playwright/test";
import { bundleRenderer } from "./bundle.mjs";
import { findChromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const sizes = process.argv.slice(2).map(Number);
const columns = 25;
/** Fewer where each takes long. */
const moves = { near: 90, far: 30 };

await bundleRenderer();
const address = await serve();
const browser = await chromium.launch({ executablePath: findChromium() ?? undefined });
console.log(" nodes   at 100 %: median, 95 % (ms)   all in view: median, 95 % (ms)");
for (const count of sizes.length > 0 ? sizes : [100, 500, 2000]) {
  const shown = (times) => `${share(times, 0.5).toFixed(1)}, ${share(times, 0.95).toFixed(1)}`;
  process.stdout.write(`${String(count).padStart(6)}   ${shown(await dragTimes(count, false)).padEnd(28)}`);
  console.log(`   ${shown(await dragTimes(count, true))}`);
}
await browser.close();
process.exit(0);

/** Pastes a network, drags one of its nodes about, and takes the time from frame to frame. */
async function dragTimes(count, allInView) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => localStorage.setItem("tensorloom.tour-seen", "true"));
  await page.goto(address);
  await page.getByRole("main").waitFor();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, network(count));
  await page.locator(".react-flow__node").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press(allInView ? "." : "Control+0");
  await page.waitForTimeout(1000);
  const pane = await page.locator(".react-flow").boundingBox();
  const middle = { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
  const node = await nearest(page, middle);
  await page.mouse.move(node.x, node.y);
  await page.mouse.down();
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.frameTimes.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 1; i <= moves[allInView ? "far" : "near"]; i++)
    await page.mouse.move(node.x + 60 * Math.sin(i / 8), node.y + 40 * Math.sin(i / 5));
  const times = await page.evaluate(() => globalThis.frameTimes.slice(3));
  await page.mouse.up();
  await page.close();
  return times;
}

/** A place on the node that is nearest to a point. */
async function nearest(page, { x, y }) {
  const boxes = await page
    .locator(".react-flow__node")
    .evaluateAll((nodes) => nodes.map((each) => each.getBoundingClientRect().toJSON()));
  const distance = (box) => Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
  const box = boxes.toSorted((a, b) => distance(a) - distance(b))[0];
  return { x: box.x + box.width / 3, y: box.y + Math.min(12, box.height / 3) };
}

/** An Input and rows of Linear and ReLU. */
function network(count) {
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    type: i === 0 ? "Input" : i % 2 === 1 ? "Linear" : "ReLU",
    params: i === 0 ? { shape: [16] } : {},
    position: { x: 268 * (i % columns), y: 176 * Math.floor(i / columns) },
  }));
  const edges = nodes.slice(1).map(({ id }, i) => ({
    id: `w${i}`,
    from: { node: `n${i}`, port: "y" },
    to: { node: id, port: "x" },
  }));
  return JSON.stringify({ format: "tensorloom", version: 1, graph: { nodes, edges } });
}

function share(times, part) {
  return times.toSorted((a, b) => a - b)[Math.floor(part * (times.length - 1))];
}
