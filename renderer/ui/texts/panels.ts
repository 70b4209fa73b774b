/** What the palette, the inspector, the list of shortcuts and the tour say. */
import type { Text } from "../../../engine";

export const panels = {
  // Palette
  favourites: { en: "Favourites", zh: "收藏" },
  recent: { en: "Used last", zh: "最近使用" },
  favouriteLayer: { en: "{layer}, favourite", zh: "{layer}（收藏）" },
  recentLayer: { en: "{layer}, used last", zh: "{layer}（最近使用）" },
  markFavourite: { en: "Make {layer} a favourite", zh: "收藏 {layer}" },
  unmarkFavourite: { en: "{layer} is a favourite: take it out", zh: "取消收藏 {layer}" },

  // Shortcuts
  shortcuts: { en: "Keyboard shortcuts", zh: "键盘快捷键" },
  changeShortcut: { en: "Change the shortcut of {command}", zh: "更改“{command}”的快捷键" },
  usualShortcut: { en: "Back to the usual shortcut of {command}", zh: "恢复“{command}”的默认快捷键" },
  pressKeys: { en: "Press the keys, or Esc", zh: "请按下按键，或按 Esc" },
  noShortcut: { en: "none", zh: "无" },
  allUsual: { en: "All as usual", zh: "全部恢复默认" },
  close: { en: "Close", zh: "关闭" },
  shortcutHint: {
    en: "Press a shortcut to choose another. A command that has it already loses it.",
    zh: "按下快捷键按钮可另选按键；若已被其他命令占用，则该命令失去此快捷键。",
  },

  // Tour
  tour: { en: "Show the tour", zh: "显示导览" },
  tourOf: { en: "Step {step} of {steps}", zh: "第 {step} / {steps} 步" },
  tourSkip: { en: "Skip the tour", zh: "跳过导览" },
  tourNext: { en: "Next", zh: "下一步" },
  tourDone: { en: "Done", zh: "完成" },
  tourPalette: {
    en: "Layers are here. Drag one onto the canvas, or find it by any of its names.",
    zh: "这里是所有的层。可拖到画布上，也可按任意名称查找。",
  },
  tourCanvas: {
    en: "Here the network is drawn. Pull wires from dot to dot; every wire shows the shape that runs through it, and mistakes are marked as they are made.",
    zh: "在这里绘制网络。在圆点之间拉出连线；每条连线显示流经的形状，错误会立即标出。",
  },
  tourInspector: {
    en: "What is selected is explained here: parameters, shapes, memory, and its line of PyTorch.",
    zh: "这里说明所选内容：参数、形状、内存以及对应的 PyTorch 代码。",
  },
  tourDock: {
    en: "Data and training are here. Open data or an example, press Train, and watch the loss fall.",
    zh: "这里是数据和训练。打开数据或示例，按“训练”，观察损失下降。",
  },
  tourCommands: {
    en: "Everything that the app can do is in this list, with its shortcut. Press ? for all shortcuts.",
    zh: "应用的所有功能及其快捷键都在此列表中。按 ? 查看全部快捷键。",
  },

  // Parameters
  unitElements: { en: "elements", zh: "单位：元素" },
  unitChannels: { en: "channels", zh: "单位：通道" },
  unitFeatures: { en: "features", zh: "单位：特征" },
  unitDimension: { en: "number of a dimension", zh: "维度编号" },
  unitProbability: { en: "probability", zh: "概率" },
  unitHeads: { en: "heads", zh: "单位：头" },
  unitGroups: { en: "groups", zh: "单位：组" },
  unitLayers: { en: "layers", zh: "单位：层" },
  unitEntries: { en: "entries", zh: "单位：条目" },
  unitPositions: { en: "positions", zh: "单位：位置" },
  unitClass: { en: "number of a class", zh: "类别编号" },
  unitTimes: { en: "times", zh: "单位：倍" },
  unitParts: { en: "parts", zh: "单位：份" },
  byDefault: { en: "default {value}", zh: "默认 {value}" },
  emptyDefault: { en: "empty", zh: "空" },
  atLeast: { en: "at least {min}", zh: "至少 {min}" },
  atMost: { en: "at most {max}", zh: "至多 {max}" },
  between: { en: "{min} to {max}", zh: "{min} 到 {max}" },
  sharedParams: { en: "Parameters of all", zh: "共同参数" },
} as const satisfies Record<string, Text>;
