import { describe, expect, it } from "vitest";
import { defaultInits } from "../layers/initializers";
import { parseProject, printProject } from "./parse";
import {
  defaultData,
  defaultOptimizers,
  defaultSchedules,
  emptyProject,
  type Graph,
  type Project,
} from "./project";

const project: Project = {
  ...emptyProject("Iris"),
  graph: {
    nodes: [
      { id: "x", type: "Input", name: "", params: { tensor: "features" }, position: { x: 0, y: 0 } },
      {
        id: "fc",
        type: "Linear",
        name: "hidden",
        params: { out_features: 16, in_features: null },
        position: { x: 200.5, y: -3 },
      },
      { id: "v", type: "View", name: "", params: { shape: [-1, 16] }, position: { x: 400, y: 0 } },
    ],
    edges: [
      { id: "e1", from: { node: "x", port: "y" }, to: { node: "fc", port: "x" } },
      { id: "e2", from: { node: "fc", port: "y" }, to: { node: "v", port: "x" } },
    ],
  },
  data: {
    ...defaultData,
    source: { kind: "csv", file: "iris.csv", target: "species", task: "classification" },
  },
};

type Fields = Record<string, unknown>;

interface ProjectJson extends Fields {
  readonly graph: { readonly nodes: Fields[]; readonly edges: Fields[] };
  readonly data: Fields;
  readonly training: Fields;
}

/** The project's JSON with something changed. */
function changed(change: (json: ProjectJson) => void): string {
  const json: ProjectJson = JSON.parse(JSON.stringify(project));
  change(json);
  return JSON.stringify(json);
}

function errorOf(text: string) {
  const result = parseProject(text);
  if (result.ok) throw new Error("parsed");
  return result.error;
}

