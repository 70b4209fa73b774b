/** What a piece of advice is made of: a node that has been checked, and what is known around it. */
import type { GraphEdge, GraphNode } from "../graph/project";
import type { Wiring } from "./check-wiring";
import type { CheckedNode, DataTensors, Diagnostic, Fix } from "./checked";

export interface LintContext {
  readonly checked: Readonly<Record<string, CheckedNode>>;
  readonly wiring: Wiring;
  readonly losses: readonly GraphNode[];
  /** Nodes with trained weights in them or behind them. */
  readonly learning: ReadonlySet<string>;
  readonly batchSize: number;
  readonly data: DataTensors;
  label(id: string): string;
}

export type Lint = (node: CheckedNode, context: LintContext) => Diagnostic | null;

export function bypass(node: string, label: (id: string) => string): Fix {
  return {
    label: { en: `Remove ${label(node)}`, zh: `删除 ${label(node)}` },
    edits: [{ kind: "bypass", node }],
  };
}

export function wireInto({ into }: Wiring, id: string, port: string): GraphEdge | undefined {
  return into.get(id)?.[port]?.[0];
}
