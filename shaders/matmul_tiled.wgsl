// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major.
// A workgroup computes 32 rows by 32 columns, a thread 4 by 4 of them. The workgroup brings 16 steps of k of its rows and
// columns into workgroup memory at a time, so that each element is loaded once a workgroup: made for GPUs.
// Rows and columns past the edge are read from the last one and not stored.

const BATCH = 2u;
const M = 30u;
const N = 20u;
const K = 10u;
// Whether k runs along a's rows in memory, and columns along b's: then neighbouring threads load neighbouring elements.
const A_ALONG_K = 1u;
const B_ALONG_K = 0u;
const GRID_WIDTH = 65535u;

const ROW_TILES = (M + 31u) / 32u;
const COLUMN_TILES = (N + 31u) / 32u;

@group(0) @binding(0) var<storage, read> a: array<f32, 600>;
@group(0) @binding(1) var<storage, read> b: array<f32, 400>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 1200>;

// Four neighbouring rows of a, and four neighbouring columns of b, at each of 16 steps of k. The ninth is not used: it keeps
// what neighbouring threads write apart in different banks of the memory.
var<workgroup> rows: array<array<vec4f, 9>, 16>;
var<workgroup> columns: array<array<vec4f, 9>, 16>;

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

// Past the end of the sums, zeros.
fn four_of_a(batch: u32, row: u32, k: u32) -> vec4f {
  let at = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(M - 1u));
  let step = min(k, K - 1u);
  let values = vec4f(
    load_a(batch, at.x, step),
    load_a(batch, at.y, step),
    load_a(batch, at.z, step),
    load_a(batch, at.w, step),
  );
  return select(vec4f(), values, k < K);
}

fn four_of_b(batch: u32, k: u32, column: u32) -> vec4f {
  let at = min(column + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
  let step = min(k, K - 1u);
  let values = vec4f(
    load_b(batch, step, at.x),
    load_b(batch, step, at.y),
    load_b(batch, step, at.z),
    load_b(batch, step, at.w),
  );
  return select(vec4f(), values, k < K);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let wanted = workgroup.x + workgroup.y * GRID_WIDTH;
  // Workgroups past the end repeat the last tile, so that every thread meets the barriers; they do not store.
  let tile = min(wanted, BATCH * ROW_TILES * COLUMN_TILES - 1u);
  let batch = tile / (ROW_TILES * COLUMN_TILES);
  let row = (tile / COLUMN_TILES) % ROW_TILES * 32u;
  let column = tile % COLUMN_TILES * 32u;
  let y = lane / 8u;
  let x = lane % 8u;

  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  for (var start = 0u; start < K; start += 16u) {
    for (var i = lane; i < 128u; i += 64u) {
      let step = select(i / 8u, i % 16u, A_ALONG_K != 0u);
      let place = select(i % 8u, i / 16u, A_ALONG_K != 0u);
      rows[step][place] = four_of_a(batch, row + place * 4u, start + step);
    }
    for (var i = lane; i < 128u; i += 64u) {
      let step = select(i / 8u, i % 16u, B_ALONG_K != 0u);
      let place = select(i % 8u, i / 16u, B_ALONG_K != 0u);
      columns[step][place] = four_of_b(batch, start + step, column + place * 4u);
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let left = rows[k][y];
      let right = columns[k][x];
      s0 += left.x * right;
      s1 += left.y * right;
      s2 += left.z * right;
      s3 += left.w * right;
    }
    workgroupBarrier();
  }
  if (wanted != tile) {
    return;
  }
  var sums = array(s0, s1, s2, s3);
  for (var i = 0u; i < 16u; i++) {
    let to_row = row + y * 4u + i / 4u;
    let to_column = column + x * 4u + i % 4u;
    if (to_row < M && to_column < N) {
      store(batch, to_row, to_column, sums[i / 4u][i % 4u]);
    }
  }
}
