/** The option `--autotune` of commands that train: kernels are measured first, and kept for the next time. */
import type { PreparedData } from "../data/dataset";
import type { Project } from "../graph/project";
import type { Optimisations } from "../plan/optimisations";
import { type OpenDevice, withKernels } from "../runtime/device";
import type { Text } from "../tensor/text";
import type { Tuning } from "../training/protocol";
import { tuneTraining } from "../training/tune";
import type { Option } from "./arguments";
import { keepKernels, kernelFile } from "./kernel-cache";
import type { Terminal } from "./terminal";

export const autotune: Option = {
  about: {
    en: "First measure which kernels are the fastest here, and keep that for the next time",
    zh: "先在本机实测哪些内核最快，并保存供以后使用",
  },
};

/** Says what was measured and gained, or why nothing was. @returns the device with the kernels that were found */
export async function autotuned(
  open: OpenDevice,
  project: Project,
  data: PreparedData,
  terminal: Terminal,
  optimisations: Optimisations,
): Promise<OpenDevice> {
  const say = (text: Text) => terminal.note(text[terminal.language]);
  say({ en: `Measuring kernels on ${open.name}…`, zh: `正在 ${open.name} 上实测内核…` });
  const tuned = await tuneTraining(open, project, data, optimisations);
  if (!tuned.ok) {
    say(tuned.error.message);
    return open;
  }
  const { value } = tuned;
  say(found(value));
  const file = kernelFile();
  if (await keepKernels(value.kernels)) say({ en: `Kept in ${file}.`, zh: `已保存到 ${file}。` });
  else
    say({
      en: `${file} cannot be written to, so that it will have to be measured again.`,
      zh: `无法写入 ${file}，下次需要重新实测。`,
    });
  return withKernels(open, value.kernels);
}

function found({ shapes, measured, changed, before, after }: Tuning): Text {
  const [from, to] = [before, after].map((each) => each.toPrecision(3));
  const gain =
    changed === 0
      ? {
          en: `the kernels chosen by estimate are the fastest, ${to} ms a step`,
          zh: `按估算选择的内核已是最快，每步 ${to} ms`,
        }
      : {
          en: `${changed} chosen anew, ${to} ms a step instead of ${from} ms`,
          zh: `${changed} 个改用其他内核，每步 ${to} ms（原为 ${from} ms）`,
        };
  return {
    en: `${measured} of ${shapes} products measured: ${gain.en}.`,
    zh: `实测了 ${shapes} 个矩阵乘中的 ${measured} 个：${gain.zh}。`,
  };
}
