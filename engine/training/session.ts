/**
 * A network on a device: its memories, its plans made ready, and how far it has come. A session only does as it is
 * told, a few steps at a time; `run.ts` decides when.
 */
import { classifies } from "../compile/lower";
import { hyperValues } from "../compile/memory";
import type { PreparedData } from "../data/dataset";
import type { OptimizerSettings, Project, ScheduleSettings } from "../graph/project";
import type { Plan } from "../plan/plan";
import type { Slot } from "../program/program";
import type { OpenDevice } from "../runtime/device";
import { createMemories, type Memories, type Snapshot } from "../runtime/memory";
import { createPipelineCache, prepareReplay, type Replay } from "../runtime/replay";
import { createRingReader, type RingReader } from "../runtime/ring-reader";
import { type CompiledTraining, type CompileResult, compileTraining, success } from "./compile";
import { describeData, descriptionOf } from "./data-description";
import type { Point } from "./protocol";
import { epochOrder, positionOf, stepsPerEpoch } from "./schedule";
import { rateAt, scheduleFor } from "./schedules";
import { initialValues, type NetworkValues, packWeights, unpackWeights } from "./weights";

/** What training changes and what must come back together. */
const trainedMemories = ["params", "optimizer", "buffers", "counters"] as const;

/** Plans whose pipelines are being made. */
interface ReadyBatches {
  readonly full: Promise<Replay>;
  readonly rest: Promise<Replay> | null;
}

export class Session {
  readonly compiled: CompiledTraining;
  readonly #device: OpenDevice;
  readonly #memories: Memories;
  readonly #ring: RingReader;
  readonly #snapshots: Snapshot[] = [];
  readonly #data: PreparedData;
  readonly #training: ReadyBatches;
  readonly #validation: ReadyBatches | null;
  readonly #seed: number;
  /** Goes into the weights' file. */
  readonly #description: Readonly<Record<string, string>>;
  #optimizer: OptimizerSettings;
  readonly #schedule: ScheduleSettings;
  /** Steps submitted so far. */
  #step = 0;
  /** Steps whose loss has been read. */
  #reported = 0;
  /** The epoch whose order is on the device. */
  #orderedEpoch = -1;

  private constructor(
    device: OpenDevice,
    project: Project,
    data: PreparedData,
    compiled: CompiledTraining,
    memories: Memories,
    training: ReadyBatches,
    validation: ReadyBatches | null,
  ) {
    this.#device = device;
    this.#data = data;
    this.compiled = compiled;
    this.#memories = memories;
    this.#ring = createRingReader(device.device, memories, "ring");
    this.#training = training;
    this.#validation = validation;
    this.#seed = project.training.seed;
    this.#description = describeData(descriptionOf(data, project.data));
    this.#optimizer = project.training.optimizer;
    this.#schedule = project.training.schedule;
  }

  /** Compiles, uploads and makes all pipelines. With `weights` (safetensors) it goes on where they were saved. */
  static async create(
    device: OpenDevice,
    project: Project,
    data: PreparedData,
    weights: Uint8Array | null,
  ): Promise<CompileResult<Session>> {
    const compiled = compileTraining(project, data, device.limits);
    if (!compiled.ok) return compiled;
    const { memory, specs, training, validation } = compiled.value;
    const start = weights
      ? unpackWeights(memory, weights)
      : success(initialValues(memory, project.training.seed));
    if (!start.ok) return start;

    const memories = createMemories(device.device, specs);
    const cache = createPipelineCache(device.device);
    // The first step waits for its own plan only; the others are made while it trains, one after the other.
    const first = prepareReplay(device.device, memories, training.plan, cache);
    let made: Promise<unknown> = first;
    const later = (plan: Plan): Promise<Replay> => {
      const ready = made.then(() => prepareReplay(device.device, memories, plan, cache));
      // Whoever needs the plan hears of a failure; until then it is nobody's.
      made = ready.catch(() => {});
      return ready;
    };
    const rest = training.rest && later(training.rest.plan);
    const readyValidation = validation && {
      full: later(validation.plan),
      rest: validation.rest && later(validation.rest.plan),
    };
    const ready = { full: first, rest };
    await first;
    const session = new Session(device, project, data, compiled.value, memories, ready, readyValidation);
    session.#upload(start.value);
    return success(session);
  }

