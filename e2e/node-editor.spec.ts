/** What people know from other node editors: each gesture does here what it does there. */
import type { Locator } from "@playwright/test";
import { click, difference, drag, emptyPlace, middle, port, settled, wire } from "./canvas";
import { expect, test } from "./fixtures";
import { patience, Workbench } from "./workbench";

test("the view goes far in and far out, and looking around is no step", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, page, topBar } = bench;
  await bench.openExample("Iris");
  const first = bench.node("Linear fc1");
  const zoom = canvas.getByRole("group", { name: "Zoom" });
  const off = async (from: readonly number[], x = 0, y = 0) =>
    Math.hypot(...difference(await middle(first), [from[0] + x, from[1] + y]));

  await test.step("the wheel goes to the ends, and what is under the pointer stays there", async () => {
    const [x, y] = await settled(first);
    await page.mouse.move(x, y);
    for (const { turn, end } of [
      { turn: -600, end: "400 %" },
      { turn: 900, end: "5 %" },
      { turn: -900, end: "400 %" },
    ]) {
      await expect(async () => {
        await page.mouse.wheel(0, turn);
        await expect(zoom.getByText(end, { exact: true })).toBeVisible({ timeout: 100 });
      }).toPass();
      expect(await off([x, y])).toBeLessThan(4);
    }
  });

  await test.step("two fingers that part or close zoom there too", async () => {
    await page.keyboard.press("ControlOrMeta+0");
    await expect(zoom).toContainText("100 %");
    await page.keyboard.press(".");
    const [x, y] = await settled(first);
    await page.mouse.move(x, y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, 40);
    await page.keyboard.up("Control");
    await expect(zoom).not.toContainText("100 %");
    expect(await off([x, y])).toBeLessThan(4);
  });

  await test.step("Space is the hand's, whichever button was pressed last", async () => {
    await zoom.getByRole("button", { name: "Zoom out" }).click();
    const [x, y] = await settled(first);
    const apart = await bench.distance(first, bench.node("ReLU"));
    const shown = await zoom.innerText();
    await page.keyboard.down("Space");
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 5, y + 5);
    await page.mouse.move(x + 60, y + 40, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Space");
    expect(await off([x, y], 60, 40)).toBeLessThan(15);
    expect(await bench.distance(first, bench.node("ReLU"))).toBeCloseTo(apart, 0);
    expect(await zoom.innerText()).toBe(shown);
    await expect(canvas.locator(".node.selected")).toHaveCount(0);
  });

  await test.step("the overview leads elsewhere", async () => {
    const before = await settled(first);
    const map = canvas.getByRole("img", { name: "Overview" });
    const [x, y] = await middle(map);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => off(before)).toBeGreaterThan(30);
  });

  await test.step("the keyboard goes to a node, selects it, and lets go", async () => {
    await page.keyboard.press(".");
    await first.focus();
    await page.keyboard.press("Enter");
    await expect(canvas.locator(".node.selected")).toContainText("fc1");
    await page.keyboard.press("Escape");
    await expect(canvas.locator(".node.selected")).toHaveCount(0);
  });

  await test.step("nothing of this can be undone", async () => {
    await expect(topBar.getByRole("button", { name: "All steps" })).toBeDisabled();
    await expect(topBar).toContainText("not saved yet");
  });
});

test("a drag, a burst of typing, a paste, a layout and a fix are one step each", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page, topBar } = bench;
  await bench.openExample("Iris");
  const first = bench.node("Linear fc1");
  const apart = async () => {
    await page.keyboard.press("ControlOrMeta+0");
    await settled(first);
    return bench.distance(first, bench.node("ReLU"));
  };
  const before = await apart();
  const steps = page.getByRole("menuitemradio");

  await test.step("they are done", async () => {
    await bench.drag(first, 40, 90);
    await first.click();
    await inspector.getByLabel("in_features", { exact: true }).pressSequentially("123");
    await first.click();
    await page.keyboard.press("ControlOrMeta+c");
    await page.keyboard.press("ControlOrMeta+v");
    await expect(bench.node("Linear fc1")).toHaveCount(2);
    await page.keyboard.press("ControlOrMeta+Shift+f");
    await expect.poll(() => page.workers().filter((worker) => worker.url().includes("tidy")).length).toBe(1);
    await topBar.getByRole("button", { name: "All steps" }).click();
    await expect(steps).toHaveText(["tidy the layout•", "paste", "change in_features", "move", "opened"]);
    await page.keyboard.press("Escape");
    await bench.show("Problems");
    await bench.dock.getByRole("button", { name: "Set in_features back to auto" }).first().click();
    await expect(bench.node("Linear fc1").first()).toContainText("80 params");
  });

  await test.step("laid out from left to right, each node after what feeds it", async () => {
    const order = ["Input features", "ReLU", "Linear fc2", "CrossEntropyLoss"];
    const columns = await Promise.all(order.map(async (label) => (await middle(bench.node(label)))[0]));
    expect(columns).toEqual(columns.toSorted((a, b) => a - b));
    expect(new Set(columns).size).toBe(order.length);
  });

  await test.step("five times undo is the beginning", async () => {
    for (let press = 0; press < 5; press++) await page.keyboard.press("ControlOrMeta+z");
    await expect(topBar).toContainText("not saved yet");
    await expect(first).toHaveCount(1);
    await first.click();
    await expect(inspector.getByLabel("in_features", { exact: true })).toHaveValue("");
    expect(await apart()).toBeCloseTo(before, 0);
    await expect(canvas.locator(".node")).toHaveCount(6);
  });
});

