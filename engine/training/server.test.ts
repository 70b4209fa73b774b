import { expect, it } from "vitest";
import { emptyProject } from "../graph/project";
import type { Event } from "./protocol";
import { TrainingServer } from "./server";

const refuse = () => Promise.reject(new Error("no images here"));

it("goes on with the next command when one has failed", async () => {
  const events: Event[] = [];
  let broken = true;
  const server = new TrainingServer(undefined, refuse, (event) => {
    if (broken) throw new Error("the window is gone");
    events.push(event);
  });
  const start = { kind: "start", project: emptyProject("a"), weights: null, paused: false } as const;
  await expect(server.handle(start)).rejects.toThrow("the window is gone");
  broken = false;
  await server.handle(start);
  expect(events.some((event) => event.kind === "failed")).toBe(true);
});
