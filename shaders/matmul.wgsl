// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major.
// A thread computes 8 rows by 8 columns in registers; no workgroup memory. Two steps of k are one expression, so that the
// sums are kept and fetched once for both. Rows and columns past the edge are read from the last one and not stored.

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

// Hook: an element of a. Past the end of a row, the answer does not matter.
fn load_a(batch: u32, row: u32, k: u32) -> f32 {
  return a[(batch * M + row) * K + k];
}

// Hook: an element of b. Past the end of a column, the answer does not matter.
fn load_b(batch: u32, k: u32, column: u32) -> f32 {
  return b[(batch * K + k) * N + column];
}

// Hook: what happens to an element of the result.
fn store(batch: u32, row: u32, column: u32, value: f32) {
  result[(batch * M + row) * N + column] = value;
}

// Whether k is an element: only where the last two steps are not whole is there any other.
fn inside(k: u32) -> bool {
  return (K % 2u == 0u) | (k < K);
}

fn two_of_a(batch: u32, row: u32, k: u32) -> vec2f {
  return vec2f(load_a(batch, row, k), select(0.0, load_a(batch, row, k + 1u), inside(k + 1u)));
}

fn four_of_b(batch: u32, k: u32, columns: vec4u) -> vec4f {
  let values = vec4f(
    load_b(batch, k, columns.x),
    load_b(batch, k, columns.y),
    load_b(batch, k, columns.z),
    load_b(batch, k, columns.w),
  );
  return select(vec4f(), values, inside(k));
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

  let left_columns = min(column + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
  let right_columns = min(column + vec4u(4u, 5u, 6u, 7u), vec4u(N - 1u));
  let r0 = min(row, M - 1u);
  let r1 = min(row + 1u, M - 1u);
  let r2 = min(row + 2u, M - 1u);
  let r3 = min(row + 3u, M - 1u);
  let r4 = min(row + 4u, M - 1u);
  let r5 = min(row + 5u, M - 1u);
  let r6 = min(row + 6u, M - 1u);
  let r7 = min(row + 7u, M - 1u);
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
  for (var k = 0u; k < K; k += 2u) {
    let left = mat2x4f(four_of_b(batch, k, left_columns), four_of_b(batch, k + 1u, left_columns));
    let right = mat2x4f(four_of_b(batch, k, right_columns), four_of_b(batch, k + 1u, right_columns));
    let x0 = two_of_a(batch, r0, k);
    s0a += left * x0;
    s0b += right * x0;
    let x1 = two_of_a(batch, r1, k);
    s1a += left * x1;
    s1b += right * x1;
    let x2 = two_of_a(batch, r2, k);
    s2a += left * x2;
    s2b += right * x2;
    let x3 = two_of_a(batch, r3, k);
    s3a += left * x3;
    s3b += right * x3;
    let x4 = two_of_a(batch, r4, k);
    s4a += left * x4;
    s4b += right * x4;
    let x5 = two_of_a(batch, r5, k);
    s5a += left * x5;
    s5b += right * x5;
    let x6 = two_of_a(batch, r6, k);
    s6a += left * x6;
    s6b += right * x6;
    let x7 = two_of_a(batch, r7, k);
    s7a += left * x7;
    s7b += right * x7;
  }
  // In a loop, so that what happens to a result is compiled once.
  var sums = array(
    s0a, s0b, s1a, s1b, s2a, s2b, s3a, s3b,
    s4a, s4b, s5a, s5b, s6a, s6b, s7a, s7b,
  );
  for (var i = 0u; i < 64u; i++) {
    let y = row + i / 8u;
    let x = column + i % 8u;
    if (y < M && x < N) {
      store(batch, y, x, sums[i / 4u][i % 4u]);
    }
  }
}
