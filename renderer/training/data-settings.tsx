import { Menu } from "@base-ui/react/menu";
import { FolderInput } from "lucide-react";
import type { ReactNode } from "react";
import type { SyntheticSource } from "../../engine";
import { setData } from "../document/commands";
import { run as runCommand, useDocument } from "../document/store";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { Slide } from "../ui/slide";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { Toggle } from "../ui/toggle";
import { builtIns } from "./built-in";
import type { DataSummary } from "./client";
import { openBuiltIn, openDataFiles, openDataFolder, useData } from "./data";
import { NumberField } from "./number-field";

const tasks = ["classification", "regression"] as const;

/** The left column of the data panel: what is open, how it is read and how it is split. */
export function DataSettings({ summary }: { summary: DataSummary }) {
  const t = useText();
  const { count, percent } = useNumbers();
  const settings = useDocument((document) => document.project.data);
  const reading = useData((data) => data.reading);
  const { dataset, trainRows, validationRows, sourceColumns } = summary;
  const { source } = settings;
  return (
    <div className="data-settings">
      <div className="data-head">
        <h2 className="ellipsis" title={dataset.name}>
          {dataset.name}
        </h2>
        <span className="dim numbers">
          {reading ? t(texts.reading) : t(texts.samplesOf, { rows: count(dataset.rows) })}
        </span>
        <OpenMenu />
      </div>
      {source?.kind === "csv" && (
        <>
          <Field label={t(texts.target)}>
            <Choice
              label={t(texts.target)}
              value={source.target}
              options={sourceColumns.map((column) => ({ value: column, label: column }))}
              onChange={(target) => runCommand(setData({ source: { ...source, target } }))}
            />
          </Field>
          <Field label={t(texts.task)}>
            <Choice
              label={t(texts.task)}
              value={source.task}
              options={tasks.map((task) => ({ value: task, label: t(texts[task]) }))}
              onChange={(task) => runCommand(setData({ source: { ...source, task } }))}
            />
          </Field>
        </>
      )}
      {source?.kind === "synthetic" && (
        <SyntheticFields
          source={source}
          onChange={(change) => runCommand(setData({ source: { ...source, ...change } }))}
        />
      )}
      <Slide
        label={t(texts.validation)}
        value={settings.validation_split}
        min={0}
        max={0.5}
        step={0.05}
        shown={percent(settings.validation_split, 0)}
        onChange={(validation_split) => runCommand(setData({ validation_split }))}
      />
      <p className="dim numbers split-rows">
        {t(texts.splitRows, { train: count(trainRows), validation: count(validationRows) })}
      </p>
      <Field label={t(texts.splitSeed)}>
        <NumberField
          label={t(texts.splitSeed)}
          value={settings.split_seed}
          min={0}
          whole
          onCommit={(split_seed) => runCommand(setData({ split_seed }))}
        />
      </Field>
      <Hint text={t(texts.standardizeHint)} side="right">
        <div className="data-field">
          <span className="muted">{t(texts.standardize)}</span>
          <Toggle
            label={t(texts.standardize)}
            checked={settings.standardize}
            onChange={(standardize) => runCommand(setData({ standardize }))}
          />
        </div>
      </Hint>
    </div>
  );
}

function SyntheticFields({
  source: { rows, noise, seed },
  onChange,
}: {
  source: SyntheticSource;
  onChange: (change: Partial<Pick<SyntheticSource, "rows" | "noise" | "seed">>) => void;
}) {
  const t = useText();
  return (
    <>
      <Field label={t(texts.syntheticRows)}>
        <NumberField
          label={t(texts.syntheticRows)}
          value={rows}
          min={1}
          whole
          onCommit={(next) => onChange({ rows: next })}
        />
      </Field>
      <Slide
        label={t(texts.noise)}
        value={noise}
        min={0}
        max={1}
        step={0.01}
        shown={noise.toFixed(2)}
        onChange={(next) => onChange({ noise: next })}
      />
      <Field label={t(texts.dataSeed)}>
        <NumberField
          label={t(texts.dataSeed)}
          value={seed}
          min={0}
          whole
          onCommit={(next) => onChange({ seed: next })}
        />
      </Field>
    </>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="data-field">
      <span className="muted">{label}</span>
      {children}
    </div>
  );
}

/** Other data, while some are open. */
function OpenMenu() {
  const t = useText();
  return (
    <Menu.Root>
      <Menu.Trigger className="button small" aria-label={t(texts.otherData)}>
        <FolderInput aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="positioner" sideOffset={4} align="end">
          <Menu.Popup className="popup">
            <Menu.Item className="option" onClick={() => void openDataFiles()}>
              {t(texts.openFiles)}
            </Menu.Item>
            <Menu.Item className="option" onClick={() => void openDataFolder()}>
              {t(texts.openFolder)}
            </Menu.Item>
            <Menu.Separator className="option-separator" />
            {builtIns
              .filter((builtIn) => !builtIn.hidden)
              .map((builtIn) => (
                <Menu.Item key={builtIn.id} className="option" onClick={() => void openBuiltIn(builtIn)}>
                  {builtIn.title}
                  <span className="option-end dim">{t(builtIn.about)}</span>
                </Menu.Item>
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
