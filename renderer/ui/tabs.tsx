import { Tabs as BaseTabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly badge?: { readonly count: string; readonly severity: "error" | "warning"; readonly label: string };
  readonly panel: ReactNode;
  /** Stays in the page while another tab is shown. */
  readonly keep?: boolean;
}

interface TabsProps<Id extends string> {
  /** What the tabs are about, for those who hear it. */
  readonly label: string;
  readonly tabs: readonly TabItem<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  /** Buttons at the right end of the row of tabs. */
  readonly end?: ReactNode;
  readonly className?: string;
  readonly showPanel?: boolean;
}

export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onChange,
  end,
  className = "",
  showPanel = true,
}: TabsProps<Id>) {
  return (
    <BaseTabs.Root className={className} value={value} onValueChange={onChange}>
      <div className="tabs">
        <BaseTabs.List aria-label={label} className="tabs-list">
          {tabs.map((tab) => (
            <BaseTabs.Tab key={tab.id} value={tab.id} className="tab" onClick={() => onChange(tab.id)}>
              <span className="tab-label" data-label={tab.label}>
                {tab.label}
              </span>
              {tab.badge && (
                <span className={`badge ${tab.badge.severity}`} title={tab.badge.label}>
                  {tab.badge.count}
                </span>
              )}
            </BaseTabs.Tab>
          ))}
        </BaseTabs.List>
        {end}
      </div>
      {showPanel &&
        tabs.map((tab) => (
          <BaseTabs.Panel key={tab.id} value={tab.id} className="tab-panel" keepMounted={tab.keep}>
            {tab.panel}
          </BaseTabs.Panel>
        ))}
    </BaseTabs.Root>
  );
}
