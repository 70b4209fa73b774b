import { CircleCheck, CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import { useChecked } from "../document/checked";
import { useLayout } from "../layout";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { useData } from "./data";
import { useRun } from "./run";

/** In the place of the curves before the first run: what is there, what is missing, and where it is found. */
export function GettingStarted() {
  const t = useText();
  const { count } = useNumbers();
  const summary = useData((data) => data.summary);
  const { diagnostics, loss, order, parameterCount } = useChecked();
  const preparing = useRun((run) => run.state === "preparing");
  const showDockTab = useLayout((layout) => layout.showDockTab);
  const mistakes = diagnostics.filter(({ severity }) => severity === "error").length;
  const drawn = mistakes === 0 && loss !== null;
  return (
    <div className="getting-started">
      <h2>{t(texts.beginTitle)}</h2>
      <ol>
        <Point done={summary !== null}>
          {summary
            ? t(texts.beginDataDone, { name: summary.dataset.name, rows: count(summary.trainRows) })
            : t(texts.beginData)}
          {!summary && (
            <Button size="small" onClick={() => showDockTab("data")}>
              {t(texts.openData)}
            </Button>
          )}
        </Point>
        <Point done={drawn}>
          {drawn
            ? t(texts.beginGraphDone, { layers: count(order.length), parameters: count(parameterCount) })
            : order.length > 0 && mistakes > 0
              ? t(texts.beginGraphWrong, { count: count(mistakes) })
              : t(texts.beginGraph)}
          {order.length > 0 && mistakes > 0 && (
            <Button size="small" onClick={() => showDockTab("problems")}>
              {t(texts.seeProblems)}
            </Button>
          )}
        </Point>
        <Point done={false}>{t(preparing ? texts.beginPreparing : texts.beginTrain)}</Point>
      </ol>
    </div>
  );
}

function Point({ done, children }: { done: boolean; children: ReactNode }) {
  return (
    <li className={done ? "done" : ""}>
      {done ? <CircleCheck aria-hidden /> : <CircleDashed aria-hidden />}
      <span>{children}</span>
    </li>
  );
}
