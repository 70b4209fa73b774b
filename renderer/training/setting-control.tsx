import { Choice } from "../ui/choice";
import { Toggle } from "../ui/toggle";
import { ListField } from "./list-field";
import { NumberField } from "./number-field";
import type { OwnSetting } from "./own-settings";

interface SettingControlProps<T> {
  readonly setting: OwnSetting<T>;
  readonly disabled?: boolean;
  readonly onChange: (settings: T) => void;
}

/** One field of some settings, by the kind of its value. */
export function SettingControl<T>({ setting, disabled, onChange }: SettingControlProps<T>) {
  const { name, value, options, range, put } = setting;
  if (options)
    return (
      <Choice
        label={name}
        value={String(value)}
        options={options.map((option) => ({ value: String(option), label: String(option) }))}
        disabled={disabled}
        onChange={(chosen) => {
          const option = options.find((each) => String(each) === chosen);
          if (option !== undefined) onChange(put(option));
        }}
      />
    );
  const common = { label: name, disabled };
  if (typeof value === "boolean")
    return <Toggle {...common} checked={value} onChange={(next) => onChange(put(next))} />;
  if (typeof value === "object")
    return <ListField {...common} value={value} {...range} onCommit={(next) => onChange(put(next))} />;
  return (
    <NumberField {...common} value={Number(value)} {...range} onCommit={(next) => onChange(put(next))} />
  );
}
