import type { AnyLayer, Text } from "../../engine";
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
import { SearchDialog, type SearchEntry, SearchList } from "./search-dialog";

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
  return (
    <SearchDialog open={open} onClose={closeCommandPalette} label={t(editor.commands)}>
      <Commands />
    </SearchDialog>
  );
}

function Commands() {
  const t = useText();
  return (
    <SearchList
      label={t(editor.commands)}
      hint={t(editor.findCommand)}
      nothing={t(editor.noCommand)}
      entries={useCommandEntries()}
      onClose={closeCommandPalette}
    />
  );
}

function useCommandEntries(): readonly SearchEntry[] {
  const t = useText();
  const choices = useShortcutChoices((state) => state.choices);
  const ofCommand = (command: AppCommand, group: string): SearchEntry => {
    const shortcut = shortcutsOf(command, choices).at(0);
    return {
      id: command.id,
      group,
      // Found by its name in either language.
      names: [command.title.en, command.title.zh],
      disabled: !(command.enabled?.() ?? true),
      choose: () => command.run(),
      content: (
        <>
          {t(command.title)}
          {shortcut && <kbd>{shownShortcut(shortcut)}</kbd>}
        </>
      ),
    };
  };
  const ofLayer = (layer: AnyLayer): SearchEntry => ({
    id: `add.${layer.type}`,
    group: t(editor.groupAdd),
    names: [layer.type, ...layer.aliases],
    style: categoryStyle(layer.category),
    choose: () => addLayer(layer.type),
    content: (
      <>
        <i className="category-square" />
        {t(editor.addLayer, { layer: layer.type })}
      </>
    ),
  });
  const inGroup = ([group, title]: (typeof commandGroups)[number]) =>
    commands.filter((command) => command.group === group).map((command) => ofCommand(command, t(title)));
  return [...commandGroups.flatMap(inGroup), ...layers.map(ofLayer)];
}
