/** A folder of images with one sub-folder a class → a data set. */
import type { Text } from "../tensor/text";
import type { DataResult, Dataset, DataTensor, ImageDecoder, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";
import { type Pixels, scaleTo, toPixels, writeSample } from "./pixels";

export interface ImagesData {
  readonly dataset: Dataset;
  /** What a person should know of it: that images were scaled. */
  readonly notes: readonly Text[];
}

export function isImage({ path }: InputFile): boolean {
  return /\.(png|jpe?g|webp|gif|bmp)$/i.test(path);
}

/** What systems leave in folders. */
export function isHidden(path: string): boolean {
  return path
    .split("/")
    .some((part) => part.startsWith(".") || /^(__MACOSX|Thumbs\.db|desktop\.ini)$/i.test(part));
}

/**
 * `image` (C, H, W) float32 in [0, 1] and `label` () int64. The class is the first folder below the one chosen
 * (`digits/3/012.png`: 3); classes and files are sorted by character code, as in torchvision's ImageFolder. C is 1
 * when every image is grey, otherwise 3. Images of other sizes are scaled to the most common one.
 * Errors: `images-need-folders`, `images-split-folders`, `one-class`, `image-broken`, `images-too-large`.
 */
export async function readImages(
  files: readonly InputFile[],
  decode: ImageDecoder,
): Promise<DataResult<ImagesData>> {
  const images = files.filter(isImage).sort((a, b) => (a.path < b.path ? -1 : 1));
  const labels = classes(images);
  if (!labels.ok) return labels;
  const decoded = await decodeAll(images, decode);
  if (!decoded.ok) return decoded;

  const size = commonSize(decoded.value);
  const channels = decoded.value.every((image) => image.channels === 1) ? 1 : 3;
  if (images.length * channels * size.width * size.height > maxValues)
    return tooLarge(images[0].path, images.length);
  const image = stack(decoded.value, [channels, size.height, size.width]);
  const label: DataTensor = { shape: [], dtype: "int64", values: labels.value.values };
  const [name] = images[0].path.split("/");
  return succeeded({
    dataset: {
      name,
      rows: images.length,
      classes: labels.value.names,
      columns: [],
      tensors: { image, label },
    },
    notes: scalingNotes(images, decoded.value, size),
  });
}

/** Images without classes, brought to the shape (C, H, W) that a network was trained with. Errors: `image-broken`, … */
export async function readPlainImages(
  files: readonly InputFile[],
  decode: ImageDecoder,
  shape: readonly number[],
): Promise<DataResult<DataTensor>> {
  const decoded = await decodeAll(files, decode);
  return decoded.ok ? succeeded(stack(decoded.value, shape)) : decoded;
}

function classes(images: readonly InputFile[]): DataResult<{ names: string[]; values: Int32Array }> {
  const labels: string[] = [];
  for (const { path } of images) {
    const parts = path.split("/");
    if (parts.length < 3)
      return failed("images-need-folders", path, {
        en: `${path} is not in a class's folder. Choose a folder that has one sub-folder for each class, like digits/3/012.png.`,
        zh: `${path} 不在任何类别文件夹中。请选择每个类别各有一个子文件夹的文件夹，例如 digits/3/012.png。`,
      });
    labels.push(className(parts[1]));
  }
  const names = [...new Set(labels)].sort();
  const [root] = images[0].path.split("/");
  if (names.every((name) => /^(train|training|test|testing|val|valid|validation)$/i.test(name)))
    return failed("images-split-folders", root, {
      en: `The folders in ${root} are ${names.join(", ")}, which are parts of a data set and not classes. Choose one of them; a part of it is kept for validation anyway.`,
      zh: `${root} 中的文件夹是 ${names.join("、")}，它们是数据集的划分而不是类别。请选择其中一个；程序会自动留出一部分用于验证。`,
    });
  if (names.length < 2)
    return failed("one-class", root, {
      en: `${root} has images of one class only: ${names[0]}. Put each class in a sub-folder of its own; a classifier needs at least two.`,
      zh: `${root} 中只有一个类别 ${names[0]} 的图片。请把每个类别放在各自的子文件夹中；分类至少需要两个类别。`,
    });
  const numberOf = new Map(names.map((name, number) => [name, number]));
  return succeeded({ names, values: Int32Array.from(labels, (label) => numberOf.get(label) ?? 0) });
}

/** macOS hands out decomposed characters; the same folder must be the same class everywhere. */
export function className(folder: string): string {
  return folder.normalize("NFC");
}

/** 1 GiB as float32, the largest that is read into memory. */
const maxValues = 2 ** 28;

async function decodeAll(files: readonly InputFile[], decode: ImageDecoder): Promise<DataResult<Pixels[]>> {
  const images: Pixels[] = [];
  let total = 0;
  for (const { path, bytes } of files) {
    try {
      const image = await decode(bytes, path);
      if (total + image.width * image.height > maxValues) return tooLarge(path, files.length);
      images.push(toPixels(image));
    } catch (error) {
      const reason = error instanceof Error && error.message ? ` (${error.message})` : "";
      return failed("image-broken", path, {
        en: `${path} could not be read as an image${reason}. The file may be damaged or of another kind; repair it or remove it from the folder.`,
        zh: `无法将 ${path} 作为图片读取${reason}。文件可能已损坏或不是图片；请修复它或将其移出文件夹。`,
      });
    }
    total += images[images.length - 1].values.length;
  }
  return succeeded(images);
}

function tooLarge(path: string, count: number): DataResult<never> {
  return failed("images-too-large", path, {
    en: `These ${count} images need more than 1 GiB of memory. Scale them down before you open them (128×128 is enough for most networks), or choose fewer.`,
    zh: `这 ${count} 张图片需要超过 1 GiB 内存。请先将它们缩小（大多数网络用 128×128 就够了），或减少图片数量。`,
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The larger one where two are equally common. */
function commonSize(images: readonly Pixels[]): Size {
  const counts = new Map<string, { readonly size: Size; readonly count: number }>();
  for (const { width, height } of images) {
    const key = `${width}×${height}`;
    const entry = counts.get(key) ?? { size: { width, height }, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
  }
  const area = ({ width, height }: Size) => width * height;
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count || area(b.size) - area(a.size));
  return most.size;
}

function stack(images: readonly Pixels[], shape: readonly number[]): DataTensor {
  const [channels, height, width] = shape;
  const length = channels * height * width;
  const values = new Float32Array(images.length * length);
  images.forEach((image, row) =>
    writeSample(scaleTo(image, { width, height }), values, row * length, channels),
  );
  return { shape, dtype: "float32", values };
}

function scalingNotes(files: readonly InputFile[], images: readonly Pixels[], size: Size): Text[] {
  const others = files.filter(
    (_, index) => images[index].width !== size.width || images[index].height !== size.height,
  );
  if (others.length === 0) return [];
  const to = `${size.width}×${size.height}`;
  return [
    {
      en: `${others.length} of ${files.length} images are of another size (the first is ${others[0].path}); they were scaled to ${to}.`,
      zh: `${files.length} 张图片中有 ${others.length} 张尺寸不同（第一张是 ${others[0].path}），已缩放为 ${to}。`,
    },
  ];
}
