import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRef } from "react";
import type { Text } from "../../engine";
import type { AppCommand, CommandGroup } from "../command";
import { commands } from "../commands";
import { layers } from "../document/layers";
import { shownShortcut } from "../ui/shortcut";
import { shortcutsOf, useShortcutChoices } from "../ui/shortcut-choices";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { addLayer } from "./add-layer";
import { categoryStyle } from "./category";
import { closeCommandPalette, useCommandPalette } from "./command-palette-state";
import "./command-palette.css";

export const commandGroups: readonly (readonly [CommandGroup, Text])[] = [
  ["file", editor.groupFile],
  ["edit", editor.groupEdit],
  ["view", editor.groupView],
  ["train", editor.groupTrain],
  ["examples", editor.groupExamples],
];

/** Every command by name, and every layer to add. */
export function CommandPalette() {
  const t = useText();
  const { open } = useCommandPalette();
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && closeCommandPalette()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="command-palette" initialFocus={input} aria-label={t(editor.commands)}>
          <Command label={t(editor.commands)} loop>
            <div className="search">
              <Search aria-hidden />
              <Command.Input ref={input} placeholder={t(editor.findCommand)} />
              <kbd>Esc</kbd>
            </div>
            <Command.List className="command-list">
              <Command.Empty className="dim">{t(editor.noCommand)}</Command.Empty>
              {commandGroups.map(([group, title]) => (
                <Command.Group key={group} heading={t(title)}>
                  {commands
                    .filter((command) => command.group === group)
                    .map((command) => (
                      <CommandItem key={command.id} command={command} />
                    ))}
                </Command.Group>
              ))}
              <Command.Group heading={t(editor.groupAdd)}>
                {layers.map((layer) => (
                  <Command.Item
                    key={layer.type}
                    value={`add.${layer.type}`}
                    keywords={[layer.type, ...layer.aliases]}
                    className="option"
                    style={categoryStyle(layer.category)}
                    onSelect={() => {
                      closeCommandPalette();
                      addLayer(layer.type);
                    }}
                  >
                    <i className="category-square" />
                    {t(editor.addLayer, { layer: layer.type })}
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CommandItem({ command }: { readonly command: AppCommand }) {
  const t = useText();
  const shortcut = useShortcutChoices(({ choices }) => shortcutsOf(command, choices).at(0));
  return (
    <Command.Item
      value={command.id}
      // Found by its name in either language.
      keywords={[command.title.en, command.title.zh]}
      className="option"
      disabled={!(command.enabled?.() ?? true)}
      onSelect={() => {
        closeCommandPalette();
        command.run();
      }}
    >
      {t(command.title)}
      {shortcut && <kbd>{shownShortcut(shortcut)}</kbd>}
    </Command.Item>
  );
}
