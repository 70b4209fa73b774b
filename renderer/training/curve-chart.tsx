import "uplot/dist/uPlot.min.css";
import { useEffect, useLayoutEffect, useRef } from "react";
import uPlot from "uplot";
import { axes, drawMarks, lossColor, lossRange, shareRange } from "./chart-parts";
import type { HyperMark } from "./run-state";
import type { Metric, Series } from "./series";
import { nearest } from "./series";
import { type Line, smooth, thin } from "./thinning";

/** The steps that are shown, from and to. */
export type StepRange = readonly [number, number];

interface CurveChartProps {
  readonly metric: Metric;
  readonly training: Series;
  readonly validation: Series;
  readonly marks: readonly HyperMark[];
  readonly range: StepRange;
  /** 0 to 1: the share of the past in the average. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  /** The step under the crosshair, null when there is none; shared by the charts side by side. */
  readonly hovered: number | null;
  readonly onHover: (step: number | null) => void;
  /** Null means all. */
  readonly onZoom: (range: StepRange | null) => void;
  readonly label: string;
}

const zoomPerNotch = 1.25;

/**
 * Training and validation curves of one metric, and those of each loss where there are several. uPlot draws; this
 * keeps it in step with the run. Metric, scale, colours and the losses' names are read once: give it another `key` when
 * one of them changes.
 */
export function CurveChart(props: CurveChartProps) {
  const place = useRef<HTMLElement>(null);
  const chart = useRef<uPlot | null>(null);
  // uPlot's callbacks are made once: they read what is current from here.
  const current = useRef(props);
  useLayoutEffect(() => {
    current.current = props;
    if (!chart.current) return;
    // Many events can come between two frames; one drawing is enough.
    const frame = requestAnimationFrame(() => chart.current && drawCurves(chart.current, current.current));
    return () => cancelAnimationFrame(frame);
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = makeChart(element, current);
    chart.current = made;
    drawCurves(made, current.current);
    const sizes = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: element.clientHeight });
      drawCurves(made, current.current);
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, []);

  const { hovered, label } = props;
  useEffect(() => {
    const made = chart.current;
    if (!made || made.over.matches(":hover")) return;
    const left = hovered === null ? -10 : made.valToPos(hovered, "x");
    made.setCursor({ left, top: left < 0 ? -10 : 0 }, false);
  }, [hovered]);

  return <figure ref={place} className="curve-chart" aria-label={label} />;
}

function makeChart(element: HTMLElement, current: { readonly current: CurveChartProps }): uPlot {
  const { metric, logarithmic } = current.current;
  const parts = partsOf(current.current);
  const color = (token: string) => getComputedStyle(element).getPropertyValue(token).trim();
  const accent = color("--accent");
  const loss = color("--cat-loss");
  const markColors = { mark: color("--warn"), background: color("--surface") };
  // uPlot declares these numbers as a const enum, which cannot be imported with `isolatedModules`: 3 is logarithmic, 1 linear.
  const distr = logarithmic ? 3 : 1;
  const chart = new uPlot(
    {
      width: Math.max(element.clientWidth, 1),
      height: Math.max(element.clientHeight, 1),
      padding: [10, 22, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, auto: false },
        y: { distr, range: metric === "accuracy" ? shareRange : logarithmic ? undefined : lossRange },
      },
      series: [
        {},
        { stroke: `${accent}55`, width: 1, spanGaps: true, points: { show: false } },
        { stroke: accent, width: 1.6, spanGaps: true, points: { show: false } },
        {
          stroke: loss,
          width: 1.8,
          spanGaps: true,
          points: { show: () => current.current.validation.length < 3, size: 5, fill: loss },
        },
        ...parts.map((_, at) => ({
          stroke: color(lossColor(at)),
          width: 1.2,
          dash: [5, 3],
          spanGaps: true,
          points: { show: false },
        })),
      ],
      axes: axes(color, metric, logarithmic),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        hover: { skip: [null, undefined] },
        points: { size: 7, width: 2, fill: color("--surface") },
        move: (self, left, top) => [snapped(self, left, current.current.training), top],
      },
      hooks: {
        draw: [
          (self) => drawMarks(self, current.current.marks, markColors, color("--font-ui"), metric === "loss"),
        ],
        setCursor: [
          (self) => {
            if (self.over.matches(":hover")) current.current.onHover(stepAt(self, current.current.training));
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < 4) return;
            current.current.onZoom([self.posToVal(left, "x"), self.posToVal(left + width, "x")]);
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    [[], [], [], [], ...parts.map(() => [])],
    element,
  );
  chart.over.addEventListener("mouseleave", () => current.current.onHover(null));
  chart.over.addEventListener("dblclick", () => current.current.onZoom(null));
  chart.over.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const [from, to] = current.current.range;
      const center = chart.posToVal(event.offsetX, "x");
      const factor = event.deltaY > 0 ? zoomPerNotch : 1 / zoomPerNotch;
      current.current.onZoom([center - (center - from) * factor, center + (to - center) * factor]);
    },
    { passive: false },
  );
  return chart;
}

/** Of the losses that add up to the one that is drawn. */
function partsOf({ metric, training }: CurveChartProps): readonly Float64Array[] {
  return metric === "loss" ? Object.values(training.losses) : [];
}

function drawCurves(chart: uPlot, props: CurveChartProps) {
  const { training, validation, metric, range, smoothing, logarithmic } = props;
  const [from, to] = range;
  const buckets = Math.max(50, Math.floor(chart.width));
  const line = (series: Series, values: Float64Array) => {
    const thinned = thin(series, values, from, to, buckets);
    return logarithmic ? positive(thinned) : thinned;
  };
  const raw = smoothing > 0 ? line(training, training[metric]) : { x: [], y: [] };
  const smoothed = line(training, smooth(training, training[metric], smoothing));
  const validated = line(validation, validation[metric]);
  const parts = partsOf(props).map((values) => line(training, smooth(training, values, smoothing)));
  chart.batch(() => {
    chart.setData(joined([raw, smoothed, validated, ...parts]), false);
    chart.setScale("x", { min: from, max: to });
  });
}

/** uPlot wants one column of x for all lines: steps that a line lacks are null in it. */
function joined(lines: readonly Line[]): uPlot.AlignedData {
  const tables = lines.map((line): uPlot.AlignedData => [[...line.x], [...line.y]]);
  return uPlot.join(tables);
}

function positive({ x, y }: Line): Line {
  const keep = y.map((value) => value > 0);
  return { x: x.filter((_, index) => keep[index]), y: y.filter((_, index) => keep[index]) };
}

function stepAt(chart: uPlot, series: Series): number | null {
  const left = chart.cursor.left ?? -1;
  if (left < 0) return null;
  const index = nearest(series, chart.posToVal(left, "x"));
  return index < 0 ? null : series.step[index];
}

/** The crosshair jumps from step to step, so that what is read is a value that was measured. */
function snapped(chart: uPlot, left: number, series: Series): number {
  const index = left < 0 ? -1 : nearest(series, chart.posToVal(left, "x"));
  return index < 0 ? left : chart.valToPos(series.step[index], "x");
}
