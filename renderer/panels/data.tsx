import { FileText, FolderOpen, LoaderCircle, TriangleAlert, X } from "lucide-react";
import { type DragEvent, useState } from "react";
import { openedData } from "../host-browser";
import { type BuiltIn, builtIns } from "../training/built-in";
import { openBuiltIn, openChosen, openDataFiles, openDataFolder, useData } from "../training/data";
import { DataPreview } from "../training/data-preview";
import { DataSettings } from "../training/data-settings";
import { droppedFiles } from "../training/dropped-files";
import { ErrorBar } from "../training/error-bar";
import { useRun } from "../training/run";
import { Button, IconButton } from "../ui/button";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import "./data.css";

/** What the network learns from: opening it, how it is split, and a look at it. */
export function DataPanel() {
  const t = useText();
  const { summary, wanted, reading } = useData();
  const nothingToTrainOn = useRun((run) => run.error?.code === "no-data");
  const [over, setOver] = useState(false);
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then(openedData).then(openChosen);
    },
  };
  return (
    <section
      className={`data-panel ${over ? "over" : ""}`}
      aria-label={t(texts.dropHere)}
      aria-busy={reading}
      {...drop}
    >
      {nothingToTrainOn && <ErrorBar />}
      <DataErrorBar />
      {summary ? (
        <div className="data-columns">
          <DataSettings summary={summary} />
          <DataPreview summary={summary} />
        </div>
      ) : wanted === null ? (
        <Opening />
      ) : (
        <Wanted file={wanted} />
      )}
      {over && <div className="drop-veil">{t(texts.dropHere)}</div>}
    </section>
  );
}

function DataErrorBar() {
  const t = useText();
  const { error, summary } = useData();
  if (!error) return null;
  return (
    <div className="error-bar" role="alert">
      <TriangleAlert aria-hidden />
      <p className="selectable">
        {error.where !== "" && <b>{error.where}: </b>}
        {t(error.message)} {summary && t(texts.formerDataStay)}
      </p>
      <IconButton
        look="ghost"
        className="small"
        label={t(texts.dismiss)}
        onClick={() => useData.setState({ error: null })}
      >
        <X aria-hidden />
      </IconButton>
    </div>
  );
}

/** Before anything is open. */
function Opening() {
  const t = useText();
  return (
    <div className="data-opening">
      <div className="data-words">
        <h2>{t(texts.dataTitle)}</h2>
        <p className="muted">{t(texts.dataText)}</p>
        <OpenButtons />
      </div>
      <div className="data-samples">
        <h3>{t(texts.samples)}</h3>
        <Samples />
      </div>
    </div>
  );
}

/** The project names a file that nobody has chosen yet. */
function Wanted({ file }: { file: string }) {
  const t = useText();
  const isFolder = !file.includes(".");
  return (
    <div className="data-opening">
      <div className="data-words">
        <h2>{t(texts.wantedTitle, { file })}</h2>
        <p className="muted">{t(texts.wantedText)}</p>
        <div className="data-buttons">
          <Button look="primary" onClick={() => void (isFolder ? openDataFolder() : openDataFiles())}>
            {isFolder ? <FolderOpen aria-hidden /> : <FileText aria-hidden />}
            {t(texts.chooseWanted, { file })}
          </Button>
        </div>
      </div>
      <div className="data-samples">
        <h3>{t(texts.otherData)}</h3>
        <OpenButtons />
      </div>
    </div>
  );
}

function OpenButtons() {
  const t = useText();
  const reading = useData((data) => data.reading);
  return (
    <div className="data-buttons">
      <Hint text={t(texts.openFilesHint)}>
        <Button onClick={() => void openDataFiles()}>
          <FileText aria-hidden />
          {t(texts.openFiles)}
        </Button>
      </Hint>
      <Hint text={t(texts.openFolderHint)}>
        <Button onClick={() => void openDataFolder()}>
          <FolderOpen aria-hidden />
          {t(texts.openFolder)}
        </Button>
      </Hint>
      {reading && (
        <output className="dim reading">
          <LoaderCircle aria-hidden />
          {t(texts.reading)}
        </output>
      )}
    </div>
  );
}

function Samples() {
  return (
    <ul>
      {builtIns
        .filter((builtIn) => !builtIn.hidden)
        .map((builtIn) => (
          <li key={builtIn.id}>
            <Sample builtIn={builtIn} />
          </li>
        ))}
    </ul>
  );
}

function Sample({ builtIn }: { builtIn: BuiltIn }) {
  const t = useText();
  return (
    <button type="button" className="sample" onClick={() => void openBuiltIn(builtIn)}>
      <b>{builtIn.title}</b>
      <span>{t(builtIn.about)}</span>
    </button>
  );
}
