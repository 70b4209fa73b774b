import { type CSSProperties, type ReactNode, useState } from "react";
import type { Profile } from "../../engine";
import { runCommand } from "../commands";
import { drawnNodes } from "../document/drawn";
import { useDocument } from "../document/store";
import { saveTrace } from "../training/exports";
import { NoPlan } from "../training/no-plan";
import { useNoPlan } from "../training/plan";
import { useTuning } from "../training/tuning";
import { Button } from "../ui/button";
import { Hint } from "../ui/hint";
import { useNumbers, useText } from "../ui/text";
import { measuring as texts } from "../ui/texts/measuring";
import { training } from "../ui/texts/training";
import { Toggle } from "../ui/toggle";
import { toggleHeat, useCurrentProfile, useProfile } from "./profile-result";
import "./profile.css";

/** Where the time of a training step goes: by dispatch, by node and by phase. */
export function ProfilePanel() {
  const t = useText();
  const { profile, pending, error } = useProfile();
  const current = useCurrentProfile();
  const noPlan = useNoPlan();
  const tuning = useTuning((state) => state.pending);
  const [by, setBy] = useState<"dispatch" | "node">("dispatch");
  return (
    <div className="profile-panel">
      <div className="profile-tools">
        <Button
          size="small"
          look={profile ? "plain" : "primary"}
          disabled={pending || tuning || noPlan !== null}
          onClick={() => runCommand("train.profile")}
        >
          {t(pending ? texts.profiling : profile ? texts.profileAgain : texts.profileNow)}
        </Button>
        <TuneButton profiling={pending} />
        {profile && (
          <>
            <fieldset className="segment small" aria-label={t(texts.tabProfile)}>
              <Button size="small" aria-pressed={by === "dispatch"} onClick={() => setBy("dispatch")}>
                {t(texts.byDispatch)}
              </Button>
              <Button size="small" aria-pressed={by === "node"} onClick={() => setBy("node")}>
                {t(texts.byNode)}
              </Button>
            </fieldset>
            <label className="profile-heat">
              <HeatToggle />
              {t(texts.heatMap)}
            </label>
            <Summary profile={profile} />
            <Hint text={t(texts.saveTraceHint)}>
              <Button size="small" look="ghost" onClick={() => void saveTrace(profile)}>
                {t(texts.saveTrace)}
              </Button>
            </Hint>
          </>
        )}
      </div>
      {error && (
        <p className="profile-note bad" role="alert">
          {t(error.message)}
        </p>
      )}
      <Tuned />
      {profile && !current && <p className="profile-note dim">{t(texts.profileStale)}</p>}
      {profile && (by === "dispatch" ? <ByDispatch profile={profile} /> : <ByNode profile={profile} />)}
      {!profile && !error && (
        <div className="profile-note">
          <h2>{t(texts.profileTitle)}</h2>
          <p className="muted">{t(texts.profileText)}</p>
          <NoPlan />
        </div>
      )}
    </div>
  );
}

function TuneButton({ profiling }: { readonly profiling: boolean }) {
  const t = useText();
  const pending = useTuning((state) => state.pending);
  return (
    <Hint text={t(texts.tuneHint)}>
      <Button
        size="small"
        look="ghost"
        disabled={pending || profiling}
        onClick={() => runCommand("train.tune")}
      >
        {t(pending ? texts.tuning : texts.tuneNow)}
      </Button>
    </Hint>
  );
}

/** What tuning has found and gained. */
function Tuned() {
  const t = useText();
  const { milliseconds } = useNumbers();
  const { tuning, error } = useTuning();
  if (error)
    return (
      <p className="profile-note bad" role="alert">
        {t(error.message)}
      </p>
    );
  if (!tuning) return null;
  const { measured, shapes, changed, before, after } = tuning;
  return (
    <output className="profile-note">
      {t(changed > 0 ? texts.tuned : texts.tunedSame, {
        measured,
        shapes,
        changed,
        before: milliseconds(before),
        after: milliseconds(after),
      })}
    </output>
  );
}

function HeatToggle() {
  const t = useText();
  const heat = useProfile((state) => state.heat);
  return <Toggle label={t(texts.heatMap)} checked={heat} onChange={toggleHeat} />;
}

const phaseNames = {
  forward: training.phaseForward,
  backward: training.phaseBackward,
  update: texts.optimizerPhase,
} as const;

function Summary({ profile }: { readonly profile: Profile }) {
  const t = useText();
  const { percent, milliseconds, decimal } = useNumbers();
  const { stepMilliseconds, peaks, phases, steps } = profile;
  const best = t(texts.peaks, {
    flops: decimal(peaks.flops / 1e9, 1),
    bytes: decimal(peaks.bytes / 1e9, 1),
  });
  const alone = t(texts.stepSpeedHint, { time: milliseconds(profile.milliseconds), steps });
  return (
    <Hint text={`${alone} ${best}.`}>
      <span className="profile-summary numbers ellipsis">
        <b>{t(texts.stepTakes, { time: milliseconds(stepMilliseconds) })}</b>
        {phases.map(({ phase, share }) => (
          <span key={phase} className={`phase ${phase}`}>
            {t(phaseNames[phase])} {percent(share, 0)}
          </span>
        ))}
      </span>
    </Hint>
  );
}

