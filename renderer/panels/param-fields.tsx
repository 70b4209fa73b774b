import { RotateCcw } from "lucide-react";
import { useId, useState } from "react";
import type { AnyLayer, CheckedNode, GraphNode, Param, ParamValue } from "../../engine";
import { rename, setParam, setParams } from "../document/commands";
import { useDataTensors } from "../document/data-tensors";
import { sameValue } from "../document/graph-edits";
import { layerOf } from "../document/layers";
import { run } from "../document/store";
import { IconButton } from "../ui/button";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { drawing } from "../ui/texts/drawing";
import { editor } from "../ui/texts/editor";
import { panels } from "../ui/texts/panels";
import { Toggle } from "../ui/toggle";
import { paramFacts } from "./param-facts";
import { parseParam, printParam } from "./param-value";

interface ParamFieldsProps {
  readonly node: GraphNode;
  readonly layer: AnyLayer;
  readonly checked: CheckedNode | undefined;
}

/** The form of a layer, drawn from its parameters' descriptors. */
export function ParamFields({ node, layer, checked }: ParamFieldsProps) {
  const t = useText();
  const names = Object.keys(layer.params);
  if (names.length === 0) return <p className="dim">{t(editor.noParams)}</p>;
  return names.map((name) => (
    <ParamField
      key={name}
      name={name}
      param={layer.params[name]}
      given={node.params[name]}
      resolved={checked?.params[name]}
      fromData={layer.category === "data"}
      onChange={(value) => run(setParam(node.id, name, value))}
    />
  ));
}

