/** What is measured of whoever trains a workload, product or peer, and how. */
import { checkedSteps, type Workload } from "./workload";

export interface Trainer {
  /** Trains `count` steps. @returns each one's loss */
  losses(count: number): Promise<readonly number[]>;
  /** Trains for about that long, as fast as the library can. @returns the number of steps, once the device is at rest */
  train(milliseconds: number): Promise<number>;
  dispose(): void;
}

/** Opens the device, if it is not open yet, and makes the network with its first weights. */
export type Contestant = (workload: Workload) => Promise<Trainer>;

/** WebGPU commands that were given since the counter was made. A peer on WebGL gives none. */
export interface Commands {
  dispatches: number;
  submits: number;
}

export interface Beginning {
  readonly trainer: Trainer;
  /** From nothing to the first step's loss: device, compilation, upload, step. */
  readonly first_ms: number;
  /** Of the first 20 steps. */
  readonly losses: readonly number[];
}

export interface Round {
  readonly ms_step: number;
  /** A step. */
  readonly dispatches: number;
  readonly submits: number;
}

export async function begin(contestant: Contestant, workload: Workload): Promise<Beginning> {
  const start = performance.now();
  const trainer = await contestant(workload);
  const first = await trainer.losses(1);
  const first_ms = performance.now() - start;
  return { trainer, first_ms, losses: [...first, ...(await trainer.losses(checkedSteps - 1))] };
}

export async function measure(trainer: Trainer, milliseconds: number, commands: Commands): Promise<Round> {
  const before = { ...commands };
  const start = performance.now();
  const steps = await trainer.train(milliseconds);
  return {
    ms_step: (performance.now() - start) / steps,
    dispatches: (commands.dispatches - before.dispatches) / steps,
    submits: (commands.submits - before.submits) / steps,
  };
}

/** For libraries that are told each step: some steps at a time, about a quarter of a second, then wait for them. */
export async function trainInTurns(
  milliseconds: number,
  step: () => void,
  wait: () => Promise<unknown>,
): Promise<number> {
  const end = performance.now() + milliseconds;
  let steps = 0;
  for (let turn = 1; performance.now() < end; ) {
    const start = performance.now();
    for (let i = 0; i < turn; i++) step();
    await wait();
    steps += turn;
    const wanted = (turn * 250) / (performance.now() - start);
    turn = Math.max(1, Math.round(Math.min(wanted, turn * 4)));
  }
  return steps;
}

/** Counts from now on, whoever gives the commands. */
export function countCommands(): Commands {
  const commands: Commands = { dispatches: 0, submits: 0 };
  const pass = GPUComputePassEncoder.prototype;
  count(pass, "dispatchWorkgroups", () => commands.dispatches++);
  count(pass, "dispatchWorkgroupsIndirect", () => commands.dispatches++);
  count(GPUQueue.prototype, "submit", () => commands.submits++);
  return commands;
}

function count<K extends string>(
  of: Record<K, (...args: never[]) => unknown>,
  name: K,
  add: () => void,
): void {
  const original = of[name];
  of[name] = function (this: unknown, ...args: never[]) {
    add();
    return original.apply(this, args);
  };
}
