/** How a node's weights begin and learn, and what its loss counts. */
import { RotateCcw } from "lucide-react";
import type { ReactElement } from "react";
import {
  type CheckedNode,
  defaultInits,
  type GraphNode,
  type InitSettings,
  type NodeTraining,
  needsTwoDimensions,
  type Text,
} from "../../engine";
import { setNodeTraining } from "../document/commands";
import { run } from "../document/store";
import { NumberField } from "../training/number-field";
import { hiddenOfInit, ownSettings } from "../training/own-settings";
import { SettingControl } from "../training/setting-control";
import { IconButton } from "../ui/button";
import { Choice } from "../ui/choice";
import { Hint } from "../ui/hint";
import { useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { aboutSetting } from "../ui/texts/settings";
import { training as texts } from "../ui/texts/training";
import { Toggle } from "../ui/toggle";

interface NodeTrainingFieldsProps {
  readonly node: GraphNode;
  readonly checked: CheckedNode;
  readonly isLoss: boolean;
}

/** Nothing for a node without weights that is no loss. */
export function NodeTrainingFields({ node, checked, isLoss }: NodeTrainingFieldsProps) {
  const t = useText();
  const weights = Object.keys(checked.weights);
  if (weights.length === 0 && !isLoss) return null;
  const { frozen = false, lr_factor = 1, weight_decay, loss_weight = 1 } = node.training ?? {};
  const field = (name: keyof NodeTraining, label: Text, about: Text, control: ReactElement) => (
    <Field
      label={t(label)}
      about={t(about)}
      given={node.training?.[name] !== undefined}
      onReset={() => run(setNodeTraining(node.id, { [name]: undefined }))}
    >
      {control}
    </Field>
  );
  return (
    <section className="inspector-section">
      <h3>{t(editor.tabTraining)}</h3>
      {isLoss &&
        field(
          "loss_weight",
          texts.lossWeight,
          texts.lossWeightAbout,
          <NumberField
            label={t(texts.lossWeight)}
            value={loss_weight}
            min={Number.NEGATIVE_INFINITY}
            onCommit={(value) => run(setNodeTraining(node.id, { loss_weight: value }))}
          />,
        )}
      {weights.length > 0 &&
        field(
          "frozen",
          texts.frozen,
          texts.frozenAbout,
          <Toggle
            label={t(texts.frozen)}
            checked={frozen}
            onChange={(value) => run(setNodeTraining(node.id, { frozen: value || undefined }))}
          />,
        )}
      {weights.length > 0 &&
        !frozen &&
        field(
          "lr_factor",
          texts.lrFactor,
          texts.lrFactorAbout,
          <NumberField
            label={t(texts.lrFactor)}
            value={lr_factor}
            min={0}
            onCommit={(value) => run(setNodeTraining(node.id, { lr_factor: value }))}
          />,
        )}
      {weights.length > 0 &&
        !frozen &&
        field(
          "weight_decay",
          texts.ownDecay,
          texts.ownDecayAbout,
          <NumberField
            label={t(texts.ownDecay)}
            value={weight_decay ?? Number.NaN}
            shown={weight_decay === undefined ? t(texts.sameAsRun) : undefined}
            min={0}
            onCommit={(value) => run(setNodeTraining(node.id, { weight_decay: value }))}
          />,
        )}
      {weights.map((weight) => (
        <InitFields key={weight} node={node} weight={weight} shape={checked.weights[weight].shape} />
      ))}
    </section>
  );
}

interface InitFieldsProps {
  readonly node: GraphNode;
  readonly weight: string;
  readonly shape: readonly number[];
}

const layersOwn = "default";
/** Elements that a person would type one by one. */
const mostTyped = 64;
// `Object.keys` forgets that these are the names.
const laws = Object.keys(defaultInits) as InitSettings["type"][];

/** The law that a weight is drawn from, and its numbers. */
function InitFields({ node, weight, shape }: InitFieldsProps) {
  const t = useText();
  const chosen = node.training?.init?.[weight];
  const put = (settings: InitSettings | undefined) => {
    const { [weight]: _, ...others } = node.training?.init ?? {};
    const init = settings ? { ...others, [weight]: settings } : others;
    run(setNodeTraining(node.id, { init: Object.keys(init).length === 0 ? undefined : init }));
  };
  const elements = shape.reduce((product, size) => product * size, 1);
  const fits = (law: InitSettings["type"]) =>
    law === "copy_" ? elements <= mostTyped : shape.length > 1 || !needsTwoDimensions(law);
  const options = [
    { value: layersOwn, label: t(texts.initDefault) },
    ...laws.filter((law) => fits(law) || law === chosen?.type).map((law) => ({ value: law, label: law })),
  ];
  const label = t(texts.initOf, { weight });
  return (
    <>
      <Field
        label={label}
        about={t(texts.initAbout)}
        given={chosen !== undefined}
        onReset={() => put(undefined)}
      >
        <Choice<string>
          label={label}
          value={chosen?.type ?? layersOwn}
          options={options}
          onChange={(value) => {
            const law = laws.find((each) => each === value);
            if (law === chosen?.type) return;
            // One number for each element, to be typed over.
            const values = Array.from({ length: elements }, () => 0);
            put(law === "copy_" ? { type: law, values } : law && defaultInits[law]);
          }}
        />
      </Field>
      {chosen &&
        ownSettings(chosen, hiddenOfInit(chosen)).map((setting) => {
          const about = aboutSetting(chosen.type, setting.name);
          return (
            <Field key={setting.name} label={setting.name} about={about ? t(about) : setting.name}>
              <SettingControl setting={setting} onChange={put} />
            </Field>
          );
        })}
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly about: string;
  /** Whether it differs from the default, and can be put back. */
  readonly given?: boolean;
  readonly onReset?: () => void;
  readonly children: ReactElement;
}

function Field({ label, about, given = false, onReset, children }: FieldProps) {
  const t = useText();
  return (
    <div className="field">
      <Hint text={about} side="left">
        <span className="field-label ellipsis">{label}</span>
      </Hint>
      <div className="field-control">
        {children}
        {given && onReset && (
          <IconButton
            look="ghost"
            className="field-reset"
            label={t(editor.resetParam, { param: label })}
            onClick={onReset}
          >
            <RotateCcw aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  );
}
