/** Sentences at the top of the canvas: what went wrong and what to do, or that something was done. */
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { create } from "zustand";
import type { Text } from "../../engine";
import { IconButton } from "./button";
import { useText } from "./text";
import { editor } from "./texts/editor";

export interface Notice {
  readonly severity: "error" | "done";
  readonly title: Text;
  readonly text?: Text;
}

interface Notices {
  readonly shown: readonly (Notice & { readonly id: number })[];
  show(notice: Notice): void;
  dismiss(id: number): void;
}

/** Good news goes away by itself; bad news waits until it was read. */
const doneMilliseconds = 3500;
let lastId = 0;

export const useNotices = create<Notices>((set, get) => ({
  shown: [],
  show(notice) {
    const id = ++lastId;
    set({ shown: [...get().shown.slice(-2), { ...notice, id }] });
    if (notice.severity === "done") setTimeout(() => get().dismiss(id), doneMilliseconds);
  },
  dismiss(id) {
    set({ shown: get().shown.filter((notice) => notice.id !== id) });
  },
}));

export function notify(notice: Notice): void {
  useNotices.getState().show(notice);
}

/** What was wrong before no longer matters, once the same has succeeded. */
export function clearNotices(): void {
  useNotices.setState({ shown: [] });
}

export function NoticeArea() {
  const t = useText();
  const { shown, dismiss } = useNotices();
  return (
    <div className="notices" aria-live="polite">
      {shown.map((notice) => (
        <div
          key={notice.id}
          className={`notice ${notice.severity}`}
          role={notice.severity === "error" ? "alert" : "status"}
        >
          {notice.severity === "error" ? <TriangleAlert aria-hidden /> : <CircleCheck aria-hidden />}
          <b>{t(notice.title)}</b>
          <IconButton
            look="ghost"
            className="small"
            label={t(editor.dismiss)}
            onClick={() => dismiss(notice.id)}
          >
            <X aria-hidden />
          </IconButton>
          {notice.text && <p>{t(notice.text)}</p>}
        </div>
      ))}
    </div>
  );
}
