/**
 * A run: keeps a session's device busy with as many steps at a time as take about 20 ms, reads the losses now and
 * then without waiting for them, evaluates after every epoch (of very short ones, now and then), and obeys pause, step and stop.
 */
import { ringEntries } from "../compile/memory";
import type { OptimizerSettings } from "../graph/project";
import { firstNonFinite } from "./non-finite";
import type { Event, Point, RunState } from "./protocol";
import type { KeptState, Session } from "./session";

/** What one submit should take, so that pause and a new learning rate act at once. */
const submitMilliseconds = 20;
const reportMilliseconds = 100;
const longestSubmit = 512;

export type RunEvent = Extract<
  Event,
  { kind: "state" | "points" | "validation" | "progress" | "hyper" | "failed" }
>;

export class Run {
  readonly #session: Session;
  readonly #emit: (event: RunEvent) => void;
  #state: RunState = "paused";
  #totalSteps: number;
  #chunk = 1;
  /** The last state that is known to have led to a finite loss, and one that is not known yet. */
  #good: KeptState;
  #candidate: KeptState;
  #reading: Promise<void> | null = null;
  /** Sums over the steps of the epoch that have been read. */
  #epoch = { steps: 0, loss: 0, accuracy: 0 };
  #evaluated = { time: Number.NEGATIVE_INFINITY, step: -1 };
  /** Since when, and from which step on, time counts as training: evaluations and pauses do not. */
  #mark: { time: number; step: number };
  /** Training time and steps that are not in `#speed` yet. */
  #measured = { milliseconds: 0, steps: 0 };
  /** Steps per second. */
  #speed = 0;
  #looping: Promise<void> = Promise.resolve();

  constructor(session: Session, steps: number, emit: (event: RunEvent) => void) {
    this.#session = session;
    this.#totalSteps = steps;
    this.#emit = emit;
    this.#good = session.keep();
    this.#candidate = session.keep();
    this.#mark = { time: performance.now(), step: session.step };
  }

  get state(): RunState {
    return this.#state;
  }

