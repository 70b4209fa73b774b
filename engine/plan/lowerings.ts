/** What the planner makes of every primitive. A primitive that lacks an entry does not type-check. */
import { attentionUses } from "./attention-uses";
import { elementwise } from "./elementwise";
import { kernelUses } from "./kernel-uses";
import { leaves } from "./leaves";
import type { Lowering } from "./lowering";
import { movement } from "./movement";
import type { NodeKind } from "./nodes";

export const lowerings: { readonly [K in NodeKind]: Lowering<K> } = {
  ...leaves,
  ...elementwise,
  ...movement,
  ...kernelUses,
  ...attentionUses,
  store: { role: "effect" },
  ring_store: { role: "effect" },
};
