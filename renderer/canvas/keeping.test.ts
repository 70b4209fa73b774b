import { expect, test } from "vitest";
import { keeping } from "./keeping";

test("what looks as it did is the same object again, what does not is made anew", () => {
  const made = keeping((look: { readonly drawn: { readonly id: string }; readonly selected: boolean }) => ({
    id: look.drawn.id,
    selected: look.selected,
  }));
  const [a, b] = [{ id: "a" }, { id: "b" }];
  const first = made([
    { drawn: a, selected: false },
    { drawn: b, selected: false },
  ]);
  const second = made([
    { drawn: b, selected: true },
    { drawn: a, selected: false },
  ]);
  expect(second[1]).toBe(first[0]);
  expect(second[0]).toEqual({ id: "b", selected: true });
  expect(made([{ drawn: { id: "a" }, selected: false }])[0]).not.toBe(first[0]);
});
