/**
 * What stands on the canvas but not in the network: blocks, their ports, reroute points. As layer records, so that
 * palette, inspector and canvas treat them as any other node; `flatten.ts` takes them away before anything is checked.
 */
import { layerOf } from "../layers/catalogue";
import { type AnyLayer, defineLayer } from "../layers/define";
import { integer } from "../layers/params";
import type { Text } from "../tensor/text";
import type { Block, Graph } from "./project";

type Blocks = Pick<Graph, "blocks">;

const blockPrefix = "block:";

/** The `type` of a node that stands for a block. */
export function blockType(id: string): string {
  return blockPrefix + id;
}

/** The block that a node of this type stands for; null for any other type. */
export function blockIdOf(type: string): string | null {
  return type.startsWith(blockPrefix) ? type.slice(blockPrefix.length) : null;
}

export function blockOf({ blocks }: Blocks, type: string): Block | undefined {
  const id = blockIdOf(type);
  return id === null ? undefined : blocks?.find((block) => block.id === id);
}

/** A layer of the catalogue, a block of the drawing, or what only stands on the canvas. */
export function layerIn(drawing: Blocks, type: string): AnyLayer | undefined {
  const known = layerOf(type) ?? structural.get(type);
  if (known) return known;
  const block = blockOf(drawing, type);
  return block && blockLayer(block);
}

/** How many times a block's node stands in a row. */
export function repeatOf({ params }: { readonly params: Readonly<Record<string, unknown>> }): number {
  const { repeat } = params;
  return typeof repeat === "number" && Number.isInteger(repeat) && repeat >= 1 ? repeat : 1;
}

export interface BlockPort {
  /** The id of the port's node inside the block, and so the port that wires outside name. */
  readonly id: string;
  readonly name: string;
}

/** A block's ports from top to bottom. */
export function blockPorts(block: Block): {
  readonly inputs: readonly BlockPort[];
  readonly outputs: readonly BlockPort[];
} {
  const side = (type: string) =>
    block.graph.nodes
      .filter((node) => node.type === type)
      .toSorted((a, b) => a.position.y - b.position.y)
      .map(({ id, name }) => ({ id, name: name.trim() || id }));
  return { inputs: side("BlockInput"), outputs: side("BlockOutput") };
}

/**
 * The output that feeds an input again when the block stands several times in a row: the one of the same name, or the
 * only output the only input. Null: every copy gets what is wired to the node.
 */
export function fedBack(block: Block, input: string): string | null {
  const { inputs, outputs } = blockPorts(block);
  if (inputs.length === 1 && outputs.length === 1) return outputs[0].id;
  const name = inputs.find(({ id }) => id === input)?.name;
  const same = outputs.find((output) => output.name === name);
  if (same) return same.id;
  const none = !inputs.some((each) => outputs.some((output) => output.name === each.name));
  return none && inputs[0]?.id === input ? (outputs[0]?.id ?? null) : null;
}

/** All blocks that stand inside a block, at any depth, itself among them. */
export function blocksWithin(drawing: Blocks, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  // A set's iteration visits what is added on the way.
  for (const each of found) {
    for (const { type } of blockOf(drawing, blockType(each))?.graph.nodes ?? []) {
      const inner = blockIdOf(type);
      if (inner !== null) found.add(inner);
    }
  }
  return found;
}

const reroute = canvasOnly(
  "Reroute",
  { x: "(*)" },
  { y: "(*)" },
  {
    summary: { en: "A point that a wire is led through", zh: "连线经过的一个点" },
    explanation: {
      en: "It changes nothing. Put it into a wire to lead the wire round other nodes, or to part one wire into several.",
      zh: "它不改变任何数据。把它放在连线上，可让连线绕开其他节点，或把一条连线分成几条。",
    },
    aliases: ["dot", "point", "knot", "转接", "拐点"],
  },
);

const blockInput = canvasOnly(
  "BlockInput",
  {},
  { y: "(*)" },
  {
    summary: { en: "What comes into the block", zh: "进入模块的张量" },
    explanation: {
      en: "An input port of the block that it stands in; its name is the port's.",
      zh: "所在模块的一个输入端口；它的名称就是端口的名称。",
    },
    aliases: ["port", "inlet", "端口"],
  },
);

const blockOutput = canvasOnly(
  "BlockOutput",
  { x: "(*)" },
  {},
  {
    summary: { en: "What the block gives", zh: "模块给出的张量" },
    explanation: {
      en: "An output port of the block that it stands in; its name is the port's.",
      zh: "所在模块的一个输出端口；它的名称就是端口的名称。",
    },
    aliases: ["port", "outlet", "端口"],
  },
);

const structural = new Map([reroute, blockInput, blockOutput].map((layer) => [layer.type, layer]));

/** What can be added to a drawing beside layers and blocks; the ports inside a block only. */
export function structuralLayers(insideBlock: boolean): readonly AnyLayer[] {
  return insideBlock ? [reroute, blockInput, blockOutput] : [reroute];
}

/** One record a block, as long as the block is the same. */
const known = new WeakMap<Block, AnyLayer>();

function blockLayer(block: Block): AnyLayer {
  const before = known.get(block);
  if (before) return before;
  const { inputs, outputs } = blockPorts(block);
  const ports = (side: readonly BlockPort[]) => Object.fromEntries(side.map(({ id }) => [id, "(*)"]));
  const layer: AnyLayer = {
    ...canvasOnly(blockType(block.id), ports(inputs), ports(outputs), {
      summary: {
        en: "A block: several nodes as one. A double click opens it.",
        zh: "模块：多个节点合为一个。双击可进入。",
      },
      explanation: {
        en: "Each use of a block has weights of its own. A change inside changes every use.",
        zh: "模块的每次使用都有各自的权重。修改内部会影响所有使用处。",
      },
      aliases: [block.name, "block", "group", "模块", "组"],
    }),
    title: block.name.trim() || block.id,
    portNames: Object.fromEntries([...inputs, ...outputs].map(({ id, name }) => [id, name])),
    params: {
      repeat: integer({ en: "How many times it stands in a row", zh: "连续重复的次数" }, 1, { min: 1 }),
    },
  };
  known.set(block, layer);
  return layer;
}

interface Words {
  readonly summary: Text;
  readonly explanation: Text;
  readonly aliases: readonly string[];
}

function canvasOnly(
  type: string,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
  words: Words,
): AnyLayer {
  const gone = (): never => {
    throw new Error(`${type} is flattened away before it is asked`);
  };
  return defineLayer({
    type,
    category: "block",
    ...words,
    formula: "",
    params: {},
    telling: [],
    inputs,
    outputs,
    infer: gone,
    lower: gone,
    torch: gone,
    onnx: gone,
  });
}
