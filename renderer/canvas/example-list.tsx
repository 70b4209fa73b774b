import { useEffect, useState } from "react";
import { type Graph, parseProject } from "../../engine";
import { openExample } from "../document/files";
import { type Example, examples, levels, levelTitles } from "../examples";
import { SmallPicture } from "../picture/small-picture";
import { useText } from "../ui/text";

/** The examples as cards, a group for each level. */
export function ExampleList() {
  const t = useText();
  const drawn = useAfterFirstPaint();
  return (
    <div className="examples">
      {levels.map((level) => (
        <section key={level} aria-label={t(levelTitles[level])}>
          <h4>{t(levelTitles[level])}</h4>
          <ul>
            {examples
              .filter((example) => example.level === level)
              .map((example) => (
                <ExampleCard key={example.name} example={example} drawn={drawn} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** The button is the title, and as large as the card. */
function ExampleCard({ example, drawn }: { readonly example: Example; readonly drawn: boolean }) {
  const t = useText();
  const { name, title, about, reaches, text } = example;
  const graph = drawn ? graphOf(example) : null;
  return (
    <li className="example">
      <div className="example-picture">{graph && <SmallPicture graph={graph} />}</div>
      <button type="button" aria-describedby={`about-${name}`} onClick={() => void openExample(name, text)}>
        {t(title)}
      </button>
      <p id={`about-${name}`}>
        {t(about)}
        <span>{t(reaches)}</span>
      </p>
    </li>
  );
}

/** The words are there at once, the pictures as soon as there is time. */
function useAfterFirstPaint(): boolean {
  const [painted, setPainted] = useState(graphs.size > 0);
  useEffect(() => {
    const idle = requestIdleCallback(() => setPainted(true));
    return () => cancelIdleCallback(idle);
  }, []);
  return painted;
}

const graphs = new Map<string, Graph>();

function graphOf({ name, text }: Example): Graph | null {
  const known = graphs.get(name);
  if (known) return known;
  const read = parseProject(text);
  if (!read.ok) return null;
  graphs.set(name, read.project.graph);
  return read.project.graph;
}
