/**
 * `node build/canvas-bench.mjs [--folder built] [nodes …]`: what a frame costs while a node is dragged, all nodes are,
 * the view is moved and zoomed, in graphs of 100, 500 and 2,000 nodes, at 100 % and with all in view. Also how long
 * pasting them takes.
 *
 * `script` and `page` are processor time of the page's own thread, from a trace: its scripts alone, and with styles,
 * layout, finding what is under the pointer and recording what to paint. A machine with a GPU has them too. `frame` is
 * from one frame to the next by the clock: headless Chromium also paints with the processor, and other programs count.
 */
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { bundleRenderer } from "./bundle.mjs";
import { findChromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // A renderer that is built already, to compare with.
  options: { folder: { type: "string" } },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [100, 500, 2000];
const columns = 25;
const steps = 40;

/** What counts as script, and what is taken off again where it happens inside: garbage is a script's, layout is not. */
const scripts = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks", "MinorGC", "MajorGC"]);
const layouts = new Set(["UpdateLayoutTree", "Layout", "HitTest"]);

/** One of `steps` movements of the hand. `start` is on a node. */
const gestures = {
  drag: (page, start, i) => page.mouse.move(start.x + 60 * Math.sin(i / 8), start.y + 40 * Math.sin(i / 5)),
  move: (page, _, i) => page.mouse.wheel(30 * Math.cos(i / 5), 17 * Math.sin(i / 5)),
  zoom: (page, _, i) => page.mouse.wheel(0, i % 10 < 5 ? -100 : 100),
};

if (!values.folder) await bundleRenderer();
const address = await serve(values.folder ? { folder: values.folder } : {});
const browser = await chromium.launch({ executablePath: findChromium() ?? undefined });
console.log("milliseconds: median, 95 %                     script          page         frame");
for (const count of sizes) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  console.log(`${count} nodes, pasted in ${Math.round(await paste(page, count))}`);
  for (const [view, key] of [
    ["100 %", "Control+0"],
    ["all in view", "."],
  ]) {
    for (const [name, gesture, all] of [
      ["a node is dragged", "drag", false],
      ["all are dragged", "drag", true],
      ["the view is moved", "move", false],
      ["the view is zoomed", "zoom", false],
    ]) {
      await show(page, key);
      const { script, page: own, frame } = await measure(page, gesture, all);
      const figures = [script, own, frame].map(shown).join("");
      console.log(`   ${view.padEnd(14)}${name.padEnd(20)}${figures}`);
    }
  }
  await page.close();
}
await browser.close();
process.exit(0);

/** Opens the app and pastes a network into it; until it is drawn. */
async function paste(page, count) {
  await page.addInitScript(() => localStorage.setItem("tensorloom.tour-seen", "true"));
  await page.goto(address);
  await page.getByRole("main").waitFor();
  const start = performance.now();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, network(count));
  await page.locator(".react-flow__node").first().waitFor();
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  return performance.now() - start;
}

/** Everything in view, nothing selected, then as wanted. */
async function show(page, key) {
  await page.keyboard.press(".");
  await page.waitForTimeout(800);
  await page.locator(".react-flow__pane").click({ position: { x: 4, y: 4 } });
  if (key !== ".") await page.keyboard.press(key);
  await page.waitForTimeout(1000);
}

async function measure(page, gesture, all) {
  const pane = await page.locator(".react-flow").boundingBox();
  const middle = { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
  const start = await nearest(page, middle);
  if (all) await page.keyboard.press("Control+a");
  await page.mouse.move(start.x, start.y);
  if (gesture === "drag") {
    await page.mouse.down();
    // What a drag begins with is not part of its frames.
    await page.mouse.move(start.x + 3, start.y + 3);
    await page.waitForTimeout(200);
  }
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.frameTimes?.push(now - last);
      last = now;
      if (globalThis.frameTimes) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await browser.startTracing(page, { categories: ["devtools.timeline", "toplevel", "v8"] });
  for (let i = 1; i <= steps; i++) await gestures[gesture](page, start, i);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const frame = await page.evaluate(() => {
    const times = globalThis.frameTimes.slice(2);
    globalThis.frameTimes = undefined;
    return times;
  });
  await page.mouse.up();
  await page.waitForTimeout(300);
  if (gesture === "drag") await page.keyboard.press("Control+z");
  return { ...perStep(traceEvents), frame };
}

/** Processor time of the page's own thread, for each movement of the hand until the next. */
function perStep(events) {
  const names = new Map(
    events
      .filter(({ name }) => name === "thread_name")
      .map(({ pid, tid, args }) => [`${pid} ${tid}`, args.name]),
  );
  const isMove = ({ name, args }) =>
    name === "EventDispatch" && ["pointermove", "wheel"].includes(args?.data?.type);
  const pid = events.find(isMove)?.pid;
  if (pid === undefined) throw new Error("no movement reached the page");
  const own = events
    .filter((event) => event.ph === "X" && event.pid === pid)
    .filter(({ tid }) => names.get(`${pid} ${tid}`) === "CrRendererMain")
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur);
  const moved = [];
  let task = { end: 0 };
  let scriptEnd = 0;
  let layoutEnd = 0;
  for (const event of own) {
    const { name, ts, dur, tdur = dur } = event;
    const [end, spent] = [ts + dur, tdur / 1000];
    if (ts >= task.end) {
      task = { end, page: spent, script: 0, isMove: false };
      moved.push(task);
    }
    if (isMove(event)) task.isMove = true;
    if (scripts.has(name) && ts >= scriptEnd) {
      task.script += spent;
      scriptEnd = end;
    } else if (layouts.has(name) && ts < scriptEnd && ts >= layoutEnd) {
      task.script -= spent;
      layoutEnd = end;
    }
  }
  const found = [];
  for (const { page, script, isMove } of moved) {
    if (isMove) found.push({ page: 0, script: 0 });
    const last = found.at(-1);
    if (!last) continue;
    last.page += page;
    last.script += script;
  }
  return { script: found.map(({ script }) => script), page: found.map(({ page }) => page) };
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

function shown(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const share = (part) => sorted[Math.floor(part * (sorted.length - 1))].toFixed(1);
  return `${share(0.5)}, ${share(0.95)}`.padStart(14);
}