test("wires may be wrong, take in a node, and are never behind the graph", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page } = bench;
  await bench.openExample("Iris");
  const wires = canvas.locator(".wire");

  await test.step("the shape on a wire is that of the graph in the same frame", async () => {
    await bench.node("Linear fc1").click();
    const chips = await inspector.getByLabel("out_features", { exact: true }).evaluate(typeAndLook, "24");
    expect(chips.filter((chip) => chip === "N×24")).toHaveLength(2);
    await desktop.menu("edit.undo");
  });

  await test.step("a wire that would be a mistake is made all the same, and shows it", async () => {
    await drag(page, port(bench, "Output y of label"), port(bench, "Input x of fc1"));
    await expect(wires).toHaveCount(5);
    await expect(canvas.locator(".wire.bad")).toHaveCount(1);
    await bench.node("Linear fc1").hover();
    await expect(canvas.getByRole("article")).toContainText("expected scalar type");
    await desktop.menu("edit.undo");
    await expect(canvas.locator(".wire.bad")).toHaveCount(0);
  });

  await test.step("a layer dropped lies under the pointer, at any zoom", async () => {
    await page.keyboard.press("ControlOrMeta+-");
    await page.keyboard.press("ControlOrMeta+-");
    const [x, y] = await emptyPlace(canvas);
    const corner = (await canvas.boundingBox()) ?? { x: 0, y: 0 };
    await page
      .getByRole("complementary", { name: "Layers" })
      .getByRole("button", { name: "Tanh", exact: true })
      .dragTo(canvas, { targetPosition: { x: x - corner.x, y: y - corner.y - 60 } });
    const box = await bench.node("Tanh").boundingBox();
    if (!box) throw new Error("no Tanh is shown");
    expect(Math.abs(box.x + box.width / 2 - x)).toBeLessThan(12);
    expect(y - 60 - box.y).toBeGreaterThan(0);
    expect(y - 60 - box.y).toBeLessThan(box.height);
  });

  await test.step("and dragged onto a wire it is in the wire", async () => {
    const [x, y] = await middle(bench.node("Tanh"));
    const [toX, toY] = await middle(wire(canvas, "fc1-act1"));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 4, y - 4);
    await page.mouse.move(toX, toY, { steps: 8 });
    await expect(canvas.locator(".wire.target")).toHaveCount(1);
    await page.mouse.up();
    await expect(wires).toHaveCount(6);
    await expect(bench.node("Tanh")).toContainText("no params");
  });

  await test.step("Ctrl and a drag at an input moves its wire to another input", async () => {
    await page.keyboard.press(".");
    await settled(bench.node("Linear fc2"));
    await click(page, port(bench, "Input x of fc2"), "Alt");
    await expect(wires).toHaveCount(5);
    await page.keyboard.down("Control");
    await drag(page, port(bench, "Input x of fc1"), port(bench, "Input x of fc2"));
    await page.keyboard.up("Control");
    await bench.node("Linear fc2").click();
    await expect(inspector.getByRole("combobox", { name: "Input x of fc2" })).toContainText("features");
  });
});

