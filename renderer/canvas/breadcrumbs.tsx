import { Panel } from "@xyflow/react";
import { ChevronRight, CornerLeftUp } from "lucide-react";
import { Fragment } from "react";
import { nodeAt } from "../../engine";
import { runCommand } from "../commands";
import { titleOf } from "../document/layers";
import { useDocument } from "../document/store";
import { IconButton } from "../ui/button";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";

/** The blocks that lie around what is shown, each a way out. */
export function Breadcrumbs() {
  const t = useText();
  const { path, go } = useDocument();
  const graph = useDocument((state) => state.project.graph);
  if (path.length === 0) return null;
  const names = path.map((_, index) => {
    const node = nodeAt(graph, path.slice(0, index + 1).join("/"));
    return node ? node.name || titleOf(node.type) : "";
  });
  return (
    <Panel position="top-left" className="breadcrumbs">
      <nav aria-label={t(drawing.levels)}>
        <IconButton
          look="ghost"
          label={t(drawing.leaveBlock)}
          shortcut="Alt+ArrowUp"
          onClick={() => runCommand("view.leaveBlock")}
        >
          <CornerLeftUp aria-hidden />
        </IconButton>
        {[t(drawing.network), ...names].map((name, depth) => (
          // The same block may be entered twice on the way: places have no identity but their depth.
          // biome-ignore lint/suspicious/noArrayIndexKey: the depth is what it is
          <Fragment key={depth}>
            {depth > 0 && <ChevronRight aria-hidden />}
            {depth < path.length ? (
              <button type="button" className="crumb" onClick={() => go(path.slice(0, depth))}>
                {name}
              </button>
            ) : (
              <b className="crumb" aria-current="page">
                {name}
              </b>
            )}
          </Fragment>
        ))}
      </nav>
    </Panel>
  );
}
