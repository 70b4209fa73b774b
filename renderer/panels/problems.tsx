import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { type Diagnostic, nodeAt } from "../../engine";
import { canvasControl } from "../canvas/control";
import { bySeverity, useChecked } from "../document/checked";
import { titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { FixButtons } from "./diagnostic-card";
import "./diagnostics.css";

/** Every mistake, errors first. */
export function ProblemsPanel() {
  const t = useText();
  const { diagnostics } = useChecked();
  // An empty canvas is nobody's mistake.
  const empty = diagnostics.find(({ code }) => code === "empty-graph");
  if (empty) {
    return (
      <div className="panel-empty">
        <b>{t(empty.title)}</b>
        <span>{t(empty.explanation)}</span>
      </div>
    );
  }
  if (diagnostics.length === 0) {
    return (
      <div className="panel-empty">
        <CircleCheck aria-hidden />
        <b>{t(editor.noProblems)}</b>
        <span>{t(editor.noProblemsHint)}</span>
      </div>
    );
  }
  return (
    <ul className="problems" aria-label={t(editor.tabProblems)}>
      {bySeverity(diagnostics).map((diagnostic) => (
        <Problem key={`${diagnostic.node} ${diagnostic.code} ${diagnostic.port}`} diagnostic={diagnostic} />
      ))}
    </ul>
  );
}

function Problem({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const t = useText();
  const { nodes } = useChecked();
  const node = useDocument(({ project }) =>
    diagnostic.node === null ? undefined : nodeAt(project.graph, diagnostic.node),
  );
  const name = node && (node.name || (nodes[diagnostic.node ?? ""]?.name ?? titleOf(node.type)));
  const Icon = diagnostic.severity === "error" ? CircleX : TriangleAlert;
  const label = t(diagnostic.severity === "error" ? editor.errorWord : editor.warningWord);
  const words = (
    <>
      <span>
        <b>{t(diagnostic.title)}</b>
        <span className="problem-where">{name ?? t(editor.wholeGraph)}</span>
      </span>
      <p>{t(diagnostic.explanation)}</p>
      {diagnostic.message !== null && <p className="mono dim">{diagnostic.message}</p>}
    </>
  );
  return (
    <li className={`problem ${diagnostic.severity}`}>
      <Icon aria-label={label} />
      {node && diagnostic.node !== null ? (
        <button
          type="button"
          className="problem-go"
          title={t(editor.goToNode, { node: name ?? "" })}
          onClick={() => canvasControl()?.centre(diagnostic.node ?? "")}
        >
          {words}
        </button>
      ) : (
        <div className="problem-go">{words}</div>
      )}
      <FixButtons diagnostic={diagnostic} />
    </li>
  );
}
