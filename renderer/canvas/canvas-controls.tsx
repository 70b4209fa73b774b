import { MiniMap, type MiniMapNodeProps, Panel, useStore } from "@xyflow/react";
import { Maximize, Minus, Network, Plus } from "lucide-react";
import { memo } from "react";
import { runCommand } from "../commands";
import { useDiagnostics } from "../document/checked";
import { useDocument } from "../document/store";
import { Button, IconButton } from "../ui/button";
import { Hint } from "../ui/hint";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

/** The overview, and the buttons that move the view. */
export const CanvasControls = memo(function CanvasControls() {
  const t = useText();
  const { percent } = useNumbers();
  const zoom = useStore(({ transform }) => transform[2]);
  return (
    <>
      <MiniMap
        className="minimap"
        position="bottom-left"
        ariaLabel={t(editor.minimap)}
        pannable
        zoomable
        nodeComponent={MapNode}
        bgColor="var(--surface)"
        maskColor="var(--minimap-mask)"
      />
      <Panel position="bottom-left" className="zoom">
        <fieldset className="segment" aria-label={t(editor.zoom)}>
          <IconButton label={t(editor.zoomOut)} shortcut="Mod+-" onClick={() => runCommand("view.zoomOut")}>
            <Minus aria-hidden />
          </IconButton>
          <Hint text={t(editor.zoomReset)} shortcut="Mod+0">
            <Button className="mono numbers zoom-value" onClick={() => runCommand("view.zoomReset")}>
              {percent(zoom, 0)}
            </Button>
          </Hint>
          <IconButton label={t(editor.zoomIn)} shortcut="Mod+=" onClick={() => runCommand("view.zoomIn")}>
            <Plus aria-hidden />
          </IconButton>
        </fieldset>
        <div className="segment">
          <IconButton label={t(editor.fit)} shortcut="." onClick={() => runCommand("view.fit")}>
            <Maximize aria-hidden />
          </IconButton>
          <IconButton label={t(editor.tidy)} shortcut="Mod+Shift+F" onClick={() => runCommand("edit.tidy")}>
            <Network aria-hidden />
          </IconButton>
        </div>
      </Panel>
    </>
  );
});

function MapNode({ id, x, y, width, height, selected }: MiniMapNodeProps) {
  const bad = useDiagnostics(id).at(0)?.severity === "error";
  const isFrame = useDocument(({ graph }) => graph.frames?.some((frame) => frame.id === id) ?? false);
  const look = isFrame ? "frame" : bad ? "bad" : selected ? "selected" : "";
  return <rect className={`map-node ${look}`} x={x} y={y} width={width} height={height} rx={16} />;
}
