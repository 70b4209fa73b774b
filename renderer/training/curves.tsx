import { Slider } from "@base-ui/react/slider";
import { Maximize2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/button";
import { Hint } from "../ui/hint";
import { usePreferences } from "../ui/preferences";
import { readStored, writeStored } from "../ui/stored";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { lossColor } from "./chart-parts";
import { CurveChart, type StepRange } from "./curve-chart";
import { formatLoss } from "./format";
import { GettingStarted } from "./getting-started";
import { useRun } from "./run";
import type { Run } from "./run-state";
import { type Metric, nearest, type Series } from "./series";

const views = ["loss", "accuracy", "both"] as const;
type View = (typeof views)[number];

/** The middle of the training panel: the curves with their tools. */
export function Curves() {
  const t = useText();
  const run = useRun();
  const theme = usePreferences((state) => state.shownTheme);
  const [view, setView] = useState<View>(
    () => readStored("curves", (value) => views.find((known) => known === value)) ?? "loss",
  );
  const [smoothing, setSmoothing] = useState(0);
  const [logarithmic, setLogarithmic] = useState(false);
  const [zoom, setZoom] = useState<StepRange | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);

  if (run.training.length === 0) return <GettingStarted />;
  const whole = wholeRange(run);
  const range = zoom ?? whole;
  const hasAccuracy = !Number.isNaN(run.training.accuracy[0]);
  const metrics: readonly Metric[] = !hasAccuracy
    ? ["loss"]
    : view === "both"
      ? ["loss", "accuracy"]
      : [view];
  return (
    <div className="curves">
      <div className="curve-tools">
        <fieldset className="segment small" aria-label={t(texts.curves)}>
          {views.map((id) => (
            <Button
              key={id}
              size="small"
              aria-pressed={hasAccuracy ? view === id : id === "loss"}
              disabled={!hasAccuracy && id !== "loss"}
              title={!hasAccuracy && id !== "loss" ? t(texts.noAccuracy) : undefined}
              onClick={() => {
                setView(id);
                writeStored("curves", id);
              }}
            >
              {t(texts[id])}
            </Button>
          ))}
        </fieldset>
        <Slider.Root
          className="smoothing"
          value={smoothing}
          min={0}
          max={0.99}
          step={0.01}
          onValueChange={(value) => setSmoothing(value)}
        >
          <Slider.Label className="dim">{t(texts.smoothing)}</Slider.Label>
          <Slider.Control className="slider-control">
            <Slider.Track className="slider-track">
              <Slider.Thumb className="slider-thumb" />
            </Slider.Track>
          </Slider.Control>
          <span className="mono numbers dim">{smoothing.toFixed(2)}</span>
        </Slider.Root>
        <Hint text={t(texts.logScaleHint)}>
          <Button size="small" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
            {t(texts.logScale)}
          </Button>
        </Hint>
        <span className="grow" />
        {zoom ? (
          <IconButton look="ghost" className="small" label={t(texts.resetZoom)} onClick={() => setZoom(null)}>
            <Maximize2 aria-hidden />
          </IconButton>
        ) : null}
      </div>
      <div className="charts">
        {metrics.map((metric) => (
          <div className="chart" key={metric}>
            <CurveChart
              key={[theme, logarithmic, ...Object.keys(run.training.losses)].join(" ")}
              metric={metric}
              training={run.training}
              validation={run.validation}
              marks={run.marks}
              range={range}
              smoothing={smoothing}
              logarithmic={logarithmic && metric === "loss"}
              hovered={hovered}
              onHover={setHovered}
              onZoom={(wanted) => setZoom(wanted && within(wanted, whole))}
              label={`${t(texts[metric])}. ${t(texts.zoomHint)}`}
            />
            <Legend metric={metric} run={run} step={hovered} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** Which line is which; with the crosshair on the chart also what they read there. */
function Legend({ metric, run, step }: { metric: Metric; run: Run; step: number | null }) {
  const t = useText();
  const { count, percent } = useNumbers();
  const write = (value: number) => (metric === "loss" ? formatLoss(value) : percent(value));
  const names =
    metric === "loss"
      ? [texts.trainingLoss, texts.validationLoss]
      : [texts.trainingAccuracy, texts.validationAccuracy];
  return (
    <div className={`legend ${metric}`}>
      {step !== null && <span className="dim numbers">{t(texts.atStep, { step: count(step) })}</span>}
      <LegendRow
        className="of-training"
        name={t(names[0])}
        value={reading(run.training, metric, step, write)}
      />
      {run.validation.length > 0 && (
        <LegendRow
          className="of-validation"
          name={t(names[1])}
          value={reading(run.validation, metric, step, write)}
        />
      )}
      {metric === "loss" &&
        Object.entries(run.training.losses).map(([name, values], at) => (
          <LegendRow
            key={name}
            color={`var(${lossColor(at)})`}
            name={name}
            value={readingOf(run.training, values, step, write)}
          />
        ))}
    </div>
  );
}

interface LegendRowProps {
  readonly className?: string;
  readonly color?: string;
  readonly name: string;
  readonly value: string | null;
}

function LegendRow({ className, color, name, value }: LegendRowProps) {
  return (
    <span className={className} style={{ color }}>
      {name}
      {value !== null && <b className="numbers">{value}</b>}
    </span>
  );
}

function reading(
  series: Series,
  metric: Metric,
  step: number | null,
  write: (value: number) => string,
): string | null {
  return readingOf(series, series[metric], step, write);
}

function readingOf(
  series: Series,
  values: Float64Array,
  step: number | null,
  write: (value: number) => string,
): string | null {
  const index = step === null ? -1 : nearest(series, step);
  return index < 0 ? null : write(values[index]);
}

/** Up to the last step of the run, but so that a curve that has just begun fills half of the picture. */
function wholeRange({ training, progress, state }: Run): StepRange {
  const first = training.step[0] - 1;
  const last = training.step[training.length - 1];
  if (state !== "running" && state !== "paused") return [first, Math.max(last, first + 1)];
  const end = Math.min(progress?.steps ?? last, first + (last - first) * 2);
  return [first, Math.max(end, last, first + 10)];
}

/** Null, which is all, when nothing is zoomed. At least two steps stay in view. */
function within([from, to]: StepRange, [first, last]: StepRange): StepRange | null {
  const start = Math.max(first, from);
  const end = Math.min(last, to);
  if (start <= first && end >= last) return null;
  return end - start < 2 ? null : [start, end];
}
