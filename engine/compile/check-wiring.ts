/** What is wrong with the drawing, before any shape is known: ports, wires, cycles, losses, inputs. */
import type { Graph, GraphEdge, GraphNode } from "../graph/project";
import type { Topology } from "../graph/topology";
import { layerOf } from "../layers/catalogue";
import type { AnyLayer } from "../layers/define";
import type { DataTensors, Diagnostic } from "./checked";
import { graphError, warning } from "./diagnostics-graph";

type Label = (id: string) => string;

export interface Wiring {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Node → input port → the wires into it, in the order they were drawn. */
  readonly into: ReadonlyMap<string, Readonly<Record<string, readonly GraphEdge[]>>>;
  readonly outOf: ReadonlyMap<string, readonly GraphEdge[]>;
}

export function readWiring(graph: Graph): Wiring {
  // Without a prototype, so that a port called `constructor` is not found before it is there.
  const into = new Map<string, Record<string, GraphEdge[]>>(
    graph.nodes.map(({ id }) => [id, Object.create(null)]),
  );
  const outOf = new Map<string, GraphEdge[]>(graph.nodes.map(({ id }) => [id, []]));
  for (const edge of graph.edges) {
    const ports = into.get(edge.to.node);
    const leaving = outOf.get(edge.from.node);
    if (!ports || !leaving) continue;
    ports[edge.to.port] = [...(ports[edge.to.port] ?? []), edge];
    leaving.push(edge);
  }
  return { nodes: new Map(graph.nodes.map((node) => [node.id, node])), into, outOf };
}

/** Whether a node has a wire on any port. */
export function isWired({ into, outOf }: Wiring, id: string): boolean {
  return (outOf.get(id) ?? []).length > 0 || Object.keys(into.get(id) ?? {}).length > 0;
}

/** Mistakes at one node that keep its rule from being asked at all. */
export function checkPorts(node: GraphNode, wiring: Wiring, label: Label): Diagnostic[] {
  const layer = layerOf(node.type);
  if (!layer) return [unknownLayer(node, label)];
  const wires = wiring.into.get(node.id) ?? {};
  const found: Diagnostic[] = [];
  for (const port of Object.keys(wires)) {
    const isInput = Object.hasOwn(layer.inputs, port);
    for (const edge of wires[port]) {
      if (!isInput) found.push(missingPort(edge, edge.to, label));
      const source = wiring.nodes.get(edge.from.node);
      const outputs = source && layerOf(source.type)?.outputs;
      if (outputs && !Object.hasOwn(outputs, edge.from.port)) found.push(missingPort(edge, edge.from, label));
    }
  }
  const missing: string[] = [];
  for (const port of Object.keys(layer.inputs)) {
    const edges = wires[port] ?? [];
    if (edges.length === 0 && !layer.optional.includes(port)) missing.push(port);
    if (edges.length > 1) found.push(twoWires(node, port, edges, label));
  }
  if (missing.length > 0) found.push(missingInputs(node, missing, layer, label));
  return found;
}

function unknownLayer(node: GraphNode, label: Label): Diagnostic {
  return graphError("unknown-layer", {
    node: node.id,
    title: { en: `No layer is called ${node.type}`, zh: `没有名为 ${node.type} 的层` },
    explanation: {
      en: `${label(node.id)} is a ${node.type}, which this version of Tensorloom does not know. It is kept as it is; replace it, or open the project in a newer version.`,
      zh: `${label(node.id)} 的类型是 ${node.type}，这个版本的 Tensorloom 不认识它。它会原样保留；请替换它，或用更新的版本打开项目。`,
    },
  });
}

function missingPort(edge: GraphEdge, at: GraphEdge["to"], label: Label): Diagnostic {
  return graphError("unknown-port", {
    node: edge.to.node,
    title: { en: `A wire ends at a port that is not there`, zh: "有一条连线接在不存在的端口上" },
    explanation: {
      en: `The wire from ${label(edge.from.node)} to ${label(edge.to.node)} uses the port ${at.port} of ${label(at.node)}, which has none of that name.`,
      zh: `从 ${label(edge.from.node)} 到 ${label(edge.to.node)} 的连线用到了 ${label(at.node)} 的端口 ${at.port}，但它没有这个端口。`,
    },
    causes: [edge.from.node],
    fixes: [
      {
        label: { en: "Remove the wire", zh: "删除这条连线" },
        edits: [{ kind: "remove-edge", edge: edge.id }],
      },
    ],
  });
}

