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
  /** One line: what is in it and what it comes to. */
  readonly about: Text;
  /** The project file. */
  readonly text: string;
}

const files = import.meta.glob<string>("../assets/examples/*.loom.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function example(level: Level, name: string, title: Text, about: Text): Example {
  return { name, level, title, about, text: files[`../assets/examples/${name}.loom.json`] };
}

export const examples: readonly Example[] = [
  example(
    "beginner",
    "neuron-and",
    { en: "One neuron: AND", zh: "单个神经元：与" },
    { en: "Two inputs, one sigmoid: 1 when both are 1", zh: "两个输入、一个 sigmoid：两者都为 1 时输出 1" },
  ),
  example(
    "beginner",
    "neuron-or",
    { en: "One neuron: OR", zh: "单个神经元：或" },
    { en: "The same neuron: 1 when at least one is 1", zh: "同一个神经元：至少一个为 1 时输出 1" },
  ),
  example(
    "beginner",
    "neuron-xor",
    { en: "One neuron: XOR", zh: "单个神经元：异或" },
    { en: "It cannot: the loss stays at ln 2 = 0.693", zh: "它做不到：损失停在 ln 2 = 0.693" },
  ),
  example(
    "beginner",
    "xor",
    { en: "Two layers: XOR", zh: "两层网络：异或" },
    { en: "A hidden layer solves it: the loss falls to 0", zh: "加一个隐藏层就能解决：损失降到 0" },
  ),
  example(
    "beginner",
    "backpropagation",
    { en: "Backpropagation by hand", zh: "手算反向传播" },
    { en: "Given weights, to follow with pencil and paper", zh: "权重已给定，可用纸笔逐步验算" },
  ),
  example(
    "beginner",
    "spirals",
    { en: "Spirals", zh: "螺旋" },
    { en: "Three arms told apart by two hidden layers", zh: "两个隐藏层区分三条螺旋臂" },
  ),
  example(
    "intermediate",
    "iris",
    { en: "Iris", zh: "鸢尾花" },
    { en: "Three species from four measurements", zh: "由四个测量值区分三个品种" },
  ),
  example(
    "intermediate",
    "diabetes",
    { en: "Diabetes", zh: "糖尿病" },
    { en: "A disease's course, as a number", zh: "回归：把病情发展预测为一个数" },
  ),
  example(
    "intermediate",
    "digits",
    { en: "Digits", zh: "数字" },
    { en: "Convolution and batch norm on 600 pictures", zh: "600 张图上的卷积与批归一化" },
  ),
  example(
    "intermediate",
    "lenet",
    { en: "LeNet", zh: "LeNet" },
    { en: "The network of 1998 reads digits", zh: "1998 年的网络识别数字" },
  ),
  example(
    "intermediate",
    "mnist-cnn",
    { en: "MNIST", zh: "MNIST" },
    { en: "10,000 digits: 97 % in three epochs", zh: "10,000 个数字：三轮达到 97 %" },
  ),
  example(
    "intermediate",
    "hanzi",
    { en: "Chinese characters", zh: "汉字" },
    { en: "20 characters told apart, over 95 %", zh: "区分 20 个汉字，准确率超过 95 %" },
  ),
  example(
    "advanced",
    "transpose-view",
    { en: "Transpose, then view", zh: "先转置再变形" },
    { en: "A mistake of memory order, and its two cures", zh: "内存顺序引起的错误及两种改法" },
  ),
  example(
    "advanced",
    "autoencoder",
    { en: "Autoencoder", zh: "自编码器" },
    { en: "64 pixels through 8 numbers and back", zh: "64 个像素压缩成 8 个数再还原" },
  ),
  example(
    "advanced",
    "residual",
    { en: "Residual block", zh: "残差块" },
    { en: "A wire around two convolutions", zh: "绕过两个卷积的连线" },
  ),
  example(
    "advanced",
    "group-norm",
    { en: "Group norm", zh: "组归一化" },
    { en: "Learns from two pictures at a time", zh: "每批只用两张图学习" },
  ),
  example(
    "advanced",
    "lstm",
    { en: "LSTM", zh: "LSTM" },
    { en: "Reads waves: sine, square or sawtooth", zh: "读取波形：正弦、方波或锯齿波" },
  ),
  example(
    "advanced",
    "transformer",
    { en: "Transformer block", zh: "Transformer 块" },
    {
      en: "Attention from view, transpose, matmul, softmax",
      zh: "由 view、transpose、matmul、softmax 搭成的注意力",
    },
  ),
];
