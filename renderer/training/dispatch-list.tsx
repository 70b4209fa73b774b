import { labelOf, type Plan } from "../../engine";
import { useChecked } from "../document/checked";
import { drawnNodes } from "../document/drawn";
import { useDocument } from "../document/store";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";

type Dispatch = Plan["dispatches"][number];

interface DispatchListProps {
  readonly dispatches: readonly {
    readonly dispatch: Dispatch;
    readonly index: number;
    /** How often a step does it. */
    readonly times: number;
  }[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

const phaseNames = {
  forward: texts.phaseForward,
  backward: texts.phaseBackward,
  update: texts.phaseUpdate,
} as const;

/** Choosing a dispatch selects the nodes it came from. */
export function DispatchList({ dispatches, chosen, onChoose }: DispatchListProps) {
  const t = useText();
  const { short, bytes } = useNumbers();
  const { nodes } = useChecked();
  const select = useDocument((document) => document.select);
  const path = useDocument((document) => document.path);
  const names = (origins: readonly string[]) => origins.map((id) => nodes[id]?.name ?? id).join(", ");
  return (
    <div className="dispatches">
      <table>
        <thead>
          <tr>
            <th className="number">#</th>
            <th>{t(texts.dispatch)}</th>
            <th>{t(texts.phase)}</th>
            <th>{t(texts.nodes)}</th>
            <th className="number">{t(texts.grid)}</th>
            <th className="number">{t(texts.memory)}</th>
            <th className="number">{t(texts.flops)}</th>
          </tr>
        </thead>
        <tbody>
          {dispatches.map(({ dispatch, index, times }) => {
            const choose = () => {
              onChoose(index);
              select(drawnNodes(dispatch.origins, path));
            };
            return (
              <tr
                key={index}
                aria-selected={index === chosen}
                tabIndex={0}
                onClick={choose}
                onKeyDown={(event) => event.key === "Enter" && choose()}
              >
                <td className="number dim">{index + 1}</td>
                <td className="label">{labelOf(dispatch, times)}</td>
                <td>
                  <span className={`phase ${dispatch.phase}`}>{t(phaseNames[dispatch.phase])}</span>
                </td>
                <td className="origins" title={names(dispatch.origins)}>
                  {names(dispatch.origins)}
                </td>
                <td className="number">{grid(dispatch.workgroups)}</td>
                <td className="number">{bytes(dispatch.bytes)}</td>
                <td className="number">{short(dispatch.flops)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** `4×2` for (4, 2, 1). */
function grid([x, y, z]: Dispatch["workgroups"]): string {
  if (z > 1) return `${x}×${y}×${z}`;
  return y > 1 ? `${x}×${y}` : String(x);
}
