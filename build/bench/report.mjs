/** What the bench says: results are by contestant `{ first_ms, losses, rounds: { ms_step, dispatches, submits }[] }`. */

/** Losses of float32 sums in other orders differ by this much at most, as a share of the loss. */
const tolerance = 1e-3;

/** @returns {string | null} where a peer's losses are not the product's */
export function disagreement(workload, peer, results) {
  const [ours, theirs] = [results.product.losses, results[peer].losses];
  // Also true of NaN.
  const differs = (loss, step) =>
    !(Math.abs(loss - ours[step]) <= tolerance * Math.max(1, Math.abs(ours[step])));
  const step = theirs.findIndex(differs);
  if (step < 0) return null;
  return `${workload}: the losses do not agree. Step ${step + 1}: product ${ours[step]}, ${peer} ${theirs[step]}. They do not train the same network, so their times say nothing.`;
}

export function jsonLine(workload, results) {
  const line = { workload };
  for (const [name, result] of Object.entries(results)) line[name] = summary(result);
  return JSON.stringify(line);
}

export function table(workload, results) {
  const header = ["", "ms/step", "product is", "dispatches", "submits", "first step", "loss 20"];
  const rows = Object.entries(results).map(([name, result]) => {
    const { ms_step, first_ms, dispatches, submits, loss20 } = summary(result);
    return [
      name,
      ms_step.toPrecision(3),
      name === "product" ? "" : `${ratio(result, results.product).toPrecision(3)} × as fast`,
      dispatches?.toPrecision(3) ?? "",
      submits?.toPrecision(2) ?? "",
      `${(first_ms / 1000).toFixed(2)} s`,
      loss20.toFixed(5),
    ];
  });
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
  return [`Workload ${workload}, medians of ${results.product.rounds.length} rounds`, ...lines, ""].join(
    "\n",
  );
}

function summary({ first_ms, losses, rounds }) {
  const of = (name) => rounded(median(rounds.map((round) => round[name])));
  // WebGL has other commands, which are not counted.
  const onWebGpu = of("submits") > 0;
  return {
    ms_step: of("ms_step"),
    first_ms: rounded(first_ms),
    dispatches: onWebGpu ? of("dispatches") : null,
    submits: onWebGpu ? of("submits") : null,
    loss20: losses.at(-1),
  };
}

/** The machine's speed drifts, so each round is compared by itself. */
function ratio(peer, product) {
  return median(peer.rounds.map(({ ms_step }, i) => ms_step / product.rounds[i].ms_step));
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function rounded(value) {
  return Number(value.toPrecision(5));
}
