import { useLayout } from "../layout";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { useNoPlan } from "./plan";

const ways = [
  { why: texts.loweredNoData, tab: "data", label: texts.openData },
  { why: texts.loweredErrors, tab: "problems", label: texts.seeProblems },
] as const;

/** Why there is no plan of a step, and the way to what is missing. */
export function NoPlan() {
  const t = useText();
  const why = useNoPlan();
  const showDockTab = useLayout((layout) => layout.showDockTab);
  const way = ways.find((each) => each.why === why);
  return why === null ? null : (
    <>
      <p className="muted">{t(why)}</p>
      {way && (
        <Button size="small" onClick={() => showDockTab(way.tab)}>
          {t(way.label)}
        </Button>
      )}
    </>
  );
}
