/**
 * A network on a device: its memories, its plans made ready, and how far it has come. A session only does as it is
 * told, a few steps at a time; `run.ts` decides when.
 */
import * as v from "valibot";
import { classifies } from "../compile/lower";
import { hyperValues, type NetworkMemory, rateEntries, type TensorSlot } from "../compile/memory";
import type { PreparedData } from "../data/dataset";
import type { OptimizerSettings, Project, TrainingSettings } from "../graph/project";
import { deviceFull } from "../plan/limits";
import { everyOptimisation, type Optimisations } from "../plan/optimisations";
import type { Slot } from "../program/program";
import type { OpenDevice } from "../runtime/device";
import { createMemories, type Memories, type Snapshot } from "../runtime/memory";
import { askForSoonest, createPipelineCache, prepareReplay, type Replay } from "../runtime/replay";
import { createRingReader, type RingReader } from "../runtime/ring-reader";
import {
  type Batch,
  beginTraining,
  type CompiledTraining,
  type CompileResult,
  failure,
  once,
  success,
} from "./compile";
import { describeData, descriptionOf } from "./data-description";
import type { Point } from "./protocol";
import { epochOrder, positionOf, stepsPerEpoch } from "./schedule";
import { afterMetric, type PlateauState, plateauOf, plateauStart, scheduledAt } from "./schedules";
import { initialValues, type NetworkValues, packWeights, unpackWeights } from "./weights";

/** What training changes and what must come back together. */
const trainedMemories = ["params", "optimizer", "buffers", "counters"] as const;

/** Plans whose pipelines are made when they are first asked for. */
interface ReadyBatches {
  readonly full: () => Promise<Replay>;
  readonly rest: (() => Promise<Replay>) | null;
}

