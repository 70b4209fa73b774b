/** What the inspector says of a block: its name, its ports, what is in it, and what can be done with it. */
import { type Block, blockPorts } from "../../engine";
import { runCommand } from "../commands";
import { renameBlock, renamePort, usesOf } from "../document/block-commands";
import { run, useDocument } from "../document/store";
import { Button } from "../ui/button";
import { useNumbers, useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";

export function BlockFields({ block }: { readonly block: Block }) {
  const t = useText();
  const { count } = useNumbers();
  const uses = useDocument(({ project }) => usesOf(project.graph, block.id));
  const { inputs, outputs } = blockPorts(block);
  return (
    <>
      <section className="inspector-section">
        <div className="field">
          <span className="field-label ellipsis">{t(drawing.blockName)}</span>
          <NameField
            label={t(drawing.blockName)}
            value={block.name}
            onChange={(name) => run(renameBlock(block.id, name))}
          />
        </div>
        <div className="fixes">
          <Button onClick={() => runCommand("view.enterBlock")}>{t(drawing.enterBlock)}</Button>
          <Button onClick={() => runCommand("edit.ungroup")}>{t(drawing.ungroup)}</Button>
          <Button onClick={() => runCommand("edit.keepBlock")}>{t(drawing.keepBlock)}</Button>
        </div>
        {uses > 1 && (
          <>
            <p className="dim">{t(drawing.ownBlockHint, { count: count(uses) })}</p>
            <div className="fixes">
              <Button onClick={() => runCommand("edit.ownBlock")}>{t(drawing.ownBlock)}</Button>
            </div>
          </>
        )}
      </section>
      {inputs.length + outputs.length > 0 && (
        <section className="inspector-section">
          <h3>{t(drawing.blockPorts)}</h3>
          {[...inputs, ...outputs].map(({ id, name }, index) => (
            <div className="field" key={id}>
              <span className="field-label">{index < inputs.length ? "→" : "←"}</span>
              <NameField
                label={t(drawing.portName, { port: name })}
                value={name}
                onChange={(changed) => run(renamePort(block.id, id, changed))}
              />
            </div>
          ))}
        </section>
      )}
    </>
  );
}

interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function NameField({ label, value, onChange }: NameFieldProps) {
  return (
    <input
      className="input"
      aria-label={label}
      value={value}
      spellCheck={false}
      maxLength={60}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
