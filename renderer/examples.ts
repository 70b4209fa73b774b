/** The projects that come with the app, in the order in which a newcomer may want them. */
import type { Text } from "../engine";

export const levels = ["beginner", "intermediate", "advanced"] as const;
export type Level = (typeof levels)[number];

export const levelTitles: Readonly<Record<Level, Text>> = {
  beginner: { en: "First steps", zh: "入门" },
  intermediate: { en: "Tables and pictures", zh: "表格与图像" },
  advanced: { en: "Building blocks", zh: "网络结构" },
};

export interface Example {
  /** Its file, without the ending: `iris`, `mnist-cnn`. */
  readonly name: string;
  readonly level: Level;
  readonly title: Text;
  /** One line: what is in it. */
  readonly about: Text;
  /** What its training comes to with its own settings; `engine/cli/train-examples.test.ts` holds them to it. */
  readonly reaches: Text;
  /** The project file. */
  readonly text: string;
}

const files = import.meta.glob<string>("../assets/examples/*.loom.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function example(level: Level, name: string, title: Text, about: Text, reaches: Text): Example {
  return { name, level, title, about, reaches, text: files[`../assets/examples/${name}.loom.json`] };
}

const allRows: Text = { en: "All four rows right", zh: "四行全部正确" };
const rightOver = (percent: number): Text => ({
  en: `Over ${percent} % right`,
  zh: `准确率超过 ${percent} %`,
});

export const examples: readonly Example[] = [
  example(
    "beginner",
    "neuron-and",
    { en: "One neuron: AND", zh: "单个神经元：与" },
    { en: "Two inputs, one sigmoid: 1 when both are 1", zh: "两个输入、一个 sigmoid：两者都为 1 时输出 1" },
    allRows,
  ),
  example(
    "beginner",
    "neuron-or",
    { en: "One neuron: OR", zh: "单个神经元：或" },
    { en: "The same neuron: 1 when at least one is 1", zh: "同一个神经元：至少一个为 1 时输出 1" },
    allRows,
  ),
  example(
    "beginner",
    "neuron-xor",
    { en: "One neuron: XOR", zh: "单个神经元：异或" },
    { en: "It cannot: no straight line parts these rows", zh: "它做不到：直线分不开这四行" },
    { en: "Stays at a loss of ln 2 = 0.693", zh: "损失停在 ln 2 = 0.693" },
  ),
  example(
    "beginner",
    "xor",
    { en: "Two layers: XOR", zh: "两层网络：异或" },
    { en: "A hidden layer does what one neuron cannot", zh: "加一个隐藏层就能解决" },
    allRows,
  ),
  example(
    "beginner",
    "backpropagation",
    { en: "Backpropagation by hand", zh: "手算反向传播" },
    { en: "Given weights, to follow with pencil and paper", zh: "权重已给定，可用纸笔逐步验算" },
    { en: "Loss from 0.392 to under 0.002", zh: "损失从 0.392 降到 0.002 以下" },
  ),
  example(
    "beginner",
    "spirals",
    { en: "Spirals", zh: "螺旋" },
    { en: "Three arms told apart by two hidden layers", zh: "两个隐藏层区分三条螺旋臂" },
    rightOver(95),
  ),
  example(
    "intermediate",
    "iris",
    { en: "Iris", zh: "鸢尾花" },
    { en: "Three species from four measurements", zh: "由四个测量值区分三个品种" },
    rightOver(95),
  ),
  example(
    "intermediate",
    "diabetes",
    { en: "Diabetes", zh: "糖尿病" },
    { en: "A disease's course, as a number", zh: "回归：把病情发展预测为一个数" },
    { en: "Off by 62; the mean, by 77", zh: "误差约 62，只猜均值则为 77" },
  ),
  example(
    "intermediate",
    "digits",
    { en: "Digits", zh: "数字" },
    { en: "Convolution and batch norm on 600 pictures", zh: "600 张图上的卷积与批归一化" },
    rightOver(80),
  ),
  example(
    "intermediate",
    "lenet",
    { en: "LeNet", zh: "LeNet" },
    { en: "The network of 1998 reads digits", zh: "1998 年的网络识别数字" },
    rightOver(80),
  ),
  example(
    "intermediate",
    "mnist-cnn",
    { en: "MNIST", zh: "MNIST" },
    { en: "10,000 digits, read by two convolutions", zh: "两个卷积层识别 10,000 个数字" },
    { en: "97 % right in three epochs", zh: "三轮达到 97 %" },
  ),
  example(
    "intermediate",
    "hanzi",
    { en: "Chinese characters", zh: "汉字" },
    { en: "20 characters told apart", zh: "区分 20 个汉字" },
    rightOver(95),
  ),
  example(
    "advanced",
    "transpose-view",
    { en: "Transpose, then view", zh: "先转置再变形" },
    { en: "A mistake of memory order, and its two cures", zh: "内存顺序引起的错误及两种改法" },
    { en: "Mended with one click", zh: "一键修好" },
  ),
  example(
    "advanced",
    "autoencoder",
    { en: "Autoencoder", zh: "自编码器" },
    { en: "64 pixels through 8 numbers and back", zh: "64 个像素压缩成 8 个数再还原" },
    { en: "A third of the mean's error", zh: "误差不到平均图的三分之一" },
  ),
  example(
    "advanced",
    "residual",
    { en: "Residual block", zh: "残差块" },
    { en: "A wire around two convolutions", zh: "绕过两个卷积的连线" },
    rightOver(95),
  ),
  example(
    "advanced",
    "resnet-18",
    { en: "ResNet-18", zh: "ResNet-18" },
    { en: "Eight residual blocks; large, wants a GPU", zh: "八个残差模块；网络较大，宜用 GPU 训练" },
    { en: "To look at: 11 million weights", zh: "供参考：1100 万个权重" },
  ),
  example(
    "advanced",
    "group-norm",
    { en: "Group norm", zh: "组归一化" },
    { en: "Learns from two pictures at a time", zh: "每批只用两张图学习" },
    rightOver(95),
  ),
  example(
    "advanced",
    "lstm",
    { en: "LSTM", zh: "LSTM" },
    { en: "Reads waves: sine, square or sawtooth", zh: "读取波形：正弦、方波或锯齿波" },
    rightOver(95),
  ),
  example(
    "advanced",
    "transformer",
    { en: "Transformer block", zh: "Transformer 块" },
    { en: "Attention from view, matmul and softmax", zh: "由 view、matmul、softmax 搭成的注意力" },
    rightOver(90),
  ),
];
