/** A pair of IDX files, chosen together in any order, packed by gzip. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("the 8×8 digits are read from their images and labels files", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { dock } = bench;
  const files = ["labels-idx1", "images-idx3"].map((part) => `assets/datasets/digits8x8-${part}-ubyte.gz`);
  await desktop.answerOpen(files);
  await desktop.menu("file.openDataFiles");
  await bench.show("Data");
  await expect(dock.getByText("1,797 samples", { exact: true })).toBeVisible();
  await expect(dock.getByRole("heading", { name: "10 classes" })).toBeVisible();
  await expect(dock.getByRole("listitem").filter({ hasText: /^0/ })).toContainText("178");
});
