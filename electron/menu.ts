/** The native menu, as a value: which items there are, in the usual order, in the page's language. */
import type { MenuItemConstructorOptions } from "electron";
import type { FileId } from "./ids";
import type { Language, MenuCommand } from "./ipc";

export interface MenuNeeds {
  readonly language: Language;
  readonly platform: NodeJS.Platform;
  /** Developer tools are offered while developing only. */
  readonly isPackaged: boolean;
  /** Those that the person chose instead of the usual ones, by command; empty for none. */
  readonly shortcuts: Readonly<Record<string, string>>;
  readonly recents: readonly FileId[];
  readonly send: (command: MenuCommand) => void;
}

type Item = MenuItemConstructorOptions;

/** Every item that sends a command has the command as its id. */
export function menuTemplate(needs: MenuNeeds): Item[] {
  const { language, send } = needs;
  const onMac = needs.platform === "darwin";
  const text = (en: string, zh: string) => ({ en, zh })[language];
  const separator: Item = { type: "separator" };

  const command = (id: MenuCommand, label: string, accelerator?: string): Item => ({
    id,
    label,
    accelerator: id in needs.shortcuts ? acceleratorOf(needs.shortcuts[id]) : accelerator,
    click: () => send(id),
  });

  /** Shown but left to the page, because the same key means something else while a person types. */
  const shown = (item: Item): Item => ({ ...item, registerAccelerator: false });

  const openRecent: Item = {
    label: text("Open Recent", "打开最近的项目"),
    enabled: needs.recents.length > 0,
    submenu: needs.recents.map(({ id, name }) => command(`file.openRecent:${id}`, name)),
  };

  const file: Item = {
    label: text("File", "文件"),
    submenu: [
      command("file.new", text("New Project", "新建项目"), "CmdOrCtrl+N"),
      command("file.open", text("Open…", "打开…"), "CmdOrCtrl+O"),
      openRecent,
      separator,
      command("file.save", text("Save", "保存"), "CmdOrCtrl+S"),
      command("file.saveAs", text("Save As…", "另存为…"), "CmdOrCtrl+Shift+S"),
      separator,
      command("file.openDataFiles", text("Open Data Files…", "打开数据文件…")),
      command("file.openDataFolder", text("Open Data Folder…", "打开数据文件夹…")),
      separator,
      command("file.exportJson", text("Export as JSON…", "导出为 JSON…")),
      command("file.exportTypescript", text("Export as TypeScript…", "导出为 TypeScript…")),
      command("file.exportPng", text("Export as PNG…", "导出为 PNG…")),
      command("file.exportSvg", text("Export as SVG…", "导出为 SVG…")),
      separator,
      onMac ? { role: "close" } : { role: "quit", label: text("Quit", "退出") },
    ],
  };

  const edit: Item = {
    label: text("Edit", "编辑"),
    submenu: [
      command("edit.undo", text("Undo", "撤销"), "CmdOrCtrl+Z"),
      command("edit.redo", text("Redo", "重做"), "CmdOrCtrl+Shift+Z"),
      separator,
      { role: "cut", label: text("Cut", "剪切") },
      { role: "copy", label: text("Copy", "复制") },
      { role: "paste", label: text("Paste", "粘贴") },
      command("edit.duplicate", text("Duplicate", "创建副本"), "CmdOrCtrl+D"),
      shown(command("edit.delete", text("Delete", "删除"), onMac ? undefined : "Delete")),
      separator,
      shown(command("edit.selectAll", text("Select All", "全选"), "CmdOrCtrl+A")),
    ],
  };

  const view: Item = {
    label: text("View", "视图"),
    submenu: [
      command("view.commands", text("All Commands", "所有命令"), "CmdOrCtrl+K"),
      separator,
      separator,
      command("view.togglePalette", text("Layer Palette", "层面板"), "CmdOrCtrl+Alt+L"),
      command("view.toggleInspector", text("Inspector", "检查器"), "CmdOrCtrl+Alt+B"),
      command("view.toggleDock", text("Dock", "底部面板"), "CmdOrCtrl+J"),
      command("view.toggleCosts", text("FLOPs on Nodes", "节点上的浮点运算量")),
      separator,
      shown(command("view.fit", text("Fit Network", "适应画布"), ".")),
      command("view.zoomIn", text("Zoom In", "放大"), "CmdOrCtrl+="),
      command("view.zoomOut", text("Zoom Out", "缩小"), "CmdOrCtrl+-"),
      command("view.zoomReset", text("Actual Size", "实际大小"), "CmdOrCtrl+0"),
      separator,
      { role: "togglefullscreen", label: text("Full Screen", "全屏") },
      ...(needs.isPackaged ? [] : [separator, { role: "toggleDevTools" } as const]),
    ],
  };

  const train: Item = {
    label: text("Train", "训练"),
    submenu: [
      command("train.start", text("Train", "开始训练"), "CmdOrCtrl+Enter"),
      command("train.pause", text("Pause or Resume", "暂停或继续"), "CmdOrCtrl+Shift+Enter"),
      command("train.step", text("Single Step", "单步")),
      command("train.stop", text("Stop", "停止")),
      separator,
      command("train.reset", text("Reset Weights and History", "重置权重和历史")),
    ],
  };

  const window: Item = {
    label: text("Window", "窗口"),
    role: "window",
    submenu: [
      { role: "minimize", label: text("Minimize", "最小化") },
      ...(onMac ? [{ role: "zoom" } as const] : []),
    ],
  };

  const help: Item = {
    label: text("Help", "帮助"),
    role: "help",
    submenu: [{ role: "about", label: text("About Tensorloom", "关于 Tensorloom") }],
  };

  return [...(onMac ? [{ role: "appMenu" } as const] : []), file, edit, view, train, window, help];
}

const namedKeys: Readonly<Record<string, string>> = {
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};

/** In Electron's spelling; undefined for keys that it has no name for, which the page hears all the same. */
function acceleratorOf(shortcut: string): string | undefined {
  const [key = "", ...held] = shortcut.split(/\+(?=.)/).toReversed();
  const name = namedKeys[key] ?? (key === "+" ? "Plus" : key);
  if (
    !/^([\x21-\x7e]|F\d{1,2}|Up|Down|Left|Right|Plus|Space|Enter|Backspace|Delete|Home|End|PageUp|PageDown)$/.test(
      name,
    )
  )
    return undefined;
  return [...held.toReversed().map((modifier) => (modifier === "Mod" ? "CmdOrCtrl" : modifier)), name].join(
    "+",
  );
}
