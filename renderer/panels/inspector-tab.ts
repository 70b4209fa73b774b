/** Which tab of the inspector is open: it stays while one node after the other is looked at. */
import { create } from "zustand";
import { useDocument } from "../document/store";
import { useLayout } from "../layout";

export type NodeTab = "parameters" | "memory" | "about";

interface InspectorTab {
  readonly tab: NodeTab;
  show(tab: NodeTab): void;
}

export const useInspectorTab = create<InspectorTab>((set) => ({
  tab: "parameters",
  show: (tab) => set({ tab }),
}));

/** Opens the inspector with the memory of that node. */
export function showMemory(node: string): void {
  const { inspectorFolded, toggleInspector } = useLayout.getState();
  if (inspectorFolded) toggleInspector();
  useDocument.getState().select([node]);
  useInspectorTab.getState().show("memory");
}
