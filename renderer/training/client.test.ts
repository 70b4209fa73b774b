import { expect, test, vi } from "vitest";
import { emptyProject } from "../../engine/index";
import type { Command, Event } from "../../engine/training/protocol";
import type { WorkerLike } from "./client";
import { connect } from "./client";

class FakeWorker implements WorkerLike {
  readonly sent: Command[] = [];
  terminated = false;
  onmessage: WorkerLike["onmessage"] = null;
  onerror: WorkerLike["onerror"] = null;
  onmessageerror: WorkerLike["onmessageerror"] = null;
  postMessage(command: Command) {
    this.sent.push(command);
  }
  terminate() {
    this.terminated = true;
  }
  emit(event: Event) {
    // The client reads `data` alone.
    this.onmessage?.({ data: event } as MessageEvent<Event>);
  }
  fall(message: string) {
    // The client reads `message` and calls `preventDefault`.
    this.onerror?.({ message, preventDefault: () => {} } as ErrorEvent);
  }
}

const project = emptyProject("test");

test("answers find the request they belong to, in any order", async () => {
  const worker = new FakeWorker();
  const client = connect(worker, () => {});
  const first = client.getWeights();
  const second = client.getWeights();
  const [a, b] = worker.sent.map((command) => ("request" in command ? command.request : -1));
  worker.emit({ kind: "weights", request: b, bytes: new Uint8Array([2]) });
  worker.emit({ kind: "weights", request: a, bytes: new Uint8Array([1]) });
  expect(await first).toEqual(new Uint8Array([1]));
  expect(await second).toEqual(new Uint8Array([2]));
});

test("events that answer nothing are passed on", () => {
  const worker = new FakeWorker();
  const heard = vi.fn();
  connect(worker, heard).send({ kind: "pause" });
  worker.emit({ kind: "state", state: "paused" });
  expect(worker.sent).toEqual([{ kind: "pause" }]);
  expect(heard.mock.calls).toEqual([[{ kind: "state", state: "paused" }]]);
});

test("a crash answers everybody who waits and is told once", async () => {
  const worker = new FakeWorker();
  const heard = vi.fn();
  const client = connect(worker, heard);
  const data = client.openData([], project.data, true);
  const plan = client.getPlan(project);
  const weights = client.getWeights();
  worker.fall("out of memory");
  worker.fall("again");
  expect(client.alive()).toBe(false);
  expect(worker.terminated).toBe(true);
  expect(await data).toMatchObject({ ok: false, error: { code: "worker-crashed" } });
  expect((await plan).error?.message.en).toContain("out of memory");
  expect(await weights).toBeNull();
  expect(heard).toHaveBeenCalledTimes(1);
  expect(heard.mock.calls[0][0]).toMatchObject({ kind: "failed", error: { code: "worker-crashed" } });
});
