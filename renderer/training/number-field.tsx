import { useState } from "react";

interface NumberFieldProps {
  /** Its accessible name. */
  readonly label: string;
  readonly value: number;
  /** How the value is written while nobody edits it. */
  readonly shown?: string;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onCommit: (value: number) => void;
}

/** A number that is taken over on Enter or when left, and put back on Escape or when it is none. */
export function NumberField({
  label,
  value,
  shown,
  min,
  max,
  whole,
  disabled,
  className = "input",
  onCommit,
}: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? value : parse(draft, min, max ?? Number.POSITIVE_INFINITY, whole ?? false);
  const commit = () => {
    if (draft !== null && parsed !== null && parsed !== value) onCommit(parsed);
    setDraft(null);
  };
  return (
    <input
      className={`${className} mono numbers`}
      inputMode="decimal"
      aria-label={label}
      aria-invalid={parsed === null}
      disabled={disabled}
      value={draft ?? shown ?? String(value)}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}

/** Null when it is not a number in the range. */
export function parse(text: string, min: number, max: number, whole: boolean): number | null {
  const number = Number(text.trim().replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(number)) return null;
  if (number < min || number > max || (whole && !Number.isInteger(number))) return null;
  return number;
}
