// result (N, C, OH, OW) = the largest element of each window of x (N, C, H, W), as PyTorch's
// max_pool2d: padding never wins, the first of equals does, and a NaN is larger than any number.
// A thread computes one element.

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

fn is_unordered(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
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
  var found = false;
  var largest = 0.0;
  for (var ky = 0u; ky < KERNEL_H; ky++) {
    let row = y * STRIDE_H + ky * DILATION_H - PADDING_H;
    for (var kx = 0u; kx < KERNEL_W; kx++) {
      let column = x_ * STRIDE_W + kx * DILATION_W - PADDING_W;
      // Left of or above the plane the coordinates have wrapped around to large numbers.
      if (row < H && column < W) {
        let next = load_x(n, channel, row, column);
        if (!found || next > largest || is_unordered(next)) {
          largest = next;
          found = true;
        }
      }
    }
  }
  store(n, channel, y, x_, largest);
}
