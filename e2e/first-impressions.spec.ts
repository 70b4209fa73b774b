/** Somebody who has never seen the window: the tour, the shortcuts and how to change them, a name for every control. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("the first start shows a tour of five steps, which is skipped once and for all", async ({ desktop }) => {
  const { page } = desktop;
  await page.removeLocatorHandler(desktop.skipTour);
  const step = (number: number) => page.getByRole("dialog", { name: `Step ${number} of 5` });
  try {
    await page.evaluate(() => localStorage.clear());
    await desktop.reopen();
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

test("the keyboard reaches every room, and shows where it is", async ({ desktop }) => {
  const { page } = desktop;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await new Workbench(page).openExample("Iris");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const rooms = new Set<string>();
  const invisible = new Set<string>();
  // More stops than there are; the palette alone has a hundred.
  for (let press = 0; press < 260 && rooms.size < 6; press++) {
    await page.keyboard.press("Tab");
    const { room, isVisible, what } = await page.evaluate(() => {
      const focused = document.activeElement ?? document.body;
      const accent = getComputedStyle(document.querySelector(".train-button") ?? focused).backgroundColor;
      const marks = (element: Element) => {
        const { outlineStyle, outlineWidth, boxShadow, borderTopColor, backgroundColor } =
          getComputedStyle(element);
        if ((outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none") return true;
        const inside = getComputedStyle(element, "::after").backgroundColor;
        return [borderTopColor, backgroundColor, inside].includes(accent);
      };
      // A wire is drawn in the accent, a field inside its frame has the frame's mark.
      const around = [focused, focused.closest(".search, .slider-thumb, .typed, .react-flow__edge")];
      const isWire = focused.matches(".react-flow__edge");
      return {
        room:
          focused.closest(".room, .top-bar, .status-bar")?.className.split(" ").slice(0, 2).join(" ") ?? "",
        isVisible: isWire || focused === document.body || around.some((each) => each !== null && marks(each)),
        what: focused.outerHTML.slice(0, 120),
      };
    });
    if (room) rooms.add(room);
    if (!isVisible) invisible.add(what);
  }
  expect([...rooms].toSorted()).toEqual(
    ["room canvas", "room dock", "room inspector", "room palette", "status-bar", "top-bar"].toSorted(),
  );
  expect([...invisible]).toEqual([]);
});

for (const theme of ["dark", "light"] as const) {
  test(`every control has a name and every text can be read, in the ${theme} theme`, async ({ desktop }) => {
    const { page } = desktop;
    const bench = new Workbench(page);
    // Without motion no colour is on its way to another.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const faults = () => page.evaluate(lookForFaults);
    expect(await faults(), "start page").toEqual([]);
    await bench.openExample("Transpose, then view");
    await bench.node("View flat").click();
    expect(await faults(), "a node with an error").toEqual([]);
    for (const tab of ["Data", "Problems", "Lowered"] as const) {
      await bench.show(tab);
      expect(await faults(), tab).toEqual([]);
    }
    await page.keyboard.press("ControlOrMeta+k");
    await expect(page.getByRole("dialog", { name: "Commands" })).toBeVisible();
    expect(await faults(), "commands").toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    expect(await faults(), "shortcuts").toEqual([]);
  });
}

/**
 * In the page: controls without a name, and texts of too little contrast (WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 where they
 * are large). Texts of controls that are disabled do not count.
 */
function lookForFaults(): string[] {
  const faults = new Set<string>();
  const shown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const nameOf = (element: Element) => {
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(" ");
    const label =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? element.labels?.[0]
        : null;
    return [
      element.getAttribute("aria-label"),
      ...ids.map((id) => document.getElementById(id)?.textContent),
      label?.textContent,
      element.textContent,
      element.getAttribute("title"),
    ].find((name) => name?.trim());
  };
  const controls =
    "button, input, textarea, select, [role=button], [role=tab], [role=combobox], [role=slider], [role=switch]";
  for (const element of document.querySelectorAll(controls)) {
    if (element.closest("[aria-hidden=true]") || !shown(element)) continue;
    if (!nameOf(element)) faults.add(`no name: ${element.outerHTML.slice(0, 120)}`);
  }

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour: string): number[] => {
    if (!canvas) return [0, 0, 0, 0];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top: number[], below: number[]) =>
    [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const backgroundOf = (element: Element): number[] => {
    const layers: number[][] = [];
    for (let at: Element | null = element; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const luminance = (colour: number[]) => {
    const [red, green, blue] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!element || !text.textContent?.trim() || !shown(element)) continue;
    if (
      element.closest(
        "[disabled], [aria-disabled=true], [data-disabled], script, style, svg, .node.bypass, .node.disable",
      )
    )
      continue;
    const style = getComputedStyle(element);
    const background = backgroundOf(element);
    const [light, dark] = [luminance(over(rgba(style.color), background)), luminance(background)].toSorted(
      (a, b) => b - a,
    );
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) {
      const where = element.className || element.parentElement?.className || element.tagName;
      faults.add(`contrast ${contrast.toFixed(2)}: ${where} “${text.textContent.trim().slice(0, 30)}”`);
    }
  }
  return [...faults];
}
