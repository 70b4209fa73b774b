/** Somebody who has never seen the window: the tour, the shortcuts and how to change them. */
import { readdirSync } from "node:fs";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("the first start shows a tour of five steps, which is skipped once and for all", async ({ desktop }) => {
  const { page } = desktop;
  await page.removeLocatorHandler(desktop.skipTour);
  const step = (number: number) => page.getByRole("dialog", { name: `Step ${number} of 5` });
  try {
    await page.evaluate(() => localStorage.clear());
    await desktop.reopen();
    await expectAccessible(page, "the tour");
    for (let number = 1; number < 5; number++) {
      await expect(step(number)).toBeInViewport({ ratio: 1 });
      await expect(step(number).getByRole("button", { name: "Next" })).toBeFocused();
      await page.keyboard.press("Enter");
    }
    await expect(step(5)).toContainText("Everything that the app can do");
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();

    await page.evaluate(() => localStorage.clear());
    await desktop.reopen();
    await expect(step(1)).toBeVisible();
    await desktop.skipTour.click();
    await desktop.reopen();
    await expect(new Workbench(page).canvas).toBeVisible();
    await expect(page.getByRole("dialog")).toBeHidden();
  } finally {
    await page.addLocatorHandler(desktop.skipTour, (skip) => skip.click());
  }
});

test("? lists the shortcuts, and one can be another", async ({ desktop }) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const shortcutOf = (command: string) =>
    sheet.getByRole("button", { name: `Change the shortcut of ${command}:` });
  await bench.openExample("Iris");
  await page.keyboard.press("?");
  await expect(shortcutOf("Undo")).toContainText("Ctrl Z");
  await test.step("Escape while choosing changes nothing, and the sheet stays", async () => {
    await shortcutOf("Undo").click();
    await page.keyboard.press("Escape");
    await expect(shortcutOf("Undo")).toContainText("Ctrl Z");
  });

  await test.step("a key that another command has moves to this one", async () => {
    await shortcutOf("Undo").click();
    await page.keyboard.press("ControlOrMeta+d");
    await expect(shortcutOf("Undo")).toContainText("Ctrl D");
    await expect(shortcutOf("Duplicate")).toContainText("none");
    await sheet.getByRole("button", { name: "Close" }).click();
    await bench.node("ReLU").click();
    await page.keyboard.press("Delete");
    await expect(bench.node("ReLU")).toBeHidden();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(bench.node("ReLU")).toBeHidden();
    await page.keyboard.press("ControlOrMeta+d");
    await expect(bench.node("ReLU")).toBeVisible();
  });

  await test.step("the native menu has it too", async () => {
    const accelerator = () =>
      desktop.app.evaluate(
        ({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById("edit.undo")?.accelerator,
      );
    await expect.poll(accelerator).toBe("CmdOrCtrl+D");
    await page.keyboard.press("?");
    await sheet.getByRole("button", { name: "All as usual" }).click();
    await expect(shortcutOf("Undo")).toContainText("Ctrl Z");
    await expect.poll(accelerator).toBe("CmdOrCtrl+Z");
  });
});

test("typing a question mark into a field writes it", async ({ desktop }) => {
  const search = desktop.page.getByRole("textbox", { name: "Find a layer" });
  await search.click();
  await desktop.page.keyboard.press("?");
  await expect(search).toHaveValue("?");
  await expect(desktop.page.getByRole("dialog")).toBeHidden();
});

test("the start page shows every example with a picture of its network, and opens it from the keyboard", async ({
  desktop,
}) => {
  const bench = new Workbench(desktop.page);
  const cards = bench.canvas.locator(".example");
  await expect(cards).toHaveCount(readdirSync("assets/examples").length);
  for (const card of await cards.all()) {
    await expect(card.getByRole("button")).toHaveAccessibleDescription(/./);
    await expect(card.locator("svg rect").first()).toBeVisible();
  }
  const iris = cards.filter({ has: desktop.page.getByRole("button", { name: "Iris", exact: true }) });
  await expect(iris).toContainText("Over 95 % right");
  // A block for each node, a line for each wire.
  await expect(iris.locator("svg rect")).toHaveCount(6);
  await expect(iris.locator("svg path")).toHaveCount(5);
  await iris.getByRole("button").focus();
  await desktop.page.keyboard.press("Enter");
  await expect(bench.node("Linear fc1")).toBeVisible();
});

test("a panel with nothing in it says why, and leads to what is missing", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { dock } = bench;
  const data = dock.getByRole("tab", { name: "Data" });
  await bench.show("Problems");
  await expect(dock).toContainText("Drag an Input from the palette onto the canvas");
  for (const tab of ["Training", "Lowered", "Profile"] as const) {
    await bench.show(tab);
    await dock.getByRole("button", { name: "Open data", exact: true }).click();
    await expect(data).toHaveAttribute("aria-selected", "true");
  }
  await expect(dock.getByRole("heading", { name: "Open the data to train on" })).toBeVisible();
  await bench.show("Profile");
  await expect(dock.getByRole("button", { name: "Profile", exact: true })).toBeDisabled();

  await bench.openExample("Transpose, then view");
  await bench.show("Lowered");
  await dock.getByRole("button", { name: "See them" }).click();
  await expect(dock.getByRole("list", { name: "Problems" })).toContainText("View needs contiguous memory");
});