function ByDispatch({ profile: { dispatches, names } }: { readonly profile: Profile }) {
  const t = useText();
  const heads = (
    <>
      <th className="number">#</th>
      <th>{t(training.dispatch)}</th>
      <th>{t(training.phase)}</th>
      <th>{t(training.nodes)}</th>
    </>
  );
  return (
    <CostTable heads={heads}>
      {dispatches.map((dispatch, index) => {
        const nodes = dispatch.nodes.map((node) => names[node] ?? node).join(", ");
        return (
          // A dispatch is known by its place in the plan.
          // oxlint-disable-next-line react/no-array-index-key
          <CostRow key={index} cost={dispatch} nodes={dispatch.nodes}>
            <td className="number dim">{index + 1}</td>
            <td className="label" title={dispatch.label}>
              {dispatch.label}
            </td>
            <td>
              <span className={`phase ${dispatch.phase}`}>{t(phaseNames[dispatch.phase])}</span>
            </td>
            <td className="origins" title={nodes}>
              {nodes}
            </td>
          </CostRow>
        );
      })}
    </CostTable>
  );
}

function ByNode({ profile: { nodes, names } }: { readonly profile: Profile }) {
  const t = useText();
  const { milliseconds } = useNumbers();
  const phases = ["forward", "backward", "update"] as const;
  const heads = (
    <>
      <th>{t(training.nodes)}</th>
      {phases.map((phase) => (
        <th key={phase} className="number">
          {t(phaseNames[phase])}
        </th>
      ))}
    </>
  );
  return (
    <CostTable heads={heads}>
      {nodes.map((cost) => (
        <CostRow key={cost.node} cost={cost} nodes={cost.node === null ? [] : [cost.node]}>
          <td className="label">
            {cost.node === null ? t(texts.stepItself) : (names[cost.node] ?? cost.node)}
          </td>
          {phases.map((phase) => (
            <td key={phase} className="number">
              {cost.phases[phase] > 0 && milliseconds(cost.phases[phase])}
            </td>
          ))}
        </CostRow>
      ))}
    </CostTable>
  );
}

function CostTable({ heads, children }: { readonly heads: ReactNode; readonly children: ReactNode }) {
  const t = useText();
  return (
    <div className="dispatches profile-costs">
      <table>
        <thead>
          <tr>
            {heads}
            <th className="number">{t(texts.time)}</th>
            <th className="number">{t(texts.share)}</th>
            <th className="number">{t(training.memory)}</th>
            <th className="number">{t(training.flops)}</th>
            <th className="number">GFLOP/s</th>
            <th className="number">GB/s</th>
            <th className="number" aria-label={t(texts.roofline)}>
              <Hint text={t(texts.rooflineHint)}>
                <span>{t(texts.roofline)}</span>
              </Hint>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface CostRowProps {
  readonly cost: Omit<Profile["nodes"][number], "node" | "phases">;
  /** Flat ids. */
  readonly nodes: readonly string[];
  readonly children: ReactNode;
}

/** Choosing it selects the nodes that it came from. */
function CostRow({ cost, nodes, children }: CostRowProps) {
  const { milliseconds, percent, bytes, short, decimal } = useNumbers();
  const path = useDocument((state) => state.path);
  const selected = useDocument((state) => state.selectedNodes);
  const drawn = drawnNodes(nodes, path);
  const choose = () => useDocument.getState().select(drawn);
  const chosen =
    drawn.length > 0 && drawn.length === selected.length && drawn.every((id) => selected.includes(id));
  const giga = (rate: number) => decimal(rate / 1e9, rate < 1e8 ? 4 : rate < 1e10 ? 2 : 0);
  const style: CSSProperties & Record<"--share", number> = { "--share": cost.share };
  return (
    <tr
      tabIndex={0}
      aria-selected={chosen}
      onClick={choose}
      onKeyDown={(event) => event.key === "Enter" && choose()}
    >
      {children}
      <td className="number">{milliseconds(cost.milliseconds)}</td>
      <td className="number share" style={style}>
        {percent(cost.share)}
      </td>
      <td className="number">{bytes(cost.bytes)}</td>
      <td className="number">{short(cost.flops)}</td>
      <td className="number">{giga(cost.flopRate)}</td>
      <td className="number">{giga(cost.byteRate)}</td>
      <td className="number">{percent(cost.roofline, 0)}</td>
    </tr>
  );
}
