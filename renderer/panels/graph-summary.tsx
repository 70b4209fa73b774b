import { type GraphNode, torchTraining } from "../../engine";
import { sizesText } from "../canvas/shape-text";
import { runCommand } from "../commands";
import { useChecked } from "../document/checked";
import { useDataTensors } from "../document/data-tensors";
import { layerOf, titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { categoryStyle } from "./category";
import { SharedParamFields } from "./param-fields";
import { PeakMemory } from "./peak-memory";
import { PythonLine } from "./python-line";

const bytesPerFloat = 4;

/** The whole graph in numbers, while nothing is selected. */
export function GraphSummary() {
  const t = useText();
  const { count, bytes, short } = useNumbers();
  const { name, graph, training } = useDocument((state) => state.project);
  const checked = useChecked();
  const { parameterCount, flops, trainingFlops, activationBytes, batchSize } = checked;
  const tensors = Object.entries(useDataTensors((state) => state.tensors));
  const facts: readonly (readonly [string, string])[] = [
    [t(editor.layerCount), count(graph.nodes.length)],
    [t(editor.wireCount), count(graph.edges.length)],
    [t(editor.parametersWord), count(parameterCount)],
    [t(editor.weightMemory), bytes(parameterCount * bytesPerFloat)],
    [t(editor.batchSize), count(batchSize)],
    [t(editor.activationMemory), bytes(activationBytes)],
    [t(editor.flopsPerSample), short(flops / batchSize)],
    [t(editor.flopsPerBatch), short(flops)],
    [t(editor.flopsTraining), short(trainingFlops)],
  ];
  return (
    <>
      <header className="inspector-head plain">
        <h2 className="ellipsis">{name || t(editor.project)}</h2>
        <p>{t(editor.inspectorHint)}</p>
      </header>
      <section className="inspector-section first">
        <h3>{t(editor.project)}</h3>
        <Facts facts={facts} />
      </section>
      <PeakMemory />
      <section className="inspector-section">
        <h3>{t(editor.dataTensors)}</h3>
        {tensors.length === 0 ? (
          <p className="dim">{t(editor.noData)}</p>
        ) : (
          <Facts
            facts={tensors.map(([tensor, { shape, dtype }]) => [tensor, `${sizesText(shape)} ${dtype}`])}
          />
        )}
      </section>
      {checked.losses.length > 0 && (
        <section className="inspector-section">
          <h3>{t(editor.torchTraining)}</h3>
          <pre className="code selectable">
            {torchTraining(checked, training).map((line) => (
              <PythonLine key={line} line={line} />
            ))}
          </pre>
        </section>
      )}
    </>
  );
}

export function ManySelected({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const t = useText();
  const { count, bytes, short } = useNumbers();
  const checked = useChecked();
  const known = nodes.flatMap(({ id }) => checked.nodes[id] ?? []);
  const sum = (read: (node: (typeof known)[number]) => number) =>
    known.reduce((total, node) => total + read(node), 0);
  return (
    <>
      <header className="inspector-head plain">
        <h2>{t(editor.manySelected, { count: count(nodes.length) })}</h2>
      </header>
      <section className="inspector-section first">
        <ul className="selected-list">
          {nodes.map(({ id, type, name }) => (
            <li key={id} style={categoryStyle(layerOf(type)?.category)}>
              <i className="category-square" />
              {titleOf(type)}
              <span className="dim ellipsis">{name}</span>
            </li>
          ))}
        </ul>
      </section>
      <SharedParamFields nodes={nodes} />
      <section className="inspector-section">
        <Facts
          facts={[
            [t(editor.parametersWord), count(sum((node) => node.parameterCount))],
            [t(editor.activationMemory), bytes(sum((node) => node.activationBytes))],
            [t(editor.flopsPerBatch), short(sum((node) => node.flops))],
            [t(editor.flopsTraining), short(sum((node) => node.trainingFlops))],
          ]}
        />
      </section>
      <section className="inspector-section">
        <div className="fixes">
          <Button onClick={() => runCommand("edit.duplicate")}>{t(editor.duplicate)}</Button>
          <Button onClick={() => runCommand("edit.delete")}>{t(editor.remove)}</Button>
        </div>
      </section>
    </>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
