/** Drawing as in the best node editors: wires that say what they would do, nodes that step aside, steps to go back to. */
import type { Locator } from "@playwright/test";
import { click, difference, drag, emptyPlace, middle, port, wire } from "./canvas";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("a wire tells where it fits, finds its end, and is led, moved and mended", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page } = bench;
  await bench.openExample("Iris");
  const wires = canvas.locator(".wire");
  const list = page.getByRole("dialog", { name: "Add a layer to the wire" });
  await expect(wires).toHaveCount(5);
  // What a wire carries is known once the data are open.
  await expect(canvas.locator(".chip", { hasText: /^N×4$/ })).toBeVisible();

  await test.step("ports that fit light up, and one that does not says why before the wire is dropped", async () => {
    await drag(page, port(bench, "Output y of label"), port(bench, "Input x of fc2"), false);
    await expect(canvas.locator(".port.fits").first()).toBeVisible();
    await expect(port(bench, "Input x of fc1")).toHaveClass(/unfit/);
    await expect(canvas.getByRole("status")).toContainText("expected scalar type Long but found Float");
  });

  await test.step("dropped on the canvas it asks for a layer, from the keyboard, and wires it", async () => {
    await page.mouse.move(...(await emptyPlace(canvas)), { steps: 4 });
    await page.mouse.up();
    await expect(list.getByRole("option", { name: "Embedding" })).toBeVisible();
    await expect(list.getByRole("option", { name: "BatchNorm2d" })).toBeHidden();
    await page.keyboard.type("embed");
    await page.keyboard.press("Enter");
    await expect(bench.node("Embedding")).toBeVisible();
    await expect(wires).toHaveCount(6);
    await desktop.menu("edit.undo");
    await expect(bench.node("Embedding")).toBeHidden();
    await expect(wires).toHaveCount(5);
  });

  await test.step("dropped on a node's body it takes the port", async () => {
    await click(page, port(bench, "Input x of fc2"), "Alt");
    await expect(wires).toHaveCount(4);
    await drag(page, port(bench, "Output y of ReLU"), bench.node("Linear fc2"));
    await expect(wires).toHaveCount(5);
  });

  await test.step("it is led through a point, and through a layer that is dropped on it", async () => {
    await page.mouse.dblclick(...(await middle(wire(canvas, "fc1-act1"))));
    await expect(bench.node("Reroute")).toBeVisible();
    await expect(wires).toHaveCount(6);
    await page.keyboard.press("ControlOrMeta+Delete");
    await expect(bench.node("Reroute")).toBeHidden();
    await expect(wires).toHaveCount(5);
    const layers = page.getByRole("complementary", { name: "Layers" });
    const [x, y] = await middle(canvas.locator(".wire-hit").first());
    const corner = (await canvas.boundingBox()) ?? { x: 0, y: 0 };
    await layers
      .getByRole("button", { name: "Tanh", exact: true })
      .dragTo(canvas, { targetPosition: { x: x - corner.x, y: y - corner.y } });
    await expect(bench.node("Tanh")).toContainText("no params");
    await expect(wires).toHaveCount(6);
  });

  await test.step("removing a node with Ctrl+Delete joins its neighbours", async () => {
    await bench.node("Tanh").click();
    await page.keyboard.press("ControlOrMeta+Delete");
    await expect(wires).toHaveCount(5);
    await expect(bench.statusBar).toContainText("131 parameters");
  });

  await test.step("Ctrl and a drag at a port move its wires to another", async () => {
    await page.keyboard.down("Control");
    await drag(page, port(bench, "Output y of ReLU"), port(bench, "Output y of fc1"));
    await page.keyboard.up("Control");
    await bench.node("Linear fc2").click();
    await expect(inspector.getByRole("combobox", { name: "Input x of fc2" })).toContainText("fc1");
  });
});

