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
export { judgeWires, takes } from "./compile/judge-wire";
export { viewLevel } from "./compile/level-view";
export { torchNodeTraining, torchTraining } from "./export/torch-training";
export { moveWeights } from "./export/weight-owners";
export {
  flatten,
  graphAt,
  type LevelPath,
  nodeAt,
  type Place,
  placeOf,
  prefixOf,
  shownAt,
  turnId,
} from "./graph/flatten";
export { type Move, type Moves, movedId } from "./graph/moves";
export { type ProjectError, type ProjectResult, parseProject, printProject } from "./graph/parse";
export type * from "./graph/project";
export {
  defaultClips,
  defaultData,
  defaultOptimizers,
  defaultSchedules,
  defaultTraining,
  emptyProject,
  frameColours,
} from "./graph/project";
export {
  blockIdOf,
  blockOf,
  blockPorts,
  blocksWithin,
  blockType,
  fedBack,
  layerIn,
  repeatOf,
  structuralLayers,
} from "./graph/structure";
export { downstream, upstream } from "./graph/topology";
export { layerOf, layers } from "./layers/catalogue";
export type { AnyLayer, Category } from "./layers/define";
export { categories } from "./layers/define";
export type { InitSettings } from "./layers/initializers";
export { defaultInits, needsTwoDimensions, nonlinearities } from "./layers/initializers";
export type { Param, ParamValue } from "./layers/params";
export { labelOf, overBound, type Plan, timesOf } from "./plan/plan";
export type { Profile } from "./runtime/profile-report";
export { chromeTrace } from "./runtime/profile-trace";
export type { Language, Text } from "./tensor/text";
export { languages } from "./tensor/text";
export { type ViewBreak, viewBreak } from "./tensor/views";
