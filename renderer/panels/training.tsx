import { Curves } from "../training/curves";
import { ErrorBar } from "../training/error-bar";
import { useRun } from "../training/run";
import { EpochCounter, RunProgress } from "../training/run-progress";
import { HyperSliders, RunSettings } from "../training/run-settings";
import { isActive } from "../training/run-state";
import { Tiles } from "../training/tiles";
import { Transport } from "../training/transport";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import "./training.css";

/** The run: how it is driven, how it goes, and the numbers that matter. */
export function TrainingPanel() {
  const t = useText();
  const loaded = useRun((run) => (isActive(run.state) ? null : run.loaded));
  return (
    <div className="training-panel">
      <ErrorBar />
      <div className="training-columns">
        <div className="training-controls">
          <div className="transport-row">
            <Transport />
            <EpochCounter />
          </div>
          <RunProgress />
          {loaded && <p className="dim loaded-weights">{t(texts.startsFrom, { file: loaded.name })}</p>}
          <HyperSliders />
          <RunSettings />
        </div>
        <Curves />
        <Tiles />
      </div>
    </div>
  );
}
