/** A plan as text: what the GPU runs, in order, and where things lie. */
import { type Dispatch, labelOf, overBound, type Plan, timesOf } from "./plan";

/** One line a dispatch, then the buffers and the peak. `3 ×` before what is done three times a step. */
export function printPlan(plan: Plan): string {
  const times = timesOf(plan);
  const head = ["#", "phase", "kernel", "does", "workgroups", "MFLOP", "KiB", "nodes"];
  const rows = plan.dispatches.map((dispatch, index) => [
    String(index),
    ...row(plan, dispatch, times[index]),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column].length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd();
  const blocks = rows.flatMap((cells, index) => [
    line(cells),
    `     ${bindings(plan, plan.dispatches[index])}`,
  ]);
  return [
    `${times.reduce((sum, each) => sum + each, 0)} dispatches, ${plan.shaders.length} shaders`,
    "",
    line(head),
    ...blocks,
    "",
    "buffers",
    ...plan.buffers.map(
      ({ name, role, bytes }, index) =>
        `  ${index}  ${name.padEnd(20)}  ${role.padEnd(10)}  ${kibibytes(bytes)} KiB`,
    ),
    "",
    `intermediate values: ${kibibytes(plan.arenaBytes)} KiB, ${overBound(plan).toFixed(3)} times the ${kibibytes(plan.arenaBound)} KiB that are alive at once`,
    `peak: ${kibibytes(plan.peakBytes)} KiB${plan.peakOrigin === null ? "" : `, at ${plan.peakOrigin}`}`,
  ].join("\n");
}

function row(plan: Plan, dispatch: Dispatch, times: number): string[] {
  const { shader, phase, workgroups, flops, bytes, origins } = dispatch;
  const grid = workgroups[1] === 1 ? String(workgroups[0]) : `${workgroups[0]}×${workgroups[1]}`;
  const megaflops = (flops / 1e6).toFixed(flops < 1e6 ? 3 : 1);
  return [
    phase,
    plan.shaders[shader].name,
    labelOf(dispatch, times),
    grid,
    megaflops,
    kibibytes(bytes),
    origins.join(", "),
  ];
}

/** `params[0:512] grads[0:512]*`, where * is written to; offsets and lengths in bytes. */
function bindings(plan: Plan, dispatch: Dispatch): string {
  return dispatch.bindings
    .map(({ buffer, offset, bytes, access }) => {
      const name = plan.buffers[buffer].name.replace(" ", "");
      return `${name}[${offset}:${offset + bytes}]${access === "read_write" ? "*" : ""}`;
    })
    .join(" ");
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
