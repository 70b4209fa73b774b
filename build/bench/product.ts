/** Tensorloom itself, trained the way the app does it: a session, and a run that keeps its device busy. */
import { everyOptimisation } from "../../engine/plan/optimisations";
import { openDevice } from "../../engine/runtime/device";
import type { Point } from "../../engine/training/protocol";
import { Run } from "../../engine/training/run";
import { Session } from "../../engine/training/session";
import type { Trainer } from "./contest";
import type { Workload } from "./workload";

/** @param gpu `navigator.gpu`, or Node's */
export async function startProduct(
  gpu: GPU | null,
  { project, data }: Workload,
  optimisations = everyOptimisation,
): Promise<Trainer> {
  const opened = await openDevice(gpu);
  if (!opened.ok) throw new Error(opened.error.message.en);
  const created = await Session.create(opened.value, project, data, null, { optimisations });
  if (!created.ok) throw new Error(created.error.message.en);
  const session = created.value;
  let run: Run | null = null;
  return {
    losses: (count) => lossesOf(session, count),
    async train(milliseconds) {
      await (await session.replay).fastest;
      run ??= new Run(session, Number.MAX_SAFE_INTEGER, (event) => {
        if (event.kind === "failed") throw new Error(event.error.message.en);
      });
      const before = session.step;
      void run.start();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await run.pause();
      return session.step - before;
    },
    dispose() {
      session.dispose();
      opened.value.device.destroy();
    },
  };
}

async function lossesOf(session: Session, count: number): Promise<readonly number[]> {
  const until = session.step + count;
  const points: Point[] = [];
  while (session.step < until) {
    await session.submit(until - session.step);
    points.push(...(await session.readPoints()));
  }
  return points.map(({ loss }) => loss);
}
