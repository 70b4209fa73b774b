/** How a slider's position (0 to 1) and a value belong together. */
export interface Scale {
  readonly toPosition: (value: number) => number;
  readonly toValue: (position: number) => number;
}

/** Equal ways along the slider multiply by equal factors; values are rounded to two digits, as people say them. */
export function logScale(min: number, max: number): Scale {
  const low = Math.log10(min);
  const span = Math.log10(max) - low;
  return {
    toPosition: (value) => (value <= min ? 0 : clamp((Math.log10(value) - low) / span)),
    toValue: (position) => twoDigits(10 ** (low + span * clamp(position))),
  };
}

/** As `logScale`, with 0 itself at the left end: no weight decay at all is what most people want. */
export function logScaleWithZero(min: number, max: number): Scale {
  const zeroEnds = 0.06;
  const inner = logScale(min, max);
  return {
    toPosition: (value) => (value <= 0 ? 0 : zeroEnds + (1 - zeroEnds) * inner.toPosition(value)),
    toValue: (position) => (position < zeroEnds ? 0 : inner.toValue((position - zeroEnds) / (1 - zeroEnds))),
  };
}

export function linearScale(min: number, max: number, step: number): Scale {
  return {
    toPosition: (value) => clamp((value - min) / (max - min)),
    toValue: (position) => {
      const value = min + Math.round((clamp(position) * (max - min)) / step) * step;
      return Number(Math.min(value, max).toPrecision(10));
    },
  };
}

/** The hyperparameters that can be changed while training, by PyTorch's names. */
export const hyperScales = {
  lr: logScale(1e-5, 1),
  momentum: linearScale(0, 0.99, 0.01),
  weight_decay: logScaleWithZero(1e-6, 1e-1),
} as const;

function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
