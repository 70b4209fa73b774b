/** All shortcuts, each of which can be another. */
import { Dialog } from "@base-ui/react/dialog";
import { RotateCcw } from "lucide-react";
import { Fragment, useEffect, useState } from "react";
import type { AppCommand } from "../command";
import { commands } from "../commands";
import { clipboardCommands } from "../shortcuts";
import { Button, IconButton } from "../ui/button";
import { pressedShortcut, shownShortcut } from "../ui/shortcut";
import {
  keepChoices,
  shortcutsOf,
  useShortcutChoices,
  withChoice,
  withoutChoice,
} from "../ui/shortcut-choices";
import { useText } from "../ui/text";
import { panels } from "../ui/texts/panels";
import { commandGroups } from "./command-palette";
import { showShortcutSheet, useShortcutSheet } from "./command-palette-state";
import "./shortcut-sheet.css";

export function ShortcutSheet() {
  const t = useText();
  const { open } = useShortcutSheet();
  const isUsual = useShortcutChoices(({ choices }) => Object.keys(choices).length === 0);
  return (
    <Dialog.Root open={open} onOpenChange={showShortcutSheet}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog shortcut-sheet">
          <Dialog.Title>{t(panels.shortcuts)}</Dialog.Title>
          <Dialog.Description>{t(panels.shortcutHint)}</Dialog.Description>
          <div className="shortcut-list">
            <div className="shortcut-groups">
              {commandGroups.map(([group, title]) => {
                const listed = commands.filter((command) => command.group === group && group !== "examples");
                return listed.length === 0 ? null : (
                  <section key={group} aria-label={t(title)}>
                    <h3>{t(title)}</h3>
                    {listed.map((command) => (
                      <Row key={command.id} command={command} />
                    ))}
                  </section>
                );
              })}
            </div>
          </div>
          <div className="dialog-actions">
            <Button disabled={isUsual} onClick={() => keepChoices({})}>
              {t(panels.allUsual)}
            </Button>
            <Dialog.Close className="button primary">{t(panels.close)}</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ command }: { readonly command: AppCommand }) {
  const t = useText();
  const [listening, listen] = useState(false);
  const { choices } = useShortcutChoices();
  const shown = shortcutsOf(command, choices);
  const isUsual = shown.join(" ") === (command.shortcuts ?? []).join(" ");
  const name = { command: t(command.title) };
  useKeys(listening, (shortcut) => {
    listen(false);
    if (shortcut !== "Escape") keepChoices(withChoice(choices, commands, command, shortcut));
  });
  const keys =
    shown.length === 0 ? (
      <span className="dim">{t(panels.noShortcut)}</span>
    ) : (
      // The space between them is heard, not seen.
      shown.map((shortcut) => (
        <Fragment key={shortcut}>
          <kbd>{shownShortcut(shortcut)}</kbd>{" "}
        </Fragment>
      ))
    );
  return (
    <div className="shortcut-row">
      <span className="ellipsis">{t(command.title)}</span>
      {!isUsual && (
        <IconButton
          look="ghost"
          className="small"
          label={t(panels.usualShortcut, name)}
          onClick={() => keepChoices(withoutChoice(choices, commands, command))}
        >
          <RotateCcw aria-hidden />
        </IconButton>
      )}
      {clipboardCommands.has(command.id) ? (
        <span className="shortcut-keys">{keys}</span>
      ) : (
        <button
          type="button"
          className="button ghost shortcut-keys"
          aria-label={`${t(panels.changeShortcut, name)}: ${shown.map(shownShortcut).join(" ") || t(panels.noShortcut)}`}
          onClick={() => listen(true)}
          onBlur={() => listen(false)}
        >
          {listening ? t(panels.pressKeys) : keys}
        </button>
      )}
    </div>
  );
}

/** The next shortcut that is pressed, before anyone else hears of it. */
function useKeys(listening: boolean, onPressed: (shortcut: string) => void): void {
  useEffect(() => {
    if (!listening) return;
    const onKeyDown = (event: KeyboardEvent) => {
      // Tab leads away, as always.
      if (event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      const shortcut = pressedShortcut(event);
      if (shortcut !== null) onPressed(shortcut);
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  });
}
