/** A picture of the network to print and to send, which opens as the network again. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("the canvas is exported as PNG and SVG, and the PNG dropped on the window opens the project", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const png = path.join(folder, "network.png");
  const svg = path.join(folder, "network.svg");
  await bench.openExample("Transpose, then view");
  await expect(bench.canvas.getByText("N×1×28×28").first()).toBeVisible();

  await desktop.answerSave(png);
  await bench.exportMenu("Picture as PNG, project inside");
  await expect(bench.canvas.getByText("Exported network.png")).toBeVisible();
  await desktop.answerSave(svg);
  await bench.exportMenu("Picture as SVG");
  await expect(bench.canvas.getByText("Exported network.svg")).toBeVisible();

  await test.step("they show the whole network on white, whatever the theme", async () => {
    const drawn = readFileSync(svg, "utf8");
    expect(drawn.match(/>(Conv2d|Transpose|View|CrossEntropyLoss)<\/text>/g)).toHaveLength(4);
    expect(drawn).toContain(">N×196×16</text>");
    expect(drawn).toMatch(/fill="#fff(fff)?"/);
    const corner = await desktop.page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context?.drawImage(image, 0, 0);
      const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
      const colours = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return { first: Array.from(data.slice(0, 4)), width: image.width, colours: colours.size };
    }, readFileSync(png).toString("base64"));
    expect(corner.first).toEqual([255, 255, 255, 255]);
    expect(corner.width).toBeGreaterThan(1500);
    expect(corner.colours).toBeGreaterThan(50);
  });

  await test.step("dropped on an empty window, the picture is the project", async () => {
    await desktop.menu("file.new");
    await expect(bench.node("View flat")).toBeHidden();
    await bench.dropFile(bench.canvas, png);
    await expect(bench.node("View flat")).toBeVisible();
    await expect(bench.topBar).toContainText("not saved yet");
  });

  await test.step("it opens from the file dialog too, and is not saved over", async () => {
    await desktop.menu("file.new");
    await desktop.answerOpen([png]);
    await desktop.menu("file.open");
    await expect(bench.node("View flat")).toBeVisible();
    const copy = path.join(folder, "copy.loom.json");
    await desktop.answerSave(copy);
    await desktop.menu("file.save");
    await expect(bench.topBar).toContainText("copy.loom.json• saved");
  });

  await test.step("a picture without a project says so", async () => {
    await desktop.answerOpen(["assets/icons/icon.png"]);
    await desktop.menu("file.open");
    await expect(bench.canvas.getByRole("alert")).toContainText("There is no project inside this picture");
  });
});
