import type { NodeProps } from "@xyflow/react";
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
import { useCheckedNode, useDiagnostics } from "../document/checked";
import { nodeById } from "../document/graph-index";
import { layerOf } from "../document/layers";
import { useDocument } from "../document/store";
import { categoryStyle } from "../panels/category";
import { usePreferences } from "../ui/preferences";
import { useNumbers, useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { useDetail } from "./detail";
import { HeatFooter, heatStyle, useHeat } from "./heat";
import { useMeasured } from "./measured";
import { FarPorts, PortRows, Ports, usePorts } from "./node-ports";
import { footWords, isPort } from "./node-words";
import { TellingParams } from "./telling-params";
import type { CanvasNode } from "./view";

export const LayerNode = memo(
  function LayerNode({ id, selected, width, height }: NodeProps<CanvasNode>) {
    const node = useDocument(({ graph }) => nodeById(graph, id));
    // React Flow lets go of a removed node a moment after the document does.
    return node ? <LayerBox node={node} selected={selected} width={width} height={height} /> : null;
  },
  // Where it lies is React Flow's to say, and changes nothing inside it.
  (a, b) => a.id === b.id && a.selected === b.selected && a.width === b.width && a.height === b.height,
);

interface LayerBoxProps {
  readonly node: GraphNode;
  readonly selected: boolean;
  /** As last measured. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

function LayerBox({ node, selected, width, height }: LayerBoxProps) {
  const t = useText();
  const { count } = useNumbers();
  const detail = useDetail((state) => state.detail);
  const checked = useCheckedNode(node.id);
  const problems = useDiagnostics(node.id);
  // A block's record follows from its definition.
  const block = useDocument(({ project }) => blockOf(project.graph, node.type));
  const layer = layerOf(node.type);
  const title = layer?.title ?? node.type;
  // A port that was given no name is called by its id.
  const shownName = node.name || (isPort(node.type) ? node.id : "");
  const repeat = block ? repeatOf(node) : 1;
  const ports = usePorts(node, layer, checked);
  const heat = useHeat(node.id);
  const costs = usePreferences((state) => state.costsOnNodes);
  const problem = problems.at(0);
  const { params, note, mode, collapsed } = node;
  const named = [title, shownName, repeat, ports?.layout];
  const shows = [params, note, mode, collapsed, checked, problem, costs, heat !== null, t, ...named];
  const isMeasured = useMeasured(node.id, shows, width !== undefined);
  const worst = problem?.severity ?? "";
  const className = `node ${detail} ${worst} ${selected ? "selected" : ""} ${block ? "stacked" : ""} ${node.mode ?? ""} ${node.collapsed ? "collapsed" : ""} ${heat ? "heated" : ""}`;
  const style = { ...categoryStyle(layer?.category), ...heatStyle(heat) };
  if (detail === "block" && isMeasured)
    return (
      <div className={className} style={{ ...style, width, height }}>
        {ports && <FarPorts node={node} ports={ports} />}
      </div>
    );
  return (
    <div className={className} style={style}>
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
      {!node.collapsed && <Footer mode={node.mode} layer={layer} checked={checked} problem={problem} />}
      {costs && !node.collapsed && <Flops checked={checked} />}
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
  if (!checked || checked.flops === 0) return null;
  return (
    <footer className="flops">
      <span title={t(editor.flopsPerBatch)}>{t(editor.forwardOnNode, { flops: short(checked.flops) })}</span>
      <span title={t(editor.flopsTraining)}>
        {t(editor.trainingOnNode, { flops: short(checked.trainingFlops) })}
      </span>
    </footer>
  );
}
