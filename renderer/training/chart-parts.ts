/** How the axes and marks of a training chart look. */
import type uPlot from "uplot";
import { formatHyper, formatLoss, hyperShortNames, shortExponent } from "./format";
import type { HyperMark } from "./run-state";
import type { Metric } from "./series";

type Color = (token: string) => string;

export function axes(color: Color, metric: Metric, logarithmic: boolean): uPlot.Axis[] {
  const look = { font: `11px ${color("--font-ui")}`, stroke: color("--text-3"), ticks: { show: false } };
  return [
    {
      ...look,
      size: 26,
      gap: 6,
      grid: { show: false },
      space: 52,
      incrs: wholeSteps,
      values: (_, steps) => steps.map((step) => step.toLocaleString("en-US")),
    },
    {
      ...look,
      size: 46,
      gap: 8,
      space: 34,
      grid: { stroke: color("--line"), width: 1 },
      values: (_, splits, _axis, _space, increment) =>
        splits.map((value) =>
          value === null ? null : logarithmic ? formatPower(value) : axisLabel(value, metric, increment),
        ),
    },
  ];
}

const lossColors = ["--cat-norm", "--cat-pool", "--cat-shape", "--cat-data"] as const;

/** The token of one of several losses. */
export function lossColor(at: number): string {
  return lossColors[at % lossColors.length];
}

/** Steps are whole: 1, 2, 5, 10, 20, 50, … */
const wholeSteps = Array.from({ length: 8 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/** A loss axis begins at 0 unless the curve is far above it. */
export const lossRange: uPlot.Range.Function = (_, min, max) => {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const span = Math.max(max - min, Math.abs(max) * 1e-3, 1e-9);
  const low = min >= 0 && min < 0.6 * max ? 0 : min - 0.05 * span;
  return [low, max + 0.05 * span];
};

export const shareRange: uPlot.Range.Function = (_, min) =>
  min === null || !Number.isFinite(min) ? [0, 1] : [Math.max(0, Math.floor((min - 0.02) * 10) / 10), 1];

/** Dashed lines where a hyperparameter was changed, with what it was changed from and to. */
export function drawMarks(
  chart: uPlot,
  marks: readonly HyperMark[],
  colors: { readonly mark: string; readonly background: string },
  font: string,
  legendOnTop: boolean,
) {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 10 * ratio, bbox.width, bbox.height + 10 * ratio);
  ctx.clip();
  ctx.strokeStyle = colors.mark;
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 4 * ratio]);
  ctx.font = `${11 * ratio}px ${font}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  const rowEnds: number[] = [];
  for (const mark of marks) {
    const x = Math.round(chart.valToPos(mark.step, "x", true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const words = `${hyperShortNames[mark.name]} ${formatHyper(mark.name, mark.from)} → ${formatHyper(mark.name, mark.to)}`;
    const width = ctx.measureText(words).width + 12 * ratio;
    const left = x + width > bbox.left + bbox.width ? x - width : x;
    // Words that would lie on others go one row down, those under the legend below it.
    const underLegend = legendOnTop && left + width > bbox.left + bbox.width - legendSize.width * ratio;
    const free = rowEnds.findIndex((end) => end <= left);
    const row = free < 0 ? rowEnds.length : free;
    rowEnds[row] = left + width;
    const top = 2 + 14 * row + (underLegend ? legendSize.height : 0);
    const y = bbox.top + top * ratio;
    // The words must be read on top of a curve, too.
    ctx.fillStyle = colors.background;
    ctx.fillRect(left + 3 * ratio, y - ratio, width - 8 * ratio, 13 * ratio);
    ctx.fillStyle = colors.mark;
    ctx.fillText(words, left + 5 * ratio, y);
  }
  ctx.restore();
}

/** The corner that the legend takes at the top right with the crosshair's step and readings in it, in CSS pixels. */
const legendSize = { width: 150, height: 62 };

function axisLabel(value: number, metric: Metric, increment: number): string {
  if (metric === "accuracy") return `${Math.round(value * 100)} %`;
  if (increment >= 1e5 || increment < 1e-4) return value === 0 ? "0" : shortExponent(value.toExponential(1));
  // As many decimals as the increment has: 0.25 needs two.
  return value.toFixed(String(Number(increment.toPrecision(3))).split(".")[1]?.length ?? 0);
}

function formatPower(value: number): string {
  return value >= 1e-3 && value < 1e4 ? String(Number(value.toPrecision(2))) : formatLoss(value);
}
