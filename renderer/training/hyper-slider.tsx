import { Slider } from "@base-ui/react/slider";
import type { HyperName } from "../../engine/training/protocol";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { formatHyper } from "./format";
import { NumberField } from "./number-field";
import { useRun } from "./run";
import { hyperScales } from "./scales";

/** The largest that can be typed; the slider ends earlier where larger values are rare. */
const largest = { lr: 1000, momentum: 1, weight_decay: 1000 } as const;
const positions = 200;

/** A hyperparameter as a slider that acts at once, and as a number that can be typed. */
export function HyperSlider({ name, value }: { name: HyperName; value: number }) {
  const t = useText();
  const setHyper = useRun((run) => run.setHyper);
  const { toPosition, toValue } = hyperScales[name];
  const label = t(texts[name]);
  return (
    <Slider.Root
      className="slider"
      value={Math.round(toPosition(value) * positions)}
      min={0}
      max={positions}
      step={1}
      onValueChange={(position) => setHyper(name, toValue(position / positions))}
    >
      <Slider.Label className="muted">{label}</Slider.Label>
      <Slider.Control className="slider-control">
        <Slider.Track className="slider-track">
          <Slider.Thumb className="slider-thumb" getAriaValueText={() => formatHyper(name, value)} />
        </Slider.Track>
      </Slider.Control>
      <NumberField
        className="quiet-input"
        label={t(texts.value, { name: label })}
        value={value}
        shown={formatHyper(name, value)}
        min={0}
        max={largest[name]}
        onCommit={(next) => setHyper(name, next)}
      />
    </Slider.Root>
  );
}
