/** The window as a person likes it, remembered. */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("language, theme, folded and resized rooms are remembered when the window opens again", async ({
  desktop,
}) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  await bench.openExample("Iris");
  await expect(bench.trainButton).toHaveText("Train");

  await test.step("简体中文", async () => {
    await bench.choose(bench.statusBar, "Language", "简体中文");
    await expect(bench.trainButton).toHaveText("训练");
    await expect(page.getByRole("tab")).toHaveText(["训练", "数据", "问题", "底层计划", "性能"]);
    await expect(page.getByRole("contentinfo")).toContainText("131 个参数");
    // Layers are called as PyTorch spells them.
    await expect(page.getByRole("main").getByText("CrossEntropyLoss")).toBeVisible();
    await desktop.reopen();
    await expect(bench.trainButton).toHaveText("训练");
    await expect(page.getByRole("heading", { name: "绘制一个网络" })).toBeVisible();
    await bench.choose(page.getByRole("contentinfo"), "语言", "English");
    await expect(bench.trainButton).toHaveText("Train");
  });

  await test.step("dark and light, as the system has it until one is chosen", async () => {
    for (const [colorScheme, isDark] of [
      ["dark", true],
      ["light", false],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(async () => (await brightness(page)) < 100).toBe(isDark);
    }
    await bench.choose(bench.statusBar, "Theme", "Dark");
    await expect.poll(() => brightness(page)).toBeLessThan(60);
    await desktop.reopen();
    await expect.poll(() => brightness(page)).toBeLessThan(60);
    await bench.choose(bench.statusBar, "Theme", "Light");
    await expect.poll(() => brightness(page)).toBeGreaterThan(200);
    await desktop.reopen();
    await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  });

  await test.step("a folded palette and a dragged divider", async () => {
    const layers = page.getByRole("complementary", { name: "Layers" });
    const width = async (room = layers) => (await room.boundingBox())?.width ?? 0;
    const wide = await width(bench.inspector);
    const divider = page.getByRole("separator", { name: "Width of the inspector" });
    const line = await divider.boundingBox();
    if (!line) throw new Error("the inspector has no divider");
    await page.mouse.move(line.x + line.width / 2, line.y + 200);
    await page.mouse.down();
    await page.mouse.move(line.x - 80, line.y + 200, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => width(bench.inspector)).toBeGreaterThan(wide + 70);
    const dragged = await width(bench.inspector);

    await page.getByRole("button", { name: "Fold the layers" }).click();
    await expect.poll(() => width()).toBeLessThan(60);

    await desktop.reopen();
    await expect.poll(() => width()).toBeLessThan(60);
    expect(await width(bench.inspector)).toBe(dragged);
    await page.getByRole("button", { name: "Show the layers" }).click();
    await expect(layers.getByRole("button", { name: "Conv2d", exact: true })).toBeVisible();
  });
});

/** Of the window's background, from 0 for black to 255. */
async function brightness(page: Page): Promise<number> {
  const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const channels =
    color
      .match(/[\d.]+/g)
      ?.slice(0, 3)
      .map(Number) ?? [];
  return channels.reduce((sum, value) => sum + value, 0) / 3;
}
