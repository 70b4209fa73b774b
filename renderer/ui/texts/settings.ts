/** What the fields of the training settings do, by PyTorch's names; `type.name` where a name means several things. */
import type { Text } from "../../../engine";

export const settings = {
  // Optimizers
  dampening: { en: "Share of the gradient that momentum leaves out", zh: "动量中不计入的梯度比例" },
  nesterov: { en: "Look ahead along the momentum", zh: "沿动量方向提前一步计算" },
  beta1: { en: "Share of the past in the average of the gradients", zh: "梯度滑动平均中保留的旧值比例" },
  beta2: { en: "Share of the past in the average of their squares", zh: "梯度平方滑动平均中保留的旧值比例" },
  alpha: { en: "Share of the past in the average of the squares", zh: "平方滑动平均中保留的旧值比例" },
  rho: { en: "Share of the past in the averages of the squares", zh: "平方滑动平均中保留的旧值比例" },
  eps: { en: "Keeps the division from dividing by 0", zh: "避免除以 0" },
  amsgrad: { en: "Divide by the largest average so far", zh: "使用迄今最大的滑动平均作除数" },
  centered: { en: "Divide by the standard deviation of the gradient", zh: "除以梯度的标准差" },
  lr_decay: { en: "How fast the rate falls with the steps", zh: "学习率随步数下降的速度" },
  initial_accumulator_value: { en: "What the sum of squares begins with", zh: "平方和的初始值" },

  // Schedules
  step_size: { en: "Steps between two falls of the rate", zh: "学习率两次下降之间的步数" },
  gamma: { en: "What the rate is multiplied by", zh: "学习率每次乘以的系数" },
  milestones: { en: "Steps at which the rate falls", zh: "学习率下降的步数" },
  start_factor: { en: "Share of the rate at the first step", zh: "第一步时学习率的倍数" },
  end_factor: { en: "Share of the rate in the end", zh: "最终学习率的倍数" },
  total_iters: { en: "Steps from the first share to the last", zh: "从起始倍数到最终倍数的步数" },
  T_max: { en: "Steps in which the rate falls to eta_min", zh: "学习率降到 eta_min 所用的步数" },
  T_0: { en: "Steps before the first restart", zh: "第一次重启前的步数" },
  T_mult: { en: "How much longer each period is than the last", zh: "每个周期比上一个长几倍" },
  eta_min: { en: "The smallest rate", zh: "最小学习率" },
  total_steps: { en: "Steps of the whole cycle", zh: "整个周期的步数" },
  pct_start: { en: "Share of the steps in which the rate rises", zh: "学习率上升阶段占总步数的比例" },
  anneal_strategy: { en: "Along a cosine or a straight line", zh: "按余弦或直线变化" },
  div_factor: { en: "The first rate is the highest divided by this", zh: "初始学习率 = 最高学习率 ÷ 此数" },
  final_div_factor: {
    en: "The last rate is the first divided by this",
    zh: "最终学习率 = 初始学习率 ÷ 此数",
  },
  three_phase: {
    en: "Fall back to the first rate, then on to the last",
    zh: "先降回初始学习率，再降到最终学习率",
  },
  cycle_momentum: {
    en: "Momentum falls while the rate rises, and back",
    zh: "学习率上升时动量下降，之后恢复",
  },
  base_momentum: { en: "Momentum at the highest rate", zh: "学习率最高时的动量" },
  max_momentum: { en: "Momentum at the first and last rate", zh: "起始和结束时的动量" },
  "ReduceLROnPlateau.mode": {
    en: "min watches the loss, max the accuracy; of the validation rows where there are any",
    zh: "min 观察损失，max 观察准确率；有验证集时取验证集的值",
  },
  factor: { en: "What the rate is multiplied by when nothing gets better", zh: "没有改善时学习率乘以的系数" },
  patience: { en: "Epochs without a better value that are let pass", zh: "允许没有改善的轮数" },
  threshold: { en: "Better means by more than this share", zh: "改善超过此比例才算" },
  cooldown: { en: "Epochs after a fall that are not counted", zh: "下降后不计数的轮数" },
  min_lr: { en: "The smallest rate", zh: "最小学习率" },
  warmup_steps: {
    en: "Steps in which the rate rises to its full height before the schedule begins",
    zh: "调度开始前，学习率线性升到全值所用的步数",
  },
  accumulation_steps: {
    en: "Batches that make one step, for a batch that does not fit into memory at once: their gradients are added up, as of one batch of all their rows",
    zh: "多少批合为一步，用于内存容纳不下的大批：梯度相加，相当于一个包含所有行的大批",
  },
  whole_step_in_parts: {
    en: "Not with accumulation steps: a step is then several batches, which are not small work",
    zh: "使用累积步数时不适用：此时一步由多批组成",
  },
  whole_step: {
    en: "A small network's whole step runs as one dispatch, many steps in a row, where that is faster",
    zh: "小网络的整个训练步合并为一次调度，连续执行多步（在更快时）",
  },

  // Clipping
  max_norm: { en: "All gradients together are made no longer than this", zh: "所有梯度合在一起的范数上限" },
  norm_type: { en: "p of the norm; inf is the largest number", zh: "范数的 p；inf 表示最大绝对值" },
  clip_value: { en: "No number of a gradient goes beyond this", zh: "梯度中每个数的绝对值上限" },

  // Initialisers
  gain: { en: "Times the law's own width", zh: "在该分布宽度上再乘的系数" },
  a: {
    en: "Slope of the negative side of the leaky ReLU that follows",
    zh: "之后的 leaky ReLU 负半轴的斜率",
  },
  mode: {
    en: "Keep the size of what goes forward (fan_in) or backward (fan_out)",
    zh: "保持前向（fan_in）或反向（fan_out）的大小",
  },
  nonlinearity: { en: "The activation that follows", zh: "之后的激活函数" },
  mean: { en: "Mean", zh: "均值" },
  std: { en: "Standard deviation", zh: "标准差" },
  "uniform_.a": { en: "Lowest value", zh: "最小值" },
  b: { en: "Highest value", zh: "最大值" },
  values: { en: "Each element, row by row", zh: "逐行给出每个元素" },
  val: { en: "Every element", zh: "每个元素的值" },
} as const satisfies Record<string, Text>;

/** Null for a field that has nothing to be said. */
export function aboutSetting(type: string, name: string): Text | null {
  const known: Readonly<Record<string, Text>> = settings;
  return known[`${type}.${name}`] ?? known[name] ?? null;
}
