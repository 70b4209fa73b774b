// result (N, C, OH, OW) = the mean of each window of x (N, C, H, W), as PyTorch's avg_pool2d. A thread computes one element.

const N = 2u;
const C = 3u;
const H = 7u;
const W = 9u;
const OH = 3u;
const OW = 4u;
const KERNEL_H = 2u;
const KERNEL_W = 2u;
const STRIDE_H = 2u;
const STRIDE_W = 2u;
const PADDING_H = 0u;
const PADDING_W = 0u;
// 1: padding counts as elements of the window.
const COUNT_PADDING = 1u;
// What the sum is divided by; 0: the number of elements in the window.
const DIVISOR = 0;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 378>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 72>;

// Hook: an element of x.
fn load_x(n: u32, channel: u32, y: u32, x_: u32) -> f32 {
  return x[((n * C + channel) * H + y) * W + x_];
}

// Hook: what happens to an element of the result.
fn store(n: u32, channel: u32, y: u32, x_: u32, value: f32) {
  result[((n * C + channel) * OH + y) * OW + x_] = value;
}

// How many elements of the plane, or of the padded plane, the window at (y, x) covers. Source: ATen's AvgPoolKernel.cpp.
fn window_size(y: u32, x: u32) -> f32 {
  if (DIVISOR != 0) {
    return f32(DIVISOR);
  }
  let top = i32(y * STRIDE_H) - i32(PADDING_H);
  let left = i32(x * STRIDE_W) - i32(PADDING_W);
  let bottom = min(top + i32(KERNEL_H), i32(H + PADDING_H));
  let right = min(left + i32(KERNEL_W), i32(W + PADDING_W));
  if (COUNT_PADDING == 1u) {
    return f32((bottom - top) * (right - left));
  }
  return f32((min(bottom, i32(H)) - max(top, 0)) * (min(right, i32(W)) - max(left, 0)));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (i >= N * C * OH * OW) {
    return;
  }
  let x_ = i % OW;
  let y = i / OW % OH;
  let channel = i / (OH * OW) % C;
  let n = i / (OH * OW * C);
  var sum = 0.0;
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let row = y * STRIDE_H + ky - PADDING_H;
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let column = x_ * STRIDE_W + kx - PADDING_W;
      // Left of or above the plane the coordinates have wrapped around to large numbers.
      if (row < H && column < W) {
        sum += load_x(n, channel, row, column);
      }
    }
  }
  store(n, channel, y, x_, sum / window_size(y, x_));
}
