/** The most memory that a training step takes, and the node that causes it; or why nobody knows yet. */
import { overBound } from "../../engine";
import { canvasControl } from "../canvas/control";
import { useChecked } from "../document/checked";
import { useNoPlan, usePlan } from "../training/plan";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

export function PeakMemory() {
  const t = useText();
  const { bytes } = useNumbers();
  const { nodes } = useChecked();
  const plan = usePlan((state) => state.plan);
  const why = useNoPlan();
  const peak = plan?.peakOrigin ?? null;
  return (
    <section className="inspector-section" aria-label={t(editor.trainingMemory)}>
      <h3>{t(editor.trainingMemory)}</h3>
      {why && <p className="dim">{t(why)}</p>}
      {plan && (
        <dl className="facts">
          <div>
            <dt>{t(editor.peakMemory)}</dt>
            <dd>{bytes(plan.peakBytes)}</dd>
          </div>
          <div>
            <dt>{t(editor.betweenLayers)}</dt>
            <dd>{bytes(plan.arenaBytes)}</dd>
          </div>
          <div>
            <dt>{t(editor.aliveAtOnce)}</dt>
            <dd>
              {bytes(plan.arenaBound)} (× {overBound(plan).toFixed(2)})
            </dd>
          </div>
          {peak !== null && nodes[peak] && (
            <div>
              <dt>{t(editor.fullestAt)}</dt>
              <dd>
                <Button size="small" look="ghost" onClick={() => canvasControl()?.centre(peak)}>
                  {nodes[peak].name}
                </Button>
              </dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
