/** Compares the engine with PyTorch's results in `engine/golden`, or in the folder that GOLDEN_DIR names. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  allBut,
  everyOptimisation,
  type Optimisation,
  type Optimisations,
  optimisationNames,
  switchOf,
} from "../plan/optimisations";
import type { GoldenDevice, GoldenDeviceName } from "./golden/device";
import type { Outcome } from "./golden/subject";
import { type Subject, type SubjectName, subjects } from "./golden/subjects";
import { processTerminal } from "./terminal";

const usage = `npm run -s golden -- --subject <${Object.keys(subjects).join("|")}> [--device reference|webgpu|whole-step] [--no-fuse …] [--json] [--verbose]

Compares the engine with the results of PyTorch in engine/golden, or in the folder
that GOLDEN_DIR names.

  --subject  which file of cases
  --device   where programs run (default reference): in float64 on the processor, or
             through WebGPU, or there with one dispatch for all of a program where
             that can be; views, shapes, layouts and init need neither
  ${optimisationNames.map((name) => `--${switchOf(name)}`).join(", ")}
             leave that out of plans
  --json     end with one line of JSON for other programs
  --verbose  name every case that is not supported, with the layer that is missing

Exits with 1 when a case fails.`;

export interface SubjectResult {
  readonly subject: SubjectName;
  /** Null for subjects that need none. */
  readonly device: GoldenDeviceName | null;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  /** Cases of layers that do not exist yet. */
  readonly unsupported: number;
  /** One for each case, in the file's order. */
  readonly outcomes: readonly { readonly id: string; readonly outcome: Outcome }[];
}

/** `golden …` of the command line. @returns the exit code: 0 all right, 1 a case failed, 2 called in the wrong way */
export async function goldenCommand(argv: readonly string[]): Promise<number> {
  const asked = readArguments(argv);
  if (typeof asked === "string") {
    console.error(asked);
    return 2;
  }
  if (asked.help) {
    console.log(usage);
    return 0;
  }
  const result = await runSubject(asked.subject, asked.device, allBut(asked.without));
  report(result, asked.verbose);
  const { outcomes: _, ...counts } = result;
  if (asked.json) console.log(JSON.stringify(counts));
  return result.failed > 0 ? 1 : 0;
}

interface Asked {
  readonly subject: SubjectName;
  readonly device: GoldenDeviceName;
  readonly without: readonly Optimisation[];
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** The arguments, or what is wrong with them. */
function readArguments(argv: readonly string[]): Asked | string {
  const options = {
    subject: { type: "string" },
    device: { type: "string", default: "reference" },
    json: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const switches = optimisationNames.map((name) => [switchOf(name), { type: "boolean" }] as const);
  try {
    const all = { ...options, ...Object.fromEntries(switches) };
    const { subject, device, json, verbose, help } = parseArgs({ args: [...argv], options: all }).values;
    const without = optimisationNames.filter((name) => argv.includes(`--${switchOf(name)}`));
    const flags = { without, json, verbose, help };
    if (help) return { subject: "views", device: "reference", ...flags };
    const names = Object.keys(subjects).join(", ");
    if (subject === undefined || !isSubject(subject)) return `--subject must be one of ${names}.`;
    if (device !== "reference" && device !== "webgpu" && device !== "whole-step")
      return "--device must be reference, webgpu or whole-step.";
    if (device === "whole-step" && without.includes("megakernel"))
      return "--device whole-step and --no-megakernel exclude each other.";
    return { subject, device, ...flags };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isSubject(name: string): name is SubjectName {
  return Object.hasOwn(subjects, name);
}

/** Failed cases always, unsupported ones by layer, or each of them when `verbose`. */
function report(
  { subject, device, cases, passed, failed, unsupported, outcomes }: SubjectResult,
  verbose: boolean,
): void {
  const missing = new Map<string, number>();
  for (const { id, outcome } of outcomes) {
    if (outcome.status === "failed") console.log(`failed       ${id}: ${outcome.reason}`);
    if (outcome.status !== "unsupported") continue;
    missing.set(outcome.reason, (missing.get(outcome.reason) ?? 0) + 1);
    if (verbose) console.log(`unsupported  ${id}: needs ${outcome.reason}`);
  }
  if (missing.size > 0) {
    const byCount = [...missing].sort((a, b) => b[1] - a[1]);
    console.log(`Not built yet: ${byCount.map(([name, count]) => `${name} (${count})`).join(", ")}`);
  }
  const where = device ? ` on ${device}` : "";
  console.log(
    `${subject}${where}: ${cases} cases, ${passed} passed, ${failed} failed, ${unsupported} unsupported`,
  );
}

/**
 * Runs all cases of `<subject>.json` in that folder.
 * @throws Error when the file cannot be read, Stop when there is no WebGPU
 */
export async function runSubject(
  name: SubjectName,
  device: GoldenDeviceName,
  optimisations = everyOptimisation,
  folder = goldenFolder(),
): Promise<SubjectResult> {
  const subject: Subject = subjects[name];
  const file = path.join(folder, `${name}.json`);
  const { cases } = JSON.parse(await readFile(file, "utf8")) as GoldenFile;
  const run = await prepare(subject, device, optimisations);
  const outcomes: { id: string; outcome: Outcome }[] = [];
  for (const [index, each] of cases.entries()) {
    outcomes.push({ id: each.id ?? `${name}-${index}`, outcome: await settle(() => run(each)) });
  }
  const count = (status: Outcome["status"]) =>
    outcomes.filter(({ outcome }) => outcome.status === status).length;
  return {
    subject: name,
    device: subject.needsDevice ? device : null,
    cases: cases.length,
    passed: count("passed"),
    failed: count("failed"),
    unsupported: count("unsupported"),
    outcomes,
  };
}

interface GoldenFile {
  readonly cases: readonly { readonly id?: string }[];
}

async function prepare(
  subject: Subject,
  device: GoldenDeviceName,
  optimisations: Optimisations,
): Promise<(each: unknown) => Promise<Outcome>> {
  // The casts: each subject's own types describe the cases of its file.
  if (!subject.needsDevice) return (await subject.load()) as (each: unknown) => Promise<Outcome>;
  const run = (await subject.load()) as (each: unknown, device: GoldenDevice) => Promise<Outcome>;
  const opened = await openDevice(device, optimisations);
  return (each) => run(each, opened);
}

/** Loaded when asked for, so that shapes can be compared where there is no WebGPU. */
async function openDevice(name: GoldenDeviceName, optimisations: Optimisations): Promise<GoldenDevice> {
  const { referenceDevice, webgpuDevice } = await import("./golden/device");
  if (name === "reference") return referenceDevice;
  const { openGpu } = await import("./device");
  return webgpuDevice(await openGpu(processTerminal()), name, optimisations);
}

/** A case that throws has failed, and the others still run. */
async function settle(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { status: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The folder named by GOLDEN_DIR, else the project's own, found from this file or its bundle upward. */
export function goldenFolder(): string {
  if (process.env.GOLDEN_DIR) return process.env.GOLDEN_DIR;
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const own = path.join(folder, "engine", "golden");
    if (existsSync(own)) return own;
    if (folder === path.dirname(folder))
      throw new Error("The folder engine/golden was not found; set GOLDEN_DIR.");
  }
}
