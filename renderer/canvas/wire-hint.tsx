import { Panel, useConnection } from "@xyflow/react";
import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { createChecker, type Diagnostic, type Graph, type PortRef, shownAt } from "../../engine";
import { connect } from "../document/commands";
import { useDataTensors } from "../document/data-tensors";
import { begin, perform } from "../document/history";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";

/** Before a wire is dropped on a port: what the checker would say. */
export function WireHint() {
  const t = useText();
  const ends = useConnection(({ inProgress, fromHandle, toHandle }) => {
    if (!inProgress || !fromHandle?.id || !toHandle?.id) return null;
    const [source, target] = fromHandle.type === "source" ? [fromHandle, toHandle] : [toHandle, fromHandle];
    return `${source.nodeId} ${source.id} ${target.nodeId} ${target.id}`;
  });
  const problem = useMemo(() => {
    if (ends === null) return null;
    const [source, out, target, into] = ends.split(" ");
    return wouldBe({ node: source, port: out }, { node: target, port: into });
  }, [ends]);
  if (!problem) return null;
  return (
    <Panel position="top-center" className="wire-hint">
      <output>
        <b>
          <TriangleAlert aria-hidden />
          {t(problem.title)}
        </b>
        {problem.message !== null && <p className="mono">{problem.message}</p>}
      </output>
    </Panel>
  );
}

/** Remembers the drawing, so that trying one more wire costs little. */
const check = createChecker();

/** The first error at the wire's end that is not there without the wire. */
function wouldBe(from: PortRef, to: PortRef): Diagnostic | null {
  const { project, path } = useDocument.getState();
  const [{ project: after }] = perform(begin(project), connect(from, to), 0, path);
  const errors = (graph: Graph) =>
    check(graph, {
      batchSize: project.training.batch_size,
      data: useDataTensors.getState().tensors,
    }).diagnostics.filter(({ severity }) => severity === "error");
  const known = new Set(errors(project.graph).map(({ code, node, port }) => `${code} ${node} ${port}`));
  const added = errors(after.graph).filter(
    ({ code, node, port }) => !known.has(`${code} ${node} ${port}`) && code !== "missing-input",
  );
  return (
    added.find(({ node }) => node !== null && shownAt(path, node) === to.node) ??
    added.find(({ code }) => code === "cycle") ??
    null
  );
}
