/** Scales an image: the mean of the pixels it covers when it shrinks, linear in between when it grows. */

/**
 * Separable triangle filter whose width follows the scale, as Pillow's `BILINEAR`.
 *
 * @param pixels height × width × channels
 */
export function resize(
  pixels: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  channels: number,
): Uint8Array {
  const wide = resample(pixels, from.height, from.width, to.width, channels);
  const done = resample(wide, 1, from.height, to.height, to.width * channels);
  return Uint8Array.from(done, Math.round);
}

/** Along the middle one of (outer, size, inner). */
function resample(
  source: ArrayLike<number>,
  outer: number,
  size: number,
  target: number,
  inner: number,
): Float32Array {
  const result = new Float32Array(outer * target * inner);
  const scale = size / target;
  const reach = Math.max(scale, 1);
  for (let index = 0; index < target; index++) {
    const center = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - reach + 0.5));
    const last = Math.min(size, Math.floor(center + reach + 0.5));
    const weights = Array.from({ length: last - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k + 0.5 - center) / reach)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let row = 0; row < outer; row++) {
      for (let element = 0; element < inner; element++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += weights[k] * source[(row * size + first + k) * inner + element];
        result[(row * target + index) * inner + element] = sum / total;
      }
    }
  }
  return result;
}
