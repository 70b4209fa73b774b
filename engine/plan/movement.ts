/** Operations that only move elements: each rewrites the coordinates at which its input is needed. */
import { addIndex, constantIndex, flatIndex, unravelIndex } from "./indexing";
import { numberLiteral } from "./literals";
import type { ValueLowering } from "./lowering";

export const movement: {
  readonly [K in "reshape" | "permute" | "expand" | "slice" | "pad" | "concat"]: ValueLowering<K>;
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
      return `select(${numberLiteral(0, node.dtype)}, ${writer.value(x, inner)}, ${conditions.join(" && ")})`;
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
