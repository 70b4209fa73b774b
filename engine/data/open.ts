/** Recognises what a person chose and reads it into a data set. */
import { type DataSettings, type DataSource, defaultData, type SyntheticSource } from "../graph/project";
import type { Text } from "../tensor/text";
import { readCsv } from "./csv";
import type { DataResult, Dataset, ImageDecoder, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";
import { looksLikeIdx, readIdxPair } from "./idx";
import { isHidden, isImage, readImages } from "./images";
import { synthesize, tabulate } from "./synthetic";
import { isZip, unzipImages } from "./zip";

export interface OpenedDataset {
  readonly dataset: Dataset;
  /** Complete: `source` says what was read and as what. */
  readonly settings: DataSettings;
  /** All columns of a table, the target among them; empty for images. */
  readonly sourceColumns: readonly string[];
  /** A table's first rows, a CSV's as they stand in the file; empty for images. */
  readonly previewRows: readonly (readonly string[])[];
  readonly notes: readonly Text[];
}

const previewRows = 200;

/**
 * One CSV, TSV or text file; a folder of images or a ZIP file of one; or two IDX files in any order, packed by gzip or
 * not. No files at all when the settings name a set that is computed.
 *
 * @param settings null, or without a source, or with one of another kind than the files: target and task are found by
 * looking. Otherwise the source is kept as it is and tells how to read the files.
 * @param target the CSV's target column, when all else is found by looking
 */
export async function openData(
  files: readonly InputFile[],
  settings: DataSettings | null,
  decode: ImageDecoder,
  target: string | null = null,
): Promise<DataResult<OpenedDataset>> {
  if (files.length === 0 && settings?.source?.kind === "synthetic")
    return openSynthetic(settings.source, settings);
  const chosen = recognise(files.filter(({ path }) => !isHidden(path)));
  if (!chosen.ok) return chosen;
  const base = settings ?? defaultData;
  const opened = await read(chosen.value, base.source, decode, target);
  if (!opened.ok) return opened;
  const { source, ...rest } = opened.value;
  return succeeded({ ...rest, settings: { ...base, source } });
}

/** More would not fit into memory. */
const maxSyntheticRows = 1_000_000;

/** Errors: `data-rows`. */
function openSynthetic(source: SyntheticSource, settings: DataSettings): DataResult<OpenedDataset> {
  if (source.rows > maxSyntheticRows)
    return failed("data-rows", source.set, {
      en: `${source.rows} rows are more than can be held in memory. Ask for ${maxSyntheticRows} or less.`,
      zh: `${source.rows} 行超出了内存所能容纳的数量。请设为不大于 ${maxSyntheticRows} 的值。`,
    });
  const dataset = synthesize(source);
  const { columns, rows } = tabulate(dataset, previewRows);
  return succeeded({ dataset, settings, sourceColumns: columns, previewRows: rows, notes: [] });
}

type Chosen =
  | { readonly kind: "csv"; readonly file: InputFile }
  | { readonly kind: "images"; readonly folder: string; readonly files: readonly InputFile[] }
  | { readonly kind: "idx"; readonly files: readonly [InputFile, InputFile] };

interface Read extends Omit<OpenedDataset, "settings"> {
  readonly source: DataSource;
}

async function read(
  chosen: Chosen,
  source: DataSource | null,
  decode: ImageDecoder,
  wanted: string | null,
): Promise<DataResult<Read>> {
  switch (chosen.kind) {
    case "csv": {
      const given = source?.kind === "csv" ? source : null;
      const csv = readCsv(chosen.file, given ?? { target: wanted, task: null });
      if (!csv.ok) return csv;
      const { dataset, table, target, task } = csv.value;
      return succeeded({
        dataset,
        source: given ?? { kind: "csv", file: chosen.file.path, target, task },
        sourceColumns: table.columns,
        previewRows: table.rows.slice(0, previewRows).map(({ cells }) => cells),
        notes: [],
      });
    }
    case "images": {
      const images = await readImages(chosen.files, decode);
      if (!images.ok) return images;
      const found: DataSource =
        source?.kind === "images" ? source : { kind: "images", folder: chosen.folder };
      return succeeded({ ...images.value, source: found, sourceColumns: [], previewRows: [] });
    }
    case "idx": {
      const pair = readIdxPair(chosen.files);
      if (!pair.ok) return pair;
      const { dataset, images, labels } = pair.value;
      const found: DataSource = source?.kind === "idx" ? source : { kind: "idx", images, labels };
      return succeeded({ dataset, source: found, sourceColumns: [], previewRows: [], notes: [] });
    }
  }
}

/** Errors: `data-no-files`, `data-one-idx`, `data-several`, `data-unknown`. */
function recognise(files: readonly InputFile[]): DataResult<Chosen> {
  if (files.length === 0)
    return failed("data-no-files", "", {
      en: `There are no files in it. Choose ${whatCanBeOpened.en}.`,
      zh: `其中没有文件。请选择${whatCanBeOpened.zh}。`,
    });
  const images = files.filter(isImage);
  if (images.length > 0)
    return succeeded({ kind: "images", folder: images[0].path.split("/")[0], files: images });
  if (files.length === 1 && isZip(files[0])) return fromZip(files[0]);

  const tables = files.filter(({ path }) => /\.(csv|tsv|txt|data)$/i.test(path));
  const idx = files.filter((file) => !tables.includes(file) && looksLikeIdx(file));
  if (tables.length === 1 && idx.length === 0) return succeeded({ kind: "csv", file: tables[0] });
  if (idx.length === 2) return succeeded({ kind: "idx", files: [idx[0], idx[1]] });
  const names = [...tables, ...idx].map(({ path }) => path).join(", ");
  if (idx.length === 1)
    return failed("data-one-idx", idx[0].path, {
      en: `${names} is one half of a data set. Choose the images file and the labels file together.`,
      zh: `${names} 只是数据集的一半。请同时选择图片文件和标签文件。`,
    });
  if (names !== "")
    return failed("data-several", names, {
      en: `These are several data sets: ${names}. Choose one CSV file, or one pair of IDX files.`,
      zh: `这里有多个数据集：${names}。请选择一个 CSV 文件，或一对 IDX 文件。`,
    });
  const { path } = files[0];
  const workbook = /\.(xlsx?|ods|numbers)$/i.test(path);
  return failed("data-unknown", path, {
    en: workbook
      ? `${path} is a spreadsheet's own format. Save it as CSV and open that.`
      : `${path} is not a kind of file that can be read. Choose ${whatCanBeOpened.en}.`,
    zh: workbook
      ? `${path} 是电子表格软件的专用格式。请另存为 CSV 后再打开。`
      : `无法读取 ${path} 这种文件。请选择${whatCanBeOpened.zh}。`,
  });
}

function fromZip(zip: InputFile): DataResult<Chosen> {
  const unpacked = unzipImages(zip);
  if (!unpacked.ok) return unpacked;
  return succeeded({ kind: "images", folder: zip.path, files: unpacked.value });
}

const whatCanBeOpened: Text = {
  en: "a CSV or TSV file, a folder (or a ZIP file) with one sub-folder of images for each class, or a pair of IDX files (images and labels)",
  zh: "一个 CSV 或 TSV 文件、一个每个类别各有一个图片子文件夹的文件夹（或其 ZIP 文件），或一对 IDX 文件（图片和标签）",
};