test("a node is written on where it stands; comments, and blocks in blocks", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page } = bench;
  await bench.openExample("Iris");
  const first = bench.node("Linear fc1");

  await test.step("a parameter is edited on the node, without a key meaning anything else", async () => {
    await first.getByText("16", { exact: true }).dblclick();
    const field = first.getByLabel("out_features");
    await expect(field).toBeFocused();
    await page.keyboard.type("?./2");
    await expect(first).toContainText("whole number");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("24");
    await expect(bench.statusBar).toContainText("195 parameters");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Escape");
    await expect(field).toBeHidden();
    await expect(canvas.locator(".node.selected")).toContainText("fc1");
    await expect(first).toContainText("2");
    await expect(bench.statusBar).toContainText("19 parameters");
    await expect(page.getByRole("dialog")).toBeHidden();
    await desktop.menu("edit.undo");
    await expect(bench.statusBar).toContainText("131 parameters");
  });

  await test.step("the colour of a node is its category's", async () => {
    const colour = (label: string) =>
      bench
        .node(label)
        .locator(".category-square")
        .evaluate((square) => getComputedStyle(square).backgroundColor);
    expect(await colour("Linear fc1")).toBe(await colour("Linear fc2"));
    expect(await colour("Linear fc1")).not.toBe(await colour("ReLU"));
  });

  await test.step("the inspector has formula, shapes, strides, weights, numbers and a line of PyTorch", async () => {
    await first.click();
    await expect(inspector.locator("math").first()).toBeVisible();
    await expect(inspector).toContainText("N×4 → N×16");
    await expect(inspector).toContainText("4, 1 → 16, 1");
    await expect(inspector).toContainText("16×4");
    await expect(inspector.getByRole("region", { name: "Costs" })).toContainText("80");
    await expect(inspector).toContainText("self.fc1 = nn.Linear(4, 16)");
  });

  await test.step("F2 renames it, though the inspector is folded away", async () => {
    await page.keyboard.press("ControlOrMeta+Alt+b");
    await expect(inspector).toBeHidden();
    await page.keyboard.press("F2");
    await expect(inspector.getByRole("textbox", { name: "Name" })).toBeFocused();
    await page.keyboard.press("Enter");
  });

  await test.step("a comment is put on the canvas and written", async () => {
    await page.keyboard.press("ControlOrMeta+Alt+m");
    await canvas.getByRole("textbox", { name: "Comment" }).fill("to be tried with dropout");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(canvas.getByText("to be tried with dropout")).toBeVisible();
    await expect(canvas.getByRole("textbox", { name: "Comment" })).toBeHidden();
    await bench.node("Frame Comment").click({ position: { x: 20, y: 12 } });
    await page.keyboard.press("F2");
    await page.keyboard.type("Later");
    await page.keyboard.press("Escape");
    await expect(bench.node("Frame Later")).toBeVisible();
  });

  await test.step("a block in a block is left step by step", async () => {
    const levels = canvas.getByRole("navigation", { name: "Levels" });
    await first.click();
    await bench.node("ReLU").click({ modifiers: ["ControlOrMeta"] });
    await page.keyboard.press("ControlOrMeta+g");
    await bench.node("Block").dblclick();
    await bench.node("Linear fc1").click();
    await page.keyboard.press("ControlOrMeta+g");
    await page.keyboard.press("Alt+ArrowDown");
    await expect(levels).toContainText("Network");
    await expect(levels).toContainText("Block 2");
    await expect(first).toBeVisible();
    await levels.getByRole("button", { name: "Block", exact: true }).click();
    await expect(bench.node("ReLU")).toBeVisible();
    await page.keyboard.press("Alt+ArrowUp");
    await expect(levels).toBeHidden();
    await expect(bench.statusBar).toContainText("131 parameters");
  });
});

test("nodes are cut, copied from menus, doubled and reached from what they feed", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, page } = bench;
  await bench.openExample("Iris");
  const relu = bench.node("ReLU");
  const selected = canvas.locator(".node.selected");

  await test.step("what was cut is pasted where it was", async () => {
    const before = await middle(relu);
    await relu.click();
    await page.keyboard.press("ControlOrMeta+x");
    await expect(relu).toBeHidden();
    await page.keyboard.press("ControlOrMeta+v");
    expect(Math.hypot(...difference(await middle(relu), before))).toBeLessThan(2);
    await desktop.menu("edit.undo");
    await desktop.menu("edit.undo");
  });

  await test.step("copied from the node's menu, it is what the keys paste", async () => {
    await bench.node("Linear fc2").click({ button: "right", position: { x: 40, y: 12 } });
    await expect(page.getByRole("menuitem", { name: "Duplicate" })).toContainText("Ctrl D");
    await page.getByRole("menuitem", { name: "Copy" }).click();
    await page.keyboard.press("ControlOrMeta+v");
    await expect(bench.node("Linear fc2")).toHaveCount(2);
    await desktop.menu("edit.undo");
  });

  await test.step("a duplicate is selected in place of the first", async () => {
    await relu.click();
    await page.keyboard.press("ControlOrMeta+d");
    await expect(relu).toHaveCount(2);
    await expect(selected).toHaveCount(1);
    await desktop.menu("edit.undo");
  });

  await test.step("the native menu's Select All means nodes, of which a click leaves one, and words in a field", async () => {
    await desktop.menu("edit.selectAll");
    await expect(selected).toHaveCount(6);
    await relu.click();
    await expect(selected).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(selected).toHaveCount(0);
    const search = page.getByRole("textbox", { name: "Find a layer" });
    await search.fill("relu");
    await desktop.menu("edit.selectAll");
    const marked = () => search.evaluate(() => window.getSelection()?.toString());
    await expect.poll(marked).toBe("relu");
    await expect(selected).toHaveCount(0);
    await search.press("Escape");
  });

  await test.step("all that leads to a node", async () => {
    await relu.click();
    await page.keyboard.press("ControlOrMeta+Shift+ArrowLeft");
    await expect(selected).toHaveCount(3);
  });

  await test.step("a key alone destroys nothing, and none does anything in a field", async () => {
    for (const key of "abcdefghijklmnopqrstuvwxyz0123456789") await page.keyboard.press(key);
    await page.keyboard.press("Escape");
    await expect(canvas.locator(".node")).toHaveCount(6);
    const search = page.getByRole("textbox", { name: "Find a layer" });
    await search.click();
    for (const key of ["x", "Delete", "Backspace", "ControlOrMeta+b", "ControlOrMeta+g", "."])
      await page.keyboard.press(key);
    await expect(search).toHaveValue(".");
    await expect(canvas.locator(".node")).toHaveCount(6);
    await expect(bench.topBar).toContainText("not saved yet");
  });
});

