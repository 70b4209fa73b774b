import { Panel } from "@xyflow/react";
import { useEffect, useState } from "react";
import { runCommand } from "../commands";
import { openRecent } from "../document/files";
import type { HostFile } from "../host";
import { currentHost } from "../host-current";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { ExampleList } from "./example-list";
import "./empty-canvas.css";

/** What to do first. */
export function EmptyCanvas() {
  const t = useText();
  const recent = useRecent();
  return (
    <Panel position="top-center" className="empty-canvas nowheel">
      <h2>{t(editor.emptyTitle)}</h2>
      <ol className="first-steps">
        <li>{t(editor.emptyFirst)}</li>
        <li>{t(editor.emptySecond)}</li>
        <li>{t(editor.emptyThird)}</li>
      </ol>
      <div className="own-files">
        <h3>{t(recent.length > 0 ? editor.recentFiles : editor.ownFiles)}</h3>
        {recent.map(({ id, name }) => (
          <Button key={id} size="small" onClick={() => void openRecent(id)}>
            {name}
          </Button>
        ))}
        <Button size="small" onClick={() => runCommand("file.open")}>
          {t(editor.openFile)}
        </Button>
      </div>
      <h3>{t(editor.emptyExamples)}</h3>
      <ExampleList />
    </Panel>
  );
}

const mostRecent = 5;

function useRecent(): readonly HostFile[] {
  const [recent, setRecent] = useState<readonly HostFile[]>([]);
  useEffect(() => {
    let wanted = true;
    currentHost()
      .recentProjects()
      .then((files) => wanted && setRecent(files.slice(0, mostRecent)))
      // Without a list of recent files there is nothing to show, and nothing to say.
      .catch(() => {});
    return () => {
      wanted = false;
    };
  }, []);
  return recent;
}
