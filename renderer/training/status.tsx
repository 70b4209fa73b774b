import { useEffect } from "react";
import { timesOf } from "../../engine";
import { Hint } from "../ui/hint";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { trainingClient } from "./connection";
import { watchDocument } from "./data";
import { usePlan, watchPlan } from "./plan";
import { useRun } from "./run";

/** The adapter and the plan, in the status bar. It is always shown, so the worker is started from here. */
export function TrainingStatus() {
  useEffect(() => {
    trainingClient();
    const stops = [watchDocument(), watchPlan()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <>
      <AdapterStatus />
      <PlanStatus />
    </>
  );
}

function AdapterStatus() {
  const t = useText();
  const adapter = useRun((run) => run.adapter);
  const noAdapter = useRun((run) => run.noAdapter);
  if (noAdapter) return <Light look="error" words={t(texts.noAdapter)} hint={t(noAdapter.message)} />;
  if (!adapter) return <Light look="waiting" words={t(texts.findingAdapter)} />;
  const { name, software } = adapter;
  return software ? (
    <Light look="warn" words={t(texts.softwareAdapter, { name })} hint={t(texts.softwareHint)} />
  ) : (
    <Light look="ok" words={t(texts.adapter, { name })} />
  );
}

function Light({
  look,
  words,
  hint,
}: {
  look: "ok" | "warn" | "error" | "waiting";
  words: string;
  hint?: string;
}) {
  const light = (
    <span className="status-light ellipsis">
      <i className={look} />
      {words}
    </span>
  );
  return hint ? (
    <Hint text={hint} side="top">
      {light}
    </Hint>
  ) : (
    light
  );
}

function PlanStatus() {
  const t = useText();
  const { count, bytes } = useNumbers();
  const plan = usePlan((state) => state.plan);
  if (!plan) return null;
  const dispatches = timesOf(plan).reduce((sum, times) => sum + times, 0);
  return <span>{t(texts.planOf, { count: count(dispatches), bytes: bytes(plan.peakBytes) })}</span>;
}
