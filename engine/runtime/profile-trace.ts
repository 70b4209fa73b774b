/**
 * A profile as a Chrome trace (chrome://tracing, Perfetto): one step, its dispatches one after the other. Format: "Trace
 * Event Format", Google 2016.
 */
import type { Profile } from "./profile-report";

/** @returns JSON */
export function chromeTrace({ adapter, dispatches, steps, names }: Profile): string {
  const process = { pid: 1, tid: 1 };
  let start = 0;
  const events = dispatches.map(({ label, phase, nodes, milliseconds, ...cost }, index) => {
    // Microseconds.
    const [ts, dur] = [start, milliseconds * 1000];
    start += dur;
    return {
      ...process,
      name: label,
      cat: phase,
      ph: "X",
      ts,
      dur,
      args: {
        dispatch: index + 1,
        phase,
        nodes: nodes.map((node) => names[node] ?? node).join(", "),
        flops: cost.flops,
        bytes: cost.bytes,
        gflops_per_second: cost.flopRate / 1e9,
        gbytes_per_second: cost.byteRate / 1e9,
        roofline: cost.roofline,
      },
    };
  });
  const metadata = [
    { ...process, name: "process_name", ph: "M", args: { name: adapter } },
    { ...process, name: "thread_name", ph: "M", args: { name: `one training step, median of ${steps}` } },
  ];
  return JSON.stringify({ displayTimeUnit: "ms", traceEvents: [...metadata, ...events] });
}
