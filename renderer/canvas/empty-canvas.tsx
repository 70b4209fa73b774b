import { Panel } from "@xyflow/react";
import { useEffect, useState } from "react";
import { runCommand } from "../commands";
import { openExample, openRecent } from "../document/files";
import { examples } from "../examples";
import type { HostFile } from "../host";
import { currentHost } from "../host-current";
import { Button } from "../ui/button";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";

/** What to do first. */
export function EmptyCanvas() {
  const t = useText();
  const recent = useRecent();
  return (
    <Panel position="top-center" className="empty-canvas">
      <h2>{t(editor.emptyTitle)}</h2>
      <ol>
        <li>{t(editor.emptyFirst)}</li>
        <li>{t(editor.emptySecond)}</li>
        <li>{t(editor.emptyThird)}</li>
      </ol>
      <h3>{t(editor.emptyExamples)}</h3>
      <div className="fixes">
        {examples.map(({ name, text }) => (
          <Button key={name} onClick={() => void openExample(name, text)}>
            {name}
          </Button>
        ))}
        <Button look="ghost" onClick={() => runCommand("file.open")}>
          {t(editor.openFile)}
        </Button>
      </div>
      {recent.length > 0 && (
        <>
          <h3>{t(editor.recentFiles)}</h3>
          <div className="fixes">
            {recent.map(({ id, name }) => (
              <Button key={id} look="ghost" onClick={() => void openRecent(id)}>
                {name}
              </Button>
            ))}
          </div>
        </>
      )}
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
