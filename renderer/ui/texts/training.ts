/** Everything the training, data, lowered and export panels say. `{name}` is filled in by `useText`. */
import type { Text } from "../../../engine";

export const training = {
  // Transport
  start: { en: "Train", zh: "训练" },
  startAgain: { en: "Train again from the start", zh: "从头重新训练" },
  pause: { en: "Pause", zh: "暂停" },
  resume: { en: "Resume", zh: "继续" },
  step: { en: "One step", zh: "单步" },
  stop: { en: "Stop; the weights stay", zh: "停止（保留权重）" },
  reset: { en: "Forget weights and curves", zh: "清除权重和曲线" },
  more: { en: "More", zh: "更多" },
  transport: { en: "Run", zh: "运行" },
  goOn: { en: "Train {epochs} more epochs", zh: "再训练 {epochs} 轮" },
  saveWeights: { en: "Save weights…", zh: "保存权重…" },
  loadWeights: { en: "Load weights…", zh: "加载权重…" },
  dropWeights: { en: "Start from the seed instead", zh: "改为从随机种子开始" },
  startsFrom: { en: "The next start goes on from {file}", zh: "下次训练将从 {file} 继续" },

  // Progress
  epochOf: { en: "epoch {epoch} of {epochs}", zh: "第 {epoch} / {epochs} 轮" },
  stepOf: { en: "step {step} / {steps}", zh: "第 {step} / {steps} 步" },
  timeLeft: { en: "{time} left", zh: "剩余 {time}" },
  progress: { en: "Progress", zh: "进度" },
  idle: { en: "not trained", zh: "未训练" },
  preparing: { en: "preparing", zh: "准备中" },
  paused: { en: "paused", zh: "已暂停" },
  finished: { en: "finished", zh: "已完成" },
  stopped: { en: "stopped", zh: "已停止" },
  failed: { en: "failed", zh: "已中断" },
  stepsAhead: { en: "{steps} steps ahead", zh: "共 {steps} 步" },
  noSteps: { en: "no data open", zh: "未打开数据" },

  // Settings
  lr: { en: "learning rate", zh: "学习率" },
  momentum: { en: "momentum", zh: "动量" },
  weight_decay: { en: "weight decay", zh: "权重衰减" },
  optimizer: { en: "optimizer", zh: "优化器" },
  schedule: { en: "schedule", zh: "调度" },
  constant: { en: "constant", zh: "恒定" },
  linearWarmup: { en: "linear warm-up", zh: "线性预热" },
  batchSize: { en: "batch size", zh: "批大小" },
  epochs: { en: "epochs", zh: "轮数" },
  seed: { en: "seed", zh: "种子" },
  needsNewStart: {
    en: "Stop the run to change this: it takes effect with a new start.",
    zh: "请先停止训练再修改：重新开始后生效。",
  },
  value: { en: "Value of {name}", zh: "{name} 的值" },

  // Curves
  loss: { en: "Loss", zh: "损失" },
  accuracy: { en: "Accuracy", zh: "准确率" },
  both: { en: "Both", zh: "两者" },
  curves: { en: "Curves", zh: "曲线" },
  trainingLoss: { en: "training loss", zh: "训练损失" },
  validationLoss: { en: "validation loss", zh: "验证损失" },
  trainingAccuracy: { en: "training accuracy", zh: "训练准确率" },
  validationAccuracy: { en: "validation accuracy", zh: "验证准确率" },
  smoothing: { en: "Smoothing", zh: "平滑" },
  logScale: { en: "Log", zh: "对数" },
  logScaleHint: { en: "Logarithmic scale for the loss", zh: "损失使用对数坐标" },
  zoomHint: {
    en: "Drag or turn the wheel to zoom, double-click for all",
    zh: "拖动或滚轮缩放，双击显示全部",
  },
  resetZoom: { en: "Show all steps", zh: "显示全部步数" },
  atStep: { en: "step {step}", zh: "第 {step} 步" },
  noAccuracy: { en: "A regression has no accuracy.", zh: "回归任务没有准确率。" },

  // Tiles
  samplesPerSecond: { en: "samples per second", zh: "样本 / 秒" },
  stepsPerSecond: { en: "steps per second", zh: "步 / 秒" },

  // Before the first run
  beginTitle: { en: "Three things make a training run", zh: "训练只需三样东西" },
  beginData: {
    en: "Data: open a CSV file, a folder of images, or a sample.",
    zh: "数据：打开 CSV 文件、图像文件夹或内置示例。",
  },
  beginDataDone: { en: "Data: {name}, {rows} rows to train on.", zh: "数据：{name}，{rows} 行用于训练。" },
  beginGraph: {
    en: "A network: from an Input, through layers, to a loss.",
    zh: "网络：从 Input 经过各层，到损失函数。",
  },
  beginGraphWrong: {
    en: "A network: mistakes to mend first: {count}.",
    zh: "网络：需先修正 {count} 处错误。",
  },
  beginGraphDone: {
    en: "A network: {layers} layers, {parameters} parameters.",
    zh: "网络：{layers} 个层，{parameters} 个参数。",
  },
  beginTrain: {
    en: "Then press Train and watch the loss fall here.",
    zh: "然后按“训练”，在此观察损失下降。",
  },
  beginPreparing: {
    en: "Compiling the kernels; the first step follows.",
    zh: "正在编译内核，随后开始第一步。",
  },
  openData: { en: "Open data", zh: "打开数据" },
  seeProblems: { en: "See them", zh: "查看错误" },

  // Errors
  workerCrashed: {
    en: "Training stopped unexpectedly. The document is as it was; press Train to start again.",
    zh: "训练意外停止。文档保持不变；请按“训练”重新开始。",
  },
  openDataFirst: {
    en: "There are no data to train on. Open a file or a sample here, then press Train.",
    zh: "没有可用于训练的数据。请在此打开文件或示例，然后按“训练”。",
  },
  mendProblemsFirst: {
    en: "The network has mistakes. Mend what the Problems tab names, then press Train.",
    zh: "网络中存在错误。请修正“问题”标签页列出的内容，然后按“训练”。",
  },
  showNode: { en: "Show the node", zh: "显示节点" },
  dismiss: { en: "Dismiss", zh: "关闭" },

  // Data
  openFiles: { en: "Open files…", zh: "打开文件…" },
  openFilesHint: {
    en: "A CSV file, or a pair of IDX files (images and labels)",
    zh: "一个 CSV 文件，或一对 IDX 文件（图像与标签）",
  },
  openFolder: { en: "Open folder…", zh: "打开文件夹…" },
  openFolderHint: {
    en: "A folder of images with one sub-folder for each class",
    zh: "图像文件夹，每个类别一个子文件夹",
  },
  dropHere: {
    en: "Drop a CSV file, two IDX files or an image folder here",
    zh: "将 CSV 文件、两个 IDX 文件或图像文件夹拖到此处",
  },
  samples: { en: "Samples", zh: "内置示例" },
  dataTitle: { en: "Open the data to train on", zh: "打开用于训练的数据" },
  dataText: {
    en: "A CSV file with one row per sample, a folder with one sub-folder of images per class, or a pair of IDX files. They stay on this machine.",
    zh: "每行一个样本的 CSV 文件、每个类别一个子文件夹的图像文件夹，或一对 IDX 文件。数据不会离开本机。",
  },
  reading: { en: "Reading…", zh: "读取中…" },
  wantedTitle: { en: "This project uses {file}", zh: "此项目使用 {file}" },
  wantedText: {
    en: "Choose it once, so that it can be read. Projects hold the name of their data, not the data.",
    zh: "请选择该文件以便读取。项目只保存数据的名称，不保存数据本身。",
  },
  chooseWanted: { en: "Choose {file}…", zh: "选择 {file}…" },
  formerDataStay: { en: "The data that were open before are still open.", zh: "之前打开的数据仍然保留。" },
  builtInMissing: {
    en: "This sample could not be read. Reload the window and try again.",
    zh: "无法读取此示例。请重新加载窗口后再试。",
  },
  otherData: { en: "Open other data", zh: "打开其他数据" },
  samplesOf: { en: "{rows} samples", zh: "{rows} 个样本" },
  previewOf: { en: "the first {shown} of {rows} rows", zh: "{rows} 行中的前 {shown} 行" },
  thumbnailsOf: { en: "{shown} of {rows} samples", zh: "{rows} 个样本中的 {shown} 个" },
  target: { en: "target column", zh: "目标列" },
  task: { en: "task", zh: "任务" },
  classification: { en: "Classification", zh: "分类" },
  regression: { en: "Regression", zh: "回归" },
  validation: { en: "validation", zh: "验证集" },
  standardize: { en: "standardise", zh: "标准化" },
  standardizeHint: {
    en: "Subtract the mean and divide by the standard deviation of the training rows",
    zh: "减去训练行的均值并除以其标准差",
  },
  splitSeed: { en: "split seed", zh: "划分种子" },
  splitRows: { en: "{train} to train, {validation} to validate", zh: "{train} 训练，{validation} 验证" },
  inputs: { en: "An Input can name", zh: "Input 可引用" },
  classesTitle: { en: "{count} classes", zh: "{count} 个类别" },
  moreClasses: { en: "and {count} more", zh: "另有 {count} 个" },
  aboutIris: { en: "150 flowers, 3 species", zh: "150 朵花，3 个品种" },
  aboutWine: { en: "178 wines, 3 cultivars", zh: "178 种酒，3 个品种" },
  aboutBreastCancer: { en: "569 tumours, 2 diagnoses", zh: "569 例肿瘤，2 种诊断" },
  aboutDiabetes: { en: "442 patients, a number to predict", zh: "442 名患者，预测数值" },
  aboutDigits: { en: "1,797 digits of 8×8", zh: "1,797 个 8×8 数字" },
  aboutDigitsFolder: { en: "600 digits as PNG files", zh: "600 个 PNG 数字" },
  aboutMnist: { en: "10,000 digits of 28×28", zh: "10,000 个 28×28 数字" },

  // Lowered
  phaseForward: { en: "forward", zh: "前向" },
  phaseBackward: { en: "backward", zh: "反向" },
  phaseUpdate: { en: "update", zh: "更新" },
  dispatch: { en: "dispatch", zh: "调度" },
  phase: { en: "phase", zh: "阶段" },
  nodes: { en: "nodes", zh: "节点" },
  grid: { en: "grid", zh: "网格" },
  memory: { en: "memory", zh: "内存" },
  flops: { en: "FLOPs", zh: "浮点运算" },
  dispatchesOf: { en: "{shown} of {count} dispatches", zh: "{count} 个调度中的 {shown} 个" },
  dispatches: { en: "{count} dispatches", zh: "{count} 个调度" },
  arenaOf: { en: "{bytes} arena", zh: "中间内存 {bytes}" },
  peakOf: { en: "{bytes} peak", zh: "峰值 {bytes}" },
  peakAt: { en: "at {node}", zh: "位于 {node}" },
  wholeStep: { en: "All", zh: "全部" },
  selectedNode: { en: "Selected node", zh: "所选节点" },
  binding: { en: "binding", zh: "绑定" },
  buffer: { en: "buffer", zh: "缓冲区" },
  offset: { en: "offset", zh: "偏移" },
  size: { en: "size", zh: "大小" },
  access: { en: "access", zh: "访问" },
  read: { en: "read", zh: "读" },
  readWrite: { en: "read, write", zh: "读写" },
  copyCode: { en: "Copy the WGSL", zh: "复制 WGSL" },
  loweredTitle: { en: "What the GPU will do in one step", zh: "GPU 在一步中要做的事" },
  loweredNoData: {
    en: "Open data first: the plan depends on their shapes.",
    zh: "请先打开数据：计划取决于其形状。",
  },
  loweredErrors: {
    en: "The network has mistakes. The plan appears once the Problems tab is empty.",
    zh: "网络中存在错误。“问题”标签页清空后即可显示计划。",
  },
  loweredNoLoss: {
    en: "Add a loss: a training step begins and ends with it.",
    zh: "请添加损失函数：训练的一步由它决定。",
  },
  planning: { en: "Planning…", zh: "规划中…" },
  nothingForNode: {
    en: "No dispatch of its own: a view costs nothing, it is folded into whoever reads it.",
    zh: "没有单独的调度：视图不产生开销，会并入读取它的操作。",
  },

  // Export
  export: { en: "Export", zh: "导出" },
  exportJson: { en: "Graph as JSON", zh: "图（JSON）" },
  exportTypescript: { en: "TypeScript program (.zip)", zh: "TypeScript 程序（.zip）" },
  exportWeights: { en: "Weights as safetensors", zh: "权重（safetensors）" },
  exported: { en: "Exported {file}", zh: "已导出 {file}" },
  cannotSave: { en: "{file} could not be saved", zh: "无法保存 {file}" },
  cannotExportTypescript: { en: "The TypeScript could not be made", zh: "无法生成 TypeScript" },
  noWeights: { en: "There are no weights yet", zh: "尚无权重" },
  noWeightsHint: {
    en: "Train the network, or load weights, then save them.",
    zh: "请先训练网络或加载权重，再保存。",
  },
  notWeights: { en: "These are no weights", zh: "这不是权重文件" },
  notWeightsHint: {
    en: "{file} is not a .safetensors file. Choose one that was saved here or by PyTorch.",
    zh: "{file} 不是 .safetensors 文件。请选择在此处或由 PyTorch 保存的文件。",
  },
  weightsLoaded: { en: "Loaded {file}", zh: "已加载 {file}" },
  weightsLoadedHint: { en: "Press Train to go on from these weights.", zh: "按“训练”从这些权重继续。" },

  // Status
  adapter: { en: "WebGPU: {name}", zh: "WebGPU：{name}" },
  softwareAdapter: { en: "WebGPU in software: {name}", zh: "WebGPU（软件）：{name}" },
  softwareHint: {
    en: "There is no GPU that WebGPU can use: training is right, but slow.",
    zh: "没有可供 WebGPU 使用的 GPU：训练结果正确，但速度较慢。",
  },
  findingAdapter: { en: "Looking for a GPU", zh: "正在查找 GPU" },
  noAdapter: { en: "No WebGPU", zh: "没有 WebGPU" },
  planOf: { en: "plan: {count} dispatches, {bytes} peak", zh: "计划：{count} 个调度，峰值 {bytes}" },
} as const satisfies Record<string, Text>;
