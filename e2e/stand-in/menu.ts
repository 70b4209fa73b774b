/** `Menu`: items that can be found and clicked; nothing is shown. */
import type { MenuItem, MenuItemConstructorOptions } from "electron";
import { focusedWindow } from "./windows";

type StandInItem = Pick<MenuItem, "id" | "label" | "enabled"> & {
  readonly role?: string;
  readonly accelerator?: string | null;
  readonly submenu?: StandInMenu;
  click(): void;
};

export class StandInMenu {
  static #applicationMenu: StandInMenu | null = null;

  static buildFromTemplate(template: MenuItemConstructorOptions[]): StandInMenu {
    return new StandInMenu(template.map(itemOf));
  }
  static setApplicationMenu(menu: StandInMenu | null): void {
    StandInMenu.#applicationMenu = menu;
  }
  static getApplicationMenu(): StandInMenu | null {
    return StandInMenu.#applicationMenu;
  }

  constructor(readonly items: readonly StandInItem[]) {}

  getMenuItemById(id: string): StandInItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

function itemOf(options: MenuItemConstructorOptions): StandInItem {
  const { id = "", label = "", enabled = true, role, accelerator, submenu, click } = options;
  const item: StandInItem = {
    id,
    label,
    enabled,
    role,
    accelerator,
    submenu: Array.isArray(submenu) ? StandInMenu.buildFromTemplate(submenu) : undefined,
    click() {
      // The app's click handlers look at neither of them beyond what is here.
      if (enabled) click?.(item as unknown as MenuItem, focusedWindow() as never, {});
    },
  };
  return item;
}
