/** Brings every column, or every channel of an image, to mean 0 and standard deviation 1. */
import { elementCount } from "../tensor/tensor";
import type { DataTensor, Scale } from "./dataset";

/**
 * Measured over the given rows; the first dimension of a sample is the column or channel. The deviation is that of
 * the population (divided by n), and 1 where all values are equal.
 */
export function measureScale(tensor: DataTensor, rows: Int32Array): Scale {
  const { channels, inner } = channelsOf(tensor);
  const mean = new Array<number>(channels).fill(0);
  const std = new Array<number>(channels).fill(1);
  for (let channel = 0; channel < channels; channel++) {
    const each = (visit: (value: number) => void) => {
      for (const row of rows) {
        const start = (row * channels + channel) * inner;
        for (let index = start; index < start + inner; index++) visit(tensor.values[index]);
      }
    };
    const count = rows.length * inner;
    let [sum, least, most] = [0, Infinity, -Infinity];
    each((value) => {
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    });
    if (count === 0) continue;
    mean[channel] = sum / count;
    if (least === most) continue;
    let squares = 0;
    each((value) => {
      squares += (value - mean[channel]) ** 2;
    });
    std[channel] = Math.sqrt(squares / count);
  }
  return { mean, std };
}

/** x' = (x - mean) / std for all rows. */
export function applyScale(tensor: DataTensor, scale: Scale): DataTensor {
  const { channels, inner } = channelsOf(tensor);
  const values = new Float32Array(tensor.values.length);
  for (let start = 0, group = 0; start < values.length; start += inner, group++) {
    const [mean, std] = [scale.mean[group % channels], scale.std[group % channels]];
    for (let index = start; index < start + inner; index++)
      values[index] = (tensor.values[index] - mean) / std;
  }
  return { ...tensor, values };
}

function channelsOf({ shape }: DataTensor): { channels: number; inner: number } {
  return { channels: shape[0] ?? 1, inner: elementCount(shape.slice(1)) };
}
