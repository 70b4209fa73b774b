/** TensorFlow.js on its older backend, which on some devices is the faster one. */
import { startOn } from "./tfjs.mjs";

/** @returns {Promise<import("../contest").Trainer>} */
export function start(workload) {
  return startOn("webgl", workload);
}
