import type { ReactElement } from "react";
import { defaultClips, defaultOptimizers, defaultSchedules, type Project } from "../../engine";
import { setTraining } from "../document/commands";
import { run as runCommand, useDocument } from "../document/store";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { aboutSetting, settings as settingTexts } from "../ui/texts/settings";
import { training as texts } from "../ui/texts/training";
import { HyperSlider } from "./hyper-slider";
import { hyperNames, hyperOf } from "./live-changes";
import { NumberField } from "./number-field";
import { hiddenOf, ownSettings } from "./own-settings";
import { useRun } from "./run";
import { isActive } from "./run-state";
import { SettingControl } from "./setting-control";

type Training = Project["training"];

// `Object.keys` forgets that these are the names; so below.
const optimizers = (Object.keys(defaultOptimizers) as Training["optimizer"]["type"][]).map((value) => ({
  value,
  label: value,
}));
const schedules = Object.keys(defaultSchedules) as Training["schedule"]["type"][];
const clips = { none: texts.clipNone, norm: texts.clipNorm, value: texts.clipValue } as const;
const clipNames = Object.keys(defaultClips) as Training["clip"]["type"][];

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
  const { optimizer, schedule, clip, batch_size, epochs, seed } = useDocument(
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
            options={schedules.map((value) => ({
              value,
              label: value === "constant" ? t(texts.constant) : value,
            }))}
            disabled={fixed}
            onChange={(type) =>
              type !== schedule.type && runCommand(setTraining({ schedule: defaultSchedules[type] }))
            }
          />
        </Setting>
        <Setting label={t(texts.clip)} fixed={fixed} wide>
          <Choice
            label={t(texts.clip)}
            value={clip.type}
            options={clipNames.map((value) => ({ value, label: t(clips[value]) }))}
            disabled={fixed}
            onChange={(type) => type !== clip.type && runCommand(setTraining({ clip: defaultClips[type] }))}
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
      <OwnSettings fixed={fixed} />
    </>
  );
}

/** What the chosen optimizer, schedule and clipping have themselves, as far as it does something. */
function OwnSettings({ fixed }: { readonly fixed: boolean }) {
  const t = useText();
  const training = useDocument((document) => document.project.training);
  const { optimizer, schedule, clip, warmup_steps, accumulation_steps } = training;
  const inParts = accumulation_steps > 1;
  const hidden = hiddenOf(training);
  const rows = <T extends { readonly type: string }>(settings: T, put: (next: T) => Partial<Training>) =>
    ownSettings(settings, hidden).map((setting) => {
      const about = aboutSetting(settings.type, setting.name);
      return (
        <Setting
          key={`${settings.type}.${setting.name}`}
          label={setting.name}
          about={about ? t(about) : undefined}
          fixed={fixed}
        >
          <SettingControl
            setting={setting}
            disabled={fixed}
            onChange={(next) => runCommand(setTraining(put(next)))}
          />
        </Setting>
      );
    });
  return (
    <div className="run-settings details">
      {rows(optimizer, (next) => ({ optimizer: next }))}
      <Setting label={t(texts.warmup)} about={t(settingTexts.warmup_steps)} fixed={fixed}>
        <NumberField
          label={t(texts.warmup)}
          value={warmup_steps}
          min={0}
          whole
          disabled={fixed}
          onCommit={(value) => runCommand(setTraining({ warmup_steps: value }))}
        />
      </Setting>
      {rows(schedule, (next) => ({ schedule: next }))}
      {rows(clip, (next) => ({ clip: next }))}
      <Setting label={t(texts.accumulation)} about={t(settingTexts.accumulation_steps)} fixed={fixed}>
        <NumberField
          label={t(texts.accumulation)}
          value={accumulation_steps}
          min={1}
          whole
          disabled={fixed}
          onCommit={(value) => runCommand(setTraining({ accumulation_steps: value }))}
        />
      </Setting>
      <Setting
        label={t(texts.wholeStepKernel)}
        about={t(inParts ? settingTexts.whole_step_in_parts : settingTexts.whole_step)}
        fixed={fixed}
      >
        <Choice
          label={t(texts.wholeStepKernel)}
          value={inParts ? "off" : (training.whole_step ?? "auto")}
          options={[
            { value: "auto", label: t(texts.wholeStepAuto) },
            { value: "off", label: t(texts.wholeStepOff) },
          ]}
          disabled={fixed || inParts}
          onChange={(value) => runCommand(setTraining({ whole_step: value === "off" ? "off" : undefined }))}
        />
      </Setting>
    </div>
  );
}

interface SettingProps {
  readonly label: string;
  readonly fixed: boolean;
  /** What it does. */
  readonly about?: string;
  /** Over the whole row. */
  readonly wide?: boolean;
  readonly children: ReactElement;
}

function Setting({ label, fixed, about, wide = false, children }: SettingProps) {
  const t = useText();
  const row = (
    <div className={wide ? "run-setting wide" : "run-setting"}>
      <span className="muted">{label}</span>
      {children}
    </div>
  );
  const hint = fixed ? t(texts.needsNewStart) : about;
  return hint === undefined ? (
    row
  ) : (
    <Hint text={hint} side="top">
      {row}
    </Hint>
  );
}