test("what is measured and trained goes with the nodes into a block", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, dock, inspector, page } = bench;
  await bench.openExample("Iris");
  const block = bench.node("Block");
  const verification = inspector.getByRole("region", { name: "Verification" });
  await bench.setNumber("epochs", "2");
  await bench.train();
  await bench.untilFinished();
  const trained = await bench.tile("validation loss");

  await test.step("folded into a block, the layers go on with their weights", async () => {
    await bench.node("Linear fc1").click();
    await bench.node("ReLU").click({ modifiers: ["ControlOrMeta"] });
    await page.keyboard.press("ControlOrMeta+g");
    await expect(block).toBeVisible();
    await bench.runMenu("Train 2 more epochs");
    await bench.untilFinished();
    await expect(dock.getByText("step 32 / 32")).toBeVisible();
    expect(await bench.tile("validation loss")).toBeLessThan(trained);
    await expect(dock.getByRole("alert")).toBeHidden();
  });

  await test.step("the block is verified with all that is in it, and each layer there", async () => {
    await block.click();
    await verification.getByRole("button", { name: "Verify this node" }).click();
    await expect(verification.getByText(/Right:/)).toHaveCount(2, patience);
    await block.dblclick();
    await bench.node("Linear fc1").click();
    await expect(verification.getByText(/Right:/)).toHaveCount(1);
    await expect(verification.getByRole("row", { name: /^∂weight / })).toBeVisible();
  });

  await test.step("the heat of its layers shows inside, their sum on the block, wherever it is moved", async () => {
    await bench.show("Profile");
    await dock.getByRole("button", { name: "Profile", exact: true }).click();
    await expect(dock).toContainText(/ms a step/, patience);
    await dock.getByRole("switch", { name: "Heat map" }).click();
    const heat = async (node: Locator) =>
      Number(/([\d.]+) ?%/.exec(await node.locator(".heat-line").innerText())?.[1]);
    const inside = (await heat(bench.node("Linear fc1"))) + (await heat(bench.node("ReLU")));
    await page.keyboard.press("Alt+ArrowUp");
    expect(Math.abs((await heat(block)) - inside)).toBeLessThan(0.3);
    await bench.drag(block, 40, 60);
    await expect(canvas.locator(".node.heated")).toHaveCount(5);
    await dock.getByRole("switch", { name: "Heat map" }).click();
  });

  await test.step("and they keep their weights when it is taken apart", async () => {
    await bench.show("Training");
    await block.click();
    await page.keyboard.press("ControlOrMeta+Shift+g");
    const before = await bench.tile("validation loss");
    await bench.runMenu("Train 4 more epochs");
    await bench.untilFinished();
    await expect(dock.getByText("step 64 / 64")).toBeVisible();
    expect(await bench.tile("validation loss")).toBeLessThan(before);
  });
});

/** In the page: types into a field, and reads all shapes on wires in the frame that follows. */
function typeAndLook(field: Element, text: string): Promise<string[]> {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") ?? {};
  set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return new Promise((resolve) =>
    requestAnimationFrame(() =>
      resolve(Array.from(document.querySelectorAll(".chip"), (chip) => chip.textContent)),
    ),
  );
}
