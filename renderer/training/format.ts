/** Numbers of a training run as they are read. The same in both languages, as PyTorch prints them. */
import type { HyperName } from "../../engine/training/protocol";

/** `3e-3`, `0.1`, `0`: learning rates and weight decays are compared by their decade. */
export function formatRate(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 0.1) return String(Number(value.toPrecision(3)));
  return Number(value.toPrecision(3)).toExponential();
}

export function formatHyper(name: HyperName, value: number): string {
  return name === "momentum" ? value.toFixed(2) : formatRate(value);
}

/** What the marks on the curves say; the words that PyTorch's users use for them. */
export const hyperShortNames = { lr: "lr", momentum: "momentum", weight_decay: "weight decay" } as const;

/** Three digits that tell: `0.164`, `12.3`, `1,240`, `3.2e-6`. */
export function formatLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return shortExponent(loss.toExponential(2));
  if (size >= 1000) return Math.round(loss).toLocaleString("en-US");
  return loss.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** Two digits: `1.2e-7`, `0`, `∞`. Of numbers that should be equal. */
export function formatDifference(value: number): string {
  if (value === 0) return "0";
  return Number.isFinite(value) ? value.toExponential(1) : "∞";
}

/** `5e10` rather than `5e+10`: the sign says nothing and takes room. */
export function shortExponent(text: string): string {
  return text.replace("e+", "e");
}

/** `0:14`, `12:05`, `1:02:09`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** `1,240`, `12.4`, `0.83`: fast runs need no digits behind the point, slow ones do. */
export function formatSpeed(perSecond: number): string {
  const digits = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
  return perSecond.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
