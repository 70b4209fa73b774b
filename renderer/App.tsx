import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { type CSSProperties, useEffect } from "react";
import "./App.css";
import { startAutosave } from "./autosave";
import { Canvas } from "./canvas/canvas";
import { useClipboard } from "./clipboard-events";
import { runMenuCommand } from "./commands";
import { isUnsaved, useDocument, useDocumentName } from "./document/store";
import { currentHost } from "./host-current";
import { foldedDock, foldedPalette, isPaletteFolded, sizeLimits, useLayout } from "./layout";
import { CommandPalette } from "./panels/command-palette";
import { Dock } from "./panels/dock";
import { FindNode } from "./panels/find-node";
import { Inspector } from "./panels/inspector";
import { Palette } from "./panels/palette";
import { ShortcutSheet } from "./panels/shortcut-sheet";
import { StatusBar } from "./panels/status-bar";
import { TopBar } from "./panels/top-bar";
import { Tour } from "./panels/tour";
import { useShortcuts } from "./shortcuts";
import { CrashGuard } from "./ui/crash-guard";
import { Divider } from "./ui/divider";
import { NoticeArea } from "./ui/notices";
import { QuestionDialog } from "./ui/question";
import { useText } from "./ui/text";
import { editor } from "./ui/texts/editor";
import { DropVeil } from "./window-drop";

const hintDelayMilliseconds = 400;

export function App() {
  useShortcuts();
  useClipboard();
  useHost();
  return (
    // The page's policy forbids style elements; everything is styled by our own files.
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={hintDelayMilliseconds}>
        <CrashGuard>
          <Rooms />
          <CommandPalette />
          <FindNode />
          <ShortcutSheet />
          <Tour />
        </CrashGuard>
        <QuestionDialog />
      </Tooltip.Provider>
    </CSPProvider>
  );
}

function Rooms() {
  const t = useText();
  const layout = useLayout();
  const { resize } = layout;
  const paletteFolded = isPaletteFolded(layout);
  const sizes = {
    "--palette-width": `${paletteFolded ? foldedPalette : layout.palette}px`,
    "--inspector-width": layout.inspectorFolded ? "0px" : `${layout.inspector}px`,
    "--dock-height": `${layout.dockFolded ? foldedDock : layout.dock}px`,
  };
  return (
    // React types custom properties as unknown to CSSProperties.
    <div className="window" style={sizes as CSSProperties}>
      <TopBar />
      <aside className="room palette" aria-label={t(editor.palette)}>
        <Palette folded={paletteFolded} />
        {!paletteFolded && (
          <Divider
            label={t(editor.resizePalette)}
            edge="right"
            size={layout.palette}
            {...sizeLimits.palette}
            onResize={(size) => resize("palette", size)}
          />
        )}
      </aside>
      <main className="room canvas" aria-label={t(editor.canvas)}>
        <Canvas />
        <NoticeArea />
        <DropVeil />
      </main>
      {!layout.inspectorFolded && (
        <aside className="room inspector" aria-label={t(editor.inspector)}>
          <Divider
            label={t(editor.resizeInspector)}
            edge="left"
            size={layout.inspector}
            {...sizeLimits.inspector}
            onResize={(size) => resize("inspector", size)}
          />
          <Inspector />
        </aside>
      )}
      <section className={`room dock ${layout.dockFolded ? "folded" : ""}`} aria-label={t(editor.dock)}>
        {!layout.dockFolded && (
          <Divider
            label={t(editor.resizeDock)}
            edge="top"
            size={layout.dock}
            {...sizeLimits.dock}
            onResize={(size) => resize("dock", size)}
          />
        )}
        <Dock />
      </section>
      <StatusBar />
    </div>
  );
}

/** Commands from the native menu, and word of unsaved changes for when the window is closed. */
function useHost(): void {
  const unsaved = useDocument(isUnsaved);
  const name = useDocumentName();
  useEffect(() => {
    let stop: (() => void) | null = null;
    let wanted = true;
    // A file that the app was started with waits for what is to be recovered.
    void startAutosave().then(() => {
      if (wanted) stop = currentHost().onMenu(runMenuCommand);
    });
    return () => {
      wanted = false;
      stop?.();
    };
  }, []);
  useEffect(() => currentHost().setUnsavedChanges(unsaved), [unsaved]);
  useEffect(() => {
    document.title = `${unsaved ? "• " : ""}${name} – Tensorloom`;
  }, [name, unsaved]);
}
