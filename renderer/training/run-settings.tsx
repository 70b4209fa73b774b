import type { ReactElement } from "react";
import { defaultOptimizers, defaultSchedules, type Project } from "../../engine";
import { setTraining } from "../document/commands";
import { run as runCommand, useDocument } from "../document/store";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { Toggle } from "../ui/toggle";
import { HyperSlider } from "./hyper-slider";
import { hyperNames, hyperOf } from "./live-changes";
import { NumberField } from "./number-field";
import { ownSettings } from "./optimizer-settings";
import { useRun } from "./run";
import { isActive } from "./run-state";

type OptimizerType = Project["training"]["optimizer"]["type"];

// `Object.keys` forgets that these are the optimizers' names.
const optimizers = (Object.keys(defaultOptimizers) as OptimizerType[]).map((value) => ({
  value,
  label: value,
}));

type ScheduleType = Project["training"]["schedule"]["type"];

// As above, of the schedules' names.
const schedules = Object.keys(defaultSchedules) as ScheduleType[];

/** Counts of steps; all other numbers of a schedule are rates, factors or shares. */
const counts: readonly string[] = ["warmup_steps", "step_size", "T_max", "T_0", "T_mult", "total_steps"];
const largestOf: Readonly<Record<string, number>> = { pct_start: 0.999 };

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
  const { optimizer, schedule, batch_size, epochs, seed } = useDocument(
    (document) => document.project.training,
  );
  const fixed = useRun((run) => isActive(run.state));
  const setEpochs = useRun((run) => run.setEpochs);
  return (
    <>
      <div className="run-settings">
        <Setting label={t(texts.optimizer)} fixed={fixed} wide>
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
        <Setting label={t(texts.schedule)} fixed={fixed} wide>
          <Choice
            label={t(texts.schedule)}
            value={schedule.type}
            options={schedules.map((value) => ({ value, label: scheduleName(t, value) }))}
            disabled={fixed}
            onChange={(type) =>
              type !== schedule.type && runCommand(setTraining({ schedule: defaultSchedules[type] }))
            }
          />
        </Setting>
        <Setting label={t(texts.epochs)} fixed={false}>
          <NumberField label={t(texts.epochs)} value={epochs} min={1} whole onCommit={setEpochs} />
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
      <div className="run-settings details">
        {ownSettings(optimizer).map(({ name, value, largest, put }) => (
          <Setting key={name} label={name} fixed={fixed}>
            {typeof value === "boolean" ? (
              <Toggle
                label={name}
                checked={value}
                disabled={fixed}
                onChange={(next) => runCommand(setTraining({ optimizer: put(next) }))}
              />
            ) : (
              <NumberField
                label={name}
                value={value}
                min={0}
                max={largest}
                disabled={fixed}
                onCommit={(next) => runCommand(setTraining({ optimizer: put(next) }))}
              />
            )}
          </Setting>
        ))}
        {Object.entries(schedule)
          .filter(([name]) => name !== "type")
          .map(([name, value]) => (
            <Setting key={`${schedule.type}.${name}`} label={name} fixed={fixed}>
              <NumberField
                label={name}
                value={Number(value)}
                min={counts.includes(name) ? 1 : 0}
                max={largestOf[name]}
                whole={counts.includes(name)}
                disabled={fixed}
                onCommit={(next) => runCommand(setTraining({ schedule: { ...schedule, [name]: next } }))}
              />
            </Setting>
          ))}
      </div>
    </>
  );
}

function scheduleName(t: ReturnType<typeof useText>, type: ScheduleType): string {
  if (type === "constant") return t(texts.constant);
  return type === "LinearWarmup" ? t(texts.linearWarmup) : type;
}

interface SettingProps {
  readonly label: string;
  readonly fixed: boolean;
  /** Over the whole row. */
  readonly wide?: boolean;
  readonly children: ReactElement;
}

function Setting({ label, fixed, wide = false, children }: SettingProps) {
  const t = useText();
  const row = (
    <div className={wide ? "run-setting wide" : "run-setting"}>
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
