/** Every screen as somebody has it who cannot see it, sees it badly, or has no pointer. */
import type { Locator } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { patience, Workbench } from "./workbench";

// The window is that of the next story too.
test.afterEach(({ desktop }) =>
  desktop.page.emulateMedia({ colorScheme: null, reducedMotion: null, forcedColors: null }),
);

test("drawing: the start page, nodes, wires, blocks and the inspector", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const { inspector } = bench;
  await expectAccessible(page, "start page");

  await bench.openExample("Digits");
  await expectAccessible(page, "the whole network in the inspector");
  await bench.node("Conv2d conv1").click();
  await expectAccessible(page, "a layer's parameters");
  await inspector.getByRole("tab", { name: "About" }).click();
  await expectAccessible(page, "what a layer is");
  await inspector.getByRole("tab", { name: "Parameters" }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await expectAccessible(page, "several nodes");

  // What lies on the canvas is as large as the person likes: its targets are held to their size at 100 %.
  await page.keyboard.press("ControlOrMeta+0");
  await bench.node("Conv2d conv1").click();
  await page.keyboard.press("ControlOrMeta+Alt+g");
  await expectAccessible(page, "a frame");
  await bench.node("Conv2d conv1").click();
  await page.keyboard.press("ControlOrMeta+g");
  await expectAccessible(page, "a block");
  await bench.node("Block").dblclick();
  await expect(bench.canvas.getByRole("navigation", { name: "Levels" })).toBeVisible();
  await expectAccessible(page, "inside a block");
  await page.keyboard.press("Alt+ArrowUp");
  await bench.canvas.locator(".wire-hit").first().click({ force: true });
  await expectAccessible(page, "a wire");
});

test("mistakes: the card on the canvas, the list and a notice", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  await bench.openExample("Transpose, then view");
  await bench.node("View flat").click();
  await bench.inspector.getByRole("tab", { name: "Memory" }).click();
  await expectAccessible(page, "a node with an error, and its memory");
  await bench.show("Problems");
  await expectAccessible(page, "Problems");
  await bench.dropFile(bench.canvas, "package.json");
  await expect(bench.canvas.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "a notice");
});

test("the dock: training, data, the lowered plan and the profile", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const { dock, inspector } = bench;
  for (const tab of ["Training", "Data", "Problems", "Lowered", "Profile"] as const) {
    await bench.show(tab);
    await expectAccessible(page, `${tab} with nothing drawn`);
  }
  await bench.openExample("Iris");
  await bench.show("Training");
  await bench.setNumber("epochs", "2");
  await bench.train();
  await bench.untilFinished();
  await expectAccessible(page, "Training");
  await bench.show("Data");
  await expect(dock.getByText("150 samples")).toBeVisible();
  await expectAccessible(page, "Data");
  await bench.show("Lowered");
  await dock.getByRole("row").nth(1).click();
  await expectAccessible(page, "Lowered");
  await bench.show("Profile");
  await dock.getByRole("button", { name: "Profile", exact: true }).click();
  await expect(dock).toContainText(/ms a step/, patience);
  await dock.getByRole("switch", { name: "Heat map" }).click();
  await expectAccessible(page, "Profile");
  await dock.getByRole("button", { name: "Nodes" }).click();
  await expectAccessible(page, "Profile by node");
  await dock.getByRole("row", { name: /^fc2 / }).click();
  await inspector.getByRole("button", { name: "Verify this node" }).click();
  await expect(inspector).toContainText("Right", patience);
  await expectAccessible(page, "a verified node");
});

