import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { emptyProject } from "../engine";
import { journalMilliseconds, keepJournal, parseEntry, printEntry, type Unsaved } from "./journal";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (revision: number): Unsaved => ({
  revision,
  name: "a.loom.json",
  project: emptyProject(`${revision}`),
});

/** A journal over a document that the test changes, and a host whose calls end when the test lets them. */
function journal({ isKept = false } = {}) {
  const calls: string[] = [];
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const pending = (call: string) => {
    calls.push(call);
    return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const errors: unknown[] = [];
  let document: Unsaved | null = null;
  const changed = keepJournal({
    host: {
      writeAutosave: (bytes) => pending(`write ${parseEntry(bytes)?.project.name}`),
      clearAutosave: () => pending("clear"),
    },
    unsaved: () => document,
    isKept,
    onKept: () => {},
    onError: (error) => errors.push(error),
  });
  const change = (next: Unsaved | null) => {
    document = next;
    changed();
  };
  const end = async (act: "resolve" | "reject" = "resolve") => {
    waiting.shift()?.[act](new Error("full"));
    await vi.advanceTimersByTimeAsync(0);
  };
  return { calls, errors, change, end, changed };
}

test("a change is written within a second, also while changes go on and on", async () => {
  const { calls, change } = journal();
  for (let revision = 1; revision <= 50; revision++) {
    change(at(revision));
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(calls).toEqual(["write 20"]);
  expect(journalMilliseconds).toBeLessThan(1000);
});

test("one writing at a time, and what changed meanwhile is written after it", async () => {
  const { calls, change, end } = journal();
  change(at(1));
  await vi.advanceTimersByTimeAsync(journalMilliseconds);
  change(at(2));
  change(at(3));
  await vi.advanceTimersByTimeAsync(5000);
  expect(calls).toEqual(["write 1"]);
  await end();
  await vi.advanceTimersByTimeAsync(journalMilliseconds);
  expect(calls).toEqual(["write 1", "write 3"]);
});

test("saving clears it at once, after a writing that is under way", async () => {
  const { calls, change, end } = journal();
  change(at(1));
  await vi.advanceTimersByTimeAsync(journalMilliseconds);
  change(null);
  expect(calls).toEqual(["write 1"]);
  await end();
  expect(calls).toEqual(["write 1", "clear"]);
});

test("a document that was never unsaved touches nothing; what an earlier run has left is cleared", () => {
  const clean = journal();
  clean.changed();
  expect(clean.calls).toEqual([]);
  const left = journal({ isKept: true });
  left.changed();
  expect(left.calls).toEqual(["clear"]);
});

test("a writing that fails is told, and the next change is tried again", async () => {
  const { calls, errors, change, end } = journal();
  change(at(1));
  await vi.advanceTimersByTimeAsync(journalMilliseconds);
  await end("reject");
  await vi.advanceTimersByTimeAsync(5000);
  expect([calls.length, errors.length]).toEqual([1, 1]);
  change(at(2));
  await vi.advanceTimersByTimeAsync(journalMilliseconds);
  expect(calls).toEqual(["write 1", "write 2"]);
});

test("an entry comes back as it was written; what is none is none", () => {
  const entry = { name: "图.loom.json", at: 123, project: emptyProject("x") };
  expect(parseEntry(printEntry(entry))).toEqual(entry);
  for (const broken of ["", "{", "null", "[]", '{"name":"a","at":1,"project":"{"}', '{"name":"a","at":1}'])
    expect(parseEntry(new TextEncoder().encode(broken)), broken).toBeNull();
});
