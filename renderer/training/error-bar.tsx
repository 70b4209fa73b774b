import { TriangleAlert, X } from "lucide-react";
import { canvasControl } from "../canvas/control";
import { Button, IconButton } from "../ui/button";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { useRun } from "./run";

/** Why the run stopped or did not begin: what happened and what to do, with the way to the node it came from. */
export function ErrorBar() {
  const t = useText();
  const error = useRun((run) => run.error ?? run.noAdapter);
  const dismissible = useRun((run) => run.error !== null);
  const dismiss = useRun((run) => run.dismissError);
  if (!error) return null;
  const { node } = error;
  return (
    <div className="error-bar" role="alert">
      <TriangleAlert aria-hidden />
      <p className="selectable">{t(error.message)}</p>
      {node !== null && (
        <Button size="small" onClick={() => canvasControl()?.centre(node)}>
          {t(texts.showNode)}
        </Button>
      )}
      {dismissible && (
        <IconButton look="ghost" className="small" label={t(texts.dismiss)} onClick={dismiss}>
          <X aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
