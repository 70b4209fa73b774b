/** `golden`: compares the engine with PyTorch; see `golden.ts`. */
import { type Command, json } from "./arguments";
import { goldenCommand } from "./golden";
import { trainingSwitches } from "./optimisations";

export const golden: Command = {
  name: "golden",
  summary: { en: "Compare the engine with PyTorch's results", zh: "将引擎与 PyTorch 的结果进行比较" },
  about: {
    en: `Runs the cases that were made with PyTorch 1.13: views, shapes, strides, values, gradients,
optimizers, whole training runs and initialisation. They are in engine/golden, or in the
folder that the environment variable GOLDEN_DIR names. For those who work on Tensorloom.`,
    zh: `运行用 PyTorch 1.13 生成的用例：视图、形状、步幅、数值、梯度、优化器、完整训练和初始化。
用例位于 engine/golden，或环境变量 GOLDEN_DIR 指定的文件夹。供 Tensorloom 的开发者使用。`,
  },
  operands: [],
  options: {
    subject: {
      value: "NAME",
      about: {
        en: "views, shapes, layouts, ops, optim, train or init",
        zh: "views、shapes、layouts、ops、optim、train 或 init",
      },
    },
    device: {
      value: "NAME",
      about: {
        en: "reference (slow and exact), webgpu or whole-step; reference when left out",
        zh: "reference（慢而精确）、webgpu 或 whole-step；默认 reference",
      },
    },
    verbose: {
      about: { en: "Name every case of a layer that does not exist yet", zh: "列出尚不存在的层的每个用例" },
    },
    ...trainingSwitches,
    json,
  },
  examples: ["--subject shapes", "--subject ops --device webgpu --json"],
  run: ({ argv }) => goldenCommand(argv),
};
