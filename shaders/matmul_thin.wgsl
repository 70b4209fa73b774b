// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major, for results of few elements.
// A thread computes one element.

const BATCH = 2u;
const M = 3u;
const N = 5u;
const K = 10u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> a: array<f32, 60>;
@group(0) @binding(1) var<storage, read> b: array<f32, 100>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 30>;

// Hook: an element of a.
fn load_a(batch: u32, row: u32, k: u32) -> f32 {
  return a[(batch * M + row) * K + k];
}

// Hook: an element of b.
fn load_b(batch: u32, k: u32, column: u32) -> f32 {
  return b[(batch * K + k) * N + column];
}

// Hook: what happens to an element of the result.
fn store(batch: u32, row: u32, column: u32, value: f32) {
  result[(batch * M + row) * N + column] = value;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (i >= BATCH * M * N) {
    return;
  }
  let batch = i / (M * N);
  let row = (i / N) % M;
  let column = i % N;
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    sum += load_a(batch, row, k) * load_b(batch, k, column);
  }
  store(batch, row, column, sum);
}
