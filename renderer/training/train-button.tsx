import { Pause, Play } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import { useRun } from "./run";

/** The one primary button of the window: start, and while it trains pause and go on. */
export function TrainButton() {
  const t = useText();
  const { state, start, pause, resume } = useRun(
    useShallow(({ state, start, pause, resume }) => ({ state, start, pause, resume })),
  );
  switch (state) {
    case "running":
      return (
        <Button look="primary" className="train-button" onClick={pause}>
          <Pause aria-hidden fill="currentColor" />
          {t(texts.pause)}
        </Button>
      );
    case "paused":
      return (
        <Button look="primary" className="train-button" onClick={resume}>
          <Play aria-hidden fill="currentColor" />
          {t(texts.resume)}
        </Button>
      );
    case "preparing":
    case "idle":
    case "finished":
    case "stopped":
    case "failed":
      return (
        <Button
          look="primary"
          className="train-button"
          disabled={state === "preparing"}
          onClick={() => void start()}
        >
          <Play aria-hidden fill="currentColor" />
          {t(texts.start)}
        </Button>
      );
  }
}
