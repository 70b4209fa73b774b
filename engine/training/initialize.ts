/** Draws a parameter's first values. */
import type { Initializer } from "../layers/initializers";
import { uniform } from "../program/random";
import { orthogonalRows } from "./orthogonal";

/** Not a step that training reaches, so that no dropout mask shares its numbers with a weight. */
const beforeTraining = -1;

/**
 * `count` values of the law. The same seed and id give the same values, on every machine; `id` keeps the parameters
 * of a network apart.
 */
export function initialize(init: Initializer, count: number, seed: number, id: number): Float32Array {
  const draw = (element: number): number => uniform(seed, beforeTraining, id, element);
  switch (init.kind) {
    case "constant":
      return new Float32Array(count).fill(init.value);
    case "values":
      return Float32Array.from(init.values);
    case "uniform": {
      const { bound, mean = 0 } = init;
      return Float32Array.from({ length: count }, (_, i) => mean + bound * (2 * draw(i) - 1));
    }
    case "normal": {
      const { mean, std, blank = [0, 0] } = init;
      return Float32Array.from({ length: count }, (_, i) =>
        i >= blank[0] && i < blank[1] ? 0 : mean + std * normalAt(draw, i),
      );
    }
    case "orthogonal": {
      const drawn = Float64Array.from({ length: count }, (_, i) => normalAt(draw, i));
      return orthogonalRows(drawn, init.rows).map((value) => init.gain * value);
    }
    case "sinusoid": {
      const { width } = init;
      return Float32Array.from({ length: count }, (_, i) => {
        const column = i % width;
        const even = column - (column % 2);
        const angle = Math.floor(i / width) / 10000 ** (even / width);
        return column === even ? Math.sin(angle) : Math.cos(angle);
      });
    }
  }
}

/** Box and Muller 1958: two uniforms give two normals, the cosine for the even element and the sine for the odd. */
function normalAt(draw: (element: number) => number, element: number): number {
  const even = element - (element % 2);
  const radius = Math.sqrt(-2 * Math.log(1 - draw(even)));
  const angle = 2 * Math.PI * draw(even + 1);
  return radius * (element % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
}
