import { Select } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";

interface ChoiceProps<V extends string> {
  /** Its accessible name. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** One value out of a list, in a control of one row. */
export function Choice<V extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  className = "input select",
}: ChoiceProps<V>) {
  return (
    <Select.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Select.Trigger className={className} aria-label={label}>
        <Select.Value className="ellipsis" />
        <ChevronDown aria-hidden />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className="positioner" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="popup">
            <Select.List>
              {options.map((option) => (
                <Select.Item key={option.value} value={option.value} className="option">
                  <span className="option-mark">
                    <Select.ItemIndicator>
                      <Check aria-hidden />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{option.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
