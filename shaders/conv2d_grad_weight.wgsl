// result (PARTS, GROUPS·OUTPUTS, CHANNELS, KERNEL_H, KERNEL_W): the gradient of conv2d's weight, from
// x (N, GROUPS·CHANNELS, H, W) and grad (N, GROUPS·OUTPUTS, OH, OW). Each part sums over its share of the batch.
// A thread computes 8 output channels of one group by 8 consecutive elements of their (CHANNELS, KERNEL_H, KERNEL_W).

const PARTS = 1u;
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

const TAPS = CHANNELS * KERNEL_H * KERNEL_W;
const TAP_TILES = (TAPS + 7u) / 8u;
const OUTPUT_TILES = (OUTPUTS + 7u) / 8u;

@group(0) @binding(0) var<storage, read> x: array<f32, 378>;
@group(0) @binding(1) var<storage, read> grad: array<f32, 1260>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 270>;

// Hook: an element of x, by its place in row-major order. Past the end, the answer does not matter.
fn load_x(i: u32) -> f32 {
  return x[i];
}

// Hook: an element of grad, by its place in row-major order.
fn load_grad(i: u32) -> f32 {
  return grad[i];
}

// Hook: what happens to an element of the result.
fn store(part: u32, output: u32, channel: u32, y: u32, x_: u32, value: f32) {
  result[(((part * GROUPS * OUTPUTS + output) * CHANNELS + channel) * KERNEL_H + y) * KERNEL_W + x_] = value;
}

fn store_tap(part: u32, output: u32, tap: u32, value: f32) {
  if (tap < TAPS) {
    store(part, output, tap / (KERNEL_H * KERNEL_W), tap / KERNEL_W % KERNEL_H, tap % KERNEL_W, value);
  }
}

fn store_taps(part: u32, output: u32, tap: u32, values: vec4f) {
  store_tap(part, output, tap, values.x);
  store_tap(part, output, tap + 1u, values.y);
  store_tap(part, output, tap + 2u, values.z);
  store_tap(part, output, tap + 3u, values.w);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (tile >= PARTS * GROUPS * OUTPUT_TILES * TAP_TILES) {
    return;
  }
  let tap = tile % TAP_TILES * 8u;
  let first = tile / TAP_TILES % OUTPUT_TILES * 8u;
  let group = tile / (TAP_TILES * OUTPUT_TILES) % GROUPS;
  let part = tile / (TAP_TILES * OUTPUT_TILES * GROUPS);

  let taps_a = min(tap + vec4u(0u, 1u, 2u, 3u), vec4u(TAPS - 1u));
  let planes_a = (group * CHANNELS + taps_a / (KERNEL_H * KERNEL_W)) * (H * W);
  let top_a = taps_a / KERNEL_W % KERNEL_H * DILATION_H - PADDING_H;
  let left_a = taps_a % KERNEL_W * DILATION_W - PADDING_W;
  let taps_b = min(tap + 4u + vec4u(0u, 1u, 2u, 3u), vec4u(TAPS - 1u));
  let planes_b = (group * CHANNELS + taps_b / (KERNEL_H * KERNEL_W)) * (H * W);
  let top_b = taps_b / KERNEL_W % KERNEL_H * DILATION_H - PADDING_H;
  let left_b = taps_b % KERNEL_W * DILATION_W - PADDING_W;
  let g0_start = (group * OUTPUTS + min(first, OUTPUTS - 1u)) * OH * OW;
  let g1_start = (group * OUTPUTS + min(first + 1u, OUTPUTS - 1u)) * OH * OW;
  let g2_start = (group * OUTPUTS + min(first + 2u, OUTPUTS - 1u)) * OH * OW;
  let g3_start = (group * OUTPUTS + min(first + 3u, OUTPUTS - 1u)) * OH * OW;
  let g4_start = (group * OUTPUTS + min(first + 4u, OUTPUTS - 1u)) * OH * OW;
  let g5_start = (group * OUTPUTS + min(first + 5u, OUTPUTS - 1u)) * OH * OW;
  let g6_start = (group * OUTPUTS + min(first + 6u, OUTPUTS - 1u)) * OH * OW;
  let g7_start = (group * OUTPUTS + min(first + 7u, OUTPUTS - 1u)) * OH * OW;
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
  for (var n = part * N / PARTS; n < (part + 1u) * N / PARTS; n++) {
    var place = n * GROUPS * OUTPUTS * OH * OW;
    for (var oy = 0u; oy < OH; oy++) {
      // Left of or above the plane a coordinate has wrapped around to a large number.
      let y_a = top_a + oy * STRIDE_H;
      let inside_y_a = y_a < vec4u(H);
      var x_a = left_a;
      let row_a = n * GROUPS * CHANNELS * H * W + planes_a + y_a * W;
      let y_b = top_b + oy * STRIDE_H;
      let inside_y_b = y_b < vec4u(H);
      var x_b = left_b;
      let row_b = n * GROUPS * CHANNELS * H * W + planes_b + y_b * W;
      for (var ox = 0u; ox < OW; ox++) {
        let inside_a = inside_y_a & (x_a < vec4u(W));
        let ia = row_a + x_a;
        let inside_b = inside_y_b & (x_b < vec4u(W));
        let ib = row_b + x_b;
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
        let g0 = load_grad(place + g0_start);
        s0a += g0 * pixels_a;
        s0b += g0 * pixels_b;
        let g1 = load_grad(place + g1_start);
        s1a += g1 * pixels_a;
        s1b += g1 * pixels_b;
        let g2 = load_grad(place + g2_start);
        s2a += g2 * pixels_a;
        s2b += g2 * pixels_b;
        let g3 = load_grad(place + g3_start);
        s3a += g3 * pixels_a;
        s3b += g3 * pixels_b;
        let g4 = load_grad(place + g4_start);
        s4a += g4 * pixels_a;
        s4b += g4 * pixels_b;
        let g5 = load_grad(place + g5_start);
        s5a += g5 * pixels_a;
        s5b += g5 * pixels_b;
        let g6 = load_grad(place + g6_start);
        s6a += g6 * pixels_a;
        s6b += g6 * pixels_b;
        let g7 = load_grad(place + g7_start);
        s7a += g7 * pixels_a;
        s7b += g7 * pixels_b;
        x_a += STRIDE_W;
        x_b += STRIDE_W;
        place += 1u;
      }
    }
  }
  // In a loop, so that what happens to a result is compiled a few times only.
  var sums = array(
    s0a, s0b, s1a, s1b, s2a, s2b, s3a, s3b,
    s4a, s4b, s5a, s5b, s6a, s6b, s7a, s7b,
  );
  for (var i = 0u; i < min(8u, OUTPUTS - first); i++) {
    store_taps(part, group * OUTPUTS + first + i, tap, sums[2u * i]);
    store_taps(part, group * OUTPUTS + first + i, tap + 4u, sums[2u * i + 1u]);
  }
}
