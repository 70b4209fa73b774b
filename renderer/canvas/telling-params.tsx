/** The parameters that tell most of a node. Two clicks on one, and it is written where it stands. */
import { useState } from "react";
import type { AnyLayer, CheckedNode, GraphNode, Param } from "../../engine";
import { setParam } from "../document/commands";
import { run } from "../document/store";
import { TypedValue } from "../panels/param-fields";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { tellingRows } from "./node-words";

interface TellingParamsProps {
  readonly node: GraphNode;
  readonly layer: AnyLayer;
  readonly checked: CheckedNode | undefined;
}

export function TellingParams({ node, layer, checked }: TellingParamsProps) {
  const t = useText();
  const [edited, edit] = useState<string | null>(null);
  const rows = tellingRows(node, layer, checked, t);
  // What is being written stays, whatever it comes to: an empty field has no value to tell.
  const shown =
    rows.some(({ label }) => label === edited) || edited === null
      ? rows
      : [...rows, { label: edited, value: "" }];
  if (shown.length === 0) return null;
  return (
    <dl>
      {shown.map(({ label, value }) =>
        edited === label ? (
          <Edited key={label} node={node} name={label} param={layer.params[label]} done={() => edit(null)} />
        ) : (
          <div
            key={label}
            {...(isTyped(layer.params[label]) && {
              className: "editable",
              title: t(drawing.editHere),
              onDoubleClick: (event) => {
                // It is not the block that is to be opened.
                event.stopPropagation();
                edit(label);
              },
            })}
          >
            <dt>{label}</dt>
            <dd className="ellipsis">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

interface EditedProps {
  readonly node: GraphNode;
  readonly name: string;
  readonly param: Param;
  readonly done: () => void;
}

function Edited({ node, name, param, done }: EditedProps) {
  const id = `${node.id} ${name}`;
  return (
    <div className="nodrag nopan" ref={selectAll}>
      <dt>
        <label htmlFor={id}>{name}</label>
      </dt>
      <dd>
        <TypedValue
          id={id}
          param={param}
          given={node.params[name]}
          onChange={(value) => run(setParam(node.id, name, value))}
          onLeave={done}
        />
      </dd>
    </div>
  );
}

/** Once, when the field appears: with the first key all of it is replaced. */
function selectAll(row: HTMLElement | null): void {
  row?.querySelector("input")?.select();
}

/** Numbers. Words are chosen in the inspector, where all of them are listed. */
function isTyped(param: Param | undefined): boolean {
  return param !== undefined && ["integer", "number", "pair", "integers"].includes(param.kind);
}
