import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterMetric,
  momentumAt,
  type OneCycle,
  plateauStart,
  type ReduceOnPlateau,
  rateAt,
  type Schedule,
} from "./schedules";

const cycle: OneCycle = {
  type: "OneCycleLR",
  max_lr: 0.5,
  total_steps: 30,
  pct_start: 0.3,
  anneal_strategy: "cos",
  div_factor: 25,
  final_div_factor: 1e4,
  three_phase: false,
  base_momentum: 0.85,
  max_momentum: 0.95,
};

/** The first rates for an optimizer at 1. */
function rates(schedule: Schedule, count: number): number[] {
  return Array.from({ length: count }, (_, step) => rateAt(schedule, 1, step));
}

function expectRates(schedule: Schedule, expected: readonly number[]): void {
  rates(schedule, expected.length).forEach((rate, step) => expect(rate).toBeCloseTo(expected[step], 12));
}

describe("a schedule", () => {
  it("falls at every step_size", () =>
    expectRates({ type: "StepLR", step_size: 2, gamma: 0.5 }, [1, 1, 0.5, 0.5, 0.25]));

  it("falls at its milestones, twice at one that is listed twice", () =>
    expectRates({ type: "MultiStepLR", milestones: [3, 1, 3], gamma: 0.5 }, [1, 0.5, 0.5, 0.125, 0.125]));

  it("falls at every step", () => expectRates({ type: "ExponentialLR", gamma: 0.5 }, [1, 0.5, 0.25]));

  it("anneals along half a cosine, and up again", () =>
    expectRates({ type: "CosineAnnealingLR", T_max: 2, eta_min: 0.2 }, [1, 0.6, 0.2, 0.6, 1]));

  it("restarts after periods that grow", () =>
    expectRates({ type: "CosineAnnealingWarmRestarts", T_0: 2, T_mult: 2, eta_min: 0 }, [
      1,
      0.5,
      1,
      (1 + Math.SQRT1_2) / 2,
      0.5,
      (1 - Math.SQRT1_2) / 2,
      1,
    ]));

  it("goes in a straight line and stays", () =>
    expectRates({ type: "LinearLR", start_factor: 0.5, end_factor: 1, total_iters: 2 }, [0.5, 0.75, 1, 1]));

  it("warms up", () => expectRates({ type: "LinearWarmup", warmup_steps: 4 }, [0.25, 0.5, 0.75, 1, 1]));

  it("is followed by another that begins at its own start", () =>
    expectRates(
      {
        type: "SequentialLR",
        schedules: [
          { type: "LinearWarmup", warmup_steps: 2 },
          { type: "ExponentialLR", gamma: 0.5 },
        ],
        milestones: [3],
      },
      [0.5, 1, 1, 1, 0.5, 0.25],
    ));
});

describe("one cycle", () => {
  it("begins low, peaks after its rise, and ends lower still", () => {
    expect(rateAt(cycle, 1, 0)).toBeCloseTo(0.02, 12);
    expect(rateAt(cycle, 1, 8)).toBeCloseTo(0.5, 12);
    expect(rateAt(cycle, 1, 29)).toBeCloseTo(0.02 / 1e4, 12);
    expect(rateAt(cycle, 1, 100)).toBeCloseTo(0.02 / 1e4, 12);
  });

  it("has the least momentum at the highest rate", () => {
    expect([0, 8, 29].map((step) => momentumAt(cycle, step))).toEqual([0.95, 0.85, 0.95]);
  });

  it("stays between its bounds, in two phases or three", () => {
    const any = fc.record({
      total_steps: fc.integer({ min: 10, max: 500 }),
      pct_start: fc.double({ min: 0.1, max: 0.45, noNaN: true }),
      three_phase: fc.boolean(),
      anneal_strategy: fc.constantFrom("cos" as const, "linear" as const),
    });
    fc.assert(
      fc.property(any, fc.nat({ max: 600 }), (settings, step) => {
        const rate = rateAt({ ...cycle, ...settings }, 1, step);
        expect(rate).toBeGreaterThanOrEqual((0.02 / 1e4) * (1 - 1e-9));
        expect(rate).toBeLessThanOrEqual(0.5 * (1 + 1e-9));
      }),
    );
  });
});

describe("reducing on a plateau", () => {
  const settings: ReduceOnPlateau = {
    mode: "min",
    factor: 0.1,
    patience: 1,
    threshold: 0,
    threshold_mode: "rel",
    cooldown: 0,
    min_lr: 0.003,
    eps: 1e-8,
  };
  const after = (metrics: readonly number[], changes: Partial<ReduceOnPlateau> = {}) => {
    const changed = { ...settings, ...changes };
    return metrics.reduce((state, metric) => afterMetric(state, changed, metric), plateauStart(1, changed))
      .lr;
  };

  it("waits as long as its patience", () => {
    expect(after([3, 2, 2])).toBe(1);
    expect(after([3, 2, 2, 2])).toBe(0.1);
  });

  it("does not count while it cools down", () => {
    expect(after([2, 2, 2, 2, 2])).toBeCloseTo(0.01, 12);
    expect(after([2, 2, 2, 2, 2], { cooldown: 2 })).toBe(0.1);
  });

  it("never goes below min_lr", () => expect(after(new Array<number>(40).fill(2))).toBe(0.003));

  it("watches a value that should rise", () => {
    expect(after([1, 2, 3, 4], { mode: "max" })).toBe(1);
    expect(after([4, 3, 2], { mode: "max" })).toBe(0.1);
  });

  it("asks for a change of the threshold", () => {
    expect(after([10, 9.5, 9.2], { threshold: 0.1 })).toBe(0.1);
    expect(after([10, 9.5, 9.2], { threshold: 0.1, threshold_mode: "abs" })).toBe(1);
  });
});
