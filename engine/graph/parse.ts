/** Reads and writes the project file. Nothing is thrown: a file that cannot be read gives a sentence that says where. */
import * as v from "valibot";
import type { Text } from "../tensor/text";
import { endlessBlocks } from "./flatten";
import { findMistake, printJson } from "./json";
import type { Graph, PortRef, Project } from "./project";
import { expectation, projectSchema } from "./schema";
import { layerIn } from "./structure";

export interface ProjectError {
  /** `not-json`, `not-a-project`, `newer-version`, `wrong-field`, `duplicate-id`, `missing-node`, `missing-port`, `endless-block` */
  readonly code: string;
  readonly message: Text;
  /** `line 12, column 3`, or the path of a field: `graph.nodes[2].position.x`. Empty for the whole file. */
  readonly where: string;
}

export type ProjectResult =
  | { readonly ok: true; readonly project: Project }
  | { readonly ok: false; readonly error: ProjectError };

export const currentVersion = 1;

export function parseProject(text: string): ProjectResult {
  const json = readJson(text);
  if (!json.ok) return json;
  const header = checkHeader(json.value);
  if (header) return failed(header);
  const parsed = v.safeParse(projectSchema, json.value);
  if (!parsed.success) return failed(wrongField(parsed.issues[0]));
  const project = withPlainIds(parsed.output);
  const broken = checkReferences(project);
  return broken ? failed(broken) : { ok: true, project };
}

/** The same text for the same project, whatever order its fields were set in. `parseProject` reads it back. */
export function printProject(project: Project): string {
  const ordered = v.safeParse(projectSchema, project);
  return `${printJson(ordered.success ? ordered.output : project)}\n`;
}

function readJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ProjectError } {
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch {
    const { line, column, cutOff } = findMistake(text.replace(/^\uFEFF/, ""));
    return failed({
      code: "not-json",
      where: `line ${line}, column ${column}`,
      message: cutOff
        ? {
            en: `The file breaks off at line ${line}, column ${column}: it was not saved to its end. Open an older copy or an autosave.`,
            zh: `文件在第 ${line} 行第 ${column} 列处中断：它没有完整保存。请打开较早的副本或自动保存的版本。`,
          }
        : {
            en: `The file is not valid JSON: there is a mistake at line ${line}, column ${column}.`,
            zh: `文件不是有效的 JSON：第 ${line} 行第 ${column} 列有错误。`,
          },
    });
  }
}

function checkHeader(value: unknown): ProjectError | null {
  const { format, version } =
    typeof value === "object" && value !== null ? (value as { format?: unknown; version?: unknown }) : {};
  if (format !== "tensorloom") {
    return {
      code: "not-a-project",
      where: "format",
      message: {
        en: 'This is not a Tensorloom project: a project file has "format": "tensorloom".',
        zh: '这不是 Tensorloom 项目：项目文件中应有 "format": "tensorloom"。',
      },
    };
  }
  if (typeof version === "number" && version > currentVersion) {
    return {
      code: "newer-version",
      where: "version",
      message: {
        en: `The project was saved by a newer Tensorloom (file version ${version}; this one reads up to ${currentVersion}). Update Tensorloom to open it.`,
        zh: `该项目由更新版本的 Tensorloom 保存（文件版本 ${version}，当前最高支持 ${currentVersion}）。请更新 Tensorloom 后再打开。`,
      },
    };
  }
  return null;
}

function wrongField(issue: v.BaseIssue<unknown>): ProjectError {
  const where = fieldPath(issue);
  const expected = expectation(issue.message);
  return {
    code: "wrong-field",
    where,
    message:
      issue.received === "undefined"
        ? { en: `The project file lacks ${where}.`, zh: `项目文件缺少 ${where}。` }
        : {
            en: `In the project file ${where} ${expected.en}, but is ${issue.received}.`,
            zh: `项目文件中，${where} ${expected.zh}，现在却是 ${issue.received}。`,
          },
  };
}

