// result (BATCH, M, N) = a (BATCH, M, K) · b (BATCH, K, N), row-major.
// Four lanes, a quad, compute 16 rows by 16 columns in registers: each loads 4 elements of a and 4 of b, and sees the
// other lanes' elements of a by swaps within the quad. No workgroup memory: made for adapters that compute on the
// processor, four lanes at once. There the sums are fetched and kept in every turn of a loop, which two steps of k share;
// more steps would be more machine code than a core keeps decoded. A line in which a name ends in u0 stands for as many
// lines as there are steps in a turn: with one, the kernel is compiled soonest.
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

const ROW_TILES = (M + 15u) / 16u;
const COLUMN_TILES = (N + 15u) / 16u;
const TILES = BATCH * ROW_TILES * COLUMN_TILES;

const u_count = 1u;
const u0 = 0u;

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

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  var s00: vec4f;
  var s01: vec4f;
  var s02: vec4f;
  var s03: vec4f;
  var s10: vec4f;
  var s11: vec4f;
  var s12: vec4f;
  var s13: vec4f;
  var s20: vec4f;
  var s21: vec4f;
  var s22: vec4f;
  var s23: vec4f;
  var s30: vec4f;
  var s31: vec4f;
  var s32: vec4f;
  var s33: vec4f;
  let q = lane & 3u;
  // Neighbours read much of the same.
  let end = (workgroup.x + 1u) * TILES / WORKGROUPS;
  for (var tile = workgroup.x * TILES / WORKGROUPS + (lane >> 2u); tile < end; tile += THREADS / 4u) {
    let batch = tile / (ROW_TILES * COLUMN_TILES);
    let row = (tile / COLUMN_TILES) % ROW_TILES * 16u;
    let column = tile % COLUMN_TILES * 16u + q;

    let r0 = load_a_outer(batch, min(row + q, M - 1u));
    let r1 = load_a_outer(batch, min(row + q + 4u, M - 1u));
    let r2 = load_a_outer(batch, min(row + q + 8u, M - 1u));
    let r3 = load_a_outer(batch, min(row + q + 12u, M - 1u));
    let c0 = load_b_outer(batch, min(column, N - 1u));
    let c1 = load_b_outer(batch, min(column + 4u, N - 1u));
    let c2 = load_b_outer(batch, min(column + 8u, N - 1u));
    let c3 = load_b_outer(batch, min(column + 12u, N - 1u));
    s00 = vec4f();
    s01 = vec4f();
    s02 = vec4f();
    s03 = vec4f();
    s10 = vec4f();
    s11 = vec4f();
    s12 = vec4f();
    s13 = vec4f();
    s20 = vec4f();
    s21 = vec4f();
    s22 = vec4f();
    s23 = vec4f();
    s30 = vec4f();
    s31 = vec4f();
    s32 = vec4f();
    s33 = vec4f();
    for (var k = 0u; k < K; k += u_count) {
      let step = k >> 1u;
      let j = k & (2u - u_count);
      let a_steps = load_a_steps(step, j);
      let b_steps = load_b_steps(step, j);
      let b0 = some_of_b(c0, b_steps, k, j);
      let b1 = some_of_b(c1, b_steps, k, j);
      let b2 = some_of_b(c2, b_steps, k, j);
      let b3 = some_of_b(c3, b_steps, k, j);
      let a0 = some_of_a(r0, a_steps, k, j);
      s00 = grown(s00, a0, b0);
      s01 = grown(s01, a0, b1);
      s02 = grown(s02, a0, b2);
      s03 = grown(s03, a0, b3);
      let a1 = some_of_a(r1, a_steps, k, j);
      s10 = grown(s10, a1, b0);
      s11 = grown(s11, a1, b1);
      s12 = grown(s12, a1, b2);
      s13 = grown(s13, a1, b3);
      let a2 = some_of_a(r2, a_steps, k, j);
      s20 = grown(s20, a2, b0);
      s21 = grown(s21, a2, b1);
      s22 = grown(s22, a2, b2);
      s23 = grown(s23, a2, b3);
      let a3 = some_of_a(r3, a_steps, k, j);
      s30 = grown(s30, a3, b0);
      s31 = grown(s31, a3, b1);
      s32 = grown(s32, a3, b2);
      s33 = grown(s33, a3, b3);
    }
    // In a loop, so that what happens to a result is compiled once.
    var sums = array(
      s00, s01, s02, s03, s10, s11, s12, s13,
      s20, s21, s22, s23, s30, s31, s32, s33,
    );
    for (var j = 0u; j < 4u; j++) {
      let x = column + 4u * j;
      let to_column = store_outer(batch, x);
      for (var i = 0u; i < 16u; i += u_count) {
        let y_u0 = row + (i & 12u) + (q ^ ((i & 3u) + u0));
        if (((M % 16u == 0u) | (y_u0 < M)) & ((N % 16u == 0u) | (x < N))) { store_at(to_column, store_inner(y_u0), sums[(i & 12u) + j][(i & 3u) + u0]); }
      }
    }
  }
}
