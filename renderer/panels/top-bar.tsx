import { PanelBottom, PanelLeft, PanelRight, Redo2, Search, Undo2 } from "lucide-react";
import { runCommand } from "../commands";
import { isUnsaved, useDocument, useDocumentName } from "../document/store";
import { isPaletteFolded, useLayout } from "../layout";
import { TrainButton } from "../training/train-button";
import { Button, IconButton } from "../ui/button";
import { shownShortcut } from "../ui/shortcut";
import { useChosenShortcut } from "../ui/shortcut-choices";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { ExportMenu } from "./export";
import { HistoryList } from "./history-list";
import "./bars.css";

export function TopBar() {
  const t = useText();
  const shortcut = useChosenShortcut("Mod+K");
  return (
    <header className="top-bar">
      <h1 className="brand">
        <Mark />
        Tensorloom
      </h1>
      <DocumentName />
      <span className="grow" />
      <HistoryButtons />
      <PanelButtons />
      <Button look="ghost" className="commands-button" onClick={() => runCommand("view.commands")}>
        <Search aria-hidden />
        {t(editor.commands)} {shortcut && <kbd>{shownShortcut(shortcut)}</kbd>}
      </Button>
      <ExportMenu />
      <TrainButton />
    </header>
  );
}

function DocumentName() {
  const t = useText();
  const file = useDocument((state) => state.file);
  const unsaved = useDocument(isUnsaved);
  const name = useDocumentName();
  const state = unsaved ? editor.unsaved : file ? editor.saved : editor.neverSaved;
  return (
    <>
      <span className="dim" aria-hidden>
        /
      </span>
      <span className="muted ellipsis">{name}</span>
      <output className="dim document-state">• {t(state)}</output>
    </>
  );
}

function HistoryButtons() {
  const t = useText();
  const undoable = useDocument((state) => state.past.at(-1)?.name);
  const redoable = useDocument((state) => state.future.at(0)?.name);
  return (
    <fieldset className="segment" aria-label={t(editor.history)}>
      <IconButton
        label={undoable ? t(editor.undoNamed, { step: t(undoable) }) : t(editor.undo)}
        shortcut="Mod+Z"
        disabled={!undoable}
        onClick={() => runCommand("edit.undo")}
      >
        <Undo2 aria-hidden />
      </IconButton>
      <IconButton
        label={redoable ? t(editor.redoNamed, { step: t(redoable) }) : t(editor.redo)}
        shortcut="Mod+Shift+Z"
        disabled={!redoable}
        onClick={() => runCommand("edit.redo")}
      >
        <Redo2 aria-hidden />
      </IconButton>
      <HistoryList />
    </fieldset>
  );
}

function PanelButtons() {
  const t = useText();
  const paletteShown = !useLayout(isPaletteFolded);
  const dockShown = !useLayout((layout) => layout.dockFolded);
  const inspectorShown = !useLayout((layout) => layout.inspectorFolded);
  return (
    <fieldset className="segment" aria-label={t(editor.panels)}>
      <IconButton
        label={t(paletteShown ? editor.foldPalette : editor.showPalette)}
        shortcut="Mod+Alt+L"
        aria-pressed={paletteShown}
        onClick={() => runCommand("view.togglePalette")}
      >
        <PanelLeft aria-hidden />
      </IconButton>
      <IconButton
        label={t(dockShown ? editor.foldDock : editor.showDock)}
        shortcut="Mod+J"
        aria-pressed={dockShown}
        onClick={() => runCommand("view.toggleDock")}
      >
        <PanelBottom aria-hidden />
      </IconButton>
      <IconButton
        label={t(inspectorShown ? editor.foldInspector : editor.showInspector)}
        shortcut="Mod+Alt+B"
        aria-pressed={inspectorShown}
        onClick={() => runCommand("view.toggleInspector")}
      >
        <PanelRight aria-hidden />
      </IconButton>
    </fieldset>
  );
}

/** A loom: three warp threads over three weft threads. */
function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden>
      <g fill="none" strokeWidth="2.2" strokeLinecap="round">
        <path d="M2 4h14M2 9h14M2 14h14" stroke="var(--line-strong)" />
        <path d="M4 2v5.5M4 10.5V16M9 2v.6M9 5.5v7M9 15.4v.6M14 2v5.5M14 10.5V16" stroke="var(--accent)" />
      </g>
    </svg>
  );
}
