/** A command of the app: what a menu item, a shortcut, a button and the command palette all run. */
import type { Text } from "../engine";

export type CommandGroup = "file" | "edit" | "view" | "train" | "examples" | "add";

export interface AppCommand {
  /** The native menu sends the same ids. */
  readonly id: string;
  readonly title: Text;
  readonly group: CommandGroup;
  /** `Mod+Shift+Z`; several when old habits differ, the first is shown. */
  readonly shortcuts?: readonly string[];
  /** Absent means always. */
  readonly enabled?: () => boolean;
  readonly run: () => void;
}
