/** The training worker without the worker: takes commands, sends events. Runs in a browser's worker and in Node. */

import type { ImageDecoder, PreparedData } from "../data/dataset";
import { openData } from "../data/open";
import { prepare } from "../data/prepare";
import { summarize } from "../data/summarize";
import { movedId } from "../graph/moves";
import type { OptimizerSettings, Project } from "../graph/project";
import { defaultLimits } from "../plan/plan";
import { type OpenDevice, openDevice, withKernels } from "../runtime/device";
import { type CompileResult, compileTraining, failure, success, tensorsOf } from "./compile";
import { exportModel } from "./export-model";
import { hyperNames } from "./hyper";
import { profileTraining } from "./profile";
import type { Command, Event, HyperName, RunError } from "./protocol";
import { Run } from "./run";
import { Session } from "./session";
import { tuneTraining } from "./tune";
import { Verifier } from "./verify";
import type { Verdict } from "./verify-compare";

interface Active {
  readonly session: Session;
  readonly run: Run;
}

export class TrainingServer {
  readonly #gpu: GPU | undefined;
  readonly #decode: ImageDecoder;
  readonly #send: (event: Event) => void;
  #device: Promise<OpenDevice | null> | null = null;
  #data: PreparedData | null = null;
  /** As measured at some time, if they are that. */
  #kernels: unknown = null;
  #active: Active | null = null;
  /** Commands that change the run wait for each other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(gpu: GPU | undefined, decode: ImageDecoder, send: (event: Event) => void) {
    this.#gpu = gpu;
    this.#decode = decode;
    this.#send = send;
  }

  /** Opens the device and says which it is. */
  async open(): Promise<void> {
    await this.#open();
  }