  get step(): number {
    return this.#step;
  }

  get reported(): number {
    return this.#reported;
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.#shape);
  }

  /**
   * Submits up to `count` training steps in one go, but not past the end of the epoch.
   * @returns how many were submitted
   */
  async submit(count: number): Promise<number> {
    const { epoch, batch } = positionOf(this.#step, this.#shape);
    this.#order(epoch);
    const { full, rest } = this.#training;
    const left = this.#shape.full - batch;
    const steps = left > 0 ? Math.min(count, left) : 1;
    const replay = await (left > 0 ? full : rest);
    if (replay) this.#submitScheduled(replay, steps);
    this.#step += steps;
    return steps;
  }

  /** Steps in a row that have one learning rate are one submit; a write of the rate goes before it, nothing waits. */
  #submitScheduled(replay: Replay, steps: number): void {
    const { lr } = this.#optimizer;
    const schedule = scheduleFor(this.#schedule, lr);
    const rateOf = (ahead: number) => (schedule ? rateAt(schedule, lr, this.#step + ahead) : lr);
    for (let done = 0; done < steps; ) {
      const rate = rateOf(done);
      let until = done + 1;
      while (until < steps && rateOf(until) === rate) until++;
      if (schedule)
        this.#memories.write("hyper", Float32Array.of(rate), this.compiled.memory.hyper.lr.offset);
      replay.submit(until - done);
      done = until;
    }
  }

  /** Resolves when all that was submitted so far has been done. */
  done(): Promise<void> {
    return this.#device.device.queue.onSubmittedWorkDone().then(() => undefined);
  }

  /** Loss and accuracy of the steps that were submitted since the last call. Does not hold up what is submitted later. */
  async readPoints(): Promise<readonly Point[]> {
    const [from, to] = [this.#reported, this.#step];
    this.#reported = to;
    const { ring } = this.compiled.memory;
    const reading = this.#ring.read();
    if (!reading) throw new Error("session: too many readings of the ring at once");
    const values = await reading;
    const part = ({ offset, length }: Slot) => values.subarray(offset, offset + length);
    const [losses, corrects] = [part(ring.loss), part(ring.correct)];
    return Array.from({ length: to - from }, (_, i) => {
      const index = from + i;
      const { epoch, batch } = positionOf(index, this.#shape);
      const { size, count, rest } = this.compiled.training;
      const rows = batch < count ? size : (rest?.size ?? size);
      const entry = index % losses.length;
      const accuracy = this.#countsRight ? corrects[entry] / rows : null;
      return { step: index + 1, epoch, loss: losses[entry], accuracy };
    });
  }

  /** Loss and accuracy over the validation rows with the weights as they are now; null when there are no such rows. */
  async evaluate(): Promise<Point | null> {
    const { validation, memory } = this.compiled;
    if (!validation || !this.#validation) return null;
    const [full, rest] = await Promise.all([this.#validation.full, this.#validation.rest]);
    const step = this.#step;
    this.#memories.write("metrics", new Float32Array(memory.specs.metrics.length));
    this.#memories.write("counters", Int32Array.of(0), memory.counters.evaluation_cursor.offset);
    full.submit(validation.count);
    rest?.submit(1);
    const metrics = await this.#memories.read("metrics");
    const rows = validation.size * validation.count + (validation.rest?.size ?? 0);
    return {
      step,
      epoch: Math.floor(step / this.stepsPerEpoch),
      loss: metrics[memory.metrics.loss.offset] / rows,
      accuracy: this.#countsRight ? metrics[memory.metrics.correct.offset] / rows : null,
    };
  }

  /** Takes effect with the next step that is submitted. */
  setOptimizer(settings: OptimizerSettings): void {
    this.#optimizer = settings;
    const { memory } = this.compiled;
    const values = hyperValues(settings);
    for (const [name, slot] of Object.entries(memory.hyper)) {
      this.#memories.write("hyper", Float32Array.of(values[name]), slot.offset);
    }
  }

  async weights(): Promise<Uint8Array> {
    const step = this.#step;
    const [params, buffers, optimizer] = await Promise.all([
      this.#readFloats("params"),
      this.#readFloats("buffers"),
      this.#readFloats("optimizer"),
    ]);
    return packWeights(this.compiled.memory, { params, buffers, optimizer, step }, this.#description);
  }

  /** A copy on the device of all that training changes, at this point of what was submitted. */
  keep(into?: KeptState): KeptState {
    const snapshot = this.#memories.snapshot(trainedMemories, into?.snapshot);
    if (!into) this.#snapshots.push(snapshot);
    return { step: this.#step, snapshot };
  }

  goBack({ step, snapshot }: KeptState): void {
    this.#memories.restore(snapshot);
    this.#step = step;
    this.#reported = step;
    this.#orderedEpoch = -1;
    this.#order(positionOf(step, this.#shape).epoch);
  }

  /** The trained numbers, for looking into them. */
  async read(memory: "params"): Promise<Float32Array> {
    return this.#readFloats(memory);
  }

  get memories(): Memories {
    return this.#memories;
  }

  get device(): OpenDevice {
    return this.#device;
  }

  dispose(): void {
    const destroy = (replay: Replay) => replay.destroy();
    for (const ready of [this.#training, this.#validation]) {
      void ready?.full.then(destroy, () => {});
      void ready?.rest?.then(destroy, () => {});
    }
    this.#ring.destroy();
    for (const snapshot of this.#snapshots) snapshot.destroy();
    this.#memories.destroy();
  }

  get #shape() {
    const { count, rest } = this.compiled.training;
    return { full: count, rest: rest !== null };
  }

  get #countsRight(): boolean {
    return classifies(this.compiled.checked);
  }

  #upload(values: NetworkValues): void {
    const { memory, specs } = this.compiled;
    this.#memories.write("params", values.params);
    this.#memories.write("buffers", values.buffers);
    this.#memories.write("optimizer", values.optimizer);
    for (const [name, tensor] of Object.entries(this.#data.dataset.tensors)) {
      if (specs[`data.${name}`]) this.#memories.write(`data.${name}`, tensor.values);
    }
    if (this.#data.validation.length > 0) this.#memories.write("evaluation_order", this.#data.validation);
    this.#memories.write("counters", Int32Array.of(values.step), memory.counters.step.offset);
    this.#memories.write("counters", Int32Array.of(this.#seed | 0), memory.counters.seed.offset);
    this.setOptimizer(this.#optimizer);
    this.#step = values.step;
    this.#reported = values.step;
  }

  #order(epoch: number): void {
    if (this.#orderedEpoch === epoch) return;
    this.#orderedEpoch = epoch;
    const { batch } = positionOf(this.#step, this.#shape);
    this.#memories.write("order", epochOrder(this.#data.train, this.#seed, epoch));
    this.#memories.write(
      "counters",
      Int32Array.of(batch * this.compiled.training.size),
      this.compiled.memory.counters.cursor.offset,
    );
  }

  async #readFloats(name: string): Promise<Float32Array> {
    const values = await this.#memories.read(name);
    if (!(values instanceof Float32Array)) throw new Error(`session: ${name} is not float32`);
    return values;
  }
}

export interface KeptState {
  readonly step: number;
  readonly snapshot: Snapshot;
}
