/** Where the time of a training step goes: a network is trained a little, by the clock, in a session of its own. */
import type { PreparedData } from "../data/dataset";
import type { Project } from "../graph/project";
import { everyOptimisation } from "../plan/optimisations";
import type { OpenDevice } from "../runtime/device";
import { canProfile, median, noTimestamps, timeDispatches } from "../runtime/profile";
import { measurePeaks } from "../runtime/profile-peaks";
import { type Profile, reportProfile } from "../runtime/profile-report";
import { type CompileResult, failure, success } from "./compile";
import { type KeptState, Session } from "./session";

/** @param steps whose medians are taken */
export async function profileTraining(
  open: OpenDevice,
  project: Project,
  data: PreparedData,
  steps: number,
  optimisations = everyOptimisation,
): Promise<CompileResult<Profile>> {
  if (!canProfile(open.device)) return failure({ code: "no-timestamps", node: null, message: noTimestamps });
  // One dispatch for the whole step could not be taken apart by time.
  const apart = { optimisations: { ...optimisations, megakernel: false } };
  const created = await Session.create(open, project, data, null, apart);
  if (!created.ok) return created;
  const session = created.value;
  try {
    // A first step brings the order of the rows to the device.
    await session.submit(1);
    const start = session.keep();
    const replay = await session.replay;
    await replay.fastest;
    const { checked, training } = session.compiled;
    const milliseconds = await timeDispatches(open.device, replay, steps, () => session.goBack(start));
    const stepMilliseconds = await timeSteps(session, start);
    const peaks = await measurePeaks(open.device);
    return success(
      reportProfile(training.plan(), training.program, {
        adapter: open.name,
        steps,
        stepMilliseconds,
        peaks,
        names: Object.fromEntries(checked.order.map((id) => [id, checked.nodes[id].name])),
        milliseconds,
      }),
    );
  } finally {
    session.dispose();
  }
}

/** Milliseconds of a training step. The weights that it trains are thrown away. */
export async function timeTraining(
  open: OpenDevice,
  project: Project,
  data: PreparedData,
  optimisations = everyOptimisation,
): Promise<CompileResult<number>> {
  const created = await Session.create(open, project, data, null, { optimisations });
  if (!created.ok) return created;
  const session = created.value;
  try {
    await session.submit(1);
    await (await session.replay).fastest;
    return success(await timeSteps(session, session.keep()));
  } finally {
    session.dispose();
  }
}

/** Long enough, in milliseconds, that what one submit costs does not count. */
const longEnough = 100;
const mostSteps = 4096;

/** Milliseconds that a step takes when many are submitted at once, as in training. */
async function timeSteps(session: Session, start: KeptState): Promise<number> {
  const replay = await session.replay;
  const time = async (steps: number) => {
    session.goBack(start);
    await session.done();
    const begun = performance.now();
    replay.submit(steps);
    await session.done();
    return performance.now() - begun;
  };
  let steps = 1;
  let taken = await time(steps);
  while (taken < longEnough && steps < mostSteps) {
    steps = Math.min(mostSteps, steps * 4);
    taken = await time(steps);
  }
  const times = [taken, await time(steps), await time(steps)];
  return median(times) / steps;
}
