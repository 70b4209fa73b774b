import { expect, it } from "vitest";
import { splitBody } from "./hoist";

it("works out once what follows from either half", () => {
  const body = `  let v0 = column >> 3u;
  let v1 = column & 7u;
  let v2 = v1 + k * 2u - 1u;
  let v3 = m0[v0 * 64u + v2 + k * 8u];
  let v4 = select(0f, v3, (v2 < 8u));
  return v4;
`;
  expect(splitBody(body, ["batch", "column"], ["k"])).toEqual({
    outer: `  let v0 = column >> 3u;
  let v1 = column & 7u;
  return Place(v1 + 4294967295u, v0 * 64u + v1 + 4294967295u, 0u, 0u, 0u, 0u, 0u, 0u);
`,
    inner: `  return Place(k * 2u, k * 10u, 0u, 0u, 0u, 0u, 0u, 0u);
`,
    body: `  let v3 = m0[(outer[1] + inner[1])];
  let v4 = select(0f, v3, ((outer[0] + inner[0]) < 8u));
  return v4;
`,
    mixed: false,
  });
});

it("looks a row up once", () => {
  const body = `  let v0 = m0[3u];
  let v1 = min(u32(v0) + row, 63u);
  let v2 = m1[v1];
  let v3 = min(u32(v2), 4095u);
  let v4 = m2[v3 * 784u + k];
  return v4;
`;
  const split = splitBody(body, ["batch", "row"], ["k"]);
  expect(split?.outer).toContain("let v3 = min(u32(v2), 4095u);\n  return Place(v3 * 784u, ");
  expect(split?.body).toBe("  let v4 = m2[(outer[0] + inner[0])];\n  return v4;\n");
});

it("keeps a parameter that only moves the place along", () => {
  const whole = splitBody("  let v0 = m0[k * 4u + j + row * 8u];\n  return v0;\n", ["row"], ["k"], ["j"]);
  expect(whole?.body).toBe("  let v0 = m0[(outer[0] + inner[0] + j)];\n  return v0;\n");
  expect(whole?.mixed).toBe(false);
  const mixed = splitBody(
    "  let v0 = k * 4u + j;\n  let v1 = v0 / 3u;\n  return f32(v1);\n",
    [],
    ["k"],
    ["j"],
  );
  expect(mixed?.mixed).toBe(true);
});

it("leaves in place what needs both halves, and what is read from memory", () => {
  const body = `  let v0 = row - (k * 2u);
  let v1 = v0 / 2u;
  let v2 = m1[row];
  let v3 = i32(k);
  let v4 = m0[v1 + 5u];
  let v5 = value + value;
  m2[row * 3u] = v5 + v2 + f32(v3) + v4;
`;
  expect(splitBody(body, ["row"], ["k"], [], ["value"])?.body).toBe(`  let v1 = (outer[1] + inner[1]) / 2u;
  let v2 = m1[outer[1]];
  let v3 = i32(inner[0]);
  let v4 = m0[(v1 + 5u)];
  let v5 = value + value;
  m2[outer[0]] = v5 + v2 + f32(v3) + v4;
`);
});

it("gives up when too much would have to be handed on", () => {
  const reads = Array.from({ length: 9 }, (_, i) => `  let v${i} = m0[row * ${i + 2}u];\n`).join("");
  const sum = Array.from({ length: 9 }, (_, i) => `v${i}`).join(" + ");
  expect(splitBody(`${reads}  return ${sum};\n`, ["row"], ["k"])).toBeNull();
});
