// matmul_quad.wgsl with one step of k at a time: a fourth of the code, which is compiled in a third of the time, while the
// other is still being compiled. Its sums are the same to the last bit.

enable subgroups;
diagnostic(off, subgroup_uniformity);

const BATCH = 2u;
const M = 30u;
const N = 20u;
const K = 10u;
const WORKGROUPS = 4u;

const ROW_TILES = (M + 15u) / 16u;
const COLUMN_TILES = (N + 15u) / 16u;
const TILES = BATCH * ROW_TILES * COLUMN_TILES;

@group(0) @binding(0) var<storage, read> a: array<f32, 600>;
@group(0) @binding(1) var<storage, read> b: array<f32, 400>;
@group(0) @binding(2) var<storage, read_write> result: array<f32, 1200>;

// Hook: an element of a, where k = 4 · step + j. Past the end of a row, the answer does not matter.
fn load_a(batch: u32, row: u32, step: u32, j: u32) -> f32 {
  return a[(batch * M + row) * K + 4u * step + j];
}

// Hook: an element of b, where k = 4 · step + j. Past the end of a column, the answer does not matter.
fn load_b(batch: u32, step: u32, j: u32, column: u32) -> f32 {
  return b[(batch * K + 4u * step + j) * N + column];
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

fn load_a_at(outer: Place, inner: Place, j: u32) -> f32 {
  return load_a(outer[0], outer[1], inner[0], j);
}

fn load_b_outer(batch: u32, column: u32) -> Place {
  return Place(batch, column, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_b_inner(step: u32, j: u32) -> Place {
  return Place(step, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
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

// Whether k is an element: only where the last four steps are not whole is there any other.
fn inside(k: u32) -> bool {
  return (K % 4u == 0u) | (k < K);
}

// What lanes q, q ^ 1, q ^ 2 and q ^ 3 of the quad have of their rows.
fn turned(x: f32) -> vec4f {
  return vec4f(x, quadSwapX(x), quadSwapY(x), quadSwapDiagonal(x));
}

@compute @workgroup_size(64)
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
  var t00: vec4f;
  var t01: vec4f;
  var t02: vec4f;
  var t03: vec4f;
  var t10: vec4f;
  var t11: vec4f;
  var t12: vec4f;
  var t13: vec4f;
  var t20: vec4f;
  var t21: vec4f;
  var t22: vec4f;
  var t23: vec4f;
  var t30: vec4f;
  var t31: vec4f;
  var t32: vec4f;
  var t33: vec4f;
  let q = lane % 4u;
  // Neighbours read much of the same.
  let end = (workgroup.x + 1u) * TILES / WORKGROUPS;
  for (var tile = workgroup.x * TILES / WORKGROUPS + lane / 4u; tile < end; tile += 16u) {
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
    for (var step = 0u; step < (K + 3u) / 4u; step++) {
      t00 = vec4f();
      t01 = vec4f();
      t02 = vec4f();
      t03 = vec4f();
      t10 = vec4f();
      t11 = vec4f();
      t12 = vec4f();
      t13 = vec4f();
      t20 = vec4f();
      t21 = vec4f();
      t22 = vec4f();
      t23 = vec4f();
      t30 = vec4f();
      t31 = vec4f();
      t32 = vec4f();
      t33 = vec4f();
      for (var j = 0u; j < 4u; j++) {
        let a_step = load_a_inner(step, j);
        let b_step = load_b_inner(step, j);
        let is_inside = inside(4u * step + j);
        let b0 = select(0.0, load_b_at(c0, b_step, j), is_inside);
        let b1 = select(0.0, load_b_at(c1, b_step, j), is_inside);
        let b2 = select(0.0, load_b_at(c2, b_step, j), is_inside);
        let b3 = select(0.0, load_b_at(c3, b_step, j), is_inside);
        let a0 = turned(select(0.0, load_a_at(r0, a_step, j), is_inside));
        t00 += a0 * b0;
        t01 += a0 * b1;
        t02 += a0 * b2;
        t03 += a0 * b3;
        let a1 = turned(select(0.0, load_a_at(r1, a_step, j), is_inside));
        t10 += a1 * b0;
        t11 += a1 * b1;
        t12 += a1 * b2;
        t13 += a1 * b3;
        let a2 = turned(select(0.0, load_a_at(r2, a_step, j), is_inside));
        t20 += a2 * b0;
        t21 += a2 * b1;
        t22 += a2 * b2;
        t23 += a2 * b3;
        let a3 = turned(select(0.0, load_a_at(r3, a_step, j), is_inside));
        t30 += a3 * b0;
        t31 += a3 * b1;
        t32 += a3 * b2;
        t33 += a3 * b3;
      }
      s00 += t00;
      s01 += t01;
      s02 += t02;
      s03 += t03;
      s10 += t10;
      s11 += t11;
      s12 += t12;
      s13 += t13;
      s20 += t20;
      s21 += t21;
      s22 += t22;
      s23 += t23;
      s30 += t30;
      s31 += t31;
      s32 += t32;
      s33 += t33;
    }
    // In a loop, so that what happens to a result is compiled once.
    var sums = array(
      s00, s01, s02, s03, s10, s11, s12, s13,
      s20, s21, s22, s23, s30, s31, s32, s33,
    );
    for (var j = 0u; j < 4u; j++) {
      let to_column = store_outer(batch, column + 4u * j);
      for (var i = 0u; i < 16u; i++) {
        let y = row + i / 4u * 4u + (q ^ (i % 4u));
        if ((y < M) & (column + 4u * j < N)) {
          store_at(to_column, store_inner(y), sums[i / 4u * 4u + j][i % 4u]);
        }
      }
    }
  }
}
