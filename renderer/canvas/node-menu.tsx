import { Menu } from "@base-ui/react/menu";
import { type MouseEvent, useCallback, useState } from "react";
import { commands, runCommand } from "../commands";
import { useDocument } from "../document/store";
import { shownShortcut } from "../ui/shortcut";
import { shortcutsOf, useShortcutChoices } from "../ui/shortcut-choices";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

/** Groups of commands, by id. Those that cannot be run at the moment are left out. */
const offered = [
  ["node.verify"],
  ["edit.cut", "edit.copy", "edit.duplicate"],
  ["edit.group", "edit.ungroup", "view.enterBlock", "edit.keepBlock"],
  ["edit.rename", "edit.bypass", "edit.disable", "edit.collapse", "edit.frame"],
  ["edit.delete", "edit.deleteAndJoin"],
] as const;

export interface NodeMenu {
  /** Selects the node, unless it is selected with others, and opens the menu at the pointer. */
  open(event: MouseEvent, node: string): void;
  readonly menu: React.ReactNode;
}

export function useNodeMenu(): NodeMenu {
  const t = useText();
  const choices = useShortcutChoices((state) => state.choices);
  const [at, setAt] = useState<DOMRect | null>(null);
  const open = useCallback<NodeMenu["open"]>((event, node) => {
    event.preventDefault();
    const { selectedNodes, select } = useDocument.getState();
    if (!selectedNodes.includes(node)) select([node]);
    setAt(new DOMRect(event.clientX, event.clientY, 0, 0));
  }, []);
  const menu = (
    <Menu.Root open={at !== null} onOpenChange={(next) => !next && setAt(null)}>
      <Menu.Portal>
        <Menu.Positioner
          className="positioner"
          anchor={{ getBoundingClientRect: () => at ?? new DOMRect() }}
          align="start"
          sideOffset={2}
        >
          <Menu.Popup className="popup" aria-label={t(editor.nodeMenu)}>
            {at &&
              offeredNow()
                .filter((group) => group.length > 0)
                .map((group, index) => [
                  index > 0 && <Menu.Separator key={`before ${group[0].id}`} className="option-separator" />,
                  ...group.map((command) => (
                    <Menu.Item key={command.id} className="option" onClick={() => runCommand(command.id)}>
                      {t(command.title)}
                      {shortcutsOf(command, choices)
                        .slice(0, 1)
                        .map((shortcut) => (
                          <kbd key={shortcut}>{shownShortcut(shortcut)}</kbd>
                        ))}
                    </Menu.Item>
                  )),
                ])}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
  return { open, menu };
}

function offeredNow() {
  return offered.map((ids) =>
    commands.filter(({ id, enabled }) => ids.some((each) => each === id) && (enabled?.() ?? true)),
  );
}
