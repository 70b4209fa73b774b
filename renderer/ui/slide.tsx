import { Slider } from "@base-ui/react/slider";

interface SlideProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value as it is read, at the right of the track. */
  readonly shown: string;
  readonly onChange: (value: number) => void;
  /** When the thumb is let go. */
  readonly onCommit?: (value: number) => void;
  readonly disabled?: boolean;
}

/** Label, track and value in one row. */
export function Slide({ label, value, min, max, step, shown, onChange, onCommit, disabled }: SlideProps) {
  return (
    <Slider.Root
      className="slider"
      value={value}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={onChange}
      onValueCommitted={onCommit}
    >
      <Slider.Label className="muted">{label}</Slider.Label>
      <Slider.Control className="slider-control">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-fill" />
          <Slider.Thumb className="slider-thumb" getAriaValueText={() => shown} />
        </Slider.Track>
      </Slider.Control>
      <span className="mono numbers">{shown}</span>
    </Slider.Root>
  );
}
