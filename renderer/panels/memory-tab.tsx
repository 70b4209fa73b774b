import { useMemo } from "react";
import {
  type CheckedNode,
  type CheckedTensor,
  type Diagnostic,
  type GraphNode,
  type ViewBreak,
  viewBreak,
} from "../../engine";
import { shapeText, strideText } from "../canvas/shape-text";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { layerOf } from "../document/layers";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { firstSample, type MemoryGrid, memoryGrid } from "./memory-grid";

/** Whether a node only changes how memory is read, or would if it could. */
export function hasMemoryTab(node: GraphNode, checked: CheckedNode | undefined): boolean {
  const isView = checked !== undefined && Object.values(checked.outputs).some(({ view }) => view);
  return isView || layerOf(node.type)?.category === "shape";
}

/** Shape, strides and offset, and where each element lies: what comes in, and what goes out if anything does. */
export function MemoryTab({ node }: { readonly node: GraphNode }) {
  const t = useText();
  const graph = useChecked();
  const problem = useDiagnosticsByNode()
    .get(node.id)
    ?.find(({ code }) => code === "view-not-contiguous");
  const wire = graph.edges.find(({ to }) => to.node === node.id);
  const input = wire && graph.nodes[wire.from.node]?.outputs[wire.from.port];
  const outputs = Object.entries(graph.nodes[node.id]?.outputs ?? {});
  if (!input) return <p className="inspector-hint">{t(editor.notReached)}</p>;
  return (
    <>
      {problem && <BrokenView node={node} problem={problem} input={input} />}
      <TensorMemory title={t(editor.memoryBefore)} tensor={input} input={input} />
      {outputs.map(([port, tensor]) => (
        <TensorMemory
          key={port}
          title={outputs.length > 1 ? t(editor.memoryAfterAt, { port }) : t(editor.memoryAfter)}
          note={t(tensor.view ? editor.memoryShared : editor.memoryOwn)}
          tensor={tensor}
          input={input}
        />
      ))}
    </>
  );
}

interface TensorMemoryProps {
  readonly title: string;
  readonly note?: string;
  readonly tensor: CheckedTensor;
  /** What comes in: cells take the colour of its row. */
  readonly input: CheckedTensor;
}

function TensorMemory({ title, note, tensor, input }: TensorMemoryProps) {
  const t = useText();
  const { count } = useNumbers();
  const grid = useMemo(() => memoryGrid(firstSample(tensor)), [tensor]);
  return (
    <section className="inspector-section">
      <h3>{title}</h3>
      <dl className="facts">
        <div>
          <dt>{t(editor.shape)}</dt>
          <dd>{shapeText(tensor.symbolicShape)}</dd>
        </div>
        <div>
          <dt>{t(editor.stride)}</dt>
          <dd>{strideText(tensor.symbolicStride)}</dd>
        </div>
        <div>
          <dt>{t(editor.offset)}</dt>
          <dd>{count(tensor.offset)}</dd>
        </div>
      </dl>
      <Places grid={grid} rowLength={tensor.view || tensor === input ? rowLength(input) : null} />
      <span className="memory-caption">
        {t(grid.cut ? editor.memoryPlacesCut : editor.memoryPlaces)} {note}
      </span>
    </section>
  );
}

/** Elements of memory from one row to the next, whichever dimension the rows are now: cells of a row have one colour. */
function rowLength({ stride }: CheckedTensor): number {
  return Math.min(...stride.filter((step) => step > 1));
}

/** Null for `rowLength`: new memory, whose cells came from nowhere. */
function Places({ grid, rowLength }: { readonly grid: MemoryGrid; readonly rowLength: number | null }) {
  return (
    <div className="memory-grid" aria-hidden>
      {grid.rows.map(({ label, places }) => (
        <div key={label}>
          <span>{label}</span>
          {places.map((place, column) => (
            // The same place may be read more than once: the column alone tells cells apart.
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells never move
            <i key={column} className={rowLength === null ? "new" : parity(place, rowLength)}>
              {place}
            </i>
          ))}
        </div>
      ))}
    </div>
  );
}

function parity(place: number, rowLength: number): "even" | "odd" {
  return Math.floor(place / rowLength) % 2 === 0 ? "even" : "odd";
}

interface BrokenViewProps {
  readonly node: GraphNode;
  readonly problem: Diagnostic;
  readonly input: CheckedTensor;
}

/** The two dimensions that cannot be merged, and why, in a sentence. */
function BrokenView({ node, problem, input }: BrokenViewProps) {
  const t = useText();
  const { count } = useNumbers();
  const broken = breakOf(node, input);
  if (!broken) return null;
  const { dim, into, expected, actual } = broken;
  return (
    <section className="inspector-section">
      <h3>{t(problem.title)}</h3>
      <div className="merge mono" aria-hidden>
        {input.symbolicShape.map((size, at) => (
          // A dimension has no identity but its place.
          // biome-ignore lint/suspicious/noArrayIndexKey: dimensions never move
          <span key={at} className={at === dim || at === dim + 1 ? "broken" : undefined}>
            {shapeText([size])}
            <small>{strideText([input.symbolicStride[at]])}</small>
          </span>
        ))}
      </div>
      <p className="selectable">
        {t(editor.cannotMerge, {
          dim,
          next: dim + 1,
          into,
          expected: count(expected),
          actual: count(actual),
        })}
      </p>
    </section>
  );
}

function breakOf(node: GraphNode, input: CheckedTensor): ViewBreak | null {
  const sizes = node.params.shape ?? layerOf(node.type)?.params.shape?.default;
  return Array.isArray(sizes) ? viewBreak(input, sizes) : null;
}
