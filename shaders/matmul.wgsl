// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major.
// A thread computes 8 rows by 8 columns in registers; no workgroup memory. Rows and columns past the edge are read
// from the last one and not stored.

const BATCH = 2u;
const M = 30u;
const N = 20u;
const K = 10u;
const GRID_WIDTH = 65535u;

const ROW_TILES = (M + 7u) / 8u;
const COLUMN_TILES = (N + 7u) / 8u;

@group(0) @binding(0) var<storage, read> a: array<f32, 600>;
@group(0) @binding(1) var<storage, read> b: array<f32, 400>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 1200>;

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

fn store_four(batch: u32, row: u32, column: u32, values: vec4f) {
  if (column < N) {
    store(batch, row, column, values.x);
  }
  if (column + 1u < N) {
    store(batch, row, column + 1u, values.y);
  }
  if (column + 2u < N) {
    store(batch, row, column + 2u, values.z);
  }
  if (column + 3u < N) {
    store(batch, row, column + 3u, values.w);
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (tile >= BATCH * ROW_TILES * COLUMN_TILES) {
    return;
  }
  let batch = tile / (ROW_TILES * COLUMN_TILES);
  let row = (tile / COLUMN_TILES) % ROW_TILES * 8u;
  let column = tile % COLUMN_TILES * 8u;

  let r0 = min(row, M - 1u);
  let r1 = min(row + 1u, M - 1u);
  let r2 = min(row + 2u, M - 1u);
  let r3 = min(row + 3u, M - 1u);
  let r4 = min(row + 4u, M - 1u);
  let r5 = min(row + 5u, M - 1u);
  let r6 = min(row + 6u, M - 1u);
  let r7 = min(row + 7u, M - 1u);
  let c0 = min(column, N - 1u);
  let c1 = min(column + 1u, N - 1u);
  let c2 = min(column + 2u, N - 1u);
  let c3 = min(column + 3u, N - 1u);
  let c4 = min(column + 4u, N - 1u);
  let c5 = min(column + 5u, N - 1u);
  let c6 = min(column + 6u, N - 1u);
  let c7 = min(column + 7u, N - 1u);
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
  for (var k = 0u; k < K; k++) {
    let left = vec4f(load_b(batch, k, c0), load_b(batch, k, c1), load_b(batch, k, c2), load_b(batch, k, c3));
    let right = vec4f(load_b(batch, k, c4), load_b(batch, k, c5), load_b(batch, k, c6), load_b(batch, k, c7));
    let x0 = load_a(batch, r0, k);
    s0a += x0 * left;
    s0b += x0 * right;
    let x1 = load_a(batch, r1, k);
    s1a += x1 * left;
    s1b += x1 * right;
    let x2 = load_a(batch, r2, k);
    s2a += x2 * left;
    s2b += x2 * right;
    let x3 = load_a(batch, r3, k);
    s3a += x3 * left;
    s3b += x3 * right;
    let x4 = load_a(batch, r4, k);
    s4a += x4 * left;
    s4b += x4 * right;
    let x5 = load_a(batch, r5, k);
    s5a += x5 * left;
    s5b += x5 * right;
    let x6 = load_a(batch, r6, k);
    s6a += x6 * left;
    s6b += x6 * right;
    let x7 = load_a(batch, r7, k);
    s7a += x7 * left;
    s7b += x7 * right;
  }
  // In a loop, so that what happens to a result is compiled a few times only.
  var sums = array(
    s0a, s0b, s1a, s1b, s2a, s2b, s3a, s3b,
    s4a, s4b, s5a, s5b, s6a, s6b, s7a, s7b,
  );
  for (var i = 0u; i < min(8u, M - row); i++) {
    store_four(batch, row + i, column, sums[2u * i]);
    store_four(batch, row + i, column + 4u, sums[2u * i + 1u]);
  }
}
