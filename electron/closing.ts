/** Asks before a window with unsaved changes closes, and closes it once the renderer has saved them. */
import type { BrowserWindow, MessageBoxOptions } from "electron";
import type { Language, LocalText } from "./ipc";

const texts = {
  message: { en: "Save the changes to this project?", zh: "是否保存对此项目的更改？" },
  detail: { en: "Without saving they are lost.", zh: "如果不保存，更改将丢失。" },
  save: { en: "Save", zh: "保存" },
  discard: { en: "Don't Save", zh: "不保存" },
  cancel: { en: "Cancel", zh: "取消" },
} satisfies Record<string, LocalText>;

export interface Closing {
  setUnsavedChanges(unsaved: boolean): void;
  /** The person cancelled the saving that closing waits for, or it failed: the window stays. */
  savingFailed(): void;
}

export interface ClosingNeeds {
  readonly window: Pick<BrowserWindow, "on" | "close" | "destroy" | "setDocumentEdited">;
  readonly ask: (options: MessageBoxOptions) => Promise<{ readonly response: number }>;
  readonly language: () => Language;
  readonly requestSave: () => void;
  /** The window closes with everything saved, or with what the person does not want to keep. */
  readonly leave: () => void;
}

export function askBeforeClosing({ window, ask, language, requestSave, leave }: ClosingNeeds): Closing {
  let unsaved = false;
  let asking = false;
  let closesOnceSaved = false;

  window.on("close", (event) => {
    if (!unsaved) return leave();
    event.preventDefault();
    if (!asking) void askNow();
  });

  async function askNow(): Promise<void> {
    asking = true;
    const text = (key: keyof typeof texts) => texts[key][language()];
    try {
      const { response } = await ask({
        type: "warning",
        message: text("message"),
        detail: text("detail"),
        buttons: [text("save"), text("discard"), text("cancel")],
        defaultId: 0,
        cancelId: 2,
      });
      if (response === 1) {
        leave();
        window.destroy();
      }
      if (response === 0) {
        closesOnceSaved = true;
        requestSave();
      }
    } finally {
      asking = false;
    }
  }

  return {
    setUnsavedChanges(value) {
      unsaved = value;
      window.setDocumentEdited(value);
      if (!value && closesOnceSaved) window.close();
    },
    savingFailed() {
      closesOnceSaved = false;
    },
  };
}
