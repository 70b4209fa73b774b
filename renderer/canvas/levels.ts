/** Into a block and out of it again. */
import { blockOf } from "../../engine";
import { useDocument } from "../document/store";

/** The block that a node stands for is shown in its place. False when it stands for none. */
export function enterBlock(id: string): boolean {
  const { project, graph, path, go } = useDocument.getState();
  const node = graph.nodes.find((each) => each.id === id);
  if (!node || !blockOf(project.graph, node.type)) return false;
  go([...path, id]);
  return true;
}

/** Shows the level around the block, and selects the node that was left. */
export function leaveBlock(): void {
  const { path } = useDocument.getState();
  const left = path.at(-1);
  if (left === undefined) return;
  useDocument.getState().go(path.slice(0, -1));
  useDocument.getState().select([left]);
}
