/** What a person can get wrong: each mistake gets a sentence with where and what to do, and nothing is lost by it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readSafetensors } from "../engine/export/safetensors";
import { expect, test } from "./fixtures";
import { patience, Workbench } from "./workbench";

const root = path.resolve(import.meta.dirname, "..");
const irisProject = readFileSync(path.join(root, "assets/examples/iris.loom.json"), "utf8");
const digit = readFileSync(path.join(root, "assets/datasets/digits-folder/7/000.png"));

const badTables = [
  {
    name: "ragged.csv",
    text: "length,width,kind\n1.5,2.5,a\n1.5,b\n",
    says: "ragged.csv, line 3: Line 3 has 2 values, but line 1 has 3. Add what is missing",
  },
  {
    name: "empty.csv",
    text: "",
    says: "empty.csv: empty.csv is empty. Choose a file with a row of column names",
  },
  {
    name: "words.csv",
    text: "length,width,kind\n1.5,2.5,a\n1.5,wide,b\n",
    says: "words.csv, line 3, column 2 (width): “wide” in line 3, column width, is not a number. Write it as a number",
  },
  {
    name: "gap.csv",
    text: "length,width,kind\n1.5,2.5,a\n,2.5,b\n",
    says: "gap.csv, line 3, column 1 (length): The value of length in line 3 is missing. Fill it in",
  },
];

test("data that cannot be read leave the data that are open as they were", async ({ desktop, folder }) => {
  const bench = new Workbench(desktop.page);
  const { dock, topBar } = bench;
  const alert = dock.getByRole("alert");
  await bench.openExample("Iris");
  await expect(bench.statusBar).toContainText("131 parameters");

  const expectRefused = async (sentence: string) => {
    await expect(alert).toContainText(sentence);
    await expect(alert).toContainText("The data that were open before are still open.");
    await expect(dock.getByText("150 samples")).toBeVisible();
    await expect(topBar).toContainText("iris.loom.json• not saved yet");
    await expect(bench.statusBar).toContainText("131 parameters");
    await alert.getByRole("button", { name: "Dismiss" }).click();
    await expect(alert).toBeHidden();
  };

  for (const { name, text, says } of badTables) {
    await test.step(name, async () => {
      await bench.show("Training");
      writeFileSync(path.join(folder, name), text);
      await desktop.answerOpen([path.join(folder, name)]);
      await desktop.menu("file.openDataFiles");
      await expectRefused(says);
    });
  }

  await test.step("a picture that does not decode", async () => {
    const digits = path.join(folder, "digits");
    for (const name of ["6", "7"]) mkdirSync(path.join(digits, name), { recursive: true });
    writeFileSync(path.join(digits, "6/whole.png"), digit);
    writeFileSync(path.join(digits, "7/torn.png"), digit.subarray(0, 60));
    await desktop.answerOpen([digits]);
    await desktop.menu("file.openDataFolder");
    await expectRefused("digits/7/torn.png could not be read as an image");
  });
});

const badProjects = [
  {
    name: "cut-off.loom.json",
    text: irisProject.slice(0, irisProject.indexOf('"edges"')),
    says: /The file breaks off at line \d+, column \d+: it was not saved to its end\. Open an older copy/,
  },
  {
    name: "newer.loom.json",
    text: irisProject.replace('"version": 1', '"version": 99'),
    says: /saved by a newer Tensorloom \(file version 99; this one reads up to 1\)\. Update Tensorloom/,
  },
  {
    name: "foreign.loom.json",
    text: '{ "nodes": [], "edges": [] }',
    says: /This is not a Tensorloom project: a project file has "format": "tensorloom"\./,
  },
];

test("a project file that cannot be read leaves the document as it was", async ({ desktop, folder }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, topBar } = bench;
  await bench.openExample("Iris");
  await bench.setParam(bench.node("Linear fc1"), "out_features", "20");
  await desktop.answerSave(path.join(folder, "mine.loom.json"));
  await desktop.menu("file.save");
  await expect(topBar).toContainText("mine.loom.json• saved");

  for (const { name, text, says } of badProjects) {
    await test.step(name, async () => {
      writeFileSync(path.join(folder, name), text);
      await desktop.answerOpen([path.join(folder, name)]);
      await desktop.menu("file.open");
      const notice = canvas.getByRole("alert").filter({ hasText: `${name} could not be opened` });
      await expect(notice).toContainText(says);
      await expect(notice).toContainText("Your document was left as it was.");
      await notice.getByRole("button", { name: "Dismiss" }).click();
      await expect(notice).toBeHidden();
      await expect(topBar).toContainText("mine.loom.json• saved");
      await expect(bench.inspector.getByLabel("out_features", { exact: true })).toHaveValue("20");
      expect(readFileSync(path.join(folder, name), "utf8")).toBe(text);
    });
  }
});

test("training says what is missing: data, then a batch that fits", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const alert = bench.dock.getByRole("alert");
  await bench.train();
  await expect(alert).toContainText("There are no data to train on. Open a file or a sample here");

  await bench.openExample("Iris");
  await bench.show("Training");
  await bench.setNumber("batch size", "500");
  await bench.train();
  await expect(alert).toContainText(
    "The batch size is 500, but there are only 120 rows to train on. Choose 120 or less.",
  );
  await bench.setNumber("batch size", "120");
  await bench.setNumber("epochs", "2");
  await bench.train();
  await bench.untilFinished();
  await expect(alert).toBeHidden();
});

test("a learning rate that is far too large stops the run, names the node and keeps the weights", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const { dock, canvas } = bench;
  const weights = path.join(folder, "diabetes.safetensors");
  await bench.openExample("Diabetes");
  await bench.choose(dock, "optimizer", "SGD");
  await bench.setNumber("Value of learning rate", "0.00001");
  await bench.setNumber("epochs", "10000");
  await bench.train();
  await expect.poll(() => bench.step(), patience).toBeGreaterThan(10);
  await bench.setNumber("Value of learning rate", "1000");

  const alert = dock.getByRole("alert");
  await expect(alert).toContainText(
    /Training stopped at step [\d,]+: \w+ gave NaN or infinity first\./,
    patience,
  );
  await expect(alert).toContainText("The weights of the step before are kept. Try a smaller learning rate.");
  await alert.getByRole("button", { name: "Show the node" }).click();
  const named = /: (\w+) gave/.exec(await alert.innerText())?.[1] ?? "no node";
  // A node without a name of its own is called by its type in PyTorch's spelling: mse_loss.
  const shown = new RegExp(named.replaceAll("_", ""), "i");
  await expect(canvas.locator(".react-flow__node.selected")).toContainText(shown);

  await desktop.answerSave(weights);
  await bench.runMenu("Save weights…");
  await expect(canvas.getByText("Exported diabetes.safetensors")).toBeVisible();
  const saved = readSafetensors(new Uint8Array(readFileSync(weights)));
  if (!saved.ok) throw new Error(saved.error.message.en);
  const spoilt = Object.entries(saved.value.tensors).filter(
    ([, { data }]) => ![...data].every(Number.isFinite),
  );
  expect(spoilt.map(([name]) => name)).toEqual([]);
});
