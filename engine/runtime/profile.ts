/**
 * How long each dispatch of a plan takes, by the GPU's own clock. A dispatch gets a compute pass of its own, with a
 * timestamp before and after it.
 */
import type { Text } from "../tensor/text";
import { readBuffer } from "./memory";
import type { Replay } from "./replay";

/** What a dispatch should take to be measured, in milliseconds: browsers round the clock to about 0.1. */
const measurable = 2;
/** Milliseconds: a dispatch that seems to take no time takes at most this. */
const tick = 0.066;
const mostRepeats = 1024;
/** A query set holds at most 4096 timestamps. */
const mostPasses = 2048;

export function canProfile(device: GPUDevice): boolean {
  return device.features.has("timestamp-query");
}

export const noTimestamps: Text = {
  en: "This adapter has no clock (timestamp-query), so that its dispatches cannot be timed. Update the graphics driver, or use another browser or adapter.",
  zh: "此适配器没有时钟（timestamp-query），无法为调度计时。请更新显卡驱动，或换用其他浏览器或适配器。",
};

/**
 * The median over `steps` runs of the plan, in milliseconds, for each dispatch. One that is too short for the clock is
 * done many times in a row, so what it computes then is nothing: `reset`, called before each run, puts the memories
 * back.
 */
export async function timeDispatches(
  device: GPUDevice,
  replay: Replay,
  steps: number,
  reset: () => void,
): Promise<readonly number[]> {
  let repeats = replay.plan.dispatches.map(() => 1);
  const run = async () => {
    reset();
    return timePasses(device, repeats.length, (pass, dispatch) => {
      for (let i = 0; i < repeats[dispatch]; i++) replay.encode(pass, dispatch);
    });
  };
  // The first run also warms up; a second corrects what the clock's steps made of short times.
  for (let round = 0; round < 3; round++) {
    const times = await run();
    repeats = repeats.map((count, i) =>
      Math.min(mostRepeats, Math.max(count, Math.ceil((count * measurable) / Math.max(times[i], tick)))),
    );
  }
  const runs: (readonly number[])[] = [];
  for (let step = 0; step < steps; step++) {
    const times = await run();
    runs.push(times.map((time, i) => time / repeats[i]));
  }
  reset();
  return repeats.map((_, dispatch) => median(runs.map((times) => times[dispatch])));
}

/** Milliseconds that each of `count` passes took. */
export async function timePasses(
  device: GPUDevice,
  count: number,
  encode: (pass: GPUComputePassEncoder, index: number) => void,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let first = 0; first < count; first += mostPasses) {
    const passes = Math.min(mostPasses, count - first);
    times.push(...(await timeSome(device, passes, (pass, index) => encode(pass, first + index))));
  }
  return times;
}

async function timeSome(
  device: GPUDevice,
  count: number,
  encode: (pass: GPUComputePassEncoder, index: number) => void,
): Promise<readonly number[]> {
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 * count });
  const bytes = 2 * count * 8;
  const resolved = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  try {
    const encoder = device.createCommandEncoder();
    for (let index = 0; index < count; index++) {
      const pass = encoder.beginComputePass({
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: 2 * index,
          endOfPassWriteIndex: 2 * index + 1,
        },
      });
      encode(pass, index);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const stamps = new BigInt64Array(await readBuffer(device, resolved, 0, bytes));
    // Nanoseconds. A clock that was set back between the two stamps has measured nothing.
    return Array.from({ length: count }, (_, i) =>
      Math.max(0, Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6),
    );
  } finally {
    resolved.destroy();
    querySet.destroy();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
