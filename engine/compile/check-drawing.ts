/** What is wrong with the drawing that its flat graph no longer shows: bypassed nodes, blocks without wires. */
import type { Flat } from "../graph/flatten";
import { upstream } from "../graph/topology";
import { unusedNode } from "./check-wiring";
import type { Diagnostic, Fix } from "./checked";
import { graphError } from "./diagnostics-graph";

type Label = (id: string) => string;

export function checkDrawing({ idle }: Flat, label: Label): Diagnostic[] {
  return [
    ...idle.blocks.map((id) => unusedNode(id, label)),
    ...idle.bypassed.map((id) =>
      graphError("bypass-nothing", {
        node: id,
        title: { en: `${label(id)} has nothing to pass on`, zh: `${label(id)} 没有可以传递的输入` },
        explanation: {
          en: "A bypassed node passes its first wired input on to what it feeds, and nothing is wired to this one. Stop bypassing it, or wire an input.",
          zh: "被旁路的节点会把第一个已接线的输入传给下游，而这个节点没有接入任何输入。请取消旁路，或接上一个输入。",
        },
        fixes: [stopBypassing(id, label)],
      }),
    ),
  ];
}

/** An error behind a bypassed node names it, and can be mended by ending the bypass. */
export function namingBypassed(diagnostics: readonly Diagnostic[], flat: Flat, label: Label): Diagnostic[] {
  if (flat.through.size === 0) return [...diagnostics];
  const passedBefore = (node: string) => {
    const reached = new Set([node, ...upstream(flat.graph, node)]);
    const edges = flat.graph.edges.filter(({ to }) => reached.has(to.node));
    return [...new Set(edges.flatMap(({ id }) => flat.through.get(id) ?? []))];
  };
  return diagnostics.map((each) => {
    // What PyTorch would stop at is a matter of shapes.
    const isOfShapes = each.severity === "error" && each.message !== null && each.node !== null;
    const guilty = isOfShapes ? passedBefore(each.node ?? "") : [];
    if (guilty.length === 0) return each;
    const names = guilty.map(label);
    return {
      ...each,
      explanation: {
        en: `${each.explanation.en} What arrives here has passed by ${names.join(" and ")}, which ${guilty.length === 1 ? "is" : "are"} bypassed.`,
        zh: `${each.explanation.zh}到达这里的张量绕过了被旁路的 ${names.join("和")}。`,
      },
      causes: [...each.causes, ...guilty],
      fixes: [...each.fixes, ...guilty.map((id) => stopBypassing(id, label))],
    };
  });
}

function stopBypassing(node: string, label: Label): Fix {
  return {
    label: { en: `Stop bypassing ${label(node)}`, zh: `取消旁路 ${label(node)}` },
    edits: [{ kind: "enable", node }],
  };
}
