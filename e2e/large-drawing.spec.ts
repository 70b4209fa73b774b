/** A drawing of 500 nodes: what is dragged moves alone, and far away a node is a box of the same size in the same place. */
import type { JSHandle, Locator } from "@playwright/test";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("a node dragged among 500 changes nothing but itself and its wires", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, page } = bench;
  const nodes = canvas.locator(".react-flow__node");
  const dragged = bench.node("Linear fc263");
  const wires = canvas.getByLabel(/ (to|from) fc263/).filter({ has: page.locator(".wire") });

  await test.step("all of them are in view, each under its name, boxes from so far away", async () => {
    await bench.paste(rows(500));
    await page.keyboard.press(".");
    await expect(nodes).toHaveCount(500);
    await expect(canvas.locator(".node header")).toHaveCount(0);
    await canvas.locator(".react-flow__pane").click({ position: { x: 4, y: 4 } });
    await expect(canvas.locator(".node.selected")).toHaveCount(0);
    await expect(dragged).toBeVisible();
  });

  await test.step("it is dragged", async () => {
    const { x, y } = await middle(dragged);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 3, y + 3);
    await expect(dragged.locator(".node.selected")).toBeVisible();
    const changed = await changesFromNow(canvas);
    await page.mouse.move(x + 40, y + 30, { steps: 12 });
    await expect.poll(async () => (await middle(dragged)).x - x).toBeGreaterThan(30);
    expect(await changed.evaluate(({ labels }) => labels().toSorted())).toEqual([
      "Linear fc263",
      "Wire from act262 to fc263",
      "Wire from fc263 to act264",
    ]);
    await page.mouse.up();
  });

  await test.step("near by it has its words and ports, and neither it nor its wires have moved", async () => {
    const far = await geometry(dragged, wires);
    expect(far.courses).toHaveLength(2);
    await page.keyboard.press("ControlOrMeta+0");
    await page.keyboard.press("ControlOrMeta+f");
    await page.keyboard.type("fc263");
    await page.keyboard.press("Enter");
    await expect(dragged).toContainText("out_features");
    await expect(canvas.getByLabel("Output y of fc263", { exact: true })).toBeVisible();
    expect(await nodes.count()).toBeLessThan(100);
    expect(await geometry(dragged, wires)).toEqual(far);
  });
});

interface Changes {
  /** The labels of all nodes and wires in which anything was changed, or was rendered to see whether it has. */
  readonly labels: () => readonly string[];
}

function changesFromNow(canvas: Locator): Promise<JSHandle<Changes>> {
  return canvas.evaluateHandle((room): Changes => {
    const owners = ".react-flow__node, .react-flow__edge";
    const changed = new Set<Element>();
    const look = new MutationObserver((changes) => {
      for (const { target } of changes)
        changed.add(target instanceof Element ? target : (target.parentElement ?? room));
    });
    for (const part of room.querySelectorAll(".react-flow__nodes, .react-flow__edges"))
      look.observe(part, { attributes: true, characterData: true, childList: true, subtree: true });
    // React leaves the props of the last rendering with each element.
    const propsOf = (element: Element): unknown =>
      Object.entries(element).find(([key]) => key.startsWith("__reactProps$"))?.[1];
    const parts = [...room.querySelectorAll(`:is(${owners}), :is(${owners}) *`)];
    const before = parts.map(propsOf);
    return {
      labels() {
        const rendered = parts.filter((element, index) => propsOf(element) !== before[index]);
        const all = [...changed, ...rendered].map((element) => element.closest(owners) ?? element);
        return [...new Set(all.map((each) => each.getAttribute("aria-label") ?? each.outerHTML))];
      },
    };
  });
}

/** In canvas units, to a tenth: React Flow measures where ports are on the screen. */
async function geometry(node: Locator, wires: Locator) {
  const size = await node.evaluate((element: HTMLElement) => [element.offsetWidth, element.offsetHeight]);
  const courses = await wires
    .locator(".wire")
    .evaluateAll((paths) =>
      paths.map((path) => path.getAttribute("d")?.replace(/[\d.]+/g, (number) => Number(number).toFixed(1))),
    );
  return { size, courses };
}

async function middle(place: Locator): Promise<{ x: number; y: number }> {
  const box = await place.boundingBox();
  if (!box) throw new Error(`${place.toString()} is not shown`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A project file: an Input, then Linear and ReLU in turns, in rows of 25. */
function rows(count: number): string {
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    ...(i === 0
      ? { type: "Input", name: "features", params: { shape: [16] } }
      : i % 2 === 1
        ? { type: "Linear", name: `fc${i}` }
        : { type: "ReLU", name: `act${i}` }),
    position: { x: 268 * (i % 25), y: 176 * Math.floor(i / 25) },
  }));
  const edges = nodes.slice(1).map(({ id }, i) => ({
    id: `w${i}`,
    from: { node: `n${i}`, port: "y" },
    to: { node: id, port: "x" },
  }));
  return JSON.stringify({ format: "tensorloom", version: 1, graph: { nodes, edges } });
}
