/** Values that come from nothing, or from memory. */
import { flatIndex } from "./indexing";
import { numberLiteral } from "./literals";
import type { ValueLowering } from "./lowering";

export const leaves: {
  readonly [K in "load" | "constant" | "iota" | "random" | "take_rows"]: ValueLowering<K>;
} = {
  load: {
    role: "leaf",
    cost: 1,
    write: (node, coordinates, writer) => writer.readSlot(node.attributes.slot, coordinates, node.shape),
  },
  constant: {
    role: "leaf",
    cost: 0,
    write: (node) => numberLiteral(node.attributes.value, node.dtype),
  },
  iota: {
    role: "leaf",
    cost: 0,
    write: (node, coordinates, writer) => `i32(${writer.print(coordinates[node.attributes.dim])})`,
  },
  random: {
    role: "leaf",
    // Far more than an addition; but a mask that is made again needs no memory.
    cost: 1,
    write: (node, coordinates, writer) => {
      const [seed, step] = node.inputs.map((input) => writer.value(input, []));
      const element = writer.print(flatIndex(coordinates, node.shape));
      return `uniform_random(${seed}, ${step}, ${node.attributes.id >>> 0}u, ${element})`;
    },
  },
  take_rows: {
    role: "elementwise",
    cost: 2,
    write: (node, [row, ...rest], writer) => {
      const [table, order, start] = node.inputs;
      const first = writer.value(start, []);
      const lastPlace = order.shape[0] - 1;
      const place = writer.index(`min(u32(${first}) + ${writer.print(row)}, ${lastPlace}u)`, lastPlace);
      const lastRow = table.shape[0] - 1;
      const taken = writer.index(`min(u32(${writer.value(order, [place])}), ${lastRow}u)`, lastRow);
      return writer.value(table, [taken, ...rest]);
    },
  },
};
