/** The bench's page: trains a workload with the product or with a peer, one at a time. */
import { allBut, type Optimisation } from "../../engine/plan/optimisations";
import {
  begin,
  type Commands,
  type Contestant,
  countCommands,
  measure,
  type Round,
  type Trainer,
} from "./contest";
import { startProduct } from "./product";
import { readWorkload, type Workload, type WorkloadName } from "./workload";

declare global {
  interface Window {
    /** The product alone; `loss0` is the first step's loss, `loss20` the twentieth's. */
    peerBench(workload: WorkloadName, seconds: number): Promise<Measured>;
    contest: typeof contest;
  }
}

interface Measured extends Round {
  readonly first_ms: number;
  readonly loss0: number;
  readonly loss20: number;
}

const commands: Commands = countCommands();
/** Modules that export `start`, a contestant. */
const peers = import.meta.glob<{ readonly start: Contestant }>(["./peers/*.mjs", "!./peers/weights.mjs"]);

let workload: Workload | null = null;
const trainers = new Map<string, Trainer>();

/** For the command that drives the page: who has begun trains on, round after round. */
const contest = {
  async begin(
    name: string,
    on: WorkloadName,
    without: readonly Optimisation[],
  ): Promise<{ first_ms: number; losses: readonly number[] }> {
    if (workload?.name !== on) workload = readWorkload(on);
    const contestant = await contestantOf(name, without);
    const { trainer, first_ms, losses } = await begin(contestant, workload);
    trainers.set(name, trainer);
    return { first_ms, losses };
  },
  round(name: string, milliseconds: number): Promise<Round> {
    const trainer = trainers.get(name);
    if (!trainer) throw new Error(`${name} has not begun`);
    return measure(trainer, milliseconds, commands);
  },
};

function product(without: readonly Optimisation[]): Contestant {
  return (each) => startProduct(navigator.gpu, each, allBut(without));
}

async function contestantOf(name: string, without: readonly Optimisation[]): Promise<Contestant> {
  if (name === "product") return product(without);
  const load = peers[`./peers/${name}.mjs`];
  if (!load) throw new Error(`there is no peer ${name}`);
  return (await load()).start;
}

window.contest = contest;
window.peerBench = async (name, seconds) => {
  const { trainer, first_ms, losses } = await begin(product([]), readWorkload(name));
  try {
    // Until as many steps share a submit as will.
    await trainer.train(seconds * 200);
    const round = await measure(trainer, seconds * 1000, commands);
    return { ...round, first_ms, loss0: losses[0], loss20: losses[losses.length - 1] };
  } finally {
    trainer.dispose();
  }
};
document.body.textContent = "await peerBench(workload: a, b, c or d, seconds)";
