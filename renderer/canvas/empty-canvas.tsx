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
      <h3>{t(editor.emptyExamples)}</h3>
      <ExampleList />
      <h3>{t(recent.length > 0 ? editor.recentFiles : editor.ownFiles)}</h3>
      <div className="fixes">
        {recent.map(({ id, name }) => (
          <Button key={id} look="ghost" onClick={() => void openRecent(id)}>
            {name}
          </Button>
        ))}
        <Button look="ghost" onClick={() => runCommand("file.open")}>
          {t(editor.openFile)}
        </Button>
      </div>
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
