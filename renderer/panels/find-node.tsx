import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRef } from "react";
import { create } from "zustand";
import { flatten, type GraphNode, nodeAt, placeOf } from "../../engine";
import { canvasControl } from "../canvas/control";
import { layerOf, titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { categoryStyle } from "./category";
import "./command-palette.css";

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
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="command-palette" initialFocus={input} aria-label={t(drawing.findNode)}>
          <Command label={t(drawing.findNode)} loop>
            <div className="search">
              <Search aria-hidden />
              <Command.Input ref={input} placeholder={t(drawing.findNodeHint)} />
              <kbd>Esc</kbd>
            </div>
            <Command.List className="command-list">
              <Command.Empty className="dim">{t(drawing.noNode)}</Command.Empty>
              <Nodes />
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Nodes() {
  const graph = useDocument(({ project }) => project.graph);
  // What is drawn at the top, and what is inside blocks, once where a block stands several times in a row.
  const inside = flatten(graph).graph.nodes.filter(({ id }) => id.includes("/") && !id.includes("#"));
  const ids = [...graph.nodes, ...inside].map(({ id }) => id);
  return ids.map((id) => {
    const node = nodeAt(graph, id);
    return node && <NodeItem key={id} id={id} node={node} />;
  });
}

function NodeItem({ id, node }: { readonly id: string; readonly node: GraphNode }) {
  const graph = useDocument(({ project }) => project.graph);
  const around = placeOf(id).path.map((_, depth, path) => {
    const block = nodeAt(graph, path.slice(0, depth + 1).join("/"));
    return block ? block.name || titleOf(block.type) : "";
  });
  const title = titleOf(node.type);
  const params = Object.entries(node.params).map(([name, value]) => `${name} ${String(value)}`);
  return (
    <Command.Item
      value={id}
      keywords={[node.name, title, node.note ?? "", ...params]}
      className="option"
      style={categoryStyle(layerOf(node.type)?.category)}
      onSelect={() => {
        close();
        canvasControl()?.centre(id);
      }}
    >
      <i className="category-square" />
      {[...around, title].join(" › ")}
      <span className="dim option-end">{node.name}</span>
    </Command.Item>
  );
}