test("what opens over the window: menus, lists, dialogs and hints", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const { topBar, dock, statusBar } = bench;
  await bench.openExample("Iris");

  const popup = page.getByRole("menu").or(page.getByRole("listbox"));
  for (const [name, open] of [
    ["Export", () => topBar.getByRole("button", { name: "Export" }).click()],
    ["More", () => dock.getByRole("button", { name: "More" }).click()],
    ["languages", () => statusBar.getByRole("combobox", { name: "Language" }).click()],
    ["node menu", () => bench.node("Linear fc1").click({ button: "right", position: { x: 40, y: 12 } })],
  ] as const) {
    await open();
    await expect(popup).toBeVisible();
    await expectAccessible(page, name);
    await page.keyboard.press("Escape");
    await expect(popup).toBeHidden();
  }

  await bench.node("ReLU").click();
  await page.keyboard.press("Delete");
  await topBar.getByRole("button", { name: "All steps" }).click();
  await expectAccessible(page, "steps");
  await page.keyboard.press("Escape");

  for (const [name, keys] of [
    ["Commands", "ControlOrMeta+k"],
    ["Find node", "ControlOrMeta+f"],
    ["Keyboard shortcuts", "?"],
  ] as const) {
    await page.keyboard.press(keys);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page, name);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }

  await bench.canvas.dblclick({ position: { x: 30, y: 200 } });
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "quick-add");
  await page.keyboard.press("Escape");

  await topBar.getByRole("button", { name: "Fold the layers" }).hover();
  await expect(page.locator(".tooltip")).toBeVisible();
  await expectAccessible(page, "a hint");
  await topBar.getByRole("button", { name: "Fold the layers" }).click();
  await expectAccessible(page, "folded layers");
  await page.getByRole("complementary", { name: "Layers" }).getByRole("button").first().click();
  await expectAccessible(page, "a category's menu");
  await page.keyboard.press("Escape");

  await desktop.menu("file.new");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessible(page, "a question");
});

test("Tab goes through the whole window, and every stop has a name and shows that it has the focus", async ({
  desktop,
}) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  // The mark is there at once.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await bench.openExample("Iris");
  await bench.node("Linear fc1").click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const seen = await page.evaluateHandle(() => new Set<Element>());
  const faults: string[] = [];
  const rooms = new Set<string>();
  for (let isNew = true; isNew; ) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(lookAtFocus, seen);
    // The page itself lies between its two ends.
    if (stop === null) continue;
    isNew = stop.isNew;
    rooms.add(stop.room);
    faults.push(...stop.faults);
    await expect.soft(page.locator(":focus")).toHaveAccessibleName(/./);
  }
  expect(faults).toEqual([]);
  expect([...rooms].toSorted()).toEqual(
    ["canvas", "dock", "inspector", "palette", "status-bar", "top-bar"].toSorted(),
  );
});

/** In the page: the element that has the focus, and what is wrong with it; null where none has it. */
function lookAtFocus(seen: Set<Element>): { isNew: boolean; room: string; faults: string[] } | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement || focused instanceof SVGElement) || focused === document.body)
    return null;
  const around = focused.closest(".room, .top-bar, .status-bar");
  const room = around?.className.replace("room ", "").split(" ")[0] ?? "";
  if (seen.has(focused)) return { isNew: false, room, faults: [] };
  seen.add(focused);
  const what = focused.outerHTML.slice(0, 140);
  const faults: string[] = [];
  // What is around it shows the focus in its stead, where it is part of a larger control; a wire does with its line.
  const marked = [focused, focused.parentElement, focused.closest(".example"), ...focused.children].filter(
    (each) => each !== null,
  );
  const look = () =>
    marked
      .flatMap((each) => [getComputedStyle(each), getComputedStyle(each, "::after")])
      .map(({ outline, boxShadow, borderColor, backgroundColor, stroke, strokeWidth }) =>
        [outline, boxShadow, borderColor, backgroundColor, stroke, strokeWidth].join(" "),
      )
      .join("\n");
  const box = focused.getBoundingClientRect();
  const isInside = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  if (!isInside) faults.push(`out of sight: ${what}`);
  const withFocus = look();
  focused.blur();
  if (look() === withFocus) faults.push(`no visible focus: ${what}`);
  focused.focus({ preventScroll: true });
  return { isNew: true, room, faults };
}

