import type { CSSProperties } from "react";
import { shownAt } from "../../engine";
import { useDocument } from "../document/store";
import { useCurrentProfile, useProfile } from "../panels/profile-result";
import { useNumbers } from "../ui/text";

export interface Heat {
  readonly milliseconds: number;
  /** Of the whole step. */
  readonly share: number;
  /** Beside the dearest layer: 1 is as hot as it gets. */
  readonly intensity: number;
}

/** What a drawn node takes of a step, with all that is in it; null while the canvas shows no heat map. */
export function useHeat(drawn: string): Heat | null {
  const shown = useProfile(({ heat }) => heat);
  const profile = useCurrentProfile();
  const path = useDocument((state) => state.path);
  if (!shown || !profile) return null;
  const own = profile.nodes.filter(({ node }) => node !== null && shownAt(path, node) === drawn);
  const largest = Math.max(...profile.nodes.map(({ share }) => share));
  const total = (cost: "milliseconds" | "share") => own.reduce((sum, each) => sum + each[cost], 0);
  const share = total("share");
  return { milliseconds: total("milliseconds"), share, intensity: Math.min(1, share / largest) };
}

/** Sets `--heat`, by which the node is tinted. */
export function heatStyle(heat: Heat | null): CSSProperties {
  // React types custom properties as unknown to CSSProperties.
  return heat ? ({ "--heat": heat.intensity } as CSSProperties) : {};
}

/** The line at the bottom of a node: its time in a step, and its share. */
export function HeatFooter({ heat }: { readonly heat: Heat }) {
  const { percent, milliseconds } = useNumbers();
  return (
    <footer className="heat-line">
      <span>{milliseconds(heat.milliseconds)}</span>
      <span>{percent(heat.share)}</span>
    </footer>
  );
}
