/** Advice on weights that no gradient reaches. */
import { type LintContext, wireInto } from "./check-lint";
import type { CheckedNode, Diagnostic } from "./checked";
import { warning } from "./diagnostics-graph";

/** Flat everywhere, so that its slope is 0. */
const flat = new Set(["Step"]);

export function gradientLints(context: LintContext): Diagnostic[] {
  const { checked, losses, learning } = context;
  const ends = losses.map(({ id }) => id).filter((id) => checked[id]);
  if (ends.length === 0) return [];
  const idle = ends.filter((id) => !learning.has(id)).map((id) => nothingToTrain(id, context));
  return [...blocked(ends, context), ...idle];
}

/** Flat nodes through which alone some trained weights could reach the loss. */
function blocked(ends: readonly string[], context: LintContext): Diagnostic[] {
  const { checked } = context;
  const walls = Object.values(checked).filter(({ type }) => flat.has(type));
  if (walls.length === 0) return [];
  const reached = upstreamOf(ends, context, flat);
  return walls.flatMap((wall) => {
    if (!reached.has(wall.id)) return [];
    const behind = [...upstreamOf([wall.id], context, new Set())];
    const stopped = behind.filter((id) => checked[id].parameterCount > 0 && !reached.has(id));
    return stopped.length === 0 ? [] : [noGradient(wall, stopped, context)];
  });
}

/** The nodes that lead to those given, nearest first, with them; not beyond nodes of the types given. */
function upstreamOf(
  ids: readonly string[],
  { checked, wiring }: LintContext,
  barriers: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set(ids);
  // A set's iteration visits what is added on the way.
  for (const id of found) {
    if (barriers.has(checked[id].type)) continue;
    for (const port of Object.keys(checked[id].inputs)) {
      const from = wireInto(wiring, id, port)?.from.node;
      if (from !== undefined) found.add(from);
    }
  }
  return found;
}

function noGradient(
  { id, type }: CheckedNode,
  stopped: readonly string[],
  { label }: LintContext,
): Diagnostic {
  const names = stopped.map(label);
  return warning("no-gradient", {
    node: id,
    title: { en: `No gradient flows through ${type}`, zh: `梯度无法通过 ${type}` },
    explanation: {
      en: `The curve of ${label(id)} is flat, so its slope is 0 and no gradient comes back through it. ${names.join(" and ")} can reach the loss on no other way, and will never learn. Sigmoid is the smooth version.`,
      zh: `${label(id)} 的曲线处处是平的，斜率为 0，梯度传不回去。${names.join("、")} 没有别的路通向损失，因此永远学不到东西。Sigmoid 是它的平滑版本。`,
    },
    causes: stopped,
    fixes: [
      {
        label: { en: "Use Sigmoid", zh: "改用 Sigmoid" },
        edits: [{ kind: "set-type", node: id, type: "Sigmoid", params: {} }],
      },
    ],
  });
}

function nothingToTrain(id: string, { label }: LintContext): Diagnostic {
  return warning("nothing-to-train", {
    node: id,
    title: { en: "Nothing that learns reaches the loss", zh: "没有任何可训练的层通向损失" },
    explanation: {
      en: `No layer with trained numbers leads to ${label(id)}, so training changes nothing. Put a layer such as Linear between the Input and the loss.`,
      zh: `没有任何带可训练参数的层通向 ${label(id)}，训练不会改变任何东西。请在 Input 与损失之间放一个 Linear 之类的层。`,
    },
  });
}