  async handle(command: Command): Promise<void> {
    switch (command.kind) {
      case "open-data":
        return this.#openData(command);
      case "start":
        return this.#inTurn(() => this.#start(command));
      case "pause":
        await this.#active?.run.pause();
        return;
      case "resume":
        // Not awaited: it resolves only when the run has come to rest.
        void this.#active?.run.start();
        return;
      case "step":
        await this.#active?.run.step();
        return;
      case "stop":
        await this.#active?.run.stop();
        return;
      case "reset":
        return this.#inTurn(() => this.#reset());
      case "set-hyper":
        this.#setHyper(command.name, command.value);
        return;
      case "set-epochs":
        if (this.#active) this.#active.run.setSteps(command.epochs * this.#active.session.stepsPerEpoch);
        return;
      case "move-nodes":
        return this.#inTurn(async () => this.#active?.session.moveNodes((id) => movedId(command.moves, id)));
      case "get-weights": {
        const bytes = this.#active ? await this.#active.session.weights() : null;
        this.#send({ kind: "weights", request: command.request, bytes });
        return;
      }
      case "get-plan": {
        const compiled = await this.#compile(command.project);
        this.#send({
          kind: "plan",
          request: command.request,
          plan: compiled.ok ? compiled.value.training.plan() : null,
          wholeStep: compiled.ok ? compiled.value.training.wholeStep : null,
          error: compiled.ok ? null : compiled.error,
        });
        return;
      }
      case "verify": {
        const verified = await this.#verify(command);
        this.#send({
          kind: "verified",
          request: command.request,
          verdicts: verified.ok ? verified.value : null,
          error: verified.ok ? null : verified.error,
        });
        return;
      }
      case "profile":
        return this.#inTurn(() => this.#profile(command));
      case "use-kernels":
        this.#kernels = command.kernels;
        return;
      case "tune":
        return this.#inTurn(() => this.#tune(command));
      case "export-typescript": {
        const exported = await this.#export(command.project);
        this.#send({
          kind: "typescript",
          request: command.request,
          files: exported.ok ? exported.value : null,
          error: exported.ok ? null : exported.error,
        });
        return;
      }
    }
  }

  async #openData({
    request,
    files,
    settings,
    guess,
  }: Extract<Command, { kind: "open-data" }>): Promise<void> {
    const opened = await openData(files, guess ? { ...settings, source: null } : settings, this.#decode);
    const prepared = opened.ok ? prepare(opened.value.dataset, opened.value.settings) : opened;
    if (!opened.ok || !prepared.ok) {
      const error = !opened.ok ? opened.error : !prepared.ok ? prepared.error : null;
      if (error) this.#send({ kind: "data", request, result: { ok: false, error } });
      return;
    }
    this.#data = prepared.value;
    this.#send({
      kind: "data",
      request,
      result: { ok: true, value: summarize(opened.value, prepared.value) },
    });
  }

  /** A run that cannot begin leaves the one before as it is, with its weights. */
  async #start({ project, weights, paused }: Extract<Command, { kind: "start" }>): Promise<void> {
    await this.#active?.run.stop();
    this.#send({ kind: "state", state: "preparing" });
    const made = await this.#session(project, weights);
    if (!made.ok) {
      this.#send({ kind: "failed", error: made.error });
      this.#send({ kind: "state", state: this.#active ? "stopped" : "failed" });
      return;
    }
    const session = made.value;
    const run = new Run(session, project.training.epochs * session.stepsPerEpoch, this.#send);
    this.#active = { session, run };
    if (paused) this.#send({ kind: "state", state: "paused" });
    else void run.start();
  }

  async #session(project: Project, weights: Uint8Array | null): Promise<CompileResult<Session>> {
    const device = await this.#open();
    if (!device) return failure(noDevice);
    if (!this.#data) return failure(noData);
    return Session.create(device, project, this.#data, weights, { makeRoom: () => this.#dispose() });
  }

  async #compile(project: Project) {
    if (!this.#data) return failure(noData);
    return compileTraining(project, this.#data, (await this.#open())?.limits ?? defaultLimits);
  }

  async #verify({
    project,
    nodes,
    seed,
  }: Extract<Command, { kind: "verify" }>): Promise<CompileResult<readonly Verdict[]>> {
    const device = await this.#open();
    if (!device) return failure(noDevice);
    const verifier = new Verifier(device, project, this.#data ? tensorsOf(this.#data.dataset) : {});
    const verdicts: Verdict[] = [];
    for (const node of nodes) {
      const verdict = await verifier.verify(node, seed);
      if (!verdict.ok) return verdict;
      verdicts.push(verdict.value);
    }
    return success(verdicts);
  }

  async #profile({ request, project, steps }: Extract<Command, { kind: "profile" }>): Promise<void> {
    const profiled = await this.#alone((device, data) => profileTraining(device, project, data, steps));
    this.#send({
      kind: "profile",
      request,
      profile: profiled.ok ? profiled.value : null,
      error: profiled.ok ? null : profiled.error,
    });
  }

  async #tune({ request, project }: Extract<Command, { kind: "tune" }>): Promise<void> {
    const tuned = await this.#alone((device, data) => tuneTraining(device, project, data));
    if (tuned.ok) this.#kernels = tuned.value.kernels;
    this.#send({
      kind: "tuned",
      request,
      tuning: tuned.ok ? tuned.value : null,
      error: tuned.ok ? null : tuned.error,
    });
  }

  /** The GPU has one thing to do at a time: a run that is under way waits. */
  async #alone<T>(
    measure: (device: OpenDevice, data: PreparedData) => Promise<CompileResult<T>>,
  ): Promise<CompileResult<T>> {
    const run = this.#active?.run;
    const interrupted = run?.state === "running";
    await run?.pause();
    const device = await this.#open();
    try {
      if (!device) return failure(noDevice);
      return this.#data ? await measure(device, this.#data) : failure(noData);
    } finally {
      if (interrupted) void run?.start();
    }
  }

  async #export(project: Project): Promise<CompileResult<Readonly<Record<string, string | Uint8Array>>>> {
    if (!this.#data) return failure(noData);
    const weights = this.#active ? await this.#active.session.weights() : null;
    return exportModel(project, this.#data, weights);
  }

  #setHyper(name: HyperName, value: number): void {
    const active = this.#active;
    if (!active) return;
    const { optimizer } = active.session;
    if (!hyperNames(optimizer).includes(name)) return;
    // `name` is one of this optimizer's own numbers, as has just been checked.
    const from = (optimizer as OptimizerSettings & Record<HyperName, number>)[name];
    const step = active.run.setOptimizer({ ...optimizer, [name]: value });
    this.#send({ kind: "hyper", step, name, from, to: value });
  }

  async #reset(): Promise<void> {
    await this.#dispose();
    this.#send({ kind: "state", state: "idle" });
  }

  async #dispose(): Promise<void> {
    const active = this.#active;
    if (!active) return;
    this.#active = null;
    await active.run.stop();
    active.session.dispose();
  }

  async #open(): Promise<OpenDevice | null> {
    this.#device ??= this.#openDevice();
    const open = await this.#device;
    return open && withKernels(open, this.#kernels);
  }

  async #openDevice(): Promise<OpenDevice | null> {
    const opened = await openDevice(this.#gpu);
    if (!opened.ok) {
      this.#send({ kind: "no-adapter", message: opened.error.message });
      return null;
    }
    const { name, software, lost } = opened.value;
    this.#send({ kind: "adapter", name, software });
    void lost.then((message) => {
      this.#device = null;
      this.#active = null;
      this.#send({ kind: "failed", error: { code: "device-lost", node: null, message } });
      this.#send({ kind: "state", state: "failed" });
    });
    return opened.value;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    // What failed has been told to its caller; the next command is not to wait for it for ever.
    this.#queue = done.catch(() => {});
    return done;
  }
}

const noData: RunError = {
  code: "no-data",
  node: null,
  message: {
    en: "There are no data to train on. Open a CSV file, a folder of images or a pair of IDX files in the Data tab.",
    zh: "没有可供训练的数据。请在“数据”页打开 CSV 文件、图片文件夹或一对 IDX 文件。",
  },
};

const noDevice: RunError = {
  code: "no-device",
  node: null,
  message: {
    en: "No WebGPU device could be opened, so nothing can be trained here.",
    zh: "无法打开 WebGPU 设备，因此这里无法训练。",
  },
};
