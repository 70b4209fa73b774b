/** Which numbers of an optimizer can be changed while it trains. */
import type { OptimizerSettings } from "../graph/project";
import type { HyperName } from "./protocol";

export function hyperNames(optimizer: OptimizerSettings): readonly HyperName[] {
  return "momentum" in optimizer ? ["lr", "momentum", "weight_decay"] : ["lr", "weight_decay"];
}