test("nodes are bypassed, folded, noted, framed and found", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page } = bench;
  await bench.openExample("Iris");
  const first = bench.node("Linear fc1");

  await test.step("a bypassed layer passes its input on, and comes back", async () => {
    await first.click();
    await page.keyboard.press("ControlOrMeta+b");
    await expect(first).toContainText("bypassed");
    // 4×3+3 are left.
    await expect(bench.statusBar).toContainText("15 parameters");
    await page.keyboard.press("ControlOrMeta+b");
    await expect(bench.statusBar).toContainText("131 parameters");
  });

  await test.step("a mistake behind a bypassed layer names it and can wake it", async () => {
    await bench.setParam(bench.node("Linear fc2"), "in_features", "16");
    await first.click();
    await page.keyboard.press("ControlOrMeta+b");
    await bench.show("Problems");
    await bench.dock.getByRole("button", { name: "Stop bypassing fc1" }).click();
    await expect(bench.dock.getByText("Nothing is wrong.")).toBeVisible();
  });

  await test.step("a disabled one leaves a gap", async () => {
    await bench.node("ReLU").click();
    await page.keyboard.press("ControlOrMeta+Shift+b");
    await expect(bench.node("Linear fc2")).toContainText("Nothing is wired to x");
    await desktop.menu("edit.undo");
    await expect(bench.dock.getByText("Nothing is wrong.")).toBeVisible();
  });

  await test.step("it is renamed, noted and folded", async () => {
    await first.click();
    await page.keyboard.press("F2");
    await page.keyboard.type("hidden");
    const renamed = bench.node("Linear hidden");
    await expect(renamed).toBeVisible();
    await inspector.getByRole("textbox", { name: "Note" }).fill("try 32");
    await expect(renamed.getByTitle("try 32")).toBeVisible();
    await renamed.click();
    await page.keyboard.press("ControlOrMeta+Alt+h");
    await expect(renamed).not.toContainText("out_features");
    await page.keyboard.press("ControlOrMeta+Alt+h");
    await expect(renamed).toContainText("out_features");
  });

  await test.step("a frame carries what lies in it", async () => {
    await bench.node("ReLU").click({ modifiers: ["Shift"] });
    await page.keyboard.press("ControlOrMeta+Alt+g");
    await canvas.getByRole("textbox", { name: "Title of the frame" }).fill("Body");
    await canvas.getByRole("button", { name: "green" }).click();
    const frame = bench.node("Frame Body");
    await page.keyboard.press("Escape");
    const before = await bench.distance(frame, bench.node("ReLU"));
    const input = bench.node("Input features");
    const apart = await bench.distance(input, bench.node("ReLU"));
    await bench.drag(frame, 80, 60);
    expect(await bench.distance(frame, bench.node("ReLU"))).toBeCloseTo(before, 0);
    expect(await bench.distance(input, bench.node("ReLU"))).not.toBeCloseTo(apart, 0);
  });

  await test.step("a node is found by name", async () => {
    await page.keyboard.press("ControlOrMeta+f");
    await page.keyboard.type("fc2");
    await page.keyboard.press("Enter");
    await expect(inspector.getByRole("textbox", { name: "Name" })).toHaveValue("fc2");
  });
});

test("steps are listed, and nodes go over the clipboard as text", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, page, topBar } = bench;
  await bench.openExample("Iris");

  await test.step("the list of steps leads back and forth", async () => {
    await bench.setParam(bench.node("Linear fc1"), "out_features", "7");
    await bench.node("ReLU").click();
    await page.keyboard.press("Delete");
    await topBar.getByRole("button", { name: "All steps" }).click();
    await page.getByRole("menuitemradio", { name: "opened" }).click();
    await expect(bench.node("ReLU")).toBeVisible();
    await expect(bench.statusBar).toContainText("131 parameters");
    await topBar.getByRole("button", { name: "All steps" }).click();
    await page.getByRole("menuitemradio", { name: "change out_features" }).click();
    await expect(bench.statusBar).toContainText("59 parameters");
  });

  await test.step("several nodes are edited together, in one step", async () => {
    await bench.node("Linear fc1").click();
    await bench.node("Linear fc2").click({ modifiers: ["ControlOrMeta"] });
    const shared = bench.inspector.getByLabel("out_features", { exact: true });
    await expect(shared).toHaveAttribute("placeholder", "mixed");
    await shared.fill("5");
    // 4×5+5 and 5×5+5
    await expect(bench.statusBar).toContainText("55 parameters");
    await desktop.menu("edit.undo");
    await expect(bench.statusBar).toContainText("59 parameters");
  });

  await test.step("everything downstream is selected and copied with its wires", async () => {
    await bench.node("Linear fc1").click();
    await page.keyboard.press("ControlOrMeta+Shift+ArrowRight");
    await expect(canvas.locator(".node.selected")).toHaveCount(4);
    await page.keyboard.press("ControlOrMeta+c");
    await page.keyboard.press("ControlOrMeta+v");
    await expect(bench.node("Linear fc1")).toHaveCount(2);
    await expect(canvas.locator(".wire")).toHaveCount(8);
    await desktop.menu("edit.undo");
    await expect(bench.node("Linear fc1")).toHaveCount(1);
    await page.keyboard.press("ControlOrMeta+Shift+v");
    await expect(canvas.locator(".wire")).toHaveCount(10);
    await desktop.menu("edit.undo");
    await expect(bench.node("Linear fc1")).toHaveCount(1);
  });

  await test.step("the text is a project that another window can paste", async () => {
    await bench.node("Linear fc1").click();
    const text = await page.evaluate(() => {
      const data = new DataTransfer();
      document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true }));
      return data.getData("text/plain");
    });
    expect(JSON.parse(text)).toMatchObject({ format: "tensorloom", graph: { nodes: [{ name: "fc1" }] } });
    await desktop.reload();
    await bench.paste(text);
    await expect(bench.node("Linear fc1")).toContainText("7");
  });
});

