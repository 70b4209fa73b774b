/** Commands that hold the network's results and its speed against what they could be. */
import type { AppCommand } from "../command";
import { checkedNow } from "../document/checked";
import { useLayout } from "../layout";
import { measuring } from "../ui/texts/measuring";
import { profileStep, toggleHeat, useProfile } from "./profile-result";
import { canVerify, verifySelection } from "./verify-results";

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
    enabled: () => !useProfile.getState().pending && checkedNow().loss !== null,
    run: () => {
      useLayout.getState().showDockTab("profile");
      void profileStep();
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
