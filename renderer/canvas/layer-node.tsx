import { Handle, type NodeProps, Position, useStore, useUpdateNodeInternals } from "@xyflow/react";
import { Fragment, memo, useEffect } from "react";
import type { AnyLayer, CheckedNode, Diagnostic, GraphNode } from "../../engine";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { layerOf } from "../document/layers";
import { useDocument } from "../document/store";
import { categoryStyle } from "../panels/category";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { type ShownPort, shownInputs, shownOutputs } from "./ports";
import { shapeText, valueText } from "./shape-text";
import type { CanvasNode } from "./view";

/** Below these zooms a node shows less. */
const typeOnlyZoom = 0.5;
const blockZoom = 0.25;
/** Height of the middle of the head, and of each row of ports below it. */
const headPort = 20;
const firstPortRow = 46;
const portRow = 20;

export const LayerNode = memo(function LayerNode({ id, selected }: NodeProps<CanvasNode>) {
  const node = useDocument(({ project }) => project.graph.nodes.find((candidate) => candidate.id === id));
  // React Flow lets go of a removed node a moment after the document does.
  return node ? <LayerBox node={node} selected={selected} /> : null;
});

function LayerBox({ node, selected }: { readonly node: GraphNode; readonly selected: boolean }) {
  const detail = useStore(({ transform: [, , zoom] }) =>
    zoom < blockZoom ? "block" : zoom < typeOnlyZoom ? "type" : "full",
  );
  const checked = useChecked().nodes[node.id];
  const problems = useDiagnosticsByNode().get(node.id) ?? [];
  const layer = layerOf(node.type);
  const ports = usePorts(node, layer, checked);
  const worst = problems.at(0)?.severity ?? "";
  return (
    <div
      className={`node ${detail} ${worst} ${selected ? "selected" : ""}`}
      style={categoryStyle(layer?.category)}
    >
      <header>
        <i className="category-square" />
        <b>{detail === "type" ? <Humps type={node.type} /> : node.type}</b>
        {node.name && <small className="ellipsis">{node.name}</small>}
      </header>
      {ports && <PortRows ports={ports} />}
      {layer && <TellingParams node={node} layer={layer} checked={checked} />}
      <Footer layer={layer} checked={checked} problem={problems.at(0)} />
      {layer && ports && <Ports node={node} layer={layer} ports={ports} />}
    </div>
  );
}

/** A long type in large letters breaks between its words: Cross Entropy Loss. */
function Humps({ type }: { readonly type: string }) {
  const words = type.split(/(?<=[a-z])(?=[A-Z])/);
  return words.map((word, index) => (
    <Fragment key={word}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}

function TellingParams({
  node,
  layer,
  checked,
}: {
  node: GraphNode;
  layer: AnyLayer;
  checked: CheckedNode | undefined;
}) {
  const t = useText();
  const rows = layer.telling.flatMap((param) => {
    const { kind, default: fallback } = layer.params[param];
    const value = checked?.params[param] ?? node.params[param] ?? fallback;
    // "As usual" or "not read yet" tells nothing.
    return value === null ? [] : [{ label: param, value: valueText(value, kind) }];
  });
  // An Input has no wire on which its shape could be read before it is connected.
  const given = layer.category === "data" ? Object.values(checked?.outputs ?? {})[0] : undefined;
  if (given) rows.push({ label: t(editor.shape), value: shapeText(given.symbolicShape) });
  if (rows.length === 0) return null;
  return (
    <dl>
      {rows.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="ellipsis">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface FooterProps {
  readonly layer: AnyLayer | undefined;
  readonly checked: CheckedNode | undefined;
  readonly problem: Diagnostic | undefined;
}

function Footer({ layer, checked, problem }: FooterProps) {
  const t = useText();
  const { count, bytes } = useNumbers();
  if (problem) {
    const { length } = problem.fixes;
    return (
      <footer className={problem.severity}>
        <span className="problem-title">{t(problem.title)}</span>
        {length > 0 && (
          <span>{length === 1 ? t(editor.oneFix) : t(editor.manyFixes, { count: count(length) })}</span>
        )}
      </footer>
    );
  }
  if (layer?.category === "data") return null;
  if (!checked) {
    return (
      <footer>
        <span>{t(editor.notWired)}</span>
      </footer>
    );
  }
  const isView = Object.values(checked.outputs).every(({ view }) => view);
  const { parameterCount } = checked;
  return (
    <footer>
      <span>
        {isView
          ? t(editor.view)
          : parameterCount > 0
            ? t(editor.paramsOnNode, { count: count(parameterCount) })
            : t(editor.noParameters)}
      </span>
      <span>{isView ? t(editor.free) : bytes(checked.activationBytes)}</span>
    </footer>
  );
}

interface ShownPorts {
  readonly inputs: readonly ShownPort[];
  readonly outputs: readonly string[];
}

function usePorts(
  node: GraphNode,
  layer: AnyLayer | undefined,
  checked: CheckedNode | undefined,
): ShownPorts | null {
  const edges = useDocument(({ project }) => project.graph.edges);
  const remeasure = useUpdateNodeInternals();
  const ends = (side: "from" | "to") =>
    new Set(edges.filter((edge) => edge[side].node === node.id).map((edge) => edge[side].port));
  const inputs = layer ? shownInputs(layer, ends("to")) : [];
  const outputs = layer ? shownOutputs(layer, ends("from"), checked?.outputs) : [];
  const names = [...inputs.map(({ name }) => name), "", ...outputs].join(" ");
  // React Flow looks for ports anew only when it is told to or the node's size changes.
  useEffect(() => {
    if (names !== "") remeasure(node.id);
  }, [remeasure, node.id, names]);
  return layer ? { inputs, outputs } : null;
}

/** One input and one output sit beside the head; more of them are named, one a row. */
function hasPortRows({ inputs, outputs }: ShownPorts): boolean {
  return inputs.length > 1 || outputs.length > 1;
}

function PortRows({ ports }: { readonly ports: ShownPorts }) {
  if (!hasPortRows(ports)) return null;
  const { inputs, outputs } = ports;
  const rows = Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, row) => row);
  return (
    <div className="port-rows" aria-hidden>
      {rows.map((row) => (
        <div key={row}>
          <span className={inputs.at(row)?.spare ? "spare" : undefined}>{inputs.at(row)?.name}</span>
          <span>{outputs.at(row)}</span>
        </div>
      ))}
    </div>
  );
}

interface PortsProps {
  readonly node: GraphNode;
  readonly layer: AnyLayer;
  readonly ports: ShownPorts;
}

function Ports({ node, layer, ports }: PortsProps) {
  const t = useText();
  const inRows = hasPortRows(ports);
  const top = (index: number) => (inRows ? firstPortRow + index * portRow : headPort + 5.5);
  const name = node.name || node.type;
  return (
    <>
      {ports.inputs.map(({ name: port, spare }, index) => (
        <Handle
          key={port}
          id={port}
          type="target"
          position={Position.Left}
          className={`port in ${spare ? "spare" : ""}`}
          style={{ top: top(index) }}
          aria-label={t(editor.inputPort, { port, node: name })}
          title={`${port} ${layer.inputs[port]}${spare ? ` (${t(editor.optional)})` : ""}`}
        />
      ))}
      {ports.outputs.map((port, index) => (
        <Handle
          key={port}
          id={port}
          type="source"
          position={Position.Right}
          className="port out"
          style={{ top: top(index) }}
          aria-label={t(editor.outputPort, { port, node: name })}
          title={`${port} ${layer.outputs[port]}`}
        />
      ))}
    </>
  );
}