describe("a project that is right", () => {
  it.each(Object.values(defaultOptimizers))("keeps the settings of $type", (optimizer) => {
    const training = { ...project.training, optimizer };
    expect(parseProject(printProject({ ...project, training }))).toMatchObject({
      ok: true,
      project: { training },
    });
  });

  it.each(Object.values(defaultSchedules))("keeps the schedule $type", (schedule) => {
    const training = { ...project.training, schedule };
    expect(parseProject(printProject({ ...project, training }))).toMatchObject({
      ok: true,
      project: { training },
    });
  });

  it("may be older than schedules", () => {
    const text = changed((json) => Reflect.deleteProperty(json.training, "schedule"));
    expect(parseProject(text)).toEqual({ ok: true, project });
  });

  it("may be older than clipping and the warm-up before any schedule", () => {
    const older = changed(({ training }) => {
      Reflect.deleteProperty(training, "clip");
      Reflect.deleteProperty(training, "warmup_steps");
      training.schedule = { type: "LinearWarmup", warmup_steps: 7 };
    });
    const parsed = parseProject(older);
    expect(parsed).toMatchObject({
      ok: true,
      project: { training: { schedule: { type: "constant" }, warmup_steps: 7, clip: { type: "none" } } },
    });
  });

  it("may be older than the numbers of a cycle, whose momentum then stays", () => {
    const schedule = { type: "OneCycleLR", total_steps: 9, pct_start: 0.5 };
    const parsed = parseProject(changed((json) => Object.assign(json.training, { schedule })));
    const { cycle_momentum, ...others } = defaultSchedules.OneCycleLR;
    expect(cycle_momentum).toBe(true);
    expect(parsed).toMatchObject({
      ok: true,
      project: { training: { schedule: { ...others, ...schedule, cycle_momentum: false } } },
    });
  });

  it.each(Object.values(defaultInits))("keeps a node's training settings, $type", (init) => {
    const training = {
      frozen: true,
      lr_factor: 0.1,
      weight_decay: 0,
      init: { weight: init },
      loss_weight: -2,
    };
    const nodes = project.graph.nodes.map((node) => ({ ...node, training }));
    const clip = { type: "norm", max_norm: 2, norm_type: "inf" } as const;
    const whole = {
      ...project,
      graph: { ...project.graph, nodes },
      training: { ...project.training, clip },
    };
    expect(parseProject(printProject(whole))).toEqual({ ok: true, project: whole });
  });

  it("may be older than AMSGrad", () => {
    const { amsgrad, ...older } = defaultOptimizers.Adam;
    const parsed = parseProject(changed((json) => Object.assign(json.training, { optimizer: older })));
    expect(parsed).toMatchObject({ ok: true, project: { training: { optimizer: { amsgrad } } } });
  });

  it("comes back from its file as it was", () => {
    const text = printProject(project);
    expect(parseProject(text)).toEqual({ ok: true, project });
    expect(text.endsWith("}\n")).toBe(true);
    expect(text).toContain(
      '\n      { "id": "x", "type": "Input", "name": "", "params": { "tensor": "features" }, "position": { "x": 0, "y": 0 } },\n',
    );
  });

  it("keeps blocks, frames and what a person set on a node", () => {
    const inner: Graph = {
      nodes: [
        { id: "in", type: "BlockInput", name: "", params: {}, position: { x: 0, y: 0 } },
        { id: "act", type: "ReLU", name: "", params: {}, position: { x: 9, y: 0 }, mode: "bypass" },
      ],
      edges: [{ id: "w", from: { node: "in", port: "y" }, to: { node: "act", port: "x" } }],
    };
    const { nodes, edges } = project.graph;
    const use = { id: "use", type: "block:b", name: "", params: { repeat: 2 }, position: { x: 0, y: 0 } };
    const graph: Graph = {
      nodes: [...nodes, { ...use, note: "mine", collapsed: true }],
      edges: [...edges, { id: "e3", from: { node: "fc", port: "y" }, to: { node: "use", port: "in" } }],
      frames: [
        {
          id: "f",
          title: "Body",
          text: "",
          colour: "blue",
          position: { x: 0, y: 0 },
          size: { width: 90, height: 60 },
        },
      ],
      blocks: [{ id: "b", name: "Bend", graph: inner }],
    };
    const drawn = { ...project, graph };
    expect(parseProject(printProject(drawn))).toEqual({ ok: true, project: drawn });
  });

  it("may have ids with the signs that the checker uses in its own", () => {
    const text = changed(({ graph }) => {
      Object.assign(graph.nodes[1], { id: "a/fc#1" });
      Object.assign(graph.edges[0], { to: { node: "a/fc#1", port: "x" } });
      Object.assign(graph.edges[1], { from: { node: "a/fc#1", port: "y" } });
    });
    const result = parseProject(text);
    expect(result.ok && result.project.graph.edges[1].from.node).toBe("a-fc-1");
    expect(result.ok && result.project.graph.nodes[1].id).toBe("a-fc-1");
  });

  it("gives the same text whatever the order of its fields", () => {
    const { graph, name, version, format, training, data } = project;
    const shuffled: Project = {
      training,
      graph: { edges: graph.edges, nodes: graph.nodes },
      data,
      name,
      version,
      format,
    };
    expect(printProject(shuffled)).toBe(printProject(project));
  });

  it("may begin with a byte order mark, and leave out what has a default", () => {
    const text = `\uFEFF{"format":"tensorloom","version":1,"graph":{"nodes":[{"id":"a","type":"ReLU","position":{"x":0,"y":0}}],"edges":[]}}`;
    expect(parseProject(text)).toEqual({
      ok: true,
      project: {
        ...emptyProject(""),
        graph: {
          nodes: [{ id: "a", type: "ReLU", name: "", params: {}, position: { x: 0, y: 0 } }],
          edges: [],
        },
      },
    });
  });

  it("keeps layers and fields that it does not know", () => {
    const text = changed(({ graph }) => {
      graph.nodes.push({
        id: "odd",
        type: "HyperConv9d",
        name: "",
        params: { secret: "s" },
        position: { x: 1, y: 1 },
        note: "mine",
      });
      graph.edges.push({ id: "e3", from: { node: "v", port: "y" }, to: { node: "odd", port: "whatever" } });
    });
    const result = parseProject(text);
    expect(result.ok && result.project.graph.nodes[3]).toEqual({
      id: "odd",
      type: "HyperConv9d",
      name: "",
      params: { secret: "s" },
      position: { x: 1, y: 1 },
      note: "mine",
    });
    expect(result.ok && parseProject(printProject(result.project))).toEqual(result);
  });
});