test("the canvas moves under the hand, and nodes line up", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, page } = bench;
  await bench.openExample("Iris");
  const first = bench.node("Linear fc1");
  const zoom = canvas.getByRole("group", { name: "Zoom" });
  /** Pixels; half of one is lost where a zoom is not whole. */
  const moved = (from: readonly number[], x: number, y: number, off = 3) =>
    expect
      .poll(async () => Math.hypot(...difference(await place(first), [from[0] + x, from[1] + y])))
      .toBeLessThan(off);
  const place = async (node: Locator) => (await middle(node)).map(Math.round);

  await test.step("a dragged node snaps to its neighbours along a line", async () => {
    const relu = bench.node("ReLU");
    const [x, y] = await middle(relu);
    await page.mouse.move(x, y - 15);
    await page.mouse.down();
    // A hand moves a little first, and with that the drag begins.
    await page.mouse.move(x + 2, y - 14);
    await page.mouse.move(x + 12, y + 60, { steps: 4 });
    await page.mouse.move(x + 12, y - 18, { steps: 4 });
    await expect(canvas.locator(".guide.y")).toHaveCount(1);
    await page.mouse.up();
    const tops = await Promise.all([relu, first].map(async (node) => (await node.boundingBox())?.y ?? 0));
    expect(Math.abs(tops[0] - tops[1])).toBeLessThan(1);
    await expect(canvas.locator(".guide")).toHaveCount(0);
    await desktop.menu("edit.undo");
  });

  await test.step("a wheel zooms to the pointer, two fingers move the view", async () => {
    await page.keyboard.press("ControlOrMeta+0");
    await expect(zoom).toContainText("100 %");
    const [x, y] = await middle(first);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -100);
    await expect(zoom).toContainText("120 %");
    expect(Math.hypot(...difference(await place(first), [x, y]))).toBeLessThan(3);
    await page.mouse.wheel(30, 20);
    await moved([x, y], -30, -20);
  });

  await test.step("the middle button and held Space move it too, and a dot fits it", async () => {
    const before = await place(first);
    const [x, y] = await emptyPlace(canvas);
    await page.mouse.move(x, y);
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(x + 40, y - 30, { steps: 4 });
    await page.mouse.up({ button: "middle" });
    await moved(before, 40, -30);
    await page.keyboard.down("Space");
    await page.mouse.move(...(await middle(first)));
    await page.mouse.down();
    const [fromX, fromY] = await middle(first);
    await page.mouse.move(fromX - 40, fromY + 30, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Space");
    // The drag begins with its first move.
    await moved(before, 0, 0, 15);
    await page.keyboard.press(".");
    await expect(zoom).toContainText("100 %");
  });

  await test.step("Shift and a drag select, arrows move, Ctrl and a click add", async () => {
    const [left, top] = await middle(bench.node("Input features"));
    await page.keyboard.down("Shift");
    await page.mouse.move(left - 120, top - 80);
    await page.mouse.down();
    await page.mouse.move(...(await middle(first)), { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await expect(canvas.locator(".node.selected")).toHaveCount(2);
    await bench.node("ReLU").click({ modifiers: ["ControlOrMeta"] });
    await expect(canvas.locator(".node.selected")).toHaveCount(3);
    const before = await place(first);
    await page.keyboard.press("ArrowDown");
    await moved(before, 0, 22);
    await desktop.menu("edit.undo");
    await moved(before, 0, 0);
  });

  await test.step("it is tidied from top to bottom and back, each in one step", async () => {
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("top to bottom");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await place(bench.node("Linear fc2")))[1] - (await place(first))[1])
      .toBeGreaterThan(60);
    expect((await place(bench.node("ReLU")))[0] - (await place(first))[0]).toBeLessThan(60);
    await desktop.menu("edit.undo");
    await expect
      .poll(async () => (await place(bench.node("ReLU")))[0] - (await place(first))[0])
      .toBeGreaterThan(100);
  });
});
