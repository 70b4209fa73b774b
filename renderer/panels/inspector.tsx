import { TriangleAlert } from "lucide-react";
import { blockOf, type CheckedNode, type Diagnostic, type GraphNode } from "../../engine";
import { useChecked, useDiagnosticsByNode } from "../document/checked";
import { layerOf, titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { Tabs } from "../ui/tabs";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { BlockFields } from "./block-fields";
import { categoryStyle } from "./category";
import { DiagnosticCard } from "./diagnostic-card";
import { GraphSummary, ManySelected } from "./graph-summary";
import { type NodeTab, useInspectorTab } from "./inspector-tab";
import { MemoryStrip } from "./memory-strip";
import { hasMemoryTab, MemoryTab } from "./memory-tab";
import { AboutLayer, Arriving, Costs, Formula, InOut, TorchLine, Weights } from "./node-facts";
import { NodeTrainingFields } from "./node-training";
import { NoteField } from "./note-field";
import { NodeName, ParamFields } from "./param-fields";
import { Verification } from "./verify";
import { WireFields } from "./wire-fields";
import "./inspector.css";

/** What is selected: its parameters, shapes, memory and code. With nothing selected, the whole graph. */
export function Inspector() {
  const nodes = useDocument((state) => state.graph.nodes);
  const selected = useDocument((state) => state.selectedNodes);
  const chosen = nodes.filter(({ id }) => selected.includes(id));
  return (
    <div className="inspector">
      {chosen.length === 0 && <GraphSummary />}
      {chosen.length === 1 && <NodeInspector key={chosen[0].id} node={chosen[0]} />}
      {chosen.length > 1 && <ManySelected nodes={chosen} />}
    </div>
  );
}

function NodeInspector({ node }: { readonly node: GraphNode }) {
  const t = useText();
  const { tab, show } = useInspectorTab();
  const checked = useChecked().nodes[node.id];
  const layer = layerOf(node.type);
  const hasMemory = hasMemoryTab(node, checked);
  const memory = { id: "memory", label: t(editor.tabMemory), panel: <MemoryTab node={node} /> } as const;
  return (
    <>
      <header className="inspector-head" style={categoryStyle(layer?.category)}>
        <i className="category-square" />
        <h2 className="ellipsis">{titleOf(node.type)}</h2>
        <NodeName node={node} />
        <p>{layer ? t(layer.summary) : t(editor.unknownLayer, { type: node.type })}</p>
      </header>
      {layer && (
        <Tabs<NodeTab>
          className="inspector-tabs"
          label={t(editor.inspector)}
          value={tab === "memory" && !hasMemory ? "parameters" : tab}
          onChange={show}
          tabs={[
            {
              id: "parameters",
              label: t(editor.tabParameters),
              panel: <NodeDetails node={node} checked={checked} />,
            },
            ...(hasMemory ? [memory] : []),
            { id: "about", label: t(editor.tabAbout), panel: <AboutLayer layer={layer} /> },
          ]}
        />
      )}
    </>
  );
}

function NodeDetails({
  node,
  checked,
}: {
  readonly node: GraphNode;
  readonly checked: CheckedNode | undefined;
}) {
  const problems = useDiagnosticsByNode().get(node.id) ?? [];
  const block = useDocument(({ project }) => blockOf(project.graph, node.type));
  const layer = layerOf(node.type);
  if (!layer) return null;
  // A bypassed or disabled layer computes nothing.
  const isLayer = layer.category !== "block" && node.mode === undefined;
  return (
    <>
      {problems.length > 0 && (
        <section className="inspector-section">
          {problems.map((diagnostic) => (
            <NodeProblem key={`${diagnostic.code} ${diagnostic.port}`} diagnostic={diagnostic} />
          ))}
        </section>
      )}
      <section className="inspector-section" hidden={layer.category === "block" && !block}>
        <ParamFields node={node} layer={layer} checked={checked} />
      </section>
      {block && <BlockFields block={block} />}
      <Formula layer={layer} />
      <WireFields node={node} layer={layer} />
      <NoteField node={node} />
      {checked ? (
        <>
          <InOut inputs={checked.inputs} outputs={checked.outputs} />
          <MemoryStrip node={checked} />
          <Weights node={checked} />
          {(isLayer || block) && <Costs node={checked} />}
          <NodeTrainingFields node={node} checked={checked} isLoss={layer.category === "loss"} />
          {isLayer && <TorchLine node={checked} layer={layer} />}
          {(isLayer || block) && <Verification node={node} />}
        </>
      ) : (
        <Arriving node={node} />
      )}
    </>
  );
}

/** An error's card lies on the canvas, beside the node; advice is given here in full. */
function NodeProblem({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const t = useText();
  if (diagnostic.severity === "warning") return <DiagnosticCard diagnostic={diagnostic} />;
  return (
    <h3 className="inspector-problem">
      <TriangleAlert aria-hidden />
      {t(diagnostic.title)}
    </h3>
  );
}
