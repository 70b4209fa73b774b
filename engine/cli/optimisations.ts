/** The switches that leave an optimisation out: `--no-fuse`. */
import {
  allBut,
  type Optimisation,
  type Optimisations,
  optimisationNames,
  switchOf,
} from "../plan/optimisations";
import type { Text } from "../tensor/text";
import type { Given, Option } from "./arguments";

const abouts: Readonly<Record<Optimisation, Text>> = {
  dce: { en: "Keep operations whose results nothing needs", zh: "保留结果无人使用的运算" },
  cse: { en: "Repeat operations that are done twice", zh: "不合并重复的运算" },
  fuse: { en: "A kernel for every operation", zh: "每个运算单独一个内核" },
  recompute: {
    en: "Store all that a later kernel needs, however cheap it is to compute again",
    zh: "后面内核需要的值一律保存，即使重新计算很便宜",
  },
  merge: { en: "A dispatch for every kernel", zh: "每个内核单独一次调度" },
  variants: { en: "Only the plainest kernels, whatever the device", zh: "无论何种设备，只用最简单的内核" },
  megakernel: {
    en: "Never run whole steps as one dispatch, as small networks do",
    zh: "不把整个训练步合并为一次调度（小网络默认合并）",
  },
};

/** Those of every plan. */
const ofPlans = optimisationNames.filter((name) => name !== "megakernel");

/** For commands that make plans of dispatches only. */
export const planSwitches = switchesOf(ofPlans);

export const trainingSwitches = switchesOf(optimisationNames);

function switchesOf(names: readonly Optimisation[]): Readonly<Record<string, Option>> {
  return Object.fromEntries(names.map((name) => [switchOf(name), { about: abouts[name] }]));
}

/** What the switches have left of all optimisations. */
export function optimisationsOf(given: Pick<Given, "has">): Optimisations {
  return allBut(optimisationNames.filter((name) => given.has(switchOf(name))));
}
