/** Finding a layer, keeping it at hand, and learning from the inspector what it does. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("a layer is found by any of its names, used last ones and favourites are kept at hand", async ({
  desktop,
}) => {
  const { page } = desktop;
  const bench = new Workbench(page);
  const layers = page.getByRole("complementary", { name: "Layers" });
  const search = layers.getByRole("textbox", { name: "Find a layer" });
  for (const [name, layer] of [
    ["fc", "Linear"],
    ["全连接", "Linear"],
    ["卷积", "Conv2d"],
    ["nn.ReLU".slice(3), "ReLU"],
  ]) {
    await search.fill(name);
    await expect(layers.locator(".layer-item.marked")).toContainText(layer);
  }
  await search.press("Enter");
  await expect(bench.node("ReLU")).toBeVisible();
  await search.press("Escape");
  const recent = layers.getByRole("region", { name: "Used last" });
  await expect(recent.getByRole("button", { name: "ReLU, used last" })).toBeVisible();

  await test.step("with the keyboard alone: a favourite, and a node from it", async () => {
    await layers.getByRole("button", { name: "Linear", exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const favourite = layers
      .getByRole("region", { name: "Favourites" })
      .getByRole("button", { name: "Linear, favourite" });
    await favourite.focus();
    await page.keyboard.press("Enter");
    await expect(bench.node("Linear")).toBeVisible();
    await expect(recent.getByRole("button").first()).toHaveAccessibleName("Linear, used last");
  });

  await test.step("added from the list of commands or on the canvas, it counts too", async () => {
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("Tanh");
    await page.keyboard.press("Enter");
    await expect(recent.getByRole("button").first()).toHaveAccessibleName("Tanh, used last");
    await bench.canvas.locator(".react-flow__pane").dblclick({ position: { x: 20, y: 20 } });
    await page.keyboard.type("Sigmoid");
    await page.keyboard.press("Enter");
    await expect(recent.getByRole("button").first()).toHaveAccessibleName("Sigmoid, used last");
  });

  await test.step("the line below the list shows what it does", async () => {
    await layers.getByRole("button", { name: "Sigmoid", exact: true }).hover();
    await expect(layers.locator(".layer-hint .layer-picture .marks")).toBeVisible();
  });

  await test.step("they are still there in the next window", async () => {
    await desktop.reopen();
    await expect(layers.getByRole("button", { name: "Linear, favourite" })).toBeVisible();
    await expect(layers.getByRole("button", { name: "ReLU, used last" })).toBeVisible();
  });
});

test("the inspector says what each parameter means, and takes it back to its default", async ({
  desktop,
}) => {
  const bench = new Workbench(desktop.page);
  const { inspector } = bench;
  await bench.openExample("Digits");
  await bench.node("Conv2d conv1").click();
  await inspector.getByText("kernel_size", { exact: true }).hover();
  await expect(desktop.page.getByText("(elements · default 3 · at least 1)")).toBeVisible();

  const stride = inspector.getByLabel("stride", { exact: true });
  await stride.fill("2");
  await expect(bench.node("Conv2d conv1")).toContainText("2×2");
  await inspector.getByRole("button", { name: "Back to the default of stride" }).click();
  await expect(bench.node("Conv2d conv1")).toContainText("1×1");
  await expect(inspector.locator(".code")).toContainText("nn.Conv2d(1, ");

  await inspector.getByRole("tab", { name: "About" }).click();
  await expect(inspector.locator("math").first()).toBeVisible();
  await expect(inspector.getByText("elements · default 3 · at least 1").first()).toBeVisible();
});
