import { useState } from "react";
import { parse } from "./number-field";

interface ListFieldProps {
  /** Its accessible name. */
  readonly label: string;
  readonly value: readonly number[];
  /** Of each number. */
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly disabled?: boolean;
  readonly onCommit: (value: readonly number[]) => void;
}

/** Numbers with spaces or commas between them, taken over on Enter or when left, put back on Escape or when one is none. */
export function ListField({ label, value, min, max, whole, disabled, onCommit }: ListFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const shown = value.join(", ");
  const numbers = draft === null ? value : parseList(draft, min, max, whole);
  const commit = () => {
    if (draft !== null && numbers !== null && numbers.join(", ") !== shown) onCommit(numbers);
    setDraft(null);
  };
  return (
    <input
      className="input mono numbers"
      aria-label={label}
      aria-invalid={numbers === null}
      disabled={disabled}
      value={draft ?? shown}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}

/** Null when one of them is not a number in the range. */
export function parseList(text: string, min: number, max: number, whole: boolean): readonly number[] | null {
  const words = text.split(/[\s,，、;]+/).filter((word) => word !== "");
  const numbers = words.flatMap((word) => parse(word, min, max, whole) ?? []);
  return numbers.length === words.length ? numbers : null;
}
