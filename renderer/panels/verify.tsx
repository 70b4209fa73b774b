import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef } from "react";
import type { CheckedGraph, GraphNode } from "../../engine";
import { runCommand } from "../commands";
import { useChecked } from "../document/checked";
import { drawnNodes } from "../document/drawn";
import { useDocument } from "../document/store";
import { formatDifference } from "../training/format";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { measuring as texts } from "../ui/texts/measuring";
import { useVerifyResults, type Verdict } from "./verify-results";
import "./verify.css";

/** The GPU's results for this node beside exact ones. Of a block, those of every layer in it. */
export function Verification({ node }: { readonly node: GraphNode }) {
  const t = useText();
  const { pending, failure } = useVerifyResults();
  const verdicts = useVerdicts(node.id);
  const section = useRef<HTMLElement>(null);
  const asked = useRef(false);
  const busy = pending.includes(node.id);
  const error = failure?.nodes.includes(node.id) ? failure.error : null;
  // It is seen that it is under way, and then the result, however it was asked for.
  useEffect(() => {
    if (busy || asked.current) section.current?.scrollIntoView({ block: "nearest" });
    asked.current = busy;
  }, [busy]);
  return (
    <section className="inspector-section verification" ref={section} aria-label={t(texts.verification)}>
      <h3>{t(texts.verification)}</h3>
      <output>
        {error && <p className="bad">{t(error.message)}</p>}
        {verdicts.map((verdict) => (
          <VerdictView key={verdict.node} verdict={verdict} named={verdicts.length > 1} />
        ))}
        {verdicts.length === 0 && !error && <p className="dim">{t(texts.verifyHint)}</p>}
      </output>
      <Button size="small" disabled={pending.length > 0} onClick={() => runCommand("node.verify")}>
        {t(busy ? texts.verifying : verdicts.length > 0 ? texts.verifyAgain : texts.verifyNode)}
      </Button>
    </section>
  );
}

/** Those that were found for the node as it is. */
function useVerdicts(drawn: string): readonly Verdict[] {
  const { nodes }: CheckedGraph = useChecked();
  const path = useDocument((state) => state.path);
  const verified = useVerifyResults((results) => results.verified);
  return Object.values(verified)
    .filter(({ checked, verdict }) => nodes[verdict.node] === checked)
    .map(({ verdict }) => verdict)
    .filter(({ node }) => drawnNodes([node], path).includes(drawn));
}

function VerdictView({ verdict, named }: { readonly verdict: Verdict; readonly named: boolean }) {
  const t = useText();
  const { count } = useNumbers();
  const { passed, relative, comparisons, batchSize, name } = verdict;
  return (
    <div className="verdict">
      <p className={passed ? "verdict-passed" : "verdict-failed"}>
        {passed ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
        <span>
          {named && <b>{name} </b>}
          {passed ? t(texts.verified, { difference: formatDifference(relative) }) : t(texts.notVerified)}
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th>{t(texts.tensor)}</th>
            <th className="number">{t(texts.absolute)}</th>
            <th className="number">{t(texts.relative)}</th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map((each) => (
            <tr
              key={`${each.part} ${each.name}`}
              className={each.passed ? undefined : "failed"}
              title={t(each.passed ? texts.pass : texts.fail, { bound: formatDifference(each.bound) })}
            >
              <td className="mono">
                {t(each.part.endsWith("gradient") ? texts.gradientOf : texts.output, { name: each.name })}
              </td>
              <td className="number">{formatDifference(each.absolute)}</td>
              <td className="number">{formatDifference(each.relative)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <span className="dim">{t(texts.verifiedRows, { rows: count(batchSize) })}</span>
    </div>
  );
}
