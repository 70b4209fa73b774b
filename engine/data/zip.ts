/** A ZIP file of images, one folder a class, in place of the folder itself. */
import { strFromU8, unzipSync } from "fflate";
import type { DataResult, InputFile } from "./dataset";
import { failed, succeeded } from "./errors";
import { isHidden, isImage } from "./images";

export function isZip({ bytes }: InputFile): boolean {
  return bytes.length > 3 && strFromU8(bytes.subarray(0, 4), true) === "PK\u0003\u0004";
}

/** 1 GiB, as much as is read into memory. */
const maxBytes = 2 ** 30;

/**
 * The images with paths as if the folder had been chosen. An archive of the class folders alone counts as a folder by
 * its own name. Errors: `zip-broken`, `zip-too-large`, `zip-no-images`.
 */
export function unzipImages({ path, bytes }: InputFile): DataResult<readonly InputFile[]> {
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (isHidden(name) || !isImage({ path: name, bytes })) return false;
        total += originalSize;
        return total <= maxBytes;
      },
    });
  } catch {
    return failed("zip-broken", path, {
      en: `${path} could not be unpacked: it is cut off or damaged. Download or copy it again.`,
      zh: `无法解压 ${path}：文件不完整或已损坏。请重新下载或复制。`,
    });
  }
  if (total > maxBytes)
    return failed("zip-too-large", path, {
      en: `The images in ${path} take more than 1 GiB. Scale them down before you pack them, or choose fewer.`,
      zh: `${path} 中的图片超过 1 GiB。请先将它们缩小再打包，或减少图片数量。`,
    });
  const names = Object.keys(unpacked);
  if (names.length === 0)
    return failed("zip-no-images", path, {
      en: `There are no images in ${path}. Choose an archive with one folder of images for each class, or unpack it and open the files in it.`,
      zh: `${path} 中没有图片。请选择每个类别各有一个图片文件夹的压缩包，或解压后打开其中的文件。`,
    });
  const hasRoot = names.every((name) => name.split("/").length > 2);
  const root = hasRoot ? "" : `${path.slice(path.lastIndexOf("/") + 1).replace(/\.zip$/i, "")}/`;
  return succeeded(names.map((name) => ({ path: root + name, bytes: unpacked[name] })));
}