/** `graph.nodes[2].position.x` */
function fieldPath({ path }: v.BaseIssue<unknown>): string {
  return (path ?? []).reduce((text, { key }) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/** In the checker's ids `/` and `#` have a meaning, so a file's own are written with `-` instead. */
function withPlainIds(project: Project): Project {
  const special = /[/#]/;
  const { graph } = project;
  const levels = [graph, ...(graph.blocks ?? []).map((block) => block.graph)];
  if (!levels.some(({ nodes, edges }) => [...nodes, ...edges].some(({ id }) => special.test(id))))
    return project;
  const plainLevel = (level: Graph): Graph => {
    const taken = new Set([...level.nodes, ...level.edges].map(({ id }) => id));
    const plain = (id: string) => {
      if (!special.test(id)) return id;
      let free = id.replace(/[/#]/g, "-");
      while (taken.has(free)) free += "-";
      return free;
    };
    const end = ({ node, port }: PortRef) => ({ node: plain(node), port });
    return {
      ...level,
      nodes: level.nodes.map((node) => ({ ...node, id: plain(node.id) })),
      edges: level.edges.map((edge) => ({
        ...edge,
        id: plain(edge.id),
        from: end(edge.from),
        to: end(edge.to),
      })),
    };
  };
  const blocks = graph.blocks?.map((block) => ({ ...block, graph: plainLevel(block.graph) }));
  return { ...project, graph: { ...plainLevel(graph), ...(blocks && { blocks }) } };
}

function checkReferences({ graph }: Project): ProjectError | null {
  const blocks = graph.blocks ?? [];
  const twice = firstRepeated(blocks.map(({ id }) => id));
  if (twice !== null) return duplicateId(`graph.blocks[${twice}].id`, blocks[twice].id);
  const endless = endlessBlocks(graph)[0];
  if (endless) return endlessBlock(`graph.blocks[${blocks.indexOf(endless)}]`, endless.name || endless.id);
  const levels = [
    { level: graph, where: "graph" },
    ...blocks.map((block, index) => ({ level: block.graph, where: `graph.blocks[${index}].graph` })),
  ];
  for (const { level, where } of levels) {
    const broken = checkLevel(level, where, graph);
    if (broken) return broken;
  }
  return null;
}

/** @param at the path of the level's field */
function checkLevel(level: Graph, at: string, drawing: Graph): ProjectError | null {
  const nodes = new Map(level.nodes.map((node) => [node.id, node]));
  for (const list of ["nodes", "edges", "frames"] as const) {
    const ids = (level[list] ?? []).map(({ id }) => id);
    const twice = firstRepeated(ids);
    if (twice !== null) return duplicateId(`${at}.${list}[${twice}].id`, ids[twice]);
  }
  for (const [index, edge] of level.edges.entries()) {
    for (const end of ["from", "to"] as const) {
      const { node: id, port } = edge[end];
      const where = `${at}.edges[${index}].${end}`;
      const node = nodes.get(id);
      if (!node) return missingNode(where, edge.id, id);
      const layer = layerIn(drawing, node.type);
      const ports = end === "from" ? layer?.outputs : layer?.inputs;
      if (ports && !Object.hasOwn(ports, port))
        return missingPort(where, edge.id, `${node.type} (${id})`, port, Object.keys(ports));
    }
  }
  return null;
}

/** The index of the first entry that was there before. */
function firstRepeated(ids: readonly string[]): number | null {
  const seen = new Set<string>();
  const index = ids.findIndex((id) => seen.size === seen.add(id).size);
  return index < 0 ? null : index;
}

function duplicateId(where: string, id: string): ProjectError {
  return {
    code: "duplicate-id",
    where,
    message: {
      en: `Two entries have the id ${id} (the second is ${where}).`,
      zh: `有两项使用了同一个 id ${id}（第二项是 ${where}）。`,
    },
  };
}

function endlessBlock(where: string, name: string): ProjectError {
  return {
    code: "endless-block",
    where,
    message: {
      en: `The block ${name} holds itself, so it would never end (${where}).`,
      zh: `模块 ${name} 包含了它自己，因此永无止境（${where}）。`,
    },
  };
}

function missingNode(where: string, edge: string, node: string): ProjectError {
  return {
    code: "missing-node",
    where,
    message: {
      en: `The wire ${edge} is tied to a node ${node} that is not in the file (${where}).`,
      zh: `连线 ${edge} 接到了文件中不存在的节点 ${node}（${where}）。`,
    },
  };
}

function missingPort(
  where: string,
  edge: string,
  node: string,
  port: string,
  ports: readonly string[],
): ProjectError {
  const there = ports.join(", ");
  return {
    code: "missing-port",
    where,
    message: {
      en: `The wire ${edge} is tied to the port ${port} of ${node}, which has ${there === "" ? "none there" : `only ${there}`} (${where}).`,
      zh: `连线 ${edge} 接到了 ${node} 的端口 ${port}，但它${there === "" ? "在这一侧没有端口" : `只有 ${there}`}（${where}）。`,
    },
  };
}

function failed(error: ProjectError): { readonly ok: false; readonly error: ProjectError } {
  return { ok: false, error };
}