test("what opens over the window gives the focus back when it closes", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const { topBar, dock } = bench;
  await bench.openExample("Iris");
  const node = bench.node("Linear fc1");
  // A change, so that there are steps, and something to lose.
  await node.click();
  await page.keyboard.press("ArrowDown");
  const opened = page
    .getByRole("dialog")
    .or(page.getByRole("alertdialog"))
    .or(page.getByRole("menu"))
    .or(page.getByRole("listbox"));
  for (const [place, open] of [
    [topBar.getByRole("button", { name: "Commands" }), "Enter"],
    [topBar.getByRole("button", { name: "Export" }), "Enter"],
    [topBar.getByRole("button", { name: "All steps" }), "Enter"],
    [dock.getByRole("button", { name: "More" }), "Enter"],
    [dock.getByRole("combobox", { name: "optimizer" }), "Enter"],
    [node, "ControlOrMeta+k"],
    [node, "ControlOrMeta+f"],
    [node, "?"],
    [node, "file.new"],
  ] as const) {
    await test.step(open, async () => {
      await place.focus();
      await (open.includes(".") ? desktop.menu(open) : page.keyboard.press(open));
      await expect(opened.first()).toBeVisible();
      await expect.poll(() => page.evaluate(isFocusWithinPopup)).toBe(true);
      await page.keyboard.press("Escape");
      await expect(opened.filter({ visible: true })).toHaveCount(0);
      await expect(place).toBeFocused();
    });
  }
  await test.step("the list of layers on the canvas", async () => {
    await node.focus();
    await bench.canvas.locator(".react-flow__pane").dispatchEvent("dblclick", { clientX: 400, clientY: 400 });
    await expect(opened.getByRole("combobox")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(node).toBeFocused();
  });
});

function isFocusWithinPopup(): boolean {
  const popups = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";
  return Boolean(document.activeElement?.closest(popups));
}

test("nothing moves where less motion is asked for", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 0)
        .map((animation) => (animation.effect as KeyframeEffect | null)?.target?.className),
    );
  await bench.openExample("Iris");
  await bench.topBar.getByRole("button", { name: "Export" }).click();
  expect(await moving()).toEqual([]);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.keyboard.press("Escape");
  await bench.topBar.getByRole("button", { name: "Export" }).click();
  // Here something does, so the question is one.
  await expect.poll(moving).not.toEqual([]);
});

test("in Chinese nothing is lost", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  await bench.openExample("Transpose, then view");
  await bench.node("View flat").click();
  await bench.show("Problems");
  await bench.choose(bench.statusBar, "Language", "简体中文");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expectAccessible(page, "一个出错的节点");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "命令");
  await page.keyboard.press("Escape");
  await desktop.reopen();
  await expectAccessible(page, "开始页");
});

test("where the system chooses the colours, what is selected, chosen and wrong still shows", async ({
  desktop,
}) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  await page.emulateMedia({ forcedColors: "active" });
  await bench.openExample("Transpose, then view");
  await bench.node("View flat").click();
  await expect(bench.node("View flat").getByText("View needs contiguous memory")).toBeVisible();
  const outline = (place: Locator) => place.evaluate((element) => getComputedStyle(element).outlineStyle);
  const border = (place: Locator) => place.evaluate((element) => getComputedStyle(element).borderTopStyle);
  expect(await outline(page.locator(".node.selected"))).toBe("solid");
  expect(await border(page.locator(".node.error"))).toBe("dashed");
  const stroke = await bench.canvas
    .locator(".wire")
    .first()
    .evaluate((element) => getComputedStyle(element).stroke);
  expect(stroke).toBe(await page.evaluate(() => getComputedStyle(document.body).color));
  const tabs = bench.dock.getByRole("tab");
  expect(await outline(tabs.and(page.locator("[aria-selected=true]")))).toBe("solid");
  expect(await outline(tabs.and(page.locator("[aria-selected=false]")).first())).toBe("none");
});
