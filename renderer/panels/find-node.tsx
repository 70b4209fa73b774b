import { create } from "zustand";
import { flatten, type Graph, type GraphNode, nodeAt, placeOf } from "../../engine";
import { canvasControl } from "../canvas/control";
import { layerOf, titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { categoryStyle } from "./category";
import { SearchDialog, type SearchEntry, SearchList } from "./search-dialog";

const useFindNode = create<{ readonly open: boolean }>(() => ({ open: false }));

export function openFindNode(): void {
  useFindNode.setState({ open: true });
}

function close(): void {
  useFindNode.setState({ open: false });
}

/** Every node by its name, type and parameters, those inside blocks too; choosing one goes there. */
export function FindNode() {
  const t = useText();
  const { open } = useFindNode();
  return (
    <SearchDialog open={open} onClose={close} label={t(drawing.findNode)}>
      <Nodes />
    </SearchDialog>
  );
}

function Nodes() {
  const t = useText();
  return (
    <SearchList
      label={t(drawing.findNode)}
      hint={t(drawing.findNodeHint)}
      nothing={t(drawing.noNode)}
      entries={useNodeEntries()}
      onClose={close}
    />
  );
}

function useNodeEntries(): readonly SearchEntry[] {
  const graph = useDocument(({ project }) => project.graph);
  // What is drawn at the top, and what is inside blocks, once where a block stands several times in a row.
  const inside = flatten(graph).graph.nodes.filter(({ id }) => id.includes("/") && !id.includes("#"));
  const ids = [...graph.nodes, ...inside].map(({ id }) => id);
  return ids.flatMap((id) => {
    const node = nodeAt(graph, id);
    return node ? entryOf(graph, id, node) : [];
  });
}

function entryOf(graph: Graph, id: string, node: GraphNode): SearchEntry {
  const around = placeOf(id).path.map((_, depth, path) => {
    const block = nodeAt(graph, path.slice(0, depth + 1).join("/"));
    return block ? block.name || titleOf(block.type) : "";
  });
  const title = titleOf(node.type);
  const params = Object.entries(node.params).map(([name, value]) => `${name} ${String(value)}`);
  return {
    id,
    names: [node.name, title, node.note ?? "", ...params],
    style: categoryStyle(layerOf(node.type)?.category),
    choose: () => canvasControl()?.centre(id),
    content: (
      <>
        <i className="category-square" />
        {[...around, title].join(" › ")}
        <span className="dim option-end">{node.name}</span>
      </>
    ),
  };
}
