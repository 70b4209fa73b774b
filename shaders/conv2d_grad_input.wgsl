// result (N, GROUPS·CHANNELS, H, W): the gradient of conv2d's input, from grad (N, GROUPS·OUTPUTS, OH, OW) and
// weight (GROUPS·OUTPUTS, CHANNELS, KERNEL_H, KERNEL_W).
// A thread computes 8 input channels of one group at 8 consecutive positions of the input plane: each gathers from the
// outputs that it took part in, so that no two threads write the same element.

const N = 2u;
const GROUPS = 1u;
// Channels of the input and of the output in one group.
const CHANNELS = 3u;
const OUTPUTS = 10u;
const H = 7u;
const W = 9u;
const OH = 7u;
const OW = 9u;
const KERNEL_H = 3u;
const KERNEL_W = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const PADDING_H = 1u;
const PADDING_W = 1u;
const DILATION_H = 1u;
const DILATION_W = 1u;
const GRID_WIDTH = 65535u;

const PIXEL_TILES = (H * W + 7u) / 8u;
const CHANNEL_TILES = (CHANNELS + 7u) / 8u;
const TAPS = KERNEL_H * KERNEL_W;

@group(0) @binding(0) var<storage, read> grad: array<f32, 1260>;
@group(0) @binding(1) var<storage, read> weight: array<f32, 270>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 378>;

// Hook: an element of grad, by its place in row-major order. Past the end, the answer does not matter.
fn load_grad(i: u32) -> f32 {
  return grad[i];
}

// Hook: an element of the weight, by its place in row-major order.
fn load_weight(i: u32) -> f32 {
  return weight[i];
}

// Hook: what happens to an element of the result.
fn store(n: u32, channel: u32, y: u32, x: u32, value: f32) {
  result[((n * GROUPS * CHANNELS + channel) * H + y) * W + x] = value;
}

