/** A network at the size of a stamp: its nodes as blocks in the colours of their categories, its wires as lines. */
import { checkGraph, type Graph, layerIn } from "../../engine";
import { numbers, translator } from "../ui/text";
import { describe, type Picture } from "./describe";
import "./small-picture.css";

export function SmallPicture({ graph }: { readonly graph: Graph }) {
  const { box, frames, nodes, wires } = pictureOf(graph);
  // Of a small network the blocks are no larger than of a large one.
  const [width, height] = [
    Math.max(box.width - spare, smallest.width),
    Math.max(box.height - spare, smallest.height),
  ];
  const [x, y] = [box.x - (width - box.width) / 2, box.y - (height - box.height) / 2];
  return (
    <svg className="small-picture" viewBox={`${x} ${y} ${width} ${height}`} aria-hidden>
      {frames.map(({ id, position, size }) => (
        <rect key={id} className="frame" {...position} {...size} rx={24} />
      ))}
      {wires.map(({ path }) => (
        <path key={path} d={path} />
      ))}
      {nodes.map(({ x, y, width, height, kind, category }) => (
        <rect
          key={`${x} ${y}`}
          className={kind}
          x={x}
          y={y}
          width={width}
          height={height}
          rx={22}
          style={{ color: category ? `var(--cat-${category})` : "var(--text-3)" }}
        />
      ))}
    </svg>
  );
}

/** Canvas units. Of the margin around a picture little is needed here. */
const spare = 50;
const smallest = { width: 900, height: 480 };

const pictures = new WeakMap<Graph, Picture>();

/** The words on the nodes count for their sizes only, so any language will do. */
function pictureOf(graph: Graph): Picture {
  const known = pictures.get(graph);
  if (known) return known;
  const picture = describe({
    graph,
    checked: checkGraph(graph, { batchSize: 1, data: {} }),
    problems: new Map(),
    layerOf: (type) => layerIn(graph, type),
    sizeOf: () => undefined,
    t: translator("en"),
    numbers: numbers("en"),
  });
  pictures.set(graph, picture);
  return picture;
}
