import { expect, test } from "vitest";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

const iris = "assets/examples/iris.loom.json";

async function call(argv: readonly string[], language: "en" | "zh" = "en") {
  const terminal = recordedTerminal(language);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, stdout: terminal.stdout.join("\n"), stderr: terminal.stderr.join("\n") };
}

test.each([["--help"], ["-h"], ["help"]])("%s lists the commands and what to try", async (argument) => {
  const { exitCode, stdout } = await call([argument]);
  expect(exitCode).toBe(0);
  for (const name of ["check", "train", "predict", "export", "plan", "verify", "profile", "golden"])
    expect(stdout).toContain(`  ${name} `);
  expect(stdout).toContain("train assets/examples/iris.loom.json");
});

test("without arguments the help comes, and a script notices", async () => {
  const { exitCode, stdout } = await call([]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain("Commands:");
});

test.each(["check", "train", "predict", "export", "plan", "verify", "profile", "golden"])(
  "%s --help has options and examples",
  async (name) => {
    for (const language of ["en", "zh"] as const) {
      const { exitCode, stdout } = await call([name, "--help"], language);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(language === "en" ? /Options:[^]*Examples:/ : /选项：[^]*示例：/);
      expect(stdout.match(new RegExp(`-- ${name} `, "g"))?.length).toBeGreaterThan(2);
    }
  },
);

test.each([
  [
    ["paint"],
    "There is no command “paint”; there are check, train, predict, export, plan, verify, profile, golden.",
  ],
  [["--json"], "There is no option --json."],
  [["check"], "The project is missing."],
  [["check", iris, "more"], "“more” is one argument too many."],
  [["check", iris, "--colour"], "There is no option --colour."],
  [["check", iris, "--json=yes"], "--json takes no value."],
  [["check", iris, "--out", "x.json"], "--out is for what --fix makes."],
  [["train", iris, "--out"], "--out needs a value: --out FILE."],
  [["train", iris, "--out", "--json"], "--out needs a value: --out FILE."],
  [["train", iris, "--epochs", "1.5"], "--epochs must be a whole number of at least 1, not “1.5”."],
  [["train", iris, "--steps", "0"], "--steps must be a whole number of at least 1, not “0”."],
  [["train", iris, "--lr", "fast"], "--lr must be a number greater than 0, not “fast”."],
  [["train", iris, "--lr", "-0.1"], "--lr must be a number greater than 0, not “-0.1”."],
  [["train", iris, "--steps", "1", "--epochs", "1"], "--steps and --epochs exclude each other."],
  [["predict", iris], "--weights is missing."],
  [["predict", iris, "--weights", "w"], "--data is missing."],
  [["export", iris], "--format is missing."],
  [["export", iris, "--format", "json"], "--out is missing."],
  [["export", iris, "--format", "cake"], "There is no format “cake”; there are json and typescript."],
])("%j is the wrong way to call it", async (argv, sentence) => {
  const { exitCode, stdout, stderr } = await call(argv);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(sentence);
  expect(stderr).toMatch(/See npm run -s cli -- .*--help\.$/);
});

test.each([
  [["check", "none.loom.json"], "There is no none.loom.json."],
  [["check", "assets"], "assets is a folder"],
  [["check", "package.json"], "package.json, format: This is not a Tensorloom project"],
  [["check", "assets/datasets/iris.csv"], "iris.csv, line 1"],
  [["train", iris, "--data", "none.csv"], "There is no none.csv."],
  [
    ["train", iris, "--data", "assets/datasets/wine.csv", "--target", "colour"],
    "wine.csv has no column colour.",
  ],
  [["train", iris, "--weights", "none.safetensors"], "There is no none.safetensors."],
  [["train", iris, "--out", "no/such/place.safetensors"], "no/such/place.safetensors could not be written"],
  [["plan", iris, "--data", "assets/datasets/digits-folder/3"], "3/000.png is not in a class's folder"],
])("%j fails with one sentence", async (argv, sentence) => {
  const { exitCode, stdout, stderr } = await call(argv);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(sentence);
  expect(stderr.split("\n")).toHaveLength(1);
});

test("what a person reads follows the language of the system", async () => {
  expect((await call(["check"], "zh")).stderr).toContain("缺少参数");
  expect((await call(["check", "none.loom.json"], "zh")).stderr).toContain("找不到");
});
