/** Makes assets/icons/icon.png, from which electron-builder makes each system's own, out of icon.svg. */
import path from "node:path";
import sharp from "sharp";
import { root } from "./paths.mjs";

const icons = path.join(root, "assets/icons");
await sharp(path.join(icons, "icon.svg"), { density: 72 })
  .resize(1024, 1024)
  .png({ compressionLevel: 9 })
  .toFile(path.join(icons, "icon.png"));
