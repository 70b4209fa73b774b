import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { shownShortcut } from "./shortcut";
import { useChosenShortcut } from "./shortcut-choices";

interface HintProps {
  readonly text: string;
  /** The usual one of the command; what the person chose instead is shown. */
  readonly shortcut?: string;
  readonly side?: "top" | "bottom" | "left" | "right";
  /** The one element that the hint is about. */
  readonly children: ReactElement<Record<string, unknown>>;
}

/** A tooltip on hover and on focus; for those who hear the element, its description, unless it is its name already. */
export function Hint({ text, shortcut, side = "bottom", children }: HintProps) {
  const shown = useChosenShortcut(shortcut);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        render={children}
        aria-description={children.props["aria-label"] === text ? undefined : text}
      />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="positioner">
          <Tooltip.Popup className="tooltip" role="tooltip">
            {text}
            {shown && <kbd>{shownShortcut(shown)}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
