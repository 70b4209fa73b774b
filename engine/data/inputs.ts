/** Reads what a trained network is to predict from: files like those it was trained with, with labels or without. */
import { column, featuresOf } from "./csv";
import type { DataResult, Dataset, DataTensor, ImageDecoder, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";
import { imageTensor, looksLikeIdx, readIdx } from "./idx";
import { className, isImage, readPlainImages } from "./images";
import { readTable } from "./table";

/** What the network was trained with. */
export interface TrainedWith extends Pick<Dataset, "classes" | "columns"> {
  readonly tensors: Readonly<Record<string, Pick<DataTensor, "shape" | "dtype">>>;
  /** A CSV's target column. */
  readonly target: string | null;
}

export interface NetworkInputs {
  readonly rows: number;
  /** By name, not standardised: `features` or `image`. */
  readonly tensors: Readonly<Record<string, DataTensor>>;
  /** What each row is called: an image's path, or its number from 1. */
  readonly names: readonly string[];
  /** What each row really is, where the files say it. */
  readonly labels: readonly string[] | null;
}

/** Errors: those of the readers, `inputs-kind`, `inputs-shape`. */
export async function readInputs(
  files: readonly InputFile[],
  trained: TrainedWith,
  decode: ImageDecoder,
): Promise<DataResult<NetworkInputs>> {
  const images = files.filter(isImage);
  if (trained.tensors.features)
    return files.length === 1 && images.length === 0
      ? fromTable(files[0], trained)
      : wrongKind(files, trained);
  if (images.length > 0) return fromImages(images, trained, decode);
  const idx = files.filter(looksLikeIdx);
  return idx.length > 0 ? fromIdx(idx, trained) : wrongKind(files, trained);
}

/** A row of a table may be a sample of more dimensions: a sequence (T, 1). */
function fromTable(file: InputFile, { columns, target, tensors }: TrainedWith): DataResult<NetworkInputs> {
  const read = readTable(file);
  if (!read.ok) return read;
  const table = read.value;
  const features = featuresOf(table, columns);
  if (!features.ok) return features;
  const labels = target !== null && table.columns.includes(target) ? column(table, target) : null;
  const { shape } = tensors.features;
  return succeeded(inputs("features", { ...features.value, shape }, table.rows.length, labels));
}

async function fromImages(
  images: readonly InputFile[],
  { tensors, classes }: TrainedWith,
  decode: ImageDecoder,
): Promise<DataResult<NetworkInputs>> {
  const sorted = [...images].sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = await readPlainImages(sorted, decode, tensors.image.shape);
  if (!read.ok) return read;
  const names = sorted.map(({ path }) => path);
  const folders = names.map((path) => className(path.split("/").at(1) ?? ""));
  const labels = folders.every((folder) => classes.includes(folder)) ? folders : null;
  return succeeded({ ...inputs("image", read.value, sorted.length, labels), names });
}

function fromIdx(files: readonly InputFile[], trained: TrainedWith): DataResult<NetworkInputs> {
  let tensor: DataTensor | null = null;
  let labels: string[] | null = null;
  let rows = 0;
  for (const file of files) {
    const read = readIdx(file);
    if (!read.ok) return read;
    if (read.value.dims.length === 1) labels = Array.from(read.value.values, String);
    else {
      tensor = imageTensor(read.value);
      rows = read.value.dims[0];
    }
  }
  const { shape } = trained.tensors.image;
  if (tensor === null) return wrongKind(files, trained);
  if (tensor.shape.join() !== shape.join())
    return failed("inputs-shape", files[0].path, {
      en: `The images are ${tensor.shape.join("×")}, but the network was trained with ${shape.join("×")}. Choose images of that size.`,
      zh: `图片的形状为 ${tensor.shape.join("×")}，而网络训练时使用的是 ${shape.join("×")}。请选择相同尺寸的图片。`,
    });
  return succeeded(inputs("image", tensor, rows, labels?.length === rows ? labels : null));
}

function inputs(
  name: string,
  tensor: DataTensor,
  rows: number,
  labels: readonly string[] | null,
): NetworkInputs {
  return {
    rows,
    labels,
    tensors: { [name]: tensor },
    names: Array.from({ length: rows }, (_, row) => String(row + 1)),
  };
}

function wrongKind(files: readonly InputFile[], { tensors }: TrainedWith): DataResult<never> {
  const where = files[0]?.path ?? "";
  return tensors.features
    ? failed("inputs-kind", where, {
        en: "The network was trained with a table. Choose one CSV file with the same columns.",
        zh: "该网络是用表格训练的。请选择一个列相同的 CSV 文件。",
      })
    : failed("inputs-kind", where, {
        en: "The network was trained with images. Choose an image, a folder of images or an IDX file of images.",
        zh: "该网络是用图片训练的。请选择一张图片、一个图片文件夹或一个 IDX 图片文件。",
      });
}