interface CreateOptions {
  readonly optimisations?: Optimisations;
  /** Called before anything is put on the device, once project and weights are known to be sound. */
  readonly makeRoom?: () => Promise<void>;
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
  /** With the nodes' ids as the document has them now. */
  #packed: NetworkMemory;
  /** Goes into the weights' file. */
  readonly #description: Readonly<Record<string, string>>;
  /** With the optimizer's numbers as they are now. */
  #settings: TrainingSettings;
  /** The project's learning rate, as a person gave it. */
  readonly #givenRate: number;
  /** Of ReduceLROnPlateau, once an epoch has ended. */
  #plateau: PlateauState | null = null;
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
    this.#packed = compiled.memory;
    this.#memories = memories;
    this.#ring = createRingReader(device.device, memories, "ring");
    this.#training = training;
    this.#validation = validation;
    this.#description = describeData(descriptionOf(data, project.data));
    this.#settings = project.training;
    this.#givenRate = project.training.optimizer.lr;
  }

  /** Compiles, uploads and makes all pipelines. With `weights` (safetensors) it goes on where they were saved. */
  static async create(
    device: OpenDevice,
    project: Project,
    data: PreparedData,
    weights: Uint8Array | null,
    { optimisations = everyOptimisation, makeRoom }: CreateOptions = {},
  ): Promise<CompileResult<Session>> {
    const begun = beginTraining(project, data, device.limits, optimisations);
    if (!begun.ok) return begun;
    const { memory, specs, first } = begun.value;
    const loaded = weights && unpackWeights(memory, weights);
    if (loaded?.ok === false) return loaded;

    // The first step waits for its own pipelines, which are made elsewhere: all else is done meanwhile, or later.
    const cache = createPipelineCache(device.device);
    const plan = first.wholeStep ?? first.plan();
    askForSoonest(plan, cache);
    // A browser passes on what was asked for when the script pauses.
    await Promise.resolve();
    const compiled = begun.value.complete();
    if (!compiled.ok) return compiled;
    await makeRoom?.();
    device.device.pushErrorScope("out-of-memory");
    const memories = createMemories(device.device, specs);
    const replay = prepareReplay(device.device, memories, plan, cache, { soon: true });
    // Heard of below, if there is memory.
    replay.catch(() => {});
    const lacking = await device.device.popErrorScope();
    if (lacking !== null) {
      memories.destroy();
      return failure(deviceFull(first.plan(), project.training.batch_size));
    }
    const ready = ({ plan, wholeStep }: Batch) =>
      once(() => prepareReplay(device.device, memories, wholeStep ?? plan(), cache));
    const { training, validation } = compiled.value;
    const session = new Session(
      device,
      project,
      data,
      compiled.value,
      memories,
      { full: () => replay, rest: training.rest && ready(training.rest) },
      validation && { full: ready(validation), rest: validation.rest && ready(validation.rest) },
    );
    const start = loaded?.value ?? initialValues(memory, project.training.seed);
    session.#upload(start);
    session.#goOn(start);
    session.#order(positionOf(start.step, session.#shape).epoch);
    await replay;
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
   * Submits up to `count` training steps in one go, but not past the end of the epoch, nor further than rates can be
   * written ahead.
   * @returns how many were submitted
   */
  async submit(count: number): Promise<number> {
    const { epoch, batch } = positionOf(this.#step, this.#shape);
    this.#order(epoch);
    const { full, rest } = this.#training;
    const left = this.#shape.full - batch;
    const steps = left > 0 ? Math.min(count, left, rateEntries) : 1;
    const replay = await (left > 0 ? full() : rest?.());
    this.#writeAhead(steps);
    replay?.submit(steps);
    this.#step += steps;
    void this.#makeReady();
    return steps;
  }

  /** What moves by the schedule, for the steps that follow: on the device each step takes the next. */
  #writeAhead(steps: number): void {
    const { hyper, counters } = this.compiled.memory;
    const moving = Object.entries(hyper).filter(([, { length }]) => length > 1);
    if (moving.length === 0) return;
    const ahead = Array.from({ length: steps }, (_, i) => scheduledAt(this.#settings, this.#step + i));
    for (const [name, { memory, offset }] of moving)
      this.#memories.write(
        memory,
        Float32Array.from(ahead, (numbers) => numbers[name]),
        offset,
      );
    this.#memories.write("counters", Int32Array.of(0), counters.rate.offset);
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
    const each = this.#named(({ ring: own }) => part(own));
    return Array.from({ length: to - from }, (_, i) => {
      const index = from + i;
      const { epoch, batch } = positionOf(index, this.#shape);
      const { size, count, rest } = this.compiled.training;
      const rows = batch < count ? size : (rest?.size ?? size);
      const entry = index % losses.length;
      const accuracy = this.#countsRight ? corrects[entry] / rows : null;
      const point = { step: index + 1, epoch, loss: losses[entry], accuracy };
      return each.length === 0 ? point : { ...point, losses: byName(each, (values) => values[entry]) };
    });
  }

  /** Loss and accuracy over the validation rows with the weights as they are now; null when there are no such rows. */
  async evaluate(): Promise<Point | null> {
    const { validation, memory } = this.compiled;
    if (!validation || !this.#validation) return null;
    const [full, rest] = await Promise.all([this.#validation.full(), this.#validation.rest?.()]);
    const step = this.#step;
    this.#memories.write("metrics", new Float32Array(memory.specs.metrics.length));
    this.#memories.write("counters", Int32Array.of(0), memory.counters.evaluation_cursor.offset);
    full.submit(validation.count);
    rest?.submit(1);
    const metrics = await this.#memories.read("metrics");
    const rows = validation.size * validation.count + (validation.rest?.size ?? 0);
    const point = {
      step,
      epoch: Math.floor(step / this.stepsPerEpoch),
      loss: metrics[memory.metrics.loss.offset] / rows,
      accuracy: this.#countsRight ? metrics[memory.metrics.correct.offset] / rows : null,
    };
    const each = this.#named(({ metrics: own }) => metrics[own.offset] / rows);
    return each.length === 0 ? point : { ...point, losses: byName(each, (value) => value) };
  }

  /** Whether the end of every epoch matters to the schedule. */
  get watchesEpochs(): boolean {
    return this.#settings.schedule.type === "ReduceLROnPlateau";
  }

  /** Tells ReduceLROnPlateau how an epoch went. @returns the learning rate before and after, when it fell */
  epochEnded({
    loss,
    accuracy,
  }: Pick<Point, "loss" | "accuracy">): { readonly from: number; readonly to: number } | null {
    const { schedule, optimizer } = this.#settings;
    if (schedule.type !== "ReduceLROnPlateau") return null;
    const settings = plateauOf(schedule);
    const metric = settings.mode === "max" ? (accuracy ?? 0) : loss;
    this.#plateau = afterMetric(this.#plateau ?? plateauStart(optimizer.lr, settings), settings, metric);
    const { lr } = this.#plateau;
    if (lr === optimizer.lr) return null;
    this.setOptimizer({ ...optimizer, lr });
    return { from: optimizer.lr, to: lr };
  }

  /** What is kept of each loss, where there are several, with its node's name. */
  #named<T>(
    read: (slots: NetworkMemory["losses"][string]) => T,
  ): readonly { readonly name: string; readonly value: T }[] {
    const { memory, checked } = this.compiled;
    return Object.entries(memory.losses).map(([id, slots]) => ({
      name: checked.nodes[id].name,
      value: read(slots),
    }));
  }

  /** Takes effect with the next step that is submitted. */
  setOptimizer(settings: OptimizerSettings): void {
    this.#settings = { ...this.#settings, optimizer: settings };
    if (this.#plateau) this.#plateau = { ...this.#plateau, lr: settings.lr };
    const values = hyperValues(settings);
    for (const [name, { memory, offset, length }] of Object.entries(this.compiled.memory.hyper)) {
      if (length === 1) this.#memories.write(memory, Float32Array.of(values[name]), offset);
    }
  }

  get optimizer(): OptimizerSettings {
    return this.#settings.optimizer;
  }

  async weights(): Promise<Uint8Array> {
    const step = this.#step;
    const [params, buffers, optimizer] = await Promise.all([
      this.#readFloats("params"),
      this.#readFloats("buffers"),
      this.#readFloats("optimizer"),
    ]);
    const plateau = this.#plateau && JSON.stringify({ given: this.#givenRate, ...this.#plateau });
    const description = { ...this.#description, ...(plateau && { plateau }) };
    return packWeights(this.#packed, { params, buffers, optimizer, step }, description);
  }

  /** The document's nodes have gone on under other ids: their weights are theirs all the same. */
  moveNodes(moved: (id: string) => string): void {
    const rename = (slot: TensorSlot) => ({ ...slot, node: moved(slot.node) });
    const { params, buffers } = this.#packed;
    this.#packed = { ...this.#packed, params: params.map(rename), buffers: buffers.map(rename) };
  }

  /** A copy on the device of all that training changes, at this point of what was submitted. */
  keep(into?: KeptState): KeptState {
    const snapshot = this.#memories.snapshot(trainedMemories, into?.snapshot);
    if (!into) this.#snapshots.push(snapshot);
    return { step: this.#step, plateau: this.#plateau, snapshot };
  }

  goBack({ step, plateau, snapshot }: KeptState): void {
    this.#memories.restore(snapshot);
    this.#plateau = plateau;
    this.#step = step;
    this.#reported = step;
    this.#orderedEpoch = -1;
    this.#order(positionOf(step, this.#shape).epoch);
  }

  /** The trained numbers, for looking into them. */
  params(): Promise<Float32Array> {
    return this.#readFloats("params");
  }

  /** The plan of a full batch, made ready. */
  get replay(): Promise<Replay> {
    return this.#training.full();
  }

  get memories(): Memories {
    return this.#memories;
  }

  get device(): OpenDevice {
    return this.#device;
  }

  dispose(): void {
    this.#ring.destroy();
    for (const snapshot of this.#snapshots) snapshot.destroy();
    this.#memories.destroy();
  }

  /** What later steps need or are faster with, once the first is done: compiling would hold it up. */
  readonly #makeReady = once(async () => {
    try {
      await this.done();
      await (await this.replay).fastest;
      for (const batches of [this.#training, this.#validation]) {
        await batches?.full();
        await batches?.rest?.();
      }
    } catch {
      // Whoever needs the plan hears of a failure; until then it is nobody's.
    }
  });

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
    this.#memories.write("counters", Int32Array.of(this.#settings.seed | 0), memory.counters.seed.offset);
    this.setOptimizer(this.#settings.optimizer);
    this.#step = values.step;
    this.#reported = values.step;
  }

  /** Where ReduceLROnPlateau stood when the weights were saved, unless another learning rate is asked for now. */
  #goOn({ metadata, step }: NetworkValues): void {
    const { schedule, optimizer } = this.#settings;
    const saved = step > 0 ? readPlateau(metadata?.plateau) : null;
    if (schedule.type !== "ReduceLROnPlateau" || saved?.given !== this.#givenRate) return;
    this.#plateau = saved;
    this.setOptimizer({ ...optimizer, lr: saved.lr });
  }

  #order(epoch: number): void {
    if (this.#orderedEpoch === epoch) return;
    this.#orderedEpoch = epoch;
    const { batch } = positionOf(this.#step, this.#shape);
    this.#memories.write("order", epochOrder(this.#data.train, this.#settings.seed, epoch));
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
  readonly plateau: PlateauState | null;
  readonly snapshot: Snapshot;
}

function byName<T>(
  each: readonly { readonly name: string; readonly value: T }[],
  read: (value: T) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(each.map(({ name, value }) => [name, read(value)]));
}

const savedPlateau = v.object({
  given: v.number(),
  lr: v.number(),
  best: v.number(),
  bad: v.number(),
  cooling: v.number(),
});

/** Null for what no session has written. */
function readPlateau(text = ""): v.InferOutput<typeof savedPlateau> | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), savedPlateau), text);
  return parsed.success ? parsed.output : null;
}
