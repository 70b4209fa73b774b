/** The training worker's client: commands go out, answers come back as promises, everything else as events. */
import type { Command, DataSummary, Event, RunError } from "../../engine/training/protocol";
import { training as texts } from "../ui/texts/training";

export type InputFiles = Extract<Command, { kind: "open-data" }>["files"];
export type DataAnswer = Extract<Event, { kind: "data" }>["result"];
export type DataError = Extract<DataAnswer, { ok: false }>["error"];
export type PlanAnswer = Pick<Extract<Event, { kind: "plan" }>, "plan" | "wholeStep" | "error">;
export type VerifyAnswer = Pick<Extract<Event, { kind: "verified" }>, "verdicts" | "error">;
export type ProfileAnswer = Pick<Extract<Event, { kind: "profile" }>, "profile" | "error">;
export type TuneAnswer = Pick<Extract<Event, { kind: "tuned" }>, "tuning" | "error">;
export type TypescriptAnswer = Pick<Extract<Event, { kind: "typescript" }>, "files" | "error">;
export type { DataSummary };

type ProjectOf<K extends Command["kind"]> = Extract<Command, { kind: K; project: unknown }>["project"];
type Settings = Extract<Command, { kind: "open-data" }>["settings"];
/** Commands that nobody waits for. */
export type Order = Exclude<Command, { request: number }>;

/** The part of `Worker` that the client uses; tests pass in a stand-in. */
export interface WorkerLike {
  postMessage(command: Command): void;
  terminate(): void;
  onmessage: ((message: MessageEvent<Event>) => void) | null;
  onerror: ((error: ErrorEvent) => void) | null;
  onmessageerror: ((error: MessageEvent) => void) | null;
}

export interface Client {
  send(order: Order): void;
  /** With `guess` the settings are found by looking at the files. */
  openData(files: InputFiles, settings: Settings, guess: boolean): Promise<DataAnswer>;
  getPlan(project: ProjectOf<"get-plan">): Promise<PlanAnswer>;
  /** @param nodes flat ids */
  verify(project: ProjectOf<"verify">, nodes: readonly string[], seed: number): Promise<VerifyAnswer>;
  profile(project: ProjectOf<"profile">, steps: number): Promise<ProfileAnswer>;
  tune(project: ProjectOf<"tune">): Promise<TuneAnswer>;
  /** Null when nothing was trained yet. */
  getWeights(): Promise<Uint8Array | null>;
  exportTypescript(project: ProjectOf<"export-typescript">): Promise<TypescriptAnswer>;
  /** False once the worker has crashed: it answers nothing any more. */
  alive(): boolean;
}

type Answer = Extract<Event, { request: number }>;
type AnswerOf<K extends Answer["kind"]> = Extract<Answer, { kind: K }>;

interface Waiting {
  readonly answer: (event: Answer) => void;
  readonly crash: (error: RunError) => void;
}

export function startWorker(): WorkerLike {
  return new Worker(new URL("../../engine/training/worker.ts", import.meta.url), {
    type: "module",
    name: "training",
  });
}

/**
 * `onEvent` hears everything that is not an answer. A crash becomes one `failed` event, and every open request is
 * answered with the same error, so that nobody waits for ever.
 */
export function connect(worker: WorkerLike, onEvent: (event: Event) => void): Client {
  const waiting = new Map<number, Waiting>();
  let requests = 0;
  let alive = true;

  worker.onmessage = ({ data: event }) => {
    if (!("request" in event)) return onEvent(event);
    const entry = waiting.get(event.request);
    waiting.delete(event.request);
    entry?.answer(event);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    crash(event.message);
  };
  worker.onmessageerror = () => crash("messageerror");

  function crash(cause: string | undefined) {
    if (!alive) return;
    alive = false;
    worker.terminate();
    const error = crashError(cause ?? "");
    for (const { crash } of waiting.values()) crash(error);
    waiting.clear();
    onEvent({ kind: "failed", error });
  }

  function ask<K extends Answer["kind"], T>(
    kind: K,
    command: (request: number) => Command,
    read: (event: AnswerOf<K>) => T,
    onCrash: (error: RunError) => T,
  ): Promise<T> {
    const request = ++requests;
    return new Promise((resolve) => {
      waiting.set(request, {
        answer: (event) => {
          if (isKind(event, kind)) resolve(read(event));
        },
        crash: (error) => resolve(onCrash(error)),
      });
      worker.postMessage(command(request));
    });
  }

  return {
    send: (order) => worker.postMessage(order),
    openData: (files, settings, guess) =>
      ask(
        "data",
        (request) => ({ kind: "open-data", request, files, settings, guess }),
        ({ result }) => result,
        ({ code, message }) => ({ ok: false, error: { code, message, where: "" } }),
      ),
    getPlan: (project) =>
      ask(
        "plan",
        (request) => ({ kind: "get-plan", request, project }),
        ({ plan, wholeStep, error }) => ({ plan, wholeStep, error }),
        (error) => ({ plan: null, wholeStep: null, error }),
      ),
    verify: (project, nodes, seed) =>
      ask(
        "verified",
        (request) => ({ kind: "verify", request, project, nodes, seed }),
        ({ verdicts, error }) => ({ verdicts, error }),
        (error) => ({ verdicts: null, error }),
      ),
    profile: (project, steps) =>
      ask(
        "profile",
        (request) => ({ kind: "profile", request, project, steps }),
        ({ profile, error }) => ({ profile, error }),
        (error) => ({ profile: null, error }),
      ),
    tune: (project) =>
      ask(
        "tuned",
        (request) => ({ kind: "tune", request, project }),
        ({ tuning, error }) => ({ tuning, error }),
        (error) => ({ tuning: null, error }),
      ),
    getWeights: () =>
      ask(
        "weights",
        (request) => ({ kind: "get-weights", request }),
        ({ bytes }) => bytes,
        () => null,
      ),
    exportTypescript: (project) =>
      ask(
        "typescript",
        (request) => ({ kind: "export-typescript", request, project }),
        ({ files, error }) => ({ files, error }),
        (error) => ({ files: null, error }),
      ),
    alive: () => alive,
  };
}

function isKind<K extends Answer["kind"]>(event: Answer, kind: K): event is AnswerOf<K> {
  return event.kind === kind;
}

function crashError(cause: string): RunError {
  const because = cause === "" ? "" : ` (${cause})`;
  const { en, zh } = texts.workerCrashed;
  return { code: "worker-crashed", message: { en: en + because, zh: zh + because }, node: null };
}
