/** The bench of Tensorloom alone, on Node's WebGPU: `build/bench.mjs --node` bundles and runs it. */
import { nodeGpu } from "../../engine/cli/gpu";
import { table } from "../../engine/cli/table";
import { allBut, optimisationNames } from "../../engine/plan/optimisations";
import { openDevice } from "../../engine/runtime/device";
import type { DispatchCost, Profile } from "../../engine/runtime/profile-report";
import { profileTraining } from "../../engine/training/profile";
import { begin, type Contestant, countCommands, measure, type Round } from "./contest";
import { startProduct } from "./product";
import * as report from "./report.mjs";
import { readWorkload, type Workload, type WorkloadName } from "./workload";

const roundMilliseconds = 1000;
/** Whose medians are a dispatch's time. */
const profiledSteps = 5;

const [names, rounds, without, format] = process.argv.slice(2);
const optimisations = allBut(optimisationNames.filter((name) => without.split(",").includes(name)));
const gpu = await nodeGpu();
const commands = countCommands();
for (const name of names.split(",") as WorkloadName[]) {
  const workload = readWorkload(name);
  const product = await contest(workload);
  const profile = await profileOf(workload);
  if (format === "json") {
    const kernels = typeof profile === "string" ? null : profile.dispatches.map(asJson);
    console.log(JSON.stringify({ ...JSON.parse(report.jsonLine(name, { product })), kernels }));
  } else {
    console.log(report.table(name, { product }));
    console.log(typeof profile === "string" ? profile : inWords(profile), "\n");
  }
}
// The native GPU module would keep the process alive.
process.exit(0);

async function contest(workload: Workload) {
  const contestant: Contestant = (each) => startProduct(gpu, each, optimisations);
  const { trainer, first_ms, losses } = await begin(contestant, workload);
  const measured: Round[] = [];
  for (let i = 0; i < Number(rounds); i++) measured.push(await measure(trainer, roundMilliseconds, commands));
  trainer.dispose();
  return { first_ms, losses, rounds: measured };
}

/** Or why there is none. */
async function profileOf({ project, data }: Workload): Promise<Profile | string> {
  const opened = await openDevice(gpu);
  if (!opened.ok) return opened.error.message.en;
  const profile = await profileTraining(opened.value, project, data, profiledSteps, optimisations);
  opened.value.device.destroy();
  return profile.ok ? profile.value : profile.error.message.en;
}

function inWords({ adapter, peaks, dispatches }: Profile): string {
  const right = (head: string) => ({ head, right: true });
  const heads = [{ head: "dispatch" }, { head: "phase" }, right("ms"), right("GFLOP/s"), right("GB/s")];
  const rows = dispatches.map(({ label, phase, milliseconds, flopRate, byteRate, roofline }) => [
    label,
    phase,
    milliseconds.toFixed(4),
    giga(flopRate),
    giga(byteRate),
    `${(roofline * 100).toFixed(1)} %`,
  ]);
  const best = `${adapter}, at best ${giga(peaks.flops)} GFLOP/s and ${giga(peaks.bytes)} GB/s`;
  return `${best}\n${table([...heads, right("roofline")], rows)}`;
}

function asJson({ label, phase, milliseconds, flopRate, byteRate, roofline }: DispatchCost) {
  return { label, phase, ms: milliseconds, gflops: flopRate / 1e9, gbs: byteRate / 1e9, roofline };
}

function giga(rate: number): string {
  return (rate / 1e9).toPrecision(3);
}