fn store_pixels(n: u32, channel: u32, position: u32, y: vec4u, x: vec4u, values: vec4f) {
  if (position < H * W) {
    store(n, channel, y.x, x.x, values.x);
  }
  if (position + 1u < H * W) {
    store(n, channel, y.y, x.y, values.y);
  }
  if (position + 2u < H * W) {
    store(n, channel, y.z, x.z, values.z);
  }
  if (position + 3u < H * W) {
    store(n, channel, y.w, x.w, values.w);
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (tile >= N * GROUPS * CHANNEL_TILES * PIXEL_TILES) {
    return;
  }
  let position = tile % PIXEL_TILES * 8u;
  let first = tile / PIXEL_TILES % CHANNEL_TILES * 8u;
  let group = tile / (PIXEL_TILES * CHANNEL_TILES) % GROUPS;
  let n = tile / (PIXEL_TILES * CHANNEL_TILES * GROUPS);

  let positions_a = min(position + vec4u(0u, 1u, 2u, 3u), vec4u(H * W - 1u));
  let rows_a = positions_a / W;
  let columns_a = positions_a % W;
  let bottom_a = rows_a + PADDING_H;
  let right_a = columns_a + PADDING_W;
  let positions_b = min(position + 4u + vec4u(0u, 1u, 2u, 3u), vec4u(H * W - 1u));
  let rows_b = positions_b / W;
  let columns_b = positions_b % W;
  let bottom_b = rows_b + PADDING_H;
  let right_b = columns_b + PADDING_W;
  let plane = (n * GROUPS + group) * OUTPUTS * OH * OW;
  let w0_start = (group * OUTPUTS * CHANNELS + min(first, CHANNELS - 1u)) * TAPS;
  let w1_start = (group * OUTPUTS * CHANNELS + min(first + 1u, CHANNELS - 1u)) * TAPS;
  let w2_start = (group * OUTPUTS * CHANNELS + min(first + 2u, CHANNELS - 1u)) * TAPS;
  let w3_start = (group * OUTPUTS * CHANNELS + min(first + 3u, CHANNELS - 1u)) * TAPS;
  let w4_start = (group * OUTPUTS * CHANNELS + min(first + 4u, CHANNELS - 1u)) * TAPS;
  let w5_start = (group * OUTPUTS * CHANNELS + min(first + 5u, CHANNELS - 1u)) * TAPS;
  let w6_start = (group * OUTPUTS * CHANNELS + min(first + 6u, CHANNELS - 1u)) * TAPS;
  let w7_start = (group * OUTPUTS * CHANNELS + min(first + 7u, CHANNELS - 1u)) * TAPS;
  var s0a = vec4f();
  var s0b = vec4f();
  var s1a = vec4f();
  var s1b = vec4f();
  var s2a = vec4f();
  var s2b = vec4f();
  var s3a = vec4f();
  var s3b = vec4f();
  var s4a = vec4f();
  var s4b = vec4f();
  var s5a = vec4f();
  var s5b = vec4f();
  var s6a = vec4f();
  var s6b = vec4f();
  var s7a = vec4f();
  var s7b = vec4f();
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      // The output whose window begins at (top, left) of the padded input, where there is one. Left of or above the plane
      // a coordinate has wrapped around to a large number.
      let top_a = bottom_a - ky * DILATION_H;
      let left_a = right_a - kx * DILATION_W;
      let y_a = top_a / STRIDE_H;
      let x_a = left_a / STRIDE_W;
      let on_grid_a = (y_a * STRIDE_H == top_a) & (x_a * STRIDE_W == left_a);
      let inside_a = on_grid_a & (y_a < vec4u(OH)) & (x_a < vec4u(OW));
      var ia = plane + y_a * OW + x_a;
      let top_b = bottom_b - ky * DILATION_H;
      let left_b = right_b - kx * DILATION_W;
      let y_b = top_b / STRIDE_H;
      let x_b = left_b / STRIDE_W;
      let on_grid_b = (y_b * STRIDE_H == top_b) & (x_b * STRIDE_W == left_b);
      let inside_b = on_grid_b & (y_b < vec4u(OH)) & (x_b < vec4u(OW));
      var ib = plane + y_b * OW + x_b;
      var tap = ky * KERNEL_W + kx;
      for (var o = 0u; o < OUTPUTS; o++) {
        let pixels_a = select(
          vec4f(),
          vec4f(load_grad(ia.x), load_grad(ia.y), load_grad(ia.z), load_grad(ia.w)),
          inside_a,
        );
        let pixels_b = select(
          vec4f(),
          vec4f(load_grad(ib.x), load_grad(ib.y), load_grad(ib.z), load_grad(ib.w)),
          inside_b,
        );
        let w0 = load_weight(tap + w0_start);
        s0a += w0 * pixels_a;
        s0b += w0 * pixels_b;
        let w1 = load_weight(tap + w1_start);
        s1a += w1 * pixels_a;
        s1b += w1 * pixels_b;
        let w2 = load_weight(tap + w2_start);
        s2a += w2 * pixels_a;
        s2b += w2 * pixels_b;
        let w3 = load_weight(tap + w3_start);
        s3a += w3 * pixels_a;
        s3b += w3 * pixels_b;
        let w4 = load_weight(tap + w4_start);
        s4a += w4 * pixels_a;
        s4b += w4 * pixels_b;
        let w5 = load_weight(tap + w5_start);
        s5a += w5 * pixels_a;
        s5b += w5 * pixels_b;
        let w6 = load_weight(tap + w6_start);
        s6a += w6 * pixels_a;
        s6b += w6 * pixels_b;
        let w7 = load_weight(tap + w7_start);
        s7a += w7 * pixels_a;
        s7b += w7 * pixels_b;
        ia += OH * OW;
        ib += OH * OW;
        tap += CHANNELS * TAPS;
      }
    }
  }
  // In a loop, so that what happens to a result is compiled a few times only.
  var sums = array(
    s0a, s0b, s1a, s1b, s2a, s2b, s3a, s3b,
    s4a, s4b, s5a, s5b, s6a, s6b, s7a, s7b,
  );
  for (var i = 0u; i < min(8u, CHANNELS - first); i++) {
    store_pixels(n, group * CHANNELS + first + i, position, rows_a, columns_a, sums[2u * i]);
    store_pixels(n, group * CHANNELS + first + i, position + 4u, rows_b, columns_b, sums[2u * i + 1u]);
  }
}
