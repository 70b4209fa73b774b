import { openExample } from "../document/files";
import { examples, levels, levelTitles } from "../examples";
import { useText } from "../ui/text";

/** The examples, a column for each level. */
export function ExampleList() {
  const t = useText();
  return (
    <div className="examples">
      {levels.map((level) => (
        <section key={level} aria-label={t(levelTitles[level])}>
          <h4>{t(levelTitles[level])}</h4>
          <ul>
            {examples
              .filter((example) => example.level === level)
              .map(({ name, title, about, text }) => (
                <li key={name}>
                  <button
                    type="button"
                    className="example"
                    aria-labelledby={`example-${name}`}
                    aria-describedby={`about-${name}`}
                    onClick={() => void openExample(name, text)}
                  >
                    <b id={`example-${name}`}>{t(title)}</b>
                    <span id={`about-${name}`}>{t(about)}</span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
