import { ChevronDown, ChevronUp } from "lucide-react";
import { runCommand } from "../commands";
import { useChecked } from "../document/checked";
import { type DockTab, useLayout } from "../layout";
import { IconButton } from "../ui/button";
import { type TabItem, Tabs } from "../ui/tabs";
import { useNumbers, useText } from "../ui/text";
import { editor } from "../ui/texts/editor";
import { measuring } from "../ui/texts/measuring";
import { DataPanel } from "./data";
import { LoweredPanel } from "./lowered";
import { ProblemsPanel } from "./problems";
import { ProfilePanel } from "./profile";
import { TrainingPanel } from "./training";

export function Dock() {
  const t = useText();
  const { count } = useNumbers();
  const { dockTab, dockFolded, showDockTab } = useLayout();
  const { diagnostics } = useChecked();
  // An empty canvas is nobody's mistake.
  const empty = diagnostics.some(({ code }) => code === "empty-graph");
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const worst = errors > 0 ? "error" : "warning";

  const tabs: readonly TabItem<DockTab>[] = [
    { id: "training", label: t(editor.tabTraining), panel: <TrainingPanel />, keep: true },
    { id: "data", label: t(editor.tabData), panel: <DataPanel />, keep: true },
    {
      id: "problems",
      label: t(editor.tabProblems),
      panel: <ProblemsPanel />,
      badge:
        diagnostics.length === 0 || empty
          ? undefined
          : {
              count: count(errors || diagnostics.length),
              severity: worst,
              label: t(worst === "error" ? editor.errorWord : editor.warningWord),
            },
    },
    { id: "lowered", label: t(editor.tabLowered), panel: <LoweredPanel /> },
    { id: "profile", label: t(measuring.tabProfile), panel: <ProfilePanel /> },
  ];
  return (
    <Tabs
      className="dock-tabs"
      label={t(editor.dock)}
      tabs={tabs}
      value={dockTab}
      onChange={showDockTab}
      showPanel={!dockFolded}
      end={
        <IconButton
          look="ghost"
          label={t(dockFolded ? editor.showDock : editor.foldDock)}
          shortcut="Mod+J"
          onClick={() => runCommand("view.toggleDock")}
        >
          {dockFolded ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
        </IconButton>
      }
    />
  );
}
