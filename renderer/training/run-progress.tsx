import { Progress } from "@base-ui/react/progress";
import { useDataTensors } from "../document/data-tensors";
import { useDocument } from "../document/store";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { formatDuration } from "./format";
import { useRun } from "./run";

/** `epoch 7 of 12`, beside the transport. */
export function EpochCounter() {
  const t = useText();
  const progress = useRun((run) => run.progress);
  const state = useRun((run) => run.state);
  if (!progress || state === "preparing")
    return <span className="muted epoch">{state === "preparing" ? t(texts.preparing) : ""}</span>;
  return (
    <span className="muted numbers epoch">
      {t(texts.epochOf, { epoch: progress.epoch, epochs: progress.epochs })}
    </span>
  );
}

/** The bar, and under it the step on the left and what is left of time on the right. */
export function RunProgress() {
  const t = useText();
  const { count } = useNumbers();
  const { progress, state } = useRun();
  const stepsAhead = useStepsAhead();
  const share = progress ? progress.step / Math.max(progress.steps, 1) : 0;
  const left = progress
    ? t(texts.stepOf, { step: count(progress.step), steps: count(progress.steps) })
    : stepsAhead === null
      ? t(texts.noSteps)
      : t(texts.stepsAhead, { steps: count(stepsAhead) });
  const timed = state === "running" && progress && Number.isFinite(progress.secondsLeft);
  const right = timed
    ? t(texts.timeLeft, { time: formatDuration(progress.secondsLeft) })
    : state === "running"
      ? ""
      : t(texts[state]);
  return (
    <div className="run-progress">
      <Progress.Root value={Math.round(share * 100)} aria-label={t(texts.progress)}>
        <Progress.Track className="progress-bar">
          <Progress.Indicator className={state} />
        </Progress.Track>
      </Progress.Root>
      <div className="progress-words dim numbers">
        <span>{left}</span>
        <span>{right}</span>
      </div>
    </div>
  );
}

/** Steps of a whole run with the settings as they are; null without data. */
function useStepsAhead(): number | null {
  const { batch_size, accumulation_steps, epochs } = useDocument((document) => document.project.training);
  const rows = useDataTensors((data) => data.trainRows);
  return rows === null ? null : epochs * Math.ceil(rows / (batch_size * accumulation_steps));
}
