import { Menu } from "@base-ui/react/menu";
import { Ellipsis, Pause, Play, RotateCcw, Square, StepForward } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { useDocument } from "../document/store";
import { IconButton } from "../ui/button";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { loadWeights, saveWeights } from "./exports";
import { useRun } from "./run";
import { isActive } from "./run-state";

export function Transport() {
  const t = useText();
  const { state, start, pause, resume, step, stop, reset } = useRun(
    useShallow(({ state, start, pause, resume, step, stop, reset }) => ({
      state,
      start,
      pause,
      resume,
      step,
      stop,
      reset,
    })),
  );
  return (
    <fieldset className="transport" aria-label={t(texts.transport)}>
      {state === "running" ? (
        <IconButton label={t(texts.pause)} onClick={pause}>
          <Pause aria-hidden />
        </IconButton>
      ) : state === "paused" ? (
        <IconButton label={t(texts.resume)} onClick={resume}>
          <Play aria-hidden />
        </IconButton>
      ) : (
        <IconButton
          label={t(state === "idle" || state === "preparing" ? texts.start : texts.startAgain)}
          disabled={state === "preparing"}
          onClick={() => void start()}
        >
          <Play aria-hidden />
        </IconButton>
      )}
      <IconButton
        label={t(texts.step)}
        disabled={state === "preparing" || state === "running"}
        onClick={() => void step()}
      >
        <StepForward aria-hidden />
      </IconButton>
      <IconButton label={t(texts.stop)} disabled={state !== "running" && state !== "paused"} onClick={stop}>
        <Square aria-hidden />
      </IconButton>
      <IconButton label={t(texts.reset)} disabled={state === "idle"} onClick={reset}>
        <RotateCcw aria-hidden />
      </IconButton>
      <RunMenu />
    </fieldset>
  );
}

function RunMenu() {
  const t = useText();
  const { state, loaded, goOn, load } = useRun();
  const epochs = useDocument((document) => document.project.training.epochs);
  const ended = state === "finished" || state === "stopped";
  return (
    <Menu.Root>
      <Menu.Trigger className="button ghost icon" aria-label={t(texts.more)}>
        <Ellipsis aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="positioner" sideOffset={4} align="start">
          <Menu.Popup className="popup">
            {ended && (
              <>
                <Menu.Item className="option" onClick={() => void goOn()}>
                  {state === "finished" ? t(texts.goOn, { epochs }) : t(texts.resume)}
                </Menu.Item>
                <Menu.Separator className="option-separator" />
              </>
            )}
            <Menu.Item className="option" onClick={() => void saveWeights()}>
              {t(texts.saveWeights)}
            </Menu.Item>
            <Menu.Item className="option" disabled={isActive(state)} onClick={() => void loadWeights()}>
              {t(texts.loadWeights)}
            </Menu.Item>
            {loaded && (
              <Menu.Item className="option" onClick={() => load(null)}>
                {t(texts.dropWeights)}
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