  /** Trains until all steps are done, or someone pauses or stops it. Resolves when the device has come to rest. */
  start(): Promise<void> {
    if (this.#state === "running" || this.#state === "failed" || this.#state === "stopped")
      return this.#looping;
    this.#become("running");
    this.#looping = this.#looping.then(() => this.#loop(this.#totalSteps));
    return this.#looping;
  }

  pause(): Promise<void> {
    if (this.#state === "running") this.#become("paused");
    return this.#looping;
  }

  /** One step, then pause. */
  step(): Promise<void> {
    if (this.#state === "running" || this.#state === "failed" || this.#state === "stopped")
      return this.#looping;
    this.#become("running");
    this.#looping = this.#looping.then(() => this.#loop(Math.min(this.#session.step + 1, this.#totalSteps)));
    return this.#looping;
  }

  stop(): Promise<void> {
    if (this.#state === "running" || this.#state === "paused") this.#become("stopped");
    return this.#looping;
  }

  setSteps(steps: number): void {
    this.#totalSteps = Math.max(steps, this.#session.step);
    if (this.#state === "finished" && this.#totalSteps > this.#session.step) this.#become("paused");
    this.#progress();
  }

  /** @returns the step before which it takes effect */
  setOptimizer(settings: OptimizerSettings): number {
    this.#session.setOptimizer(settings);
    return this.#session.step;
  }

  async #loop(until: number): Promise<void> {
    let inFlight: Promise<void> = Promise.resolve();
    let lastReport = performance.now();
    this.#mark = { time: lastReport, step: this.#session.reported };
    while (this.#state === "running" && this.#session.step < until) {
      const begun = performance.now();
      const steps = await this.#submit(Math.min(this.#session.step + this.#chunk, until));
      const submitted = this.#session.done();
      await inFlight;
      inFlight = submitted;
      if (this.#isEpochDue) {
        await this.#reading;
        await this.#report();
        await this.#endEpoch();
        lastReport = performance.now();
        continue;
      }
      this.#adapt(steps, performance.now() - begun);
      const unread = this.#session.step - this.#session.reported;
      if (performance.now() - lastReport > reportMilliseconds || unread > ringEntries / 4) {
        lastReport = performance.now();
        this.#reading ??= this.#report().finally(() => (this.#reading = null));
      }
      if (unread > ringEntries / 2) await this.#reading;
    }
    await inFlight;
    await this.#reading;
    await this.#report();
    // Stopped or failed while waiting: then that is the state.
    if (this.#state !== "running") return;
    if (this.#session.step >= this.#totalSteps && this.#evaluated.step !== this.#session.step)
      await this.#evaluate();
    this.#become(this.#session.step >= this.#totalSteps ? "finished" : "paused");
  }

  /** Goes over the ends of epochs that are not due, so that short ones do not hold it up. @returns how many steps */
  async #submit(until: number): Promise<number> {
    const begun = this.#session.step;
    do await this.#session.submit(until - this.#session.step);
    while (this.#session.step < until && !this.#isEpochDue);
    return this.#session.step - begun;
  }

  /** Whether an epoch has just ended and is to be evaluated: of very short ones only some are, unless the schedule asks for each. */
  get #isEpochDue(): boolean {
    const { step, stepsPerEpoch, watchesEpochs } = this.#session;
    if (step % stepsPerEpoch !== 0) return false;
    return watchesEpochs || performance.now() - this.#evaluated.time > reportMilliseconds;
  }

  /** Aims at 20 ms a submit, at most doubling at once. */
  #adapt(steps: number, milliseconds: number): void {
    const wanted = Math.round((steps * submitMilliseconds) / Math.max(milliseconds, 0.05));
    this.#chunk = Math.max(1, Math.min(wanted, this.#chunk * 2, longestSubmit));
  }

  async #report(): Promise<void> {
    if (this.#session.reported === this.#session.step) return;
    const points = await this.#session.readPoints();
    const broken = points.findIndex(({ loss }) => !Number.isFinite(loss));
    if (broken >= 0) {
      await this.#fail(points.slice(0, broken), points[broken]);
      return;
    }
    // Steps after the candidate was kept have had finite losses, so it was sound.
    if (this.#session.reported > this.#candidate.step) {
      const reuse = this.#good;
      this.#good = this.#candidate;
      this.#candidate = this.#session.keep(reuse);
    }
    this.#measure();
    for (const { loss, accuracy } of points) {
      this.#epoch.steps++;
      this.#epoch.loss += loss;
      this.#epoch.accuracy += accuracy ?? 0;
    }
    this.#emit({ kind: "points", points });
    this.#progress();
  }

  /** ReduceLROnPlateau looks at the validation rows, or at the epoch's steps where there are none. */
  async #endEpoch(): Promise<void> {
    const { steps, loss, accuracy } = this.#epoch;
    this.#epoch = { steps: 0, loss: 0, accuracy: 0 };
    const evaluated = await this.#evaluate();
    // Failed meanwhile, or begun again at the very end of an epoch: then nothing was learnt of it.
    if (this.#state === "failed" || steps === 0) return;
    const change = this.#session.epochEnded(evaluated ?? { loss: loss / steps, accuracy: accuracy / steps });
    if (change) this.#emit({ kind: "hyper", step: this.#session.step, name: "lr", ...change });
  }

  async #evaluate(): Promise<Point | null> {
    if (this.#state === "failed") return null;
    const point = await this.#session.evaluate();
    this.#evaluated = { time: performance.now(), step: this.#session.step };
    if (point) this.#emit({ kind: "validation", point });
    this.#mark = { time: performance.now(), step: this.#session.reported };
    return point;
  }

  /** The weights go back to the last sound step, and the node that spoilt the next one is named. */
  async #fail(sound: readonly Point[], broken: Point): Promise<void> {
    if (this.#state === "failed") return;
    this.#state = "failed";
    await this.#session.done();
    this.#session.goBack(this.#good);
    const error = await firstNonFinite(this.#session, broken);
    if (sound.length > 0) this.#emit({ kind: "points", points: sound });
    this.#emit({ kind: "failed", error });
    this.#emit({ kind: "state", state: "failed" });
  }

  /** Short epochs are added up until they are long enough to be measured. */
  #measure(): void {
    const now = performance.now();
    this.#measured.milliseconds += now - this.#mark.time;
    this.#measured.steps += this.#session.reported - this.#mark.step;
    this.#mark = { time: now, step: this.#session.reported };
    const { milliseconds, steps } = this.#measured;
    if (steps === 0 || milliseconds < reportMilliseconds / 2) return;
    const speed = (steps / milliseconds) * 1000;
    this.#speed = this.#speed === 0 ? speed : 0.6 * this.#speed + 0.4 * speed;
    this.#measured = { milliseconds: 0, steps: 0 };
  }

  #progress(): void {
    const { stepsPerEpoch, compiled, reported } = this.#session;
    const rows = compiled.training.size * compiled.training.count + (compiled.training.rest?.size ?? 0);
    this.#emit({
      kind: "progress",
      progress: {
        step: reported,
        steps: this.#totalSteps,
        epoch: Math.min(
          Math.floor(reported / stepsPerEpoch) + 1,
          Math.ceil(this.#totalSteps / stepsPerEpoch),
        ),
        epochs: Math.ceil(this.#totalSteps / stepsPerEpoch),
        stepsPerSecond: this.#speed,
        samplesPerSecond: (this.#speed * rows) / stepsPerEpoch,
        secondsLeft: this.#speed > 0 ? (this.#totalSteps - reported) / this.#speed : Number.POSITIVE_INFINITY,
      },
    });
  }

  #become(state: RunState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#emit({ kind: "state", state });
  }
}
