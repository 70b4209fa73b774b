/** A picture as SVG that any program can show and print: shapes and words with attributes, no style sheet, no script. */
import type { Frame, FrameColour } from "../../engine";
import { type Picture, type PictureNode, type PictureWire, parts } from "./describe";

/** The value of a design token, such as `--line`. */
export type Token = (name: string) => string;

const ui = "Inter, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif";
const mono = "'JetBrains Mono', ui-monospace, Menlo, Consolas, monospace";
/** Width of a character of the small mono face. */
const monoWidth = 6.4;

export function printSvg({ frames, nodes, wires, box }: Picture, token: Token, title: string): string {
  const { x, y, width, height } = box;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}" font-family="${ui}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${token("--surface")}"/>`,
    ...frames.map((frame) => frameSvg(frame, token)),
    ...wires.map(({ path, bad }) => wireSvg(path, bad, token)),
    ...nodes.map((node) => nodeSvg(node, token)),
    ...wires.map((wire) => chipSvg(wire, token)),
    "</svg>",
  ]
    .filter(Boolean)
    .join("\n");
}

const frameTokens: Readonly<Record<FrameColour, string>> = {
  grey: "--text-3",
  blue: "--cat-linear",
  green: "--cat-pool",
  amber: "--cat-norm",
  red: "--error",
  violet: "--cat-shape",
};

function frameSvg({ title, text, colour, position: { x, y }, size }: Frame, token: Token): string {
  const paint = token(frameTokens[colour]);
  const perLine = Math.max(8, Math.floor((size.width - 24) / 6.2));
  const room = Math.max(0, Math.floor((size.height - 40) / 18));
  const lines = text.split("\n").flatMap((line) => wrapped(line, perLine));
  return [
    `<rect x="${x}" y="${y}" width="${size.width}" height="${size.height}" rx="12" fill="${paint}" fill-opacity="0.09" stroke="${paint}" stroke-opacity="0.45"/>`,
    words(title, { x: x + 12, y: y + 22, size: 13, fill: paint, weight: 600 }),
    ...lines
      .slice(0, room)
      .map((line, index) =>
        words(line, { x: x + 12, y: y + 44 + 18 * index, size: 12, fill: token("--text-2") }),
      ),
  ].join("");
}

function wireSvg(path: string, bad: boolean, token: Token): string {
  const look = bad ? `stroke="${token("--error")}" stroke-dasharray="5 4"` : `stroke="${token("--text-3")}"`;
  return `<path d="${path}" fill="none" stroke-width="2" stroke-linecap="round" ${look}/>`;
}

function chipSvg({ chip, bad }: PictureWire, token: Token): string {
  if (!chip) return "";
  const width = chip.text.length * monoWidth + 14;
  const ink = token(bad ? "--error" : "--text-2");
  return (
    `<rect x="${chip.x - width / 2}" y="${chip.y - 9}" width="${width}" height="18" rx="9" fill="${token("--surface")}" stroke="${token(bad ? "--error" : "--line-strong")}"/>` +
    words(chip.text, { x: chip.x, y: chip.y + 3.7, size: 10.5, fill: ink, face: mono, anchor: "middle" })
  );
}

function nodeSvg(node: PictureNode, token: Token): string {
  const { x, y, width, height, kind, category, severity } = node;
  const paint = category ? token(`--cat-${category}`) : token("--text-3");
  if (kind === "reroute")
    return `<circle cx="${x + width / 2}" cy="${y + height / 2}" r="4" fill="${token("--text-3")}"/>`;
  const edge = severity ? token(severity === "error" ? "--error" : "--warn") : token("--line-strong");
  const box = `width="${width}" height="${height}" rx="10" fill="${token("--surface")}" stroke="${edge}"`;
  return [
    kind === "block" ? `<rect x="${x}" y="${y + 4}" ${box}/>` : "",
    `<rect x="${x}" y="${y}" ${box}${node.dashed ? ' stroke-dasharray="4 3"' : ""}/>`,
    `<g${node.dashed ? ' opacity="0.55"' : ""}>`,
    `<rect x="${x + 10}" y="${y + 13}" width="9" height="9" rx="2.5" fill="${paint}"/>`,
    words(node.title, { x: x + 27, y: y + 22, size: 13, fill: token("--text"), weight: 600 }),
    nameSvg(node, token),
    ...bodySvg(node, token),
    "</g>",
    ...node.ports.map(
      (port) =>
        `<circle cx="${port.x}" cy="${port.y}" r="4.5" fill="${token("--surface")}" stroke="${port.side === "out" ? paint : token("--text-3")}" stroke-width="2"/>`,
    ),
  ].join("");
}

/** At the right of the head, as far as the title leaves room. */
function nameSvg({ x, y, width, title, name }: PictureNode, token: Token): string {
  const room = Math.floor((width - 27 - title.length * 7.4 - 20) / 6);
  if (name === "" || room < 2) return "";
  const shown = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  return words(shown, { x: x + width - 10, y: y + 22, size: 11, fill: token("--text-3"), anchor: "end" });
}

function bodySvg(node: PictureNode, token: Token): string[] {
  const { x, width } = node;
  const [left, right] = [x + 10, x + width - 10];
  const lines: string[] = [];
  let y = node.y + parts.head;
  const pair = (a: string, b: string, face: string) => {
    lines.push(words(a, { x: left, y: y + 13, size: 12, fill: token("--text-3") }));
    lines.push(words(b, { x: right, y: y + 13, size: 11, fill: token("--text-2"), face, anchor: "end" }));
  };
  for (const [input, output] of node.portRows) {
    pair(input, output, ui);
    y += parts.portRow;
  }
  if (node.portRows.length > 0) y += parts.portsFoot;
  for (const { label, value } of node.rows) {
    const room = Math.max(3, Math.floor((width - 30 - label.length * 6.2) / 6.6));
    pair(label, value.length > room ? `${value.slice(0, room - 1)}…` : value, mono);
    y += parts.row;
  }
  if (node.foot.length === 0) return lines;
  if (node.rows.length > 0) y += parts.rowsFoot;
  const ink = node.severity ? token(node.severity === "error" ? "--error" : "--warn") : token("--text-3");
  const [first, second = ""] = node.foot;
  const room = Math.floor((width - 20 - second.length * 6.2) / 5.8);
  const shown = first.length > room ? `${first.slice(0, room - 1)}…` : first;
  lines.push(`<path d="M${x} ${y}H${x + width}" stroke="${token("--line")}"/>`);
  lines.push(words(shown, { x: left, y: y + 17, size: 11, fill: ink }));
  if (second) lines.push(words(second, { x: right, y: y + 17, size: 11, fill: ink, anchor: "end" }));
  return lines;
}

interface Look {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly face?: string;
  readonly anchor?: "end" | "middle";
}

function words(text: string, { x, y, size, fill, weight, face, anchor }: Look): string {
  if (text === "") return "";
  const more = [
    weight && `font-weight="${weight}"`,
    face && face !== ui && `font-family="${face}"`,
    anchor && `text-anchor="${anchor}"`,
  ];
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" ${more.filter(Boolean).join(" ")}>${escaped(text)}</text>`;
}

/** Between words, where there are any; a word that is longer than a line stays whole. */
function wrapped(line: string, perLine: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < perLine)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Also without the control characters that XML forbids. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- those are the characters to remove
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return allowed.replace(/[&<>"]/g, (letter) => entities[letter]);
}
