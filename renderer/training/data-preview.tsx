import { useEffect, useRef } from "react";
import { Scroller } from "../ui/scroller";
import { useNumbers, useText } from "../ui/text";
import { training as texts } from "../ui/texts/training";
import type { DataSummary } from "./client";

/** Rows or pictures in the middle; at the right what an Input can name, and how large the classes are. */
export function DataPreview({ summary }: { summary: DataSummary }) {
  return (
    <>
      {summary.thumbnails.length > 0 ? <Thumbnails summary={summary} /> : <Table summary={summary} />}
      <div className="data-facts">
        <Tensors summary={summary} />
        {summary.dataset.classes.length > 0 && <ClassCounts summary={summary} />}
      </div>
    </>
  );
}

function Table({ summary }: { summary: DataSummary }) {
  const t = useText();
  const { count } = useNumbers();
  const { header, rows } = summary.preview;
  const { source } = summary.settings;
  const target = source?.kind === "csv" ? header.indexOf(source.target) : -1;
  const numeric = header.map((_, column) =>
    rows.every((row) => row[column] === "" || Number.isFinite(Number(row[column]))),
  );
  const cellClass = (column: number) =>
    `${numeric[column] ? "number" : ""} ${column === target ? "target" : ""}`;
  return (
    <div className="data-table">
      <Scroller label={t(texts.dataRows)} className="data-scroll">
        <table>
          <thead>
            <tr>
              <th className="row-number">#</th>
              {header.map((name, column) => (
                <th
                  key={name}
                  className={cellClass(column)}
                  title={column === target ? t(texts.target) : undefined}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // Rows are shown as they stand in the file: their place is what they are.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                <td className="row-number">{index + 1}</td>
                {row.map((cell, column) => (
                  <td key={header[column]} className={cellClass(column)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {rows.length < summary.dataset.rows && (
        <p className="dim data-note">
          {t(texts.previewOf, { shown: count(rows.length), rows: count(summary.dataset.rows) })}
        </p>
      )}
    </div>
  );
}

function Thumbnails({ summary }: { summary: DataSummary }) {
  const t = useText();
  const { count } = useNumbers();
  const { thumbnails, dataset } = summary;
  return (
    <div className="data-table">
      <Scroller label={t(texts.dataRows)} className="data-scroll thumbnails">
        {thumbnails.map((thumbnail, index) => (
          // Thumbnails have no name of their own, and their order never changes.
          // oxlint-disable-next-line react/no-array-index-key
          <figure key={index}>
            <Picture {...thumbnail} />
            <figcaption className="ellipsis">{thumbnail.label}</figcaption>
          </figure>
        ))}
      </Scroller>
      <p className="dim data-note">
        {t(texts.thumbnailsOf, { shown: count(thumbnails.length), rows: count(dataset.rows) })}
      </p>
    </div>
  );
}

function Picture({ width, height, rgba, label }: DataSummary["thumbnails"][number]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new ImageData(width, height);
    pixels.data.set(rgba);
    canvas.current?.getContext("2d")?.putImageData(pixels, 0, 0);
  }, [width, height, rgba]);
  return (
    <canvas ref={canvas} width={width} height={height}>
      {label}
    </canvas>
  );
}

function Tensors({ summary }: { summary: DataSummary }) {
  const t = useText();
  return (
    <div className="data-tensors">
      <h3>{t(texts.inputs)}</h3>
      <dl>
        {Object.entries(summary.tensors).map(([name, { shape, dtype }]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {["N", ...shape].join("×")} {dtype}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const shownClasses = 30;

function ClassCounts({ summary }: { summary: DataSummary }) {
  const t = useText();
  const { count } = useNumbers();
  const { classCounts, dataset } = summary;
  const most = Math.max(...classCounts, 1);
  return (
    <div className="class-counts">
      <h3>{t(texts.classesTitle, { count: count(dataset.classes.length) })}</h3>
      <ul>
        {dataset.classes.slice(0, shownClasses).map((name, index) => (
          <li key={name}>
            <span className="ellipsis" title={name}>
              {name}
            </span>
            <i style={{ transform: `scaleX(${classCounts[index] / most})` }} />
            <span className="dim numbers">{count(classCounts[index])}</span>
          </li>
        ))}
      </ul>
      {dataset.classes.length > shownClasses && (
        <p className="dim">{t(texts.moreClasses, { count: count(dataset.classes.length - shownClasses) })}</p>
      )}
    </div>
  );
}
