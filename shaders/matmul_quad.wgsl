// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major.
// Four lanes, a quad, compute up to 16 rows by 16 columns in registers: each loads up to 4 elements of a and 4 of b, and sees
// the other lanes' elements of a by swaps within the quad. No workgroup memory: made for adapters that compute on the
// processor, four lanes at once. There the sums are fetched and kept in every turn of a loop, which two steps of k share;
// more steps, or larger tiles, would be more machine code than a core keeps decoded.
// A line in which a name ends in r0, c0 or u0 is repeated for each row and column of a lane and for each step of a turn,
// see engine/plan/unroll.ts: with one step the kernel is compiled soonest.
// Rows and columns past the edge are read from the last one and not stored. Few workgroups go over all tiles: where
// kernels share a dispatch, such an adapter goes through the code of all of them in every one.

enable subgroups;
diagnostic(off, subgroup_uniformity);

const THREADS = 64u;
const BATCH = 2u;
const M = 30u;
const N = 20u;
const K = 10u;
const WORKGROUPS = 4u;

const r_count = 1u;
const c_count = 1u;
const u_count = 1u;
const r0 = 0u;
const c0 = 0u;
const u0 = 0u;

const ROWS = 4u * r_count;
const COLUMNS = 4u * c_count;
const ROW_TILES = (M + ROWS - 1u) / ROWS;
const COLUMN_TILES = (N + COLUMNS - 1u) / COLUMNS;
const TILES = BATCH * ROW_TILES * COLUMN_TILES;

@group(0) @binding(0) var<storage, read> a: array<f32, 600>;
@group(0) @binding(1) var<storage, read> b: array<f32, 400>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 1200>;

// Hook: an element of a, where k = 2 · step + j. Past the end of a row, the answer does not matter.
fn load_a(batch: u32, row: u32, step: u32, j: u32) -> f32 {
  return a[(batch * M + row) * K + 2u * step + j];
}

// Hook: an element of b, where k = 2 · step + j. Past the end of a column, the answer does not matter.
fn load_b(batch: u32, step: u32, j: u32, column: u32) -> f32 {
  return b[(batch * K + 2u * step + j) * N + column];
}

// Hook: what happens to an element of the result.
fn store(batch: u32, row: u32, column: u32, value: f32) {
  result[(batch * M + row) * N + column] = value;
}

// The hooks in parts: what follows from a row or column alone, from k alone, and the rest. See engine/plan/hoist.ts.
alias Place = array<u32, 8>;

fn load_a_outer(batch: u32, row: u32) -> Place {
  return Place(batch, row, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_a_inner(step: u32, j: u32) -> Place {
  return Place(step, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

// What follows from k alone at the steps of a turn.
fn load_a_steps(step: u32, j: u32) -> array<Place, u_count> {
  return array<Place, u_count>(
    load_a_inner(step, j + u0),
  );
}

fn load_a_at(outer: Place, inner: Place, j: u32) -> f32 {
  return load_a(outer[0], outer[1], inner[0], j);
}

fn load_b_outer(batch: u32, column: u32) -> Place {
  return Place(batch, column, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_b_inner(step: u32, j: u32) -> Place {
  return Place(step, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

// What follows from k alone at the steps of a turn.
fn load_b_steps(step: u32, j: u32) -> array<Place, u_count> {
  return array<Place, u_count>(
    load_b_inner(step, j + u0),
  );
}

fn load_b_at(outer: Place, inner: Place, j: u32) -> f32 {
  return load_b(outer[0], inner[0], j, outer[1]);
}

fn store_outer(batch: u32, column: u32) -> Place {
  return Place(batch, column, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn store_inner(row: u32) -> Place {
  return Place(row, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn store_at(outer: Place, inner: Place, value: f32) {
  store(outer[0], inner[0], outer[1], value);
}

// Whether k is an element: only in the last turn may there be any other.
fn inside(k: u32) -> bool {
  return (K % u_count == 0u) | (k < K);
}

// What lanes q, q ^ 1, q ^ 2 and q ^ 3 of the quad have of their rows.
fn turned(x: f32) -> vec4f {
  return vec4f(x, quadSwapX(x), quadSwapY(x), quadSwapDiagonal(x));
}

fn some_of_a(row: Place, steps: array<Place, u_count>, k: u32, j: u32) -> array<vec4f, u_count> {
  return array<vec4f, u_count>(
    turned(select(0.0, load_a_at(row, steps[u0], j + u0), inside(k + u0))),
  );
}

fn some_of_b(column: Place, steps: array<Place, u_count>, k: u32, j: u32) -> array<f32, u_count> {
  return array<f32, u_count>(
    select(0.0, load_b_at(column, steps[u0], j + u0), inside(k + u0)),
  );
}

// One sum after the other, so that each is in a register while it grows.
fn grown(sum: vec4f, a: array<vec4f, u_count>, b: array<f32, u_count>) -> vec4f {
  var x = sum.x;
  x += a[u0].x * b[u0];
  var y = sum.y;
  y += a[u0].y * b[u0];
  var z = sum.z;
  z += a[u0].z * b[u0];
  var w = sum.w;
  w += a[u0].w * b[u0];
  return vec4f(x, y, z, w);
}

fn put(to_column: Place, column: u32, row: u32, value: f32) {
  if (((M % ROWS == 0u) | (row < M)) & ((N % COLUMNS == 0u) | (column < N))) {
    store_at(to_column, store_inner(row), value);
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  var s_r0_c0: vec4f;
  let q = lane & 3u;
  // Neighbours read much of the same.
  let end = (workgroup.x + 1u) * TILES / WORKGROUPS;
  for (var tile = workgroup.x * TILES / WORKGROUPS + (lane >> 2u); tile < end; tile += THREADS / 4u) {
    let batch = tile / (ROW_TILES * COLUMN_TILES);
    let row = (tile / COLUMN_TILES) % ROW_TILES * ROWS;
    let column = tile % COLUMN_TILES * COLUMNS + q;

    let row_r0 = load_a_outer(batch, min(row + q + 4u * r0, M - 1u));
    let column_c0 = load_b_outer(batch, min(column + 4u * c0, N - 1u));
    s_r0_c0 = vec4f();
    for (var k = 0u; k < K; k += u_count) {
      let step = k >> 1u;
      let j = k & (2u - u_count);
      let a_steps = load_a_steps(step, j);
      let b_steps = load_b_steps(step, j);
      let b_c0 = some_of_b(column_c0, b_steps, k, j);
      let a_r0 = some_of_a(row_r0, a_steps, k, j);
      s_r0_c0 = grown(s_r0_c0, a_r0, b_c0);
    }
    // In a loop, so that what happens to a result is compiled once.
    var sums = array(
      s_r0_c0,
    );
    for (var j = 0u; j < c_count; j++) {
      let x = column + 4u * j;
      let to_column = store_outer(batch, x);
      for (var i = 0u; i < ROWS; i += u_count) {
        let y_u0 = row + (i & ~3u) + (q ^ ((i & 3u) + u0));
        put(to_column, x, y_u0, sums[(i >> 2u) * c_count + j][(i & 3u) + u0]);
      }
    }
  }
}
