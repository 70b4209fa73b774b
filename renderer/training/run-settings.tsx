import type { ReactElement } from "react";
import { defaultOptimizers, type Project } from "../../engine";
import { setTraining } from "../document/commands";
import { run as runCommand, useDocument } from "../document/store";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { HyperSlider } from "./hyper-slider";
import { hyperNames, hyperOf } from "./live-changes";
import { NumberField } from "./number-field";
import { useRun } from "./run";
import { isActive } from "./run-state";

type OptimizerType = Project["training"]["optimizer"]["type"];

const optimizers: readonly { readonly value: OptimizerType; readonly label: string }[] = [
  { value: "SGD", label: "SGD" },
  { value: "Adam", label: "Adam" },
];

/** The numbers that act at once. */
export function HyperSliders() {
  const settings = useDocument((document) => document.project.training);
  return (
    <div className="hypers">
      {hyperNames.map((name) => {
        const value = hyperOf(settings, name);
        return value === null ? null : <HyperSlider key={name} name={name} value={value} />;
      })}
    </div>
  );
}

/** What a run is begun with. While one is under way only the number of epochs can be changed. */
export function RunSettings() {
  const t = useText();
  const { optimizer, batch_size, epochs, seed } = useDocument((document) => document.project.training);
  const fixed = useRun((run) => isActive(run.state));
  const setEpochs = useRun((run) => run.setEpochs);
  return (
    <div className="run-settings">
      <Setting label={t(texts.optimizer)} fixed={fixed}>
        <Choice
          label={t(texts.optimizer)}
          value={optimizer.type}
          options={optimizers}
          disabled={fixed}
          onChange={(type) =>
            type !== optimizer.type && runCommand(setTraining({ optimizer: defaultOptimizers[type] }))
          }
        />
      </Setting>
      <Setting label={t(texts.batchSize)} fixed={fixed}>
        <NumberField
          label={t(texts.batchSize)}
          value={batch_size}
          min={1}
          whole
          disabled={fixed}
          onCommit={(value) => runCommand(setTraining({ batch_size: value }))}
        />
      </Setting>
      <Setting label={t(texts.epochs)} fixed={false}>
        <NumberField label={t(texts.epochs)} value={epochs} min={1} whole onCommit={setEpochs} />
      </Setting>
      <Setting label={t(texts.seed)} fixed={fixed}>
        <NumberField
          label={t(texts.seed)}
          value={seed}
          min={0}
          whole
          disabled={fixed}
          onCommit={(value) => runCommand(setTraining({ seed: value }))}
        />
      </Setting>
    </div>
  );
}

function Setting({ label, fixed, children }: { label: string; fixed: boolean; children: ReactElement }) {
  const t = useText();
  const row = (
    <div className="run-setting">
      <span className="muted">{label}</span>
      {children}
    </div>
  );
  return fixed ? (
    <Hint text={t(texts.needsNewStart)} side="top">
      {row}
    </Hint>
  ) : (
    row
  );
}
