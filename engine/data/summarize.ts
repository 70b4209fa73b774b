/** What the data panel shows of a data set. */
import type { DataSettings } from "../graph/project";
import type { DType, Shape } from "../tensor/tensor";
import type { Dataset, PreparedData } from "./dataset";
import type { OpenedDataset } from "./open";

export interface DataSummary {
  readonly dataset: Omit<Dataset, "tensors">;
  readonly tensors: Readonly<Record<string, { readonly shape: Shape; readonly dtype: DType }>>;
  readonly settings: DataSettings;
  readonly trainRows: number;
  readonly validationRows: number;
  /** Rows for the data panel: header and cells as text, at most 200. */
  readonly preview: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** For images: up to 40 thumbnails. */
  readonly thumbnails: readonly Thumbnail[];
  /** Samples of each class, in the order of `classes`. */
  readonly classCounts: readonly number[];
  /** The source's columns, for choosing the target; empty for images. */
  readonly sourceColumns: readonly string[];
}

export interface Thumbnail {
  /** The class's name. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** 8 bits a channel. */
  readonly rgba: Uint8ClampedArray;
}

export function summarize(opened: OpenedDataset, { train, validation }: PreparedData): DataSummary {
  const { tensors, ...dataset } = opened.dataset;
  return {
    dataset,
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
    ),
    settings: opened.settings,
    trainRows: train.length,
    validationRows: validation.length,
    preview: { header: opened.sourceColumns, rows: opened.previewRows },
    thumbnails: thumbnails(opened.dataset),
    classCounts: dataset.classes.map((_, number) => rowsOf(opened.dataset, number).length),
    sourceColumns: opened.sourceColumns,
  };
}

const maxThumbnails = 40;

/** The first images of every class. */
function thumbnails(dataset: Dataset): Thumbnail[] {
  if (!dataset.tensors.image) return [];
  const each = Math.max(1, Math.floor(maxThumbnails / dataset.classes.length));
  return dataset.classes
    .flatMap((label, number) =>
      rowsOf(dataset, number)
        .slice(0, each)
        .map((row) => thumbnail(dataset, row, label)),
    )
    .slice(0, maxThumbnails);
}

function rowsOf({ tensors, rows }: Dataset, number: number): number[] {
  const { values } = tensors.label;
  return Array.from({ length: rows }, (_, row) => row).filter((row) => values[row] === number);
}

function thumbnail({ tensors: { image } }: Dataset, row: number, label: string): Thumbnail {
  const [channels, height, width] = image.shape;
  const plane = width * height;
  const rgba = new Uint8ClampedArray(plane * 4).fill(255);
  for (let channel = 0; channel < 3; channel++) {
    const start = (row * channels + Math.min(channel, channels - 1)) * plane;
    for (let pixel = 0; pixel < plane; pixel++) rgba[pixel * 4 + channel] = image.values[start + pixel] * 255;
  }
  return { label, width, height, rgba };
}