/** A wire from a port that the other node has only with other parameters: the third part of a Split in two. */
export function absentOutput(edge: GraphEdge, label: Label): Diagnostic {
  const { node, port } = edge.from;
  return graphError("absent-output", {
    node: edge.to.node,
    port: edge.to.port,
    title: { en: `${label(node)} gives nothing at ${port}`, zh: `${label(node)} 的 ${port} 没有输出` },
    explanation: {
      en: `With the parameters and the input that ${label(node)} has now, it gives fewer tensors, and none at ${port}. Wire another of its outputs, or change its parameters.`,
      zh: `按 ${label(node)} 现在的参数和输入，它给出的张量较少，${port} 上没有张量。请改接它的其他输出，或修改它的参数。`,
    },
    causes: [node],
    fixes: [
      {
        label: { en: "Remove the wire", zh: "删除这条连线" },
        edits: [{ kind: "remove-edge", edge: edge.id }],
      },
    ],
  });
}

/** One for all ports of a node. */
function missingInputs(
  node: GraphNode,
  ports: readonly string[],
  { inputs }: AnyLayer,
  label: Label,
): Diagnostic {
  const each = ports.map((port) => `${port} ${inputs[port]}`);
  return graphError("missing-input", {
    node: node.id,
    port: ports[0],
    title: { en: `Nothing is wired to ${ports.join(" and ")}`, zh: `${ports.join(" 和 ")} 没有接上任何东西` },
    explanation: {
      en: `${label(node.id)} needs a tensor of the shape in brackets on ${each.join(" and ")}. Draw a wire from another node's output to it.`,
      zh: `${label(node.id)} 的输入 ${each.join("、")} 需要张量，形状见括号。请从另一个节点的输出拉一条连线过来。`,
    },
  });
}

function twoWires(node: GraphNode, port: string, edges: readonly GraphEdge[], label: Label): Diagnostic {
  const from = edges.map((edge) => label(edge.from.node));
  return graphError("two-wires", {
    node: node.id,
    port,
    title: { en: `Two wires end at ${port}`, zh: `${port} 上接了多条连线` },
    explanation: {
      en: `The input ${port} of ${label(node.id)} is fed by ${from.join(" and ")}. An input takes one wire; to join tensors, use a node such as Add.`,
      zh: `${label(node.id)} 的输入 ${port} 同时来自 ${from.join("和")}。一个输入只能接一条连线；要合并张量，请用 Add 之类的节点。`,
    },
    causes: edges.map((edge) => edge.from.node),
    // The wire drawn last is likely the one that was meant.
    fixes: [...edges].reverse().map((kept) => ({
      label: {
        en: `Keep the wire from ${label(kept.from.node)}`,
        zh: `保留来自 ${label(kept.from.node)} 的连线`,
      },
      edits: edges.filter((edge) => edge !== kept).map((edge) => ({ kind: "remove-edge", edge: edge.id })),
    })),
  });
}

export function checkCycles({ cycles }: Topology, graph: Graph, label: Label): Diagnostic[] {
  return cycles.map((cycle) => {
    const names = [...cycle, cycle[0]].map(label).join(" → ");
    const closing = graph.edges.findLast(({ from, to }) =>
      cycle.some((id, index) => from.node === id && to.node === cycle[(index + 1) % cycle.length]),
    );
    return graphError("cycle", {
      node: cycle[0],
      title: { en: "The wires go round in a circle", zh: "连线形成了环" },
      explanation: {
        en: `${names}: each of these nodes waits for the one before it, so none can be computed first. Remove one of the wires.`,
        zh: `${names}：这些节点互相等待，没有一个能先算出来。请删除其中一条连线。`,
      },
      causes: cycle.slice(1),
      fixes: closing
        ? [
            {
              label: {
                en: `Remove the wire from ${label(closing.from.node)} to ${label(closing.to.node)}`,
                zh: `删除从 ${label(closing.from.node)} 到 ${label(closing.to.node)} 的连线`,
              },
              edits: [{ kind: "remove-edge", edge: closing.id }],
            },
          ]
        : [],
    });
  });
}

