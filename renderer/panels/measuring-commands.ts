/** Commands that hold the network's results and its speed against what they could be. */
import type { AppCommand } from "../command";
import { checkedNow } from "../document/checked";
import { useLayout } from "../layout";
import { tuneKernels, useTuning } from "../training/tuning";
import { measuring } from "../ui/texts/measuring";
import { profileStep, toggleHeat, useProfile } from "./profile-result";
import { canVerify, verifySelection } from "./verify-results";

/** Two measurements at once would spoil each other. */
const canMeasure = () =>
  !useProfile.getState().pending && !useTuning.getState().pending && checkedNow().loss !== null;

export const measuringCommands: readonly AppCommand[] = [
  {
    id: "node.verify",
    title: measuring.verifyNode,
    group: "train",
    enabled: canVerify,
    run: () => void verifySelection(),
  },
  {
    id: "train.profile",
    title: measuring.profileStep,
    group: "train",
    enabled: canMeasure,
    run: () => {
      useLayout.getState().showDockTab("profile");
      void profileStep();
    },
  },
  {
    id: "train.tune",
    title: measuring.tuneKernels,
    group: "train",
    enabled: canMeasure,
    run: () => {
      useLayout.getState().showDockTab("profile");
      void tuneKernels();
    },
  },
  {
    id: "view.heatMap",
    title: measuring.heatMapCommand,
    group: "view",
    enabled: () => useProfile.getState().profile !== null,
    run: toggleHeat,
  },
];