describe("a file that cannot be read", () => {
  it("is cut off: says where", () => {
    const text = printProject(project).slice(0, 300);
    const { line, column } = { line: text.split("\n").length, column: text.split("\n").at(-1)?.length ?? 0 };
    const error = errorOf(text);
    expect(error).toMatchObject({ code: "not-json" });
    expect(error.where).toMatch(new RegExp(`^line ${line}, column \\d+$`));
    expect(Number(error.where.split(" ").at(-1))).toBeLessThanOrEqual(column + 1);
    expect(errorOf('{"format": "tensorloom",\n "version": 1,').message.en).toContain(
      "breaks off at line 2, column 15",
    );
  });

  it("has a typing mistake: says where", () => {
    expect(errorOf('{"format": "tensorloom",\n "version" 1}')).toMatchObject({
      code: "not-json",
      where: "line 2, column 12",
    });
  });

  it.each(["[]", "null", "3", '"tensorloom"', "{}", '{"format":"netron","version":1}'])(
    "%s is not ours",
    (text) => {
      expect(errorOf(text).code).toBe("not-a-project");
    },
  );

  it("is newer than the app", () => {
    expect(errorOf('{"format":"tensorloom","version":2,"graph":7}')).toMatchObject({
      code: "newer-version",
      where: "version",
    });
  });

  it.each<[string, (json: ProjectJson) => void]>([
    [
      "graph.nodes[1].position.x",
      ({ graph }) => Object.assign(graph.nodes[1], { position: { x: "left", y: 0 } }),
    ],
    [
      "graph.nodes[1].params.out_features",
      ({ graph }) => Object.assign(graph.nodes[1], { params: { out_features: { n: 3 } } }),
    ],
    ["graph.nodes[0].id", ({ graph }) => Object.assign(graph.nodes[0], { id: 7 })],
    ["graph.nodes[0].type", ({ graph }) => Reflect.deleteProperty(graph.nodes[0], "type")],
    ["graph.edges", (json) => Object.assign(json.graph, { edges: {} })],
    ["graph.edges[0].to", ({ graph }) => Object.assign(graph.edges[0], { to: "fc" })],
    ["training.batch_size", (json) => Object.assign(json.training, { batch_size: 0 })],
    ["training.optimizer.type", (json) => Object.assign(json.training, { optimizer: { type: "Magic" } })],
    [
      "training.optimizer.betas",
      (json) => Object.assign(json.training, { optimizer: { ...defaultOptimizers.Adam, betas: 0.9 } }),
    ],
    ["data.validation_split", (json) => Object.assign(json.data, { validation_split: 1 })],
    ["data.source.kind", (json) => Object.assign(json.data, { source: { kind: "sql" } })],
    ["version", (json) => Object.assign(json, { version: "one" })],
  ])("has a wrong %s", (where, change) => {
    const error = errorOf(changed(change));
    expect(error).toMatchObject({ code: "wrong-field", where });
    expect(error.message.en).toContain(where);
    expect(error.message.zh).toContain(where);
    expect(error.message.zh).not.toContain("的值不正确");
  });

  it("has two entries of one id", () => {
    expect(errorOf(changed(({ graph }) => Object.assign(graph.nodes[2], { id: "x" })))).toMatchObject({
      code: "duplicate-id",
      where: "graph.nodes[2].id",
    });
    expect(errorOf(changed(({ graph }) => Object.assign(graph.edges[1], { id: "e1" }))).where).toBe(
      "graph.edges[1].id",
    );
  });

  it("has a wire to a node or port that is not there", () => {
    const toNode = errorOf(
      changed(({ graph }) => Object.assign(graph.edges[1], { to: { node: "w", port: "x" } })),
    );
    expect(toNode).toMatchObject({ code: "missing-node", where: "graph.edges[1].to" });
    const fromPort = errorOf(
      changed(({ graph }) => Object.assign(graph.edges[0], { from: { node: "x", port: "z" } })),
    );
    expect(fromPort).toMatchObject({ code: "missing-port", where: "graph.edges[0].from" });
    expect(fromPort.message.en).toContain("only y");
  });

  it("has a block that is not sound", () => {
    const withBlock = (nodes: readonly object[], edges: readonly object[]) =>
      errorOf(
        changed(({ graph }) =>
          Object.assign(graph, { blocks: [{ id: "b", name: "B", graph: { nodes, edges } }] }),
        ),
      );
    const node = (id: string, type: string) => ({ id, type, position: { x: 0, y: 0 } });
    expect(withBlock([node("again", "block:b")], [])).toMatchObject({
      code: "endless-block",
      where: "graph.blocks[0]",
    });
    expect(withBlock([node("a", "ReLU"), node("a", "ReLU")], [])).toMatchObject({
      code: "duplicate-id",
      where: "graph.blocks[0].graph.nodes[1].id",
    });
    const wire = { id: "w", from: { node: "a", port: "y" }, to: { node: "none", port: "x" } };
    expect(withBlock([node("a", "ReLU")], [wire])).toMatchObject({
      code: "missing-node",
      where: "graph.blocks[0].graph.edges[0].to",
    });
    const toPort = errorOf(
      changed(({ graph }) => {
        Object.assign(graph, { blocks: [{ id: "b", name: "B", graph: { nodes: [], edges: [] } }] });
        graph.nodes.push(node("use", "block:b"));
        graph.edges.push({ id: "e3", from: { node: "fc", port: "y" }, to: { node: "use", port: "in" } });
      }),
    );
    expect(toPort).toMatchObject({ code: "missing-port", where: "graph.edges[2].to" });
  });
});
