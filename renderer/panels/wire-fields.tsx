import type { AnyLayer, GraphNode, PortRef } from "../../engine";
import { shownInputs, shownOutputs } from "../canvas/ports";
import { useChecked } from "../document/checked";
import { connect, disconnect } from "../document/commands";
import { wiredPorts } from "../document/graph-index";
import { layerOf, portName, titleOf } from "../document/layers";
import { run, useDocument } from "../document/store";
import { Choice } from "../ui/choice";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

/** Where each input comes from: the same as drawing wires, for the keyboard. */
export function WireFields({ node, layer }: { readonly node: GraphNode; readonly layer: AnyLayer }) {
  const t = useText();
  const edges = useDocument((state) => state.graph.edges);
  const sources = useSources(node.id);
  const wired = edges.filter(({ to }) => to.node === node.id).map(({ to }) => to.port);
  const ports = shownInputs(layer, new Set(wired));
  if (ports.length === 0) return null;
  return (
    <section className="inspector-section">
      <h3>{t(editor.inputs)}</h3>
      {ports.map(({ name: port, spare }) => {
        const edge = edges.find(({ to }) => to.node === node.id && to.port === port);
        const choose = (value: string) => {
          const from = sources.find((source) => source.value === value)?.from;
          if (from) run(connect(from, { node: node.id, port }));
          else if (edge) run(disconnect([edge.id]));
        };
        return (
          <div className="field" key={port}>
            <span className={`field-label ellipsis ${spare ? "dim" : ""}`} title={layer.inputs[port]}>
              {portName(layer, port)}
            </span>
            <Choice
              label={t(editor.inputPort, {
                port: portName(layer, port),
                node: node.name || titleOf(node.type),
              })}
              value={edge ? keyOf(edge.from) : nowhere}
              options={[
                { value: nowhere, label: t(spare ? editor.optional : editor.notConnected) },
                ...sources,
              ]}
              onChange={choose}
            />
          </div>
        );
      })}
    </section>
  );
}

interface Source {
  readonly value: string;
  readonly label: string;
  readonly from: PortRef;
}

/** Every output that is not the node's own. */
function useSources(own: string): readonly Source[] {
  const graph = useDocument((state) => state.graph);
  const checked = useChecked();
  return graph.nodes.flatMap(({ id, name, type }) => {
    const layer = layerOf(type);
    if (id === own || !layer) return [];
    const outputs = shownOutputs(layer, wiredPorts(graph, id).outputs, checked.nodes[id]?.outputs);
    const shown = name || (checked.nodes[id]?.name ?? titleOf(type));
    return outputs.map((port) => {
      const from = { node: id, port };
      return {
        value: keyOf(from),
        label: outputs.length > 1 ? `${shown}.${portName(layer, port)}` : shown,
        from,
      };
    });
  });
}

const nowhere = "";

function keyOf({ node, port }: PortRef): string {
  return `${node} ${port}`;
}
