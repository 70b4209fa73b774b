/** What a network was trained with. */
import type { Project } from "../graph/project";
import { type DataDescription, descriptionOf, readDescription } from "../training/data-description";
import type { Terminal } from "./terminal";
import { openTrainingData, ownData } from "./training-data";

/**
 * From the weights where they have it, or else from the project's own data. @throws Stop when these cannot be read
 *
 * @param file the project's
 */
export async function trainingOf(
  file: string,
  project: Project,
  weights: Uint8Array | null,
  terminal: Terminal,
): Promise<DataDescription> {
  const described = weights && readDescription(weights);
  if (described) return described;
  const own = await openTrainingData(file, project, ownData, terminal);
  return descriptionOf(own.prepared, own.project.data);
}