/** The parameters that all of several layers have, set for all of them at once. */
export function SharedParamFields({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const t = useText();
  const all = nodes.map(({ type }) => layerOf(type)?.params ?? {});
  const shared = Object.entries(all[0] ?? {}).filter(([name, param]) =>
    all.every((params) => isSame(params[name], param)),
  );
  if (shared.length === 0) return null;
  const ids = nodes.map(({ id }) => id);
  return (
    <section className="inspector-section" aria-label={t(panels.sharedParams)}>
      <h3>{t(panels.sharedParams)}</h3>
      {shared.map(([name, param]) => {
        const values = nodes.map(({ params }) => params[name]);
        const mixed = values.some((value) => !sameValue(value, values[0]));
        return (
          <ParamField
            key={`${name} ${ids.join(" ")}`}
            name={name}
            param={param}
            given={mixed ? undefined : values[0]}
            mixed={mixed}
            onChange={(value) => run(setParams(ids, name, value))}
          />
        );
      })}
    </section>
  );
}

/** `padding` of a convolution may be a word, that of a pooling may not. */
function isSame(param: Param | undefined, other: Param): boolean {
  const rules = ({ about: _about, auto: _auto, ...rest }: Param) => JSON.stringify(rest);
  return param !== undefined && rules(param) === rules(other);
}

interface ParamFieldProps {
  readonly name: string;
  readonly param: Param;
  /** Undefined where the default holds. */
  readonly given: ParamValue | undefined;
  /** Of several nodes that differ. */
  readonly mixed?: boolean;
  /** What the checker made of it: `auto` read off the wire. */
  readonly resolved?: ParamValue;
  /** A text that names one of the data set's tensors. */
  readonly fromData?: boolean;
  readonly onChange: (value: ParamValue | undefined) => void;
}

function ParamField(props: ParamFieldProps) {
  const { name, param, given, mixed = false, resolved, fromData = false, onChange } = props;
  const t = useText();
  const id = useId();
  return (
    <div className="field">
      <Hint text={`${t(param.about)} (${paramFacts(name, param, t)})`} side="left">
        <label className="field-label ellipsis" htmlFor={id}>
          {name}
        </label>
      </Hint>
      <div className="field-control">
        {fromData && param.kind === "text" ? (
          <TensorChoice label={name} value={String(given ?? param.default)} onChange={onChange} />
        ) : (
          <Control
            id={id}
            name={name}
            param={param}
            given={given}
            mixed={mixed}
            resolved={resolved}
            onChange={onChange}
          />
        )}
        {(given !== undefined || mixed) && (
          <IconButton
            look="ghost"
            className="field-reset"
            label={t(editor.resetParam, { param: name })}
            onClick={() => onChange(undefined)}
          >
            <RotateCcw aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  );
}

interface TypedValueProps {
  readonly id: string;
  readonly param: Param;
  readonly given: ParamValue | undefined;
  readonly resolved?: ParamValue;
  /** Several nodes, and they differ. */
  readonly mixed?: boolean;
  readonly onChange: (value: ParamValue | undefined) => void;
  readonly onLeave?: () => void;
}

interface ControlProps extends TypedValueProps {
  readonly name: string;
}

function Control({ id, name, param, given, resolved, mixed, onChange }: ControlProps) {
  const t = useText();
  const value = given === undefined ? param.default : given;
  switch (param.kind) {
    case "flag":
      return <Toggle label={name} checked={value === true} onChange={onChange} />;
    case "choice":
      return (
        <Choice
          label={name}
          value={mixed ? t(drawing.mixed) : String(value)}
          options={[...(mixed ? [t(drawing.mixed)] : []), ...param.options].map((option) => ({
            value: option,
            label: option,
          }))}
          onChange={(option) => param.options.includes(option) && onChange(option)}
        />
      );
    default:
      return (
        <TypedValue
          id={id}
          param={param}
          given={given}
          resolved={resolved}
          mixed={mixed}
          onChange={onChange}
        />
      );
  }
}

/** A value that is typed. What cannot be read stays in the field with a sentence below, and changes nothing. */
export function TypedValue({
  id,
  param,
  given,
  resolved,
  mixed = false,
  onChange,
  onLeave,
}: TypedValueProps) {
  const t = useText();
  const written = given === undefined ? "" : printParam(given);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? written;
  const parsed = parseParam(param, text);
  const reason = parsed.ok ? null : t(parsed.reason, parsed.values);
  return (
    <span className="typed">
      <input
        id={id}
        className="input"
        value={text}
        placeholder={mixed ? t(drawing.mixed) : placeholderOf(param, resolved, t)}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={reason !== null}
        aria-describedby={reason ? `${id}-reason` : undefined}
        onChange={(event) => {
          const next = event.target.value;
          setDraft(next);
          const value = parseParam(param, next);
          if (value.ok) onChange(value.value);
        }}
        onBlur={() => {
          if (parsed.ok) setDraft(null);
          onLeave?.();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setDraft(null);
            // It leaves the field alone; the node stays selected.
            event.stopPropagation();
          }
          if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {reason && (
        <span id={`${id}-reason`} className="field-reason" role="alert">
          {reason}
        </span>
      )}
    </span>
  );
}

/** `64 (auto)`, `same as kernel_size: 2`, or the plain default. */
function placeholderOf(
  param: Param,
  resolved: ParamValue | undefined,
  t: ReturnType<typeof useText>,
): string {
  if (param.default !== null) return printParam(param.default);
  const meaning = t(param.none ?? editor.auto);
  return resolved === undefined || resolved === null ? meaning : `${printParam(resolved)} (${meaning})`;
}

function TensorChoice({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const names = Object.keys(useDataTensors((state) => state.tensors));
  const options = [...new Set([...names, value])].map((name) => ({ value: name, label: name }));
  return <Choice label={label} value={value} options={options} onChange={onChange} />;
}

/** The person's own name for a node, at the right of its type. */
export function NodeName({ node }: { readonly node: GraphNode }) {
  const t = useText();
  return (
    <input
      className="node-name"
      value={node.name}
      placeholder={t(editor.name)}
      aria-label={t(editor.name)}
      spellCheck={false}
      maxLength={60}
      onChange={(event) => run(rename(node.id, event.target.value))}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
