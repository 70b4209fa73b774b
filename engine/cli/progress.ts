/** Follows a run: draws it on a terminal, writes a line now and then elsewhere, and keeps what is reported at the end. */
import type { Text } from "../tensor/text";
import type { Point, Progress } from "../training/protocol";
import type { RunEvent } from "../training/run";
import type { Terminal } from "./terminal";

export interface Outcome {
  readonly steps: number;
  /** Rounds through the training rows, with a fraction when the last was not finished. */
  readonly epochs: number;
  /** Mean of the last epoch's steps, or of as many as there were. */
  readonly loss: number;
  /** Likewise of each loss, where there are several. */
  readonly losses: Readonly<Record<string, number>> | null;
  /** After the last epoch; null when no rows are kept for validation. */
  readonly validation: Point | null;
  /** While training; validation is left out of the time. */
  readonly samplesPerSecond: number;
  /** Why it ended before its time. */
  readonly failed: Text | null;
}

const redrawMilliseconds = 100;
const lineMilliseconds = 1000;

export class RunProgress {
  readonly #terminal: Terminal;
  readonly #stepsPerEpoch: number;
  readonly #rowsPerEpoch: number;
  readonly #started = performance.now();
  /** Of the last epoch's steps. */
  readonly #points: Point[] = [];
  #steps = 0;
  #validation: Point | null = null;
  #failed: Text | null = null;
  #progress: Progress | null = null;
  #progressAt = performance.now();
  #validating = 0;
  #shownAt = 0;
  #shownStep = 0;

  constructor(terminal: Terminal, shape: { readonly stepsPerEpoch: number; readonly rowsPerEpoch: number }) {
    this.#terminal = terminal;
    this.#stepsPerEpoch = shape.stepsPerEpoch;
    this.#rowsPerEpoch = shape.rowsPerEpoch;
  }

  readonly follow = (event: RunEvent): void => {
    switch (event.kind) {
      case "points":
        this.#points.push(...event.points);
        this.#points.splice(0, this.#points.length - this.#stepsPerEpoch);
        this.#steps = event.points.at(-1)?.step ?? this.#steps;
        return;
      case "progress":
        this.#progress = event.progress;
        this.#progressAt = performance.now();
        if (this.#terminal.interactive) this.#show(redrawMilliseconds);
        return;
      case "validation":
        this.#validation = event.point;
        // The run reports progress, evaluates, and then says so.
        this.#validating += performance.now() - this.#progressAt;
        this.#show(this.#terminal.interactive ? redrawMilliseconds : lineMilliseconds);
        return;
      case "failed":
        this.#failed = event.error.message;
        return;
      case "hyper": {
        const zh = this.#terminal.language === "zh";
        const from = `${event.from.toPrecision(3)} → ${event.to.toPrecision(3)}`;
        this.#terminal.note(
          zh ? `第 ${event.step} 步后：学习率 ${from}` : `after step ${event.step}: learning rate ${from}`,
        );
        return;
      }
      case "state":
        return;
    }
  };

  /** When the run has come to rest. */
  end(trained: number): Outcome {
    if (this.#shownStep !== this.#progress?.step) this.#show(0);
    if (this.#terminal.interactive) this.#terminal.note("");
    const seconds = (performance.now() - this.#started - this.#validating) / 1000;
    const rows = (trained * this.#rowsPerEpoch) / this.#stepsPerEpoch;
    return {
      steps: this.#steps,
      epochs: Math.round((this.#steps / this.#stepsPerEpoch) * 1000) / 1000,
      loss: this.#loss,
      losses: this.#eachLoss,
      validation: this.#validation,
      samplesPerSecond: rows / seconds,
      failed: this.#failed,
    };
  }

  get #loss(): number {
    return this.#mean(({ loss }) => loss);
  }

  get #eachLoss(): Readonly<Record<string, number>> | null {
    const names = Object.keys(this.#points.at(-1)?.losses ?? {});
    if (names.length === 0) return null;
    return Object.fromEntries(names.map((name) => [name, this.#mean(({ losses }) => losses?.[name] ?? 0)]));
  }

  #mean(read: (point: Point) => number): number {
    return this.#points.reduce((sum, point) => sum + read(point), 0) / this.#points.length;
  }

  #show(notBefore: number): void {
    const now = performance.now();
    if (!this.#progress || now - this.#shownAt < notBefore) return;
    this.#shownAt = now;
    this.#shownStep = this.#progress.step;
    const { interactive } = this.#terminal;
    if (interactive) this.#terminal.redraw(this.#line(this.#progress).slice(0, this.#terminal.columns - 1));
    else this.#terminal.note(this.#line(this.#progress));
  }

  #line({ step, steps, epochs, samplesPerSecond, secondsLeft }: Progress): string {
    const zh = this.#terminal.language === "zh";
    const epoch = Math.max(1, Math.ceil(step / this.#stepsPerEpoch));
    const parts = [
      `${zh ? "轮" : "epoch"} ${epoch}/${epochs}`,
      this.#terminal.interactive ? bar(step / steps) : `${zh ? "步" : "step"} ${step}/${steps}`,
      `${zh ? "损失" : "loss"} ${this.#loss.toPrecision(4)}`,
    ];
    if (this.#validation) {
      const { loss, accuracy } = this.#validation;
      parts.push(
        accuracy === null
          ? `${zh ? "验证损失" : "validation loss"} ${loss.toPrecision(4)}`
          : `${zh ? "验证" : "validation"} ${(accuracy * 100).toFixed(1)} %`,
      );
    }
    if (Number.isFinite(secondsLeft))
      parts.push(zh ? `剩余 ${clock(secondsLeft)}` : `${clock(secondsLeft)} left`);
    if (samplesPerSecond > 0)
      parts.push(`${Math.round(samplesPerSecond).toLocaleString("en")} ${zh ? "样本/秒" : "samples/s"}`);
    return parts.join("  ");
  }
}

function bar(share: number): string {
  const full = Math.round(share * 10);
  return `${"█".repeat(full)}${"░".repeat(10 - full)} ${Math.floor(share * 100)} %`;
}

/** `0:07`, `12:30`, `1:02:03` */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const tail = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
