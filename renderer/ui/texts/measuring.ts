/** Everything that verifying a node and profiling a step say. `{name}` is filled in by `useText`. */
import type { Text } from "../../../engine";

export const measuring = {
  // Verify
  verifyNode: { en: "Verify this node", zh: "验证此节点" },
  verifyAgain: { en: "Verify with other numbers", zh: "换一组数再验证" },
  verifying: { en: "Verifying…", zh: "验证中…" },
  verification: { en: "Verification", zh: "验证" },
  verifyHint: {
    en: "Runs it alone on random numbers, forward and backward, on the GPU and in exact arithmetic, and compares.",
    zh: "用随机数单独运行该节点的前向和反向，将 GPU 的结果与精确计算对照。",
  },
  verified: {
    en: "Right: the largest relative difference is {difference}",
    zh: "正确：最大相对差为 {difference}",
  },
  notVerified: {
    en: "Wrong: a difference is larger than float32 explains",
    zh: "错误：差异超出 float32 的误差范围",
  },
  verifiedRows: { en: "{rows} random rows", zh: "{rows} 行随机数据" },
  tensor: { en: "tensor", zh: "张量" },
  absolute: { en: "absolute", zh: "绝对差" },
  relative: { en: "relative", zh: "相对差" },
  output: { en: "{name}", zh: "{name}" },
  gradientOf: { en: "∂{name}", zh: "∂{name}" },
  pass: { en: "within {bound}", zh: "未超过 {bound}" },
  fail: { en: "more than {bound}", zh: "超过 {bound}" },
  cannotVerify: { en: "It could not be verified", zh: "无法验证" },

  // Profile
  tabProfile: { en: "Profile", zh: "性能" },
  profileStep: { en: "Profile a training step", zh: "分析一个训练步的性能" },
  profileNow: { en: "Profile", zh: "分析" },
  profileAgain: { en: "Profile again", zh: "重新分析" },
  profiling: { en: "Profiling…", zh: "分析中…" },
  profileTitle: { en: "Where the time of a step goes", zh: "一步的时间花在哪里" },
  profileText: {
    en: "Trains a few steps by the GPU's own clock, in a copy: weights and curves stay as they are, and a run waits.",
    zh: "在副本中按 GPU 自身的时钟训练若干步：权重和曲线保持不变，正在进行的训练会等待。",
  },
  profileStale: {
    en: "The network has changed since. Profile again.",
    zh: "网络已更改，请重新分析。",
  },
  tuneKernels: { en: "Tune kernels for this machine", zh: "为本机调优内核" },
  tuneNow: { en: "Tune kernels", zh: "调优内核" },
  tuning: { en: "Measuring kernels…", zh: "实测内核中…" },
  tuneHint: {
    en: "Measures which kernel computes each matrix product of this network the fastest here, and keeps that for this machine. A run waits, and the next one uses it.",
    zh: "在本机实测此网络的每个矩阵乘用哪个内核最快，并为本机保存结果。正在进行的训练会等待，下次训练起生效。",
  },
  tuned: {
    en: "{measured} of {shapes} products measured, {changed} computed by another kernel: {after} a step instead of {before}. Kept for this machine; the next run uses it.",
    zh: "实测了 {shapes} 个矩阵乘中的 {measured} 个，{changed} 个改用其他内核：每步 {after}，原为 {before}。结果已为本机保存，下次训练起生效。",
  },
  tunedSame: {
    en: "{measured} of {shapes} products measured: the kernels chosen by estimate are the fastest here, {after} a step.",
    zh: "实测了 {shapes} 个矩阵乘中的 {measured} 个：按估算选择的内核在本机已是最快，每步 {after}。",
  },
  byDispatch: { en: "Dispatches", zh: "调度" },
  byNode: { en: "Nodes", zh: "节点" },
  heatMap: { en: "Heat map", zh: "热力图" },
  heatMapCommand: { en: "Heat map of the profile on the canvas", zh: "在画布上显示性能热力图" },
  saveTrace: { en: "Save trace…", zh: "保存轨迹…" },
  saveTraceHint: { en: "For chrome://tracing or Perfetto", zh: "可用 chrome://tracing 或 Perfetto 打开" },
  stepTakes: { en: "{time} a step", zh: "每步 {time}" },
  stepSpeedHint: {
    en: "As in training. Each dispatch alone, they take {time} together; medians of {steps} steps.",
    zh: "与训练时相同。各调度单独执行共 {time}（{steps} 步的中位数）。",
  },
  optimizerPhase: { en: "optimizer", zh: "优化器" },
  peaks: {
    en: "At best {flops} GFLOP/s and {bytes} GB/s, measured",
    zh: "实测极限 {flops} GFLOP/s、{bytes} GB/s",
  },
  time: { en: "time", zh: "时间" },
  share: { en: "share", zh: "占比" },
  roofline: { en: "roofline", zh: "屋顶线" },
  rooflineHint: {
    en: "What the device would need at best, over what it took. More than 100 % came from caches.",
    zh: "设备最快所需时间与实际时间之比。超过 100 % 表示数据来自缓存。",
  },
  stepItself: { en: "the step itself", zh: "步本身" },
} as const satisfies Record<string, Text>;
