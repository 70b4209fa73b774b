// result (N, C, H, W): the gradient of max_pool2d's input, from grad and indices (N, C, OH, OW), where an index is the
// place in the H·W plane of a window's maximum.
// A thread computes one element: it looks through the windows that cover it, so that no two threads add to one place.

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
const DILATION_H = 1u;
const DILATION_W = 1u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> grad: array<f32, 72>;
@group(0) @binding(1) var<storage, read> indices: array<i32, 72>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 378>;

// Hook: an element of grad.
fn load_grad(n: u32, channel: u32, y: u32, x: u32) -> f32 {
  return grad[((n * C + channel) * OH + y) * OW + x];
}

// Hook: an element of indices.
fn load_index(n: u32, channel: u32, y: u32, x: u32) -> i32 {
  return indices[((n * C + channel) * OH + y) * OW + x];
}

// Hook: what happens to an element of the result.
fn store(n: u32, channel: u32, y: u32, x_: u32, value: f32) {
  result[((n * C + channel) * H + y) * W + x_] = value;
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
  let place = i32(y * W + x_);
  var sum = 0.0;
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let top = y + PADDING_H - ky * DILATION_H;
    let oy = top / STRIDE_H;
    // Above the plane `top` has wrapped around to a large number.
    if (oy >= OH || oy * STRIDE_H != top) {
      continue;
    }
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let left = x_ + PADDING_W - kx * DILATION_W;
      let ox = left / STRIDE_W;
      if (ox >= OW || ox * STRIDE_W != left) {
        continue;
      }
      if (load_index(n, channel, oy, ox) == place) {
        sum += load_grad(n, channel, oy, ox);
      }
    }
  }
  store(n, channel, y, x_, sum);
}
