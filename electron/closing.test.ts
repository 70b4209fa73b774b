import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import type { ClosingNeeds } from "./closing";
import { askBeforeClosing } from "./closing";

const [save, discard, cancel] = [0, 1, 2];

function windowAsking(response: number) {
  const events = new EventEmitter();
  const destroy = vi.fn();
  const requestSave = vi.fn();
  const leave = vi.fn();
  const ask = vi.fn(async () => ({ response }));
  const close = () => {
    const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
    events.emit("close", event);
    if (!event.defaultPrevented) destroy();
  };
  // The parts of a window that closing touches.
  const window = Object.assign(events, {
    close,
    destroy,
    setDocumentEdited: vi.fn(),
  }) as unknown as ClosingNeeds["window"];
  const closing = askBeforeClosing({ window, ask, language: () => "en", requestSave, leave });
  return { closing, close, destroy, requestSave, leave, ask };
}

test("without unsaved changes it closes unasked", () => {
  const { close, destroy, leave, ask } = windowAsking(cancel);
  close();
  expect(destroy).toHaveBeenCalledOnce();
  expect(leave).toHaveBeenCalledOnce();
  expect(ask).not.toHaveBeenCalled();
});

test("cancel keeps the window", async () => {
  const { closing, close, destroy, leave, ask } = windowAsking(cancel);
  closing.setUnsavedChanges(true);
  close();
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce());
  expect(leave).not.toHaveBeenCalled();
  expect(destroy).not.toHaveBeenCalled();
});

test("not saving closes it", async () => {
  const { closing, close, destroy, leave } = windowAsking(discard);
  closing.setUnsavedChanges(true);
  close();
  await vi.waitFor(() => expect(destroy).toHaveBeenCalledOnce());
  expect(leave).toHaveBeenCalledOnce();
});

test("saving asks the renderer and closes once it has saved", async () => {
  const { closing, close, destroy, requestSave } = windowAsking(save);
  closing.setUnsavedChanges(true);
  close();
  await vi.waitFor(() => expect(requestSave).toHaveBeenCalledOnce());
  expect(destroy).not.toHaveBeenCalled();
  closing.setUnsavedChanges(false);
  expect(destroy).toHaveBeenCalledOnce();
});

test("a saving that failed keeps the window, also when the project is saved later", async () => {
  const { closing, close, destroy, requestSave } = windowAsking(save);
  closing.setUnsavedChanges(true);
  close();
  await vi.waitFor(() => expect(requestSave).toHaveBeenCalledOnce());
  closing.savingFailed();
  closing.setUnsavedChanges(false);
  expect(destroy).not.toHaveBeenCalled();
});
