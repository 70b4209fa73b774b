import { TriangleAlert } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import type { Diagnostic } from "../../engine";
import { useChecked } from "../document/checked";
import { applyFix } from "../document/commands";
import { run, useDocument } from "../document/store";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import "./diagnostics.css";

/** A mistake in full: title, PyTorch's words, the cause, and buttons that mend it. */
export function DiagnosticCard({
  diagnostic,
  more,
}: {
  readonly diagnostic: Diagnostic;
  /** Further buttons, behind those that mend it. */
  readonly more?: ReactNode;
}) {
  const t = useText();
  return (
    <article className={`diagnostic ${diagnostic.severity}`}>
      <h2>
        <TriangleAlert aria-hidden />
        {t(diagnostic.title)}
      </h2>
      {diagnostic.message !== null && (
        <div className="diagnostic-message mono selectable">{diagnostic.message}</div>
      )}
      <p className="selectable">
        <WithNames text={t(diagnostic.explanation)} diagnostic={diagnostic} />
      </p>
      <FixButtons diagnostic={diagnostic} more={more} />
    </article>
  );
}

export function FixButtons({
  diagnostic,
  more,
}: {
  readonly diagnostic: Diagnostic;
  readonly more?: ReactNode;
}) {
  const t = useText();
  if (diagnostic.fixes.length === 0 && !more) return null;
  return (
    <div className="fixes">
      {diagnostic.fixes.map((fix, index) => (
        <Button
          key={fix.label.en}
          look={index === 0 ? "primary" : "plain"}
          onClick={() => run(applyFix(fix))}
        >
          {t(fix.label)}
        </Button>
      ))}
      {more}
    </div>
  );
}

/** The names of the nodes that had a part in it stand out. */
function WithNames({ text, diagnostic }: { readonly text: string; readonly diagnostic: Diagnostic }) {
  const checked = useChecked();
  const nodes = useDocument((state) => state.graph.nodes);
  const names = [...diagnostic.causes, diagnostic.node]
    .map((id) => checked.nodes[id ?? ""]?.name ?? nodes.find((node) => node.id === id)?.name ?? "")
    .filter((name) => name !== "");
  if (names.length === 0) return text;
  const pattern = new RegExp(`(?<![\\w-])(${names.map(escaped).join("|")})(?![\\w-])`, "g");
  return text.split(pattern).map((part, index) =>
    // Every second part is what the pattern caught; parts have no identity but their place.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts never move
    index % 2 === 1 ? <b key={index}>{part}</b> : <Fragment key={index}>{part}</Fragment>,
  );
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
