import { Menu } from "@base-ui/react/menu";
import { ChevronDown } from "lucide-react";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";

/** Every step there and back: choosing one goes to the document as it was after it. */
export function HistoryList() {
  const t = useText();
  const { past, future, jump } = useDocument();
  const steps = [...past, ...future];
  return (
    <Menu.Root>
      <Menu.Trigger
        className="button icon history-trigger"
        aria-label={t(drawing.historyList)}
        title={t(drawing.historyList)}
        disabled={steps.length === 0}
      >
        <ChevronDown aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="positioner" side="bottom" align="end" sideOffset={6}>
          <Menu.Popup className="popup history-list">
            <Menu.RadioGroup value={past.length} onValueChange={jump}>
              {/* The latest on top. */}
              {[...steps.keys(), steps.length].toReversed().map((count) => (
                <Menu.RadioItem
                  key={count}
                  value={count}
                  closeOnClick
                  className={`option ${count > past.length ? "dim" : ""}`}
                >
                  {t(count === 0 ? drawing.historyStart : steps[count - 1].name)}
                  <Menu.RadioItemIndicator className="option-end">•</Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
