/**
 * Nodes as text on the system's clipboard, so that they can go to another window, into a mail or a file: the text is a
 * small project file. Where the system's clipboard cannot be reached, what was copied last in this window is kept.
 */
import { emptyProject, type GraphEdge, parseProject, printProject } from "../../engine";
import { paste, remove } from "./commands";
import { blocksOf, copyOffset, type Piece, pieceOf } from "./piece";
import { run, useDocument } from "./store";

let lastCopied = "";
/** Each paste of the same text lies a little further off. */
let pastes = { text: "", count: 0 };

/** @returns what was copied; empty when nothing is selected */
export function copySelection(): string {
  const { project, graph, selectedNodes } = useDocument.getState();
  if (selectedNodes.length === 0) return "";
  lastCopied = printPiece(pieceOf(project.graph, graph, selectedNodes));
  pastes = { text: lastCopied, count: 0 };
  return lastCopied;
}

export function cutSelection(): string {
  const text = copySelection();
  const { selectedNodes, selectedEdges } = useDocument.getState();
  run(remove(selectedNodes, selectedEdges));
  // What was cut is pasted where it was.
  pastes = { text, count: -1 };
  return text;
}

/** What was copied last in this window. */
export function pasteClipboard(keepIncoming = false): void {
  pasteText(lastCopied, keepIncoming);
}

/** False when the text holds no nodes. */
export function pasteText(text: string, keepIncoming = false): boolean {
  const piece = parsePiece(text);
  if (!piece) return false;
  pastes = { text, count: pastes.text === text ? pastes.count + 1 : 1 };
  const offset = { x: copyOffset.x * pastes.count, y: copyOffset.y * pastes.count };
  useDocument.getState().select(run(paste(piece, offset, { incoming: keepIncoming })));
  return true;
}

/** A project file with the nodes alone; wires from nodes outside stand beside the graph. */
export function printPiece({ nodes, edges, frames, blocks, incoming }: Piece): string {
  const graph = {
    nodes,
    edges,
    ...(frames.length > 0 && { frames }),
    ...(blocks.length > 0 && { blocks }),
  };
  return printProject(Object.assign(emptyProject(""), { graph, incoming }));
}

/** Null for text that is no project, or one without nodes. A whole project file is a piece too. */
export function parsePiece(text: string): Piece | null {
  const parsed = parseProject(text);
  if (!parsed.ok) return null;
  const { graph } = parsed.project;
  const { nodes, edges, frames = [] } = graph;
  if (nodes.length + frames.length === 0) return null;
  return { nodes, edges, frames, blocks: blocksOf(graph, nodes), incoming: incomingOf(parsed.project) };
}

/** What stands beside the graph is not the project file's to check. */
function incomingOf(project: object): readonly GraphEdge[] {
  const wires: unknown = "incoming" in project ? project.incoming : [];
  return Array.isArray(wires) ? wires.filter(isWire) : [];
}

function isWire(value: unknown): value is GraphEdge {
  if (typeof value !== "object" || value === null || !("from" in value) || !("to" in value)) return false;
  return [value.from, value.to].every(
    (end) =>
      typeof end === "object" &&
      end !== null &&
      "node" in end &&
      typeof end.node === "string" &&
      "port" in end &&
      typeof end.port === "string",
  );
}
