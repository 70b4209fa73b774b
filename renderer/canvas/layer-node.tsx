import { type NodeProps, useStore } from "@xyflow/react";
import { StickyNote } from "lucide-react";
import { Fragment, memo } from "react";
import {
  type AnyLayer,
  blockOf,
  type CheckedNode,
  type Diagnostic,
  type GraphNode,
  repeatOf,
} from "../../engine";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { layerOf } from "../document/layers";
import { useDocument } from "../document/store";
import { categoryStyle } from "../panels/category";
import { usePreferences } from "../ui/preferences";
import { useNumbers, useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { HeatFooter, heatStyle, useHeat } from "./heat";
import { PortRows, Ports, usePorts } from "./node-ports";
import { footWords, isPort, tellingRows } from "./node-words";
import type { CanvasNode } from "./view";

/** Below these zooms a node shows less. */
const typeOnlyZoom = 0.5;
const blockZoom = 0.25;

export const LayerNode = memo(function LayerNode({ id, selected }: NodeProps<CanvasNode>) {
  const node = useDocument(({ graph }) => graph.nodes.find((candidate) => candidate.id === id));
  // React Flow lets go of a removed node a moment after the document does.
  return node ? <LayerBox node={node} selected={selected} /> : null;
});

function LayerBox({ node, selected }: { readonly node: GraphNode; readonly selected: boolean }) {
  const t = useText();
  const { count } = useNumbers();
  const detail = useStore(({ transform: [, , zoom] }) =>
    zoom < blockZoom ? "block" : zoom < typeOnlyZoom ? "type" : "full",
  );
  const checked = useChecked().nodes[node.id];
  const problems = useDiagnosticsByNode().get(node.id) ?? [];
  // A block's record follows from its definition.
  const block = useDocument(({ project }) => blockOf(project.graph, node.type));
  const layer = layerOf(node.type);
  const title = layer?.title ?? node.type;
  // A port that was given no name is called by its id.
  const shownName = node.name || (isPort(node.type) ? node.id : "");
  const repeat = block ? repeatOf(node) : 1;
  const ports = usePorts(node, layer, checked);
  const heat = useHeat(node.id);
  const worst = problems.at(0)?.severity ?? "";
  return (
    <div
      className={`node ${detail} ${worst} ${selected ? "selected" : ""} ${block ? "stacked" : ""} ${node.mode ?? ""} ${node.collapsed ? "collapsed" : ""} ${heat ? "heated" : ""}`}
      style={{ ...categoryStyle(layer?.category), ...heatStyle(heat) }}
    >
      <header>
        <i className="category-square" />
        <b>{detail === "type" ? <Humps type={title} /> : title}</b>
        {repeat > 1 && (
          <em className="repeat" title={t(drawing.repeated, { count: count(repeat) })}>
            ×{count(repeat)}
          </em>
        )}
        {node.note && (
          <span title={node.note}>
            <StickyNote className="note-mark" aria-label={t(drawing.note)} />
          </span>
        )}
        {shownName && <small className="ellipsis">{shownName}</small>}
      </header>
      {ports && !node.collapsed && <PortRows ports={ports} layer={layer} />}
      {layer && !node.collapsed && <TellingParams node={node} layer={layer} checked={checked} />}
      {!node.collapsed && (
        <Footer mode={node.mode} layer={layer} checked={checked} problem={problems.at(0)} />
      )}
      {!node.collapsed && <Flops checked={checked} />}
      {heat && <HeatFooter heat={heat} />}
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
  const rows = tellingRows(node, layer, checked, t);
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
  readonly mode: GraphNode["mode"];
  readonly layer: AnyLayer | undefined;
  readonly checked: CheckedNode | undefined;
  readonly problem: Diagnostic | undefined;
}

function Footer({ mode, layer, checked, problem }: FooterProps) {
  const t = useText();
  const numbers = useNumbers();
  if (problem) {
    const { length } = problem.fixes;
    return (
      <footer className={problem.severity}>
        <span className="problem-title">{t(problem.title)}</span>
        {length > 0 && (
          <span>
            {length === 1 ? t(editor.oneFix) : t(editor.manyFixes, { count: numbers.count(length) })}
          </span>
        )}
      </footer>
    );
  }
  const words = footWords(mode, layer, checked, t, numbers);
  if (words.length === 0) return null;
  return (
    <footer>
      {words.map((word) => (
        <span key={word}>{word}</span>
      ))}
    </footer>
  );
}

/** FLOPs of a batch, for those who want them on every node. */
function Flops({ checked }: { readonly checked: CheckedNode | undefined }) {
  const t = useText();
  const { short } = useNumbers();
  const shown = usePreferences((state) => state.costsOnNodes);
  if (!shown || !checked || checked.flops === 0) return null;
  return (
    <footer className="flops">
      <span title={t(editor.flopsPerBatch)}>{t(editor.forwardOnNode, { flops: short(checked.flops) })}</span>
      <span title={t(editor.flopsTraining)}>
        {t(editor.trainingOnNode, { flops: short(checked.trainingFlops) })}
      </span>
    </footer>
  );
}
