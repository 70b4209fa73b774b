/** Operations that only move elements: each rewrites the coordinates at which its input is needed. */
import type { DType } from "../tensor/tensor";
import {
  addIndex,
  constantIndex,
  flatIndex,
  quotientIndex,
  scaleIndex,
  unravelIndex,
  variableIndex,
} from "./indexing";
import { numberLiteral } from "./literals";
import type { ValueLowering } from "./lowering";

type Name =
  | "reshape"
  | "permute"
  | "expand"
  | "slice"
  | "pad"
  | "windows"
  | "windows_back"
  | "windows_over"
  | "concat";

export const movement: {
  readonly [K in Name]: ValueLowering<K>;
} = {
  reshape: {
    role: "movement",
    cost: 0,
    write: (node, coordinates, writer) => {
      const [x] = node.inputs;
      return writer.value(x, unravelIndex(flatIndex(coordinates, node.shape), x.shape));
    },
  },
  permute: {
    role: "movement",
    cost: 0,
    write: (node, coordinates, writer) => {
      const { dims } = node.attributes;
      return writer.value(
        node.inputs[0],
        dims.map((_, dim) => coordinates[dims.indexOf(dim)]),
      );
    },
  },
  expand: {
    role: "movement",
    cost: 0,
    write: (node, coordinates, writer) => {
      const [x] = node.inputs;
      return writer.value(
        x,
        coordinates.map((each, dim) => (x.shape[dim] === 1 ? constantIndex(0) : each)),
      );
    },
  },
  slice: {
    role: "movement",
    cost: 0,
    write: (node, coordinates, writer) => {
      const { starts } = node.attributes;
      return writer.value(
        node.inputs[0],
        coordinates.map((each, dim) => addIndex(each, constantIndex(starts[dim]))),
      );
    },
  },
  pad: {
    role: "movement",
    cost: 2,
    write: (node, coordinates, writer) => {
      const [x] = node.inputs;
      const conditions: string[] = [];
      const inner = coordinates.map((each, dim) => {
        const before = node.attributes.before[dim];
        const size = x.shape[dim];
        if (before === 0 && size === node.shape[dim]) return each;
        const text = writer.name(writer.print(each));
        // Left of the tensor the difference wraps around to a large number: one comparison does for both sides.
        conditions.push(`${text} - ${before}u < ${size}u`);
        return writer.index(`min(max(${text}, ${before}u) - ${before}u, ${size - 1}u)`, size - 1);
      });
      return within(conditions, writer.value(x, inner), node.dtype);
    },
  },
  windows: {
    role: "movement",
    cost: 8,
    write: (node, [n, channel, ky, kx, oy, ox], writer) => {
      const { stride, padding, dilation, outside } = node.attributes;
      const [x] = node.inputs;
      const conditions: string[] = [];
      const inside = [
        [oy, ky],
        [ox, kx],
      ].map(([output, tap], axis) => {
        const size = x.shape[axis + 2];
        const place = addIndex(scaleIndex(output, stride[axis]), scaleIndex(tap, dilation[axis]));
        if (padding[axis] === 0 && place.max < size) return place;
        // Left of the plane the difference wraps around to a large number: one comparison does for both sides.
        const text = writer.name(`${writer.print(place)} - ${padding[axis]}u`);
        conditions.push(`${text} < ${size}u`);
        return variableIndex(text, size - 1);
      });
      return within(conditions, writer.value(x, [n, channel, ...inside]), node.dtype, outside);
    },
  },
  windows_back: {
    role: "movement",
    cost: 8,
    write: (node, [n, channel, ky, kx, y, x], writer) => {
      const { stride, padding, dilation } = node.attributes;
      const [outputs] = node.inputs;
      const conditions: string[] = [];
      const seen = [
        [y, ky],
        [x, kx],
      ].map(([input, tap], axis) => {
        const size = outputs.shape[axis + 2];
        const padded = writer.print(addIndex(input, constantIndex(padding[axis])));
        // The window that has the input at this place begins here; left of the first one this is a large number.
        const first = `${padded} - (${writer.print(scaleIndex(tap, dilation[axis]))})`;
        const start = variableIndex(writer.name(first), Math.max(1, input.max + padding[axis]));
        const text = writer.name(writer.print(quotientIndex(start, stride[axis])));
        if (stride[axis] > 1) conditions.push(`${text} * ${stride[axis]}u == ${writer.print(start)}`);
        conditions.push(`${text} < ${size}u`);
        return variableIndex(text, size - 1);
      });
      return within(conditions, writer.value(outputs, [n, channel, ...seen]), node.dtype);
    },
  },
  windows_over: {
    role: "movement",
    cost: 8,
    write: (node, [n, channel, jy, jx, y, x], writer) => {
      const { kernel, stride, padding, dilation } = node.attributes;
      const [outputs] = node.inputs;
      const conditions: string[] = [];
      const seen = [
        [y, jy],
        [x, jx],
      ].map(([input, before], axis) => {
        const [size, windows] = [outputs.shape[axis + 2], node.shape[axis + 2]];
        const padded = addIndex(input, constantIndex(padding[axis]));
        const last = writer.print(quotientIndex(padded, stride[axis]));
        // Left of the first window the difference wraps around to a large number.
        const output = writer.name(windows === 1 ? last : `${last} - (${writer.print(before)})`);
        conditions.push(`${output} < ${size}u`);
        const place = writer.name(`${writer.print(padded)} - ${output} * ${stride[axis]}u`);
        const length = (kernel[axis] - 1) * dilation[axis] + 1;
        if (length < windows * stride[axis]) conditions.push(`${place} < ${length}u`);
        if (dilation[axis] > 1) conditions.push(`${place} % ${dilation[axis]}u == 0u`);
        return variableIndex(output, size - 1);
      });
      return within(conditions, writer.value(outputs, [n, channel, ...seen]), node.dtype);
    },
  },
  concat: {
    role: "elementwise",
    cost: 2,
    write: (node, coordinates, writer) => {
      const { dim } = node.attributes;
      const place = writer.name(writer.print(coordinates[dim]));
      let start = 0;
      return node.inputs
        .map((input) => {
          const size = input.shape[dim];
          const inside = writer.index(`min(max(${place}, ${start}u) - ${start}u, ${size - 1}u)`, size - 1);
          const text = writer.value(
            input,
            coordinates.map((each, index) => (index === dim ? inside : each)),
          );
          start += size;
          return { text, end: start };
        })
        .reduceRight((rest, { text, end }) => ({
          text: `select(${rest.text}, ${text}, ${place} < ${end}u)`,
          end,
        })).text;
    },
  },
};

/**
 * The value where all conditions hold, else zero. What it reads elsewhere does not matter. With `&`, since `&&` would be
 * a branch.
 */
function within(conditions: readonly string[], value: string, dtype: DType, outside = 0): string {
  return conditions.length === 0
    ? value
    : `select(${numberLiteral(outside, dtype)}, ${value}, ${conditions.map((each) => `(${each})`).join(" & ")})`;
}
