// result (N, C, H, W): the gradient of avg_pool2d's input, from grad (N, C, OH, OW).
// A thread computes one element: the sum over the windows that cover it.

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

@group(0) @binding(0) var<storage, read> grad: array<f32, 72>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 378>;

// Hook: an element of grad.
fn load_grad(n: u32, channel: u32, y: u32, x: u32) -> f32 {
  return grad[((n * C + channel) * OH + y) * OW + x];
}

// Hook: what happens to an element of the result.
fn store(n: u32, channel: u32, y: u32, x_: u32, value: f32) {
  result[((n * C + channel) * H + y) * W + x_] = value;
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
  if (i >= N * C * H * W) {
    return;
  }
  let x_ = i % W;
  let y = i / W % H;
  let channel = i / (H * W) % C;
  let n = i / (H * W * C);
  var sum = 0.0;
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let top = y + PADDING_H - ky;
    let oy = top / STRIDE_H;
    // Above the plane `top` has wrapped around to a large number.
    if (oy >= OH || oy * STRIDE_H != top) {
      continue;
    }
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let left = x_ + PADDING_W - kx;
      let ox = left / STRIDE_W;
      if (ox < OW && ox * STRIDE_W == left) {
        sum += load_grad(n, channel, oy, ox) / window_size(oy, ox);
      }
    }
  }
  store(n, channel, y, x_, sum);
}
