import type { GraphNode } from "../../engine";
import { setNote } from "../document/node-commands";
import { run } from "../document/store";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";

/** The person's own words about a node. */
export function NoteField({ node }: { readonly node: GraphNode }) {
  const t = useText();
  return (
    <section className="inspector-section">
      <h3>{t(drawing.note)}</h3>
      <textarea
        className="input note-field"
        rows={2}
        aria-label={t(drawing.note)}
        value={node.note ?? ""}
        placeholder={t(drawing.noteHint)}
        onChange={(event) => run(setNote(node.id, event.target.value))}
      />
    </section>
  );
}
