import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { formatLoss, formatSpeed } from "./format";
import { useRun } from "./run";
import type { Metric, Series } from "./series";

/** The numbers that matter: of the validation rows where there are any, of the last training step otherwise. */
export function Tiles() {
  const t = useText();
  const { percent } = useNumbers();
  const { training, validation, progress } = useRun();
  const validates = validation.length > 0 || training.length === 0;
  const source = validates ? validation : training;
  const loss = last(source, "loss");
  const accuracy = last(source, "accuracy");
  const regression = training.length > 0 && accuracy === null && last(training, "accuracy") === null;
  return (
    <div className="tiles">
      <Tile
        value={loss === null ? null : formatLoss(loss)}
        label={t(validates ? texts.validationLoss : texts.trainingLoss)}
      />
      {!regression && (
        <Tile
          value={accuracy === null ? null : percent(accuracy)}
          label={t(validates ? texts.validationAccuracy : texts.trainingAccuracy)}
        />
      )}
      <Tile value={progress && formatSpeed(progress.samplesPerSecond)} label={t(texts.samplesPerSecond)} />
      <Tile value={progress && formatSpeed(progress.stepsPerSecond)} label={t(texts.stepsPerSecond)} />
    </div>
  );
}

function Tile({ value, label }: { value: string | null; label: string }) {
  return (
    <div className="tile">
      <b className={value === null ? "dim" : ""}>{value ?? "–"}</b>
      <span>{label}</span>
    </div>
  );
}

function last(series: Series, metric: Metric): number | null {
  const value = series.length === 0 ? Number.NaN : series[metric][series.length - 1];
  return Number.isNaN(value) ? null : value;
}
