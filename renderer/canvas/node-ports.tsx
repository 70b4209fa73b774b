/** The ports of a node: which it shows, where they sit, and whether they can take the wire that is being drawn. */
import { Handle, Position, useUpdateNodeInternals } from "@xyflow/react";
import { type CSSProperties, type MouseEvent, useEffect, useRef } from "react";
import type { AnyLayer, CheckedNode, GraphNode } from "../../engine";
import { wiredPorts } from "../document/graph-index";
import { portName } from "../document/layers";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { portGesture } from "./port-gestures";
import { type ShownPort, shownInputs, shownOutputs } from "./ports";
import { useVerdicts, type WireEnd } from "./wire-verdicts";

/** Height of the middle of the head, and of each row of ports below it. */
const headPort = 20;
const firstPortRow = 46;
const portRow = 20;

export interface ShownPorts {
  readonly inputs: readonly ShownPort[];
  readonly outputs: readonly string[];
  /** Equal where the ports sit in the same places. */
  readonly layout: string;
}

/** The ports that a node shows now; null for a layer that this version does not know. */
export function usePorts(
  node: GraphNode,
  layer: AnyLayer | undefined,
  checked: CheckedNode | undefined,
): ShownPorts | null {
  const wired = useDocument(({ graph }) => wiredPorts(graph, node.id));
  const remeasure = useUpdateNodeInternals();
  const inputs = layer ? shownInputs(layer, wired.inputs) : [];
  const outputs = layer ? shownOutputs(layer, wired.outputs, checked?.outputs) : [];
  const down = useDocument(({ graph }) => graph.direction === "down");
  const layout = [...inputs.map(({ name }) => name), "", ...outputs, down, node.collapsed].join(" ");
  const measured = useRef(layout);
  // React Flow looks for ports when it first sees a node, and again when it is told to or the node's size changes.
  useEffect(() => {
    if (layout !== measured.current) remeasure(node.id);
    measured.current = layout;
  }, [remeasure, node.id, layout]);
  return layer ? { inputs, outputs, layout } : null;
}

/** One input and one output sit beside the head; more of them are named, one a row. */
export function hasPortRows({ inputs, outputs }: Pick<ShownPorts, "inputs" | "outputs">): boolean {
  return inputs.length > 1 || outputs.length > 1;
}

interface PortRowsProps {
  readonly ports: ShownPorts;
  readonly layer: AnyLayer | undefined;
}

export function PortRows({ ports, layer }: PortRowsProps) {
  if (!hasPortRows(ports)) return null;
  const { inputs, outputs } = ports;
  const rows = Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, row) => row);
  return (
    <div className="port-rows" aria-hidden>
      {rows.map((row) => (
        <div key={row}>
          <span className={inputs.at(row)?.spare ? "spare" : undefined}>
            {portName(layer, inputs.at(row)?.name ?? "")}
          </span>
          <span>{portName(layer, outputs.at(row) ?? "")}</span>
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

export function Ports({ node, layer, ports }: PortsProps) {
  const t = useText();
  const { placed, before, after } = usePlaces(node, ports);
  const name = node.name || (layer.title ?? node.type);
  const verdictOf = useVerdicts();
  const gesture = (port: string, side: WireEnd) => (event: MouseEvent) =>
    void portGesture(event, { node: node.id, port }, side);
  return (
    <>
      {ports.inputs.map(({ name: port, spare }, index) => (
        <Handle
          key={port}
          id={port}
          type="target"
          position={before}
          onMouseDownCapture={gesture(port, "input")}
          className={`port in ${spare ? "spare" : ""} ${verdictOf({ node: node.id, port }, "in")}`}
          style={placed(index, ports.inputs.length)}
          // React Flow makes the element, which a style sheet draws as a dot.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="img"
          aria-label={t(editor.inputPort, { port: portName(layer, port), node: name })}
          title={`${portName(layer, port)} ${layer.inputs[port]}${spare ? ` (${t(editor.optional)})` : ""}`}
        />
      ))}
      {ports.outputs.map((port, index) => (
        <Handle
          key={port}
          id={port}
          type="source"
          position={after}
          onMouseDownCapture={gesture(port, "output")}
          className={`port out ${verdictOf({ node: node.id, port }, "out")}`}
          style={placed(index, ports.outputs.length)}
          // React Flow makes the element, which a style sheet draws as a dot.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="img"
          aria-label={t(editor.outputPort, { port: portName(layer, port), node: name })}
          title={`${portName(layer, port)} ${layer.outputs[port]}`}
        />
      ))}
    </>
  );
}

/** Where the ports are for React Flow, which ends the wires there. Nobody sees or hits them from so far away. */
export function FarPorts({ node, ports }: Pick<PortsProps, "node" | "ports">) {
  const { placed, before, after } = usePlaces(node, ports);
  const far = (port: string, side: "target" | "source", position: Position, place: CSSProperties) => (
    <i
      key={`${side} ${port}`}
      className={`react-flow__handle react-flow__handle-${position} ${side} port`}
      data-handleid={port}
      data-handlepos={position}
      style={place}
    />
  );
  return (
    <>
      {ports.inputs.map(({ name }, index) => far(name, "target", before, placed(index, ports.inputs.length)))}
      {ports.outputs.map((port, index) => far(port, "source", after, placed(index, ports.outputs.length)))}
    </>
  );
}

/** Beside the head or its row; where wires run down, one beside the other on the upper and lower edge. */
function usePlaces(node: GraphNode, ports: ShownPorts) {
  const down = useDocument(({ graph }) => graph.direction === "down");
  // A folded node has its head alone, and all wires end there.
  const inRows = hasPortRows(ports) && !node.collapsed;
  return {
    before: down ? Position.Top : Position.Left,
    after: down ? Position.Bottom : Position.Right,
    placed: (index: number, count: number): CSSProperties =>
      down
        ? { left: `${(100 * (index + 1)) / (count + 1)}%` }
        : { top: inRows ? firstPortRow + index * portRow : headPort + 5.5 },
  };
}
