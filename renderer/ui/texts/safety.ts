/** What keeps the person's work: recovering it, files that somebody else has changed, pictures with a project inside. */
import type { Text } from "../../../engine";

export const safety = {
  recoverTitle: { en: "Recover unsaved work?", zh: "恢复未保存的工作？" },
  recoverText: {
    en: "Tensorloom did not close as it should. Changes to {file} from {time} were kept. They open as a new project; the file itself stays as it is.",
    zh: "Tensorloom 上次未正常关闭。{time} 对 {file} 的更改已保留，将作为新项目打开，原文件保持不变。",
  },
  recover: { en: "Recover", zh: "恢复" },
  recoverDiscard: { en: "Throw away", zh: "丢弃" },
  autosaved: { en: "autosaved {time}", zh: "{time} 已自动保存" },
  autosaveFailed: { en: "Unsaved work cannot be kept safe", zh: "无法自动保存未保存的工作" },
  autosaveFailedHint: {
    en: "{reason} Save the project yourself before closing.",
    zh: "{reason} 请在关闭前自行保存项目。",
  },
  changedTitle: { en: "{file} was changed by somebody else", zh: "{file} 已被其他程序或他人更改" },
  changedText: {
    en: "The file on the disk is not the one that was opened here. Overwriting keeps it as a .bak; reloading drops your changes.",
    zh: "磁盘上的文件与此处打开的不同。覆盖时会将其保留为 .bak；重新载入会放弃您的更改。",
  },
  overwrite: { en: "Overwrite", zh: "覆盖" },
  reload: { en: "Reload", zh: "重新载入" },
  dropToOpen: { en: "Drop to open a project or data", zh: "松开以打开项目或数据" },
  noProjectInside: {
    en: "There is no project inside this picture. Only pictures that Tensorloom has saved have one.",
    zh: "此图片中没有项目。只有 Tensorloom 保存的图片才包含项目。",
  },
  exportSvg: { en: "Export a picture as SVG…", zh: "将图片导出为 SVG…" },
  exportPng: { en: "Export a picture as PNG, with the project inside…", zh: "将图片导出为 PNG（内含项目）…" },
  pictureAsSvg: { en: "Picture as SVG", zh: "图片（SVG）" },
  pictureAsPng: { en: "Picture as PNG, project inside", zh: "图片（PNG，内含项目）" },
  noPicture: { en: "The picture could not be made", zh: "无法生成图片" },
} as const satisfies Record<string, Text>;
