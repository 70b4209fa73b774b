// result (N, GROUPS·OUTPUTS, OH, OW) = x (N, GROUPS·CHANNELS, H, W) cross-correlated with
// weight (GROUPS·OUTPUTS, CHANNELS, KERNEL_H, KERNEL_W).
// A thread computes 8 output channels of one group at 8 consecutive positions of the output plane, in registers. The
// channels are the innermost loop, so that what depends on the position in the kernel is worked out once.

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

const PIXEL_TILES = (OH * OW + 7u) / 8u;
const OUTPUT_TILES = (OUTPUTS + 7u) / 8u;
const TAPS = KERNEL_H * KERNEL_W;

@group(0) @binding(0) var<storage, read> x: array<f32, 378>;
@group(0) @binding(1) var<storage, read> weight: array<f32, 270>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 1260>;

// Hook: an element of x, by its place in row-major order. Past the end, the answer does not matter.
fn load_x(i: u32) -> f32 {
  return x[i];
}

// Hook: an element of the weight, by its place in row-major order.
fn load_weight(i: u32) -> f32 {
  return weight[i];
}

// Hook: what happens to an element of the result.
fn store(n: u32, output: u32, y: u32, x_: u32, value: f32) {
  result[((n * GROUPS * OUTPUTS + output) * OH + y) * OW + x_] = value;
}

fn store_pixels(n: u32, output: u32, position: u32, y: vec4u, x_: vec4u, values: vec4f) {
  if (position < OH * OW) {
    store(n, output, y.x, x_.x, values.x);
  }
  if (position + 1u < OH * OW) {
    store(n, output, y.y, x_.y, values.y);
  }
  if (position + 2u < OH * OW) {
    store(n, output, y.z, x_.z, values.z);
  }
  if (position + 3u < OH * OW) {
    store(n, output, y.w, x_.w, values.w);
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (tile >= N * GROUPS * OUTPUT_TILES * PIXEL_TILES) {
    return;
  }
  let position = tile % PIXEL_TILES * 8u;
  let first = tile / PIXEL_TILES % OUTPUT_TILES * 8u;
  let group = tile / (PIXEL_TILES * OUTPUT_TILES) % GROUPS;
  let n = tile / (PIXEL_TILES * OUTPUT_TILES * GROUPS);

  let positions_a = min(position + vec4u(0u, 1u, 2u, 3u), vec4u(OH * OW - 1u));
  let rows_a = positions_a / OW;
  let columns_a = positions_a % OW;
  let top_a = rows_a * STRIDE_H - PADDING_H;
  let left_a = columns_a * STRIDE_W - PADDING_W;
  let positions_b = min(position + 4u + vec4u(0u, 1u, 2u, 3u), vec4u(OH * OW - 1u));
  let rows_b = positions_b / OW;
  let columns_b = positions_b % OW;
  let top_b = rows_b * STRIDE_H - PADDING_H;
  let left_b = columns_b * STRIDE_W - PADDING_W;
  let plane = (n * GROUPS + group) * CHANNELS * H * W;
  let w0_start = (group * OUTPUTS + min(first, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w1_start = (group * OUTPUTS + min(first + 1u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w2_start = (group * OUTPUTS + min(first + 2u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w3_start = (group * OUTPUTS + min(first + 3u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w4_start = (group * OUTPUTS + min(first + 4u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w5_start = (group * OUTPUTS + min(first + 5u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w6_start = (group * OUTPUTS + min(first + 6u, OUTPUTS - 1u)) * CHANNELS * TAPS;
  let w7_start = (group * OUTPUTS + min(first + 7u, OUTPUTS - 1u)) * CHANNELS * TAPS;
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
      // Left of or above the plane a coordinate has wrapped around to a large number.
      let y_a = top_a + ky * DILATION_H;
      let x_a = left_a + kx * DILATION_W;
      let inside_a = (y_a < vec4u(H)) & (x_a < vec4u(W));
      var ia = plane + y_a * W + x_a;
      let y_b = top_b + ky * DILATION_H;
      let x_b = left_b + kx * DILATION_W;
      let inside_b = (y_b < vec4u(H)) & (x_b < vec4u(W));
      var ib = plane + y_b * W + x_b;
      var tap = ky * KERNEL_W + kx;
      for (var c = 0u; c < CHANNELS; c++) {
        let pixels_a = select(
          vec4f(),
          vec4f(load_x(ia.x), load_x(ia.y), load_x(ia.z), load_x(ia.w)),
          inside_a,
        );
        let pixels_b = select(
          vec4f(),
          vec4f(load_x(ib.x), load_x(ib.y), load_x(ib.z), load_x(ib.w)),
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
        ia += H * W;
        ib += H * W;
        tap += TAPS;
      }
    }
  }
  // In a loop, so that what happens to a result is compiled a few times only.
  var sums = array(
    s0a, s0b, s1a, s1b, s2a, s2b, s3a, s3b,
    s4a, s4b, s5a, s5b, s6a, s6b, s7a, s7b,
  );
  for (var i = 0u; i < min(8u, OUTPUTS - first); i++) {
    store_pixels(n, group * OUTPUTS + first + i, position, rows_a, columns_a, sums[2u * i]);
    store_pixels(n, group * OUTPUTS + first + i, position + 4u, rows_b, columns_b, sums[2u * i + 1u]);
  }
}
