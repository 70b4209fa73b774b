/** Parameters whose value the layer cannot take. */
import { type BadParam, formatParam } from "./check-params";
import type { Diagnostic } from "./checked";
import { graphError, warning } from "./diagnostics-graph";
import { arrivals, type Site, setParam } from "./diagnostics-site";

export function badParam(
  node: string,
  label: string,
  { name, value, expected, default: standard }: BadParam,
): Diagnostic {
  const got = formatParam(value);
  return graphError("bad-param", {
    node,
    title: { en: `${name} cannot be ${got}`, zh: `${name} 不能是 ${got}` },
    explanation: {
      en: `The parameter ${name} of ${label} must be ${expected.en}.`,
      zh: `${label} 的参数 ${name} 必须是${expected.zh}。`,
    },
    fixes: [setParam(node, name, standard)],
  });
}

export function unknownParam(node: string, label: string, type: string, name: string): Diagnostic {
  return warning("unknown-param", {
    node,
    title: { en: `${type} has no parameter ${name}`, zh: `${type} 没有参数 ${name}` },
    explanation: {
      en: `${label} was given ${name}, which ${type} does not have. It is kept and has no effect.`,
      zh: `${label} 设了 ${name}，但 ${type} 没有这个参数。它会保留，但不起作用。`,
    },
  });
}

/** `auto`, and an input with too few dimensions to read it from. */
export function unreadable(site: Site, name: string): Diagnostic {
  const got = arrivals(site);
  return graphError("auto-unknown", {
    node: site.node.id,
    title: { en: `${name} cannot be read off the wire`, zh: `无法从连线上读出 ${name}` },
    explanation: {
      en: `${name} is auto, and ${site.label(site.node.id)} gets ${got.en}, which has too few dimensions to read it from. Give a number, or change what is wired to it.`,
      zh: `${name} 是 auto，而 ${site.label(site.node.id)} 收到${got.zh}，维度太少，读不出这个值。请填一个数，或改接输入。`,
    },
    causes: Object.values(site.wires).map(({ from }) => from.node),
  });
}
