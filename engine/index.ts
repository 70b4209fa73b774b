/** The only door to the engine from outside. */

export { checkGraph, createChecker } from "./compile/check";
export type {
  CheckedGraph,
  CheckedNode,
  CheckedTensor,
  DataTensors,
  Diagnostic,
  Dim,
  Fix,
  GraphEdit,
} from "./compile/checked";
export { applyEdits } from "./compile/edits";
export { type ProjectError, type ProjectResult, parseProject, printProject } from "./graph/parse";
export type * from "./graph/project";
export {
  defaultData,
  defaultOptimizers,
  defaultSchedules,
  defaultTraining,
  emptyProject,
} from "./graph/project";
export { layerOf, layers } from "./layers/catalogue";
export type { AnyLayer, Category } from "./layers/define";
export { categories } from "./layers/define";
export type { Param, ParamValue } from "./layers/params";
export type { Plan } from "./plan/plan";
export type { Language, Text } from "./tensor/text";
export { languages } from "./tensor/text";
export { type ViewBreak, viewBreak } from "./tensor/views";