/** No input, no data or no loss. An empty graph gets one sentence, not three. */
export function checkEnds(graph: Graph, losses: readonly GraphNode[], data: DataTensors): Diagnostic[] {
  if (graph.nodes.length === 0) return [emptyGraph()];
  const found: Diagnostic[] = [];
  const inputs = graph.nodes.filter(({ type }) => layerOf(type)?.category === "data");
  if (inputs.length === 0) found.push(noInput());
  // An Input whose shape was given by hand can be checked without data.
  else if (Object.keys(data).length === 0 && inputs.some(({ params }) => params.shape == null))
    found.push(noData());
  if (losses.length === 0) found.push(noLoss());
  return found;
}

function emptyGraph(): Diagnostic {
  return graphError("empty-graph", {
    title: { en: "The graph is empty", zh: "图是空的" },
    explanation: {
      en: "Drag an Input from the palette onto the canvas, wire layers to it, and end with a loss such as CrossEntropyLoss.",
      zh: "从左侧把 Input 拖到画布上，接上各个层，最后接一个损失，例如 CrossEntropyLoss。",
    },
  });
}

function noInput(): Diagnostic {
  return graphError("no-input", {
    title: { en: "The graph has no Input", zh: "图中没有 Input" },
    explanation: {
      en: "Nothing brings data into the network. Add an Input node, choose a tensor of the data set in it, and wire it to the first layer.",
      zh: "没有任何节点把数据带进网络。请添加一个 Input 节点，在其中选择数据集的一个张量，再接到第一层。",
    },
  });
}

function noData(): Diagnostic {
  return graphError("no-data", {
    title: { en: "No data are open", zh: "还没有打开数据" },
    explanation: {
      en: "The Input nodes take their shape from the data set. Open a CSV file, a folder of images or a pair of IDX files in the Data panel.",
      zh: "Input 节点的形状来自数据集。请在数据面板中打开一个 CSV 文件、一个图片文件夹或一对 IDX 文件。",
    },
  });
}

function noLoss(): Diagnostic {
  return graphError("no-loss", {
    title: { en: "The graph has no loss", zh: "图中没有损失" },
    explanation: {
      en: "Training needs a number to make small. Add a loss: CrossEntropyLoss for classes, MSELoss for numbers. Wire the network's output to prediction and the label's Input to target.",
      zh: "训练需要一个要减小的数。请添加一个损失：分类用 CrossEntropyLoss，数值用 MSELoss。把网络的输出接到 prediction，把标签的 Input 接到 target。",
    },
  });
}

/**
 * Nodes without a wire, and, where there is a loss, the ends of branches that it does not depend on.
 * @param needed the loss and all that leads to it; null when there is no loss
 */
export function checkUnused(
  graph: Graph,
  wiring: Wiring,
  needed: ReadonlySet<string> | null,
  label: Label,
): Diagnostic[] {
  return graph.nodes
    .filter(({ type }) => layerOf(type)?.category !== "loss")
    .flatMap(({ id }) => {
      if (!isWired(wiring, id)) return [unusedNode(id, label)];
      return needed && !needed.has(id) && wiring.outOf.get(id)?.length === 0 ? [secondOutput(id, label)] : [];
    });
}

export function unusedNode(node: string, label: Label): Diagnostic {
  return warning("unused-node", {
    node,
    title: { en: `${label(node)} is not wired`, zh: `${label(node)} 没有接线` },
    explanation: {
      en: "No wire leads to it or from it, so it takes no part in the network.",
      zh: "没有连线接到它，也没有连线从它出来，因此它不参与网络的计算。",
    },
  });
}

function secondOutput(node: string, label: Label): Diagnostic {
  return warning("two-outputs", {
    node,
    title: { en: `${label(node)} leads nowhere`, zh: `${label(node)} 没有去处` },
    explanation: {
      en: "The graph has two outputs: the loss, and this one, which the loss does not depend on. Training leaves it out, and layers that lead only here learn nothing.",
      zh: "图有两个输出：损失，以及这个损失用不到的输出。训练时会略过它，只通向这里的层学不到任何东西。",
    },
  });
}
