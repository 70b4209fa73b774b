import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { type CSSProperties, type ReactNode, useState } from "react";
import { wordScore } from "./word-score";
import "./command-palette.css";

export interface SearchEntry {
  readonly id: string;
  /** The title that it stands under, while nothing is searched. */
  readonly group?: string;
  /** What it is found by. */
  readonly names: readonly string[];
  readonly content: ReactNode;
  readonly style?: CSSProperties;
  readonly disabled?: boolean;
  readonly choose: () => void;
}

interface SearchDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  /** A `SearchList`, which is made while the dialog is open. */
  readonly children: ReactNode;
}

/** A list over the window that is searched while typing. */
export function SearchDialog({ open, onClose, label, children }: SearchDialogProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="command-palette" aria-label={label}>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface SearchListProps {
  readonly label: string;
  /** Stands in the empty field. */
  readonly hint: string;
  /** Stands in place of a list in which nothing was found. */
  readonly nothing: string;
  readonly entries: readonly SearchEntry[];
  readonly onClose: () => void;
}

/** The field and what is found, best first. */
export function SearchList({ label, hint, nothing, entries, onClose }: SearchListProps) {
  const [query, setQuery] = useState("");
  const item = (entry: SearchEntry) => <Item key={entry.id} entry={entry} onClose={onClose} />;
  return (
    // cmdk's own search would leave groups in their order, whatever is found in them.
    <Command label={label} shouldFilter={false} loop>
      <div className="search">
        <Search aria-hidden />
        <Command.Input placeholder={hint} value={query} onValueChange={setQuery} />
        <kbd>Esc</kbd>
      </div>
      <Command.List className="command-list">
        <Command.Empty className="dim">{nothing}</Command.Empty>
        {query.trim() === ""
          ? [...new Set(entries.map(({ group }) => group))].map((group) => (
              <Command.Group key={group ?? ""} heading={group}>
                {entries.filter((entry) => entry.group === group).map(item)}
              </Command.Group>
            ))
          : ranked(entries, query).map(item)}
      </Command.List>
    </Command>
  );
}

function Item({ entry, onClose }: { readonly entry: SearchEntry; readonly onClose: () => void }) {
  return (
    <Command.Item
      value={entry.id}
      className="option"
      style={entry.style}
      disabled={entry.disabled}
      onSelect={() => {
        onClose();
        entry.choose();
      }}
    >
      {entry.content}
    </Command.Item>
  );
}

function ranked(entries: readonly SearchEntry[], query: string): readonly SearchEntry[] {
  return entries
    .map((entry) => ({ entry, score: wordScore(entry.id, query, entry.names) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
