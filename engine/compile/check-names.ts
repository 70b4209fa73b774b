/** A unique name for each node that is a Python attribute, and so the start of its weights' keys: `conv2d_2.weight`. */
import type { Graph } from "../graph/project";

/** What `torch.nn.Module` itself is asked for, and Python's keywords: a name that hides one would break the exported module. */
const taken = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield self " +
    "add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float " +
    "forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers " +
    "named_children named_modules named_parameters parameters register_backward_hook register_buffer " +
    "register_forward_hook register_forward_pre_hook register_full_backward_hook register_module register_parameter " +
    "requires_grad_ set_extra_state share_memory state_dict to to_empty train training type xpu zero_grad"
  ).split(" "),
);

/** By node id. The person's own names go first, so that an unnamed Linear never takes `linear` from one called so. */
export function nameNodes(graph: Graph): ReadonlyMap<string, string> {
  const used = new Map<string, number>();
  const names = new Map<string, string>();
  for (const node of graph.nodes)
    if (node.name.trim() !== "") names.set(node.id, unique(identifier(node.name, node.type), used));
  const ofType = new Map<string, string>();
  for (const { id, type } of graph.nodes) {
    if (names.has(id)) continue;
    const name = ofType.get(type) ?? identifier(type, "node");
    ofType.set(type, name);
    names.set(id, unique(name, used));
  }
  return names;
}

/**
 * snake_case: `MaxPool2d` → `max_pool2d`, `MSELoss` → `mse_loss`. Letters of every script stay: Python allows them
 * (in normal form KC).
 */
export function identifier(text: string, fallback: string): string {
  const snake = text
    .normalize("NFKC")
    .replace(/(?<=[\p{L}\p{N}])(?=\p{Lu}\p{Ll})/gu, "_")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, "_")
    .replace(/_+/g, "_")
    .replace(/^_|_$/g, "");
  if (snake === "") return identifier(fallback, "node");
  if (/^\p{N}/u.test(snake)) return `${identifier(fallback, "node")}_${snake}`;
  return taken.has(snake) ? `${snake}_` : snake;
}

/** @param used each name that is taken, with the last number that was put behind it */
function unique(name: string, used: Map<string, number>): string {
  const stem = name.replace(/_$/, "");
  let candidate = name;
  // A network of a thousand ReLUs would count from 2 a thousand times.
  let number = used.get(name) ?? 1;
  while (used.has(candidate)) candidate = `${stem}_${++number}`;
  used.set(name, number);
  used.set(candidate, used.get(candidate) ?? 1);
  return candidate;
}
