import { useState } from "react";
import { type Plan, timesOf } from "../../engine";
import { canvasControl } from "../canvas/control";
import { useChecked } from "../document/checked";
import { drawnNodes } from "../document/drawn";
import { useDocument } from "../document/store";
import { DispatchDetail } from "../training/dispatch-detail";
import { DispatchList } from "../training/dispatch-list";
import { NoPlan } from "../training/no-plan";
import { usePlan } from "../training/plan";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import "./lowered.css";

/** What the GPU will do in one training step: every dispatch with its shader, and the memory they need. */
export function LoweredPanel() {
  const t = useText();
  const plan = usePlan((state) => state.plan);
  if (plan) return <PlanView plan={plan} />;
  return (
    <div className="lowered-empty">
      <h2>{t(texts.loweredTitle)}</h2>
      <NoPlan />
    </div>
  );
}

function PlanView({ plan }: { plan: Plan }) {
  const t = useText();
  const { count, bytes } = useNumbers();
  const { nodes } = useChecked();
  const selected = useDocument((document) => document.selectedNodes);
  const path = useDocument((document) => document.path);
  const [onlySelected, setOnlySelected] = useState(false);
  const [chosen, setChosen] = useState(0);

  const filter = onlySelected && selected.length > 0;
  const times = timesOf(plan);
  const shown = plan.dispatches
    .map((dispatch, index) => ({ dispatch, index, times: times[index] }))
    .filter(
      ({ dispatch }) => !filter || drawnNodes(dispatch.origins, path).some((node) => selected.includes(node)),
    );
  const current = shown.find(({ index }) => index === chosen) ?? shown[0];
  const peak = plan.peakOrigin;
  const wholeStep = usePlan((state) => state.wholeStep);
  return (
    <div className="lowered-panel">
      <div className="lowered-left">
        <div className="lowered-tools">
          <fieldset className="segment small" aria-label={t(texts.nodes)}>
            <Button size="small" aria-pressed={!filter} onClick={() => setOnlySelected(false)}>
              {t(texts.wholeStep)}
            </Button>
            <Button
              size="small"
              aria-pressed={filter}
              disabled={selected.length === 0}
              onClick={() => setOnlySelected(true)}
            >
              {t(texts.selectedNode)}
            </Button>
          </fieldset>
          <span className="dim numbers ellipsis">
            {filter
              ? t(texts.dispatchesOf, { shown: count(shown.length), count: count(plan.dispatches.length) })
              : t(texts.dispatches, { count: count(plan.dispatches.length) })}
            {" · "}
            {t(texts.arenaOf, { bytes: bytes(plan.arenaBytes) })}
            {" · "}
            {t(texts.peakOf, { bytes: bytes(plan.peakBytes) })}
          </span>
          {wholeStep !== null && <span className="dim ellipsis">{t(texts.asOneDispatch)}</span>}
          {peak !== null && nodes[peak] && (
            <Button size="small" look="ghost" onClick={() => canvasControl()?.centre(peak)}>
              {t(texts.peakAt, { node: nodes[peak].name })}
            </Button>
          )}
        </div>
        {shown.length === 0 ? (
          <p className="dim lowered-nothing">{t(texts.nothingForNode)}</p>
        ) : (
          <DispatchList dispatches={shown} chosen={current?.index ?? -1} onChoose={setChosen} />
        )}
      </div>
      {current && <DispatchDetail plan={plan} dispatch={current.dispatch} />}
    </div>
  );
}
