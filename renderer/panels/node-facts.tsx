/** What the checker found out about a node, for the inspector. */
import type { AnyLayer, CheckedNode, CheckedTensor, GraphNode } from "../../engine";
import { torchNodeTraining } from "../../engine";
import { shapeText, sizesText, strideText } from "../canvas/shape-text";
import { useChecked } from "../document/checked";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { FormulaView } from "./formula-view";
import { LayerPicture } from "./layer-picture";
import { paramFacts } from "./param-facts";
import { PythonLine } from "./python-line";

type Tensors = Readonly<Record<string, CheckedTensor>>;

interface InOutProps {
  readonly inputs: Tensors;
  /** Null where the checker could not go on. */
  readonly outputs: Tensors | null;
}

/** The first input beside the first output: what the layer did to shape, strides and memory. */
export function InOut({ inputs, outputs }: InOutProps) {
  const t = useText();
  const input: CheckedTensor | undefined = Object.values(inputs)[0];
  const output: CheckedTensor | undefined = outputs ? Object.values(outputs)[0] : undefined;
  const shown = [input, output].filter((tensor) => tensor !== undefined);
  const each = (read: (tensor: CheckedTensor) => string) => shown.map(read).join(" → ");
  const title = !input ? editor.output : output ? editor.inOut : editor.arriving;
  return (
    <section className="inspector-section">
      <h3>{t(title)}</h3>
      <dl className="facts">
        {Object.keys(inputs).length > 1 &&
          Object.entries(inputs).map(([port, tensor]) => (
            <div key={port}>
              <dt>{port}</dt>
              <dd>{shapeText(tensor.symbolicShape)}</dd>
            </div>
          ))}
        <div>
          <dt>{t(editor.shape)}</dt>
          <dd>{each((tensor) => shapeText(tensor.symbolicShape))}</dd>
        </div>
        <div>
          <dt>{t(editor.stride)}</dt>
          <dd>{each((tensor) => strideText(tensor.symbolicStride))}</dd>
        </div>
        <div>
          <dt>{t(editor.contiguous)}</dt>
          <dd>
            {input && <YesNo yes={input.contiguous} />}
            {input && output && " → "}
            {output && <YesNo yes={output.contiguous} />}
          </dd>
        </div>
        <div>
          <dt>{t(editor.dtype)}</dt>
          <dd>{shown.at(-1)?.dtype}</dd>
        </div>
      </dl>
    </section>
  );
}

function YesNo({ yes }: { readonly yes: boolean }) {
  const t = useText();
  return yes ? t(editor.yes) : <b className="bad">{t(editor.no)}</b>;
}

/** What comes in at a node that the checker could not get past. */
export function Arriving({ node }: { readonly node: GraphNode }) {
  const t = useText();
  const checked = useChecked();
  const inputs = Object.fromEntries(
    checked.edges.flatMap(({ from, to }) => {
      const tensor = to.node === node.id ? checked.nodes[from.node]?.outputs[from.port] : undefined;
      return tensor ? [[to.port, tensor] as const] : [];
    }),
  );
  if (Object.keys(inputs).length === 0) return <p className="inspector-hint">{t(editor.notReached)}</p>;
  return <InOut inputs={inputs} outputs={null} />;
}

export function Weights({ node }: { readonly node: CheckedNode }) {
  const t = useText();
  const weights = Object.entries(node.weights);
  const buffers = Object.entries(node.buffers);
  if (weights.length + buffers.length === 0) return null;
  return (
    <section className="inspector-section">
      <h3>{t(editor.weights)}</h3>
      <dl className="facts">
        {[...weights, ...buffers].map(([name, { shape }]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{sizesText(shape)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What the node takes of memory and of time, for a batch. */
export function Costs({ node }: { readonly node: CheckedNode }) {
  const t = useText();
  const { count, short, bytes } = useNumbers();
  const { parameterCount, flops, trainingFlops, activationBytes } = node;
  const facts = [
    [t(editor.parametersWord), count(parameterCount)],
    [t(editor.flopsPerBatch), short(flops)],
    [t(editor.flopsTraining), short(trainingFlops)],
    [t(editor.newMemory), activationBytes === 0 ? t(editor.nothing) : bytes(activationBytes)],
  ];
  return (
    <section className="inspector-section" aria-label={t(editor.costs)}>
      <h3>{t(editor.costs)}</h3>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function TorchLine({ node, layer }: { readonly node: CheckedNode; readonly layer: AnyLayer }) {
  const t = useText();
  const { kind, code } = layer.torch(node.params);
  const wired = Object.keys(node.inputs).join(", ");
  const lines =
    kind === "module"
      ? [`self.${node.name} = ${code}`, ...torchNodeTraining(node), `x = self.${node.name}(${wired})`]
      : [`x = ${code.replace("{*}", wired).replace(/\{(\w+)\}/g, "$1")}`];
  return (
    <section className="inspector-section">
      <h3>{t(editor.torchLine)}</h3>
      <pre className="code selectable">
        {lines.map((line) => (
          <PythonLine key={line} line={line} />
        ))}
      </pre>
    </section>
  );
}

export function Formula({ layer }: { readonly layer: AnyLayer }) {
  const t = useText();
  if (layer.formula === "") return null;
  return (
    <section className="inspector-section">
      <h3>{t(editor.formula)}</h3>
      <FormulaView text={layer.formula} />
    </section>
  );
}

export function AboutLayer({ layer }: { readonly layer: AnyLayer }) {
  const t = useText();
  return (
    <>
      <section className="inspector-section">
        <LayerPicture layer={layer} />
        <p className="selectable about">{t(layer.explanation)}</p>
      </section>
      <Formula layer={layer} />
      <section className="inspector-section">
        <h3>{t(editor.ports)}</h3>
        <dl className="facts">
          {[...Object.entries(layer.inputs), ...Object.entries(layer.outputs)].map(([port, shape]) => (
            <div key={port}>
              <dt>{port}</dt>
              <dd>{shape}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="inspector-section">
        <h3>{t(editor.tabParameters)}</h3>
        <dl className="param-help">
          {Object.entries(layer.params).map(([name, param]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{t(param.about)}</dd>
              <dd className="dim">{paramFacts(name, param, t)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
