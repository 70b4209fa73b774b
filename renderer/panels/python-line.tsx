/** A line of Python with its names and numbers in colour. */
import { Fragment } from "react";

const token = /([A-Za-z_]\w*(?=\())|((?<![\w.])-?\d[\d.e-]*)|\b(True|False|None|self)\b/g;
const looks = ["code-call", "code-number", "code-word"] as const;

export function PythonLine({ line }: { readonly line: string }) {
  const parts: { readonly text: string; readonly look: string; readonly at: number }[] = [];
  let end = 0;
  for (const match of line.matchAll(token)) {
    if (match.index > end) parts.push({ text: line.slice(end, match.index), look: "", at: end });
    const group = looks.findIndex((_, index) => match[index + 1] !== undefined);
    parts.push({ text: match[0], look: looks[group], at: match.index });
    end = match.index + match[0].length;
  }
  parts.push({ text: line.slice(end), look: "", at: end });
  return (
    <div>
      {parts.map(({ text, look, at }) =>
        look ? (
          <span key={at} className={look}>
            {text}
          </span>
        ) : (
          <Fragment key={at}>{text}</Fragment>
        ),
      )}
    </div>
  );
}
