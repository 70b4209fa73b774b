/** Makes a diagnostic of PyTorch's error at a node: for a beginner in two languages, with causes and fixes. */
import type { TensorError } from "../tensor/errors";
import type { Diagnostic } from "./checked";
import { cuttingExplanations } from "./diagnostics-cutting";
import { divisorExplanations } from "./diagnostics-divisors";
import { featureExplanations } from "./diagnostics-features";
import { layerExplanations } from "./diagnostics-layers";
import { pairExplanations } from "./diagnostics-pairs";
import { arrivals, type Explain, type Explanation, type Site } from "./diagnostics-site";
import { upsampleExplanations } from "./diagnostics-upsample";
import { viewExplanations } from "./diagnostics-view";

/** By error code; where a code means something else at one layer, by its type and the code. */
const explanations: Readonly<Record<string, Explain>> = {
  ...viewExplanations,
  ...featureExplanations,
  ...layerExplanations,
  ...divisorExplanations,
  ...cuttingExplanations,
  ...pairExplanations,
  ...upsampleExplanations,
};

export function diagnose(site: Site, error: TensorError): Diagnostic {
  const found = (
    explanations[`${site.node.type} ${error.code}`] ??
    explanations[error.code] ??
    explainAnything
  )(site, error);
  const sources = Object.values(site.wires).map((edge) => edge.from.node);
  return {
    code: error.code,
    severity: "error",
    node: site.node.id,
    port: found.port ?? null,
    title: found.title,
    message: found.message === null ? null : error.message,
    explanation: found.explanation,
    causes: found.causes ?? [...new Set(sources)],
    fixes: found.fixes ?? [],
  };
}

/** For errors without an explanation of their own: what arrives at the node, and from where. */
function explainAnything(site: Site): Explanation {
  const { type } = site.node;
  const name = site.label(site.node.id);
  const got = arrivals(site);
  return {
    title: { en: `${type} cannot work with this`, zh: `${type} 无法这样工作` },
    explanation: {
      en: `${name} gets ${got.en}. With the parameters it has now, PyTorch stops with the message above. Change a parameter or what is wired to it.`,
      zh: `${name} 收到${got.zh}。按它现在的参数，PyTorch 会报上面的错误而停止。请修改参数或改接输入。`,
    },
  };
}
