// result (BATCH, L, E): the gradient of an attention's q, from q (BATCH, L, E), k (BATCH, S, E), v (BATCH, S, V),
// mask (BATCH, L, S), the gradient of what was mixed (BATCH, L, V), and for each row the logarithm of what its
// exponentials sum to and the level of its shares' gradients: their average by these shares. All row-major.
// A thread takes four rows and goes over the keys. A key's share of a row is computed again from the logarithm; the
// gradient of a score is the share times how far the share's gradient is above the level (Dao et al., FlashAttention,
// appendix B).
//
// A line with e0 or v0 is there for each four elements of a key or of a value; see engine/plan/unroll.ts.

const THREADS = 64u;
const BATCH = 2u;
const L = 6u;
const S = 5u;
const E = 3u;
const V = 2u;
const CAUSAL = 0u;
const WORKGROUPS = 1u;
const GRID_WIDTH = 65535u;

const e0 = 0u;
const v0 = 0u;
const e_count = 1u;
const v_count = 1u;

// How many neighbouring threads go over the same together: the 4 lanes of a quad where each reads a fourth of it.
const LANES = 1u;
const TOGETHER = 4u * LANES;
const ROW_TILES = (L + TOGETHER - 1u) / TOGETHER * LANES;
const TILES = BATCH * ROW_TILES;
// How many threads in a row take neighbouring tiles: they read the same at the same time.
const SPAN = min(8u, THREADS);

@group(0) @binding(0) var<storage, read> q: array<f32, 36>;
@group(0) @binding(1) var<storage, read> k: array<f32, 30>;
@group(0) @binding(2) var<storage, read> v: array<f32, 20>;
@group(0) @binding(3) var<storage, read> grad: array<f32, 24>;
@group(0) @binding(4) var<storage, read> log_sums: array<f32, 12>;
@group(0) @binding(5) var<storage, read> levels: array<f32, 12>;
@group(0) @binding(6) var<storage, read> mask: array<f32, 60>;
@group(0) @binding(7) var<storage, read_write> result: array<f32, 36>;

// Hook: an element of q. Past the end of a row, the answer does not matter.
fn load_q(batch: u32, row: u32, i: u32) -> f32 {
  return q[(batch * L + row) * E + i];
}

// Hook: an element of k. Past the end of a row, the answer does not matter.
fn load_k(batch: u32, key: u32, i: u32) -> f32 {
  return k[(batch * S + key) * E + i];
}

// Hook: an element of v. Past the end of a row, the answer does not matter.
fn load_v(batch: u32, key: u32, i: u32) -> f32 {
  return v[(batch * S + key) * V + i];
}

// Hook: an element of grad.
fn load_grad(batch: u32, row: u32, i: u32) -> f32 {
  return grad[(batch * L + row) * V + i];
}

// Hook: an element of log_sums.
fn load_log_sum(batch: u32, row: u32) -> f32 {
  return log_sums[batch * L + row];
}

// Hook: an element of levels.
fn load_level(batch: u32, row: u32) -> f32 {
  return levels[batch * L + row];
}

// Hook: what is added to a score.
fn load_mask(batch: u32, row: u32, key: u32) -> f32 {
  return mask[(batch * L + row) * S + key];
}

// Hook: what happens to an element of the result.
fn store(batch: u32, row: u32, column: u32, value: f32) {
  result[(batch * L + row) * E + column] = value;
}

// Which lane of its quad a thread is.
var<private> quad_lane: u32;

// Minus infinity, through a variable since WGSL forbids constants that are not finite.
var<private> hidden_bits: u32 = 0xff800000u;

// The hooks in parts: what follows from a row alone, from a column alone, and the rest. See engine/plan/hoist.ts.
alias Place = array<u32, 8>;

fn load_k_outer(batch: u32, key: u32) -> Place {
  return Place(batch, key, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_k_inner(i: u32) -> Place {
  return Place(i, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_k_at(outer: Place, inner: Place) -> f32 {
  return load_k(outer[0], outer[1], inner[0]);
}

fn load_v_outer(batch: u32, key: u32) -> Place {
  return Place(batch, key, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_v_inner(i: u32) -> Place {
  return Place(i, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_v_at(outer: Place, inner: Place) -> f32 {
  return load_v(outer[0], outer[1], inner[0]);
}

// An element of each of four rows.
fn column_of_q(batch: u32, rows: vec4u, i: u32) -> vec4f {
  return vec4f(
    load_q(batch, rows.x, i),
    load_q(batch, rows.y, i),
    load_q(batch, rows.z, i),
    load_q(batch, rows.w, i),
  );
}

// An element of each of four rows.
fn column_of_grad(batch: u32, rows: vec4u, i: u32) -> vec4f {
  return vec4f(
    load_grad(batch, rows.x, i),
    load_grad(batch, rows.y, i),
    load_grad(batch, rows.z, i),
    load_grad(batch, rows.w, i),
  );
}

fn log_sums_of(batch: u32, rows: vec4u) -> vec4f {
  return vec4f(
    load_log_sum(batch, rows.x),
    load_log_sum(batch, rows.y),
    load_log_sum(batch, rows.z),
    load_log_sum(batch, rows.w),
  );
}

fn levels_of(batch: u32, rows: vec4u) -> vec4f {
  return vec4f(
    load_level(batch, rows.x),
    load_level(batch, rows.y),
    load_level(batch, rows.z),
    load_level(batch, rows.w),
  );
}

fn element_of_k(key: Place, i: u32) -> f32 {
  return select(0.0, load_k_at(key, load_k_inner(i)), (E % 4u == 0u) | (i < E));
}

// Four elements of a key.
fn four_of_k(key: Place, i: u32) -> vec4f {
  return vec4f(
    element_of_k(key, i),
    element_of_k(key, i + 1u),
    element_of_k(key, i + 2u),
    element_of_k(key, i + 3u),
  );
}

fn element_of_v(key: Place, i: u32) -> f32 {
  return select(0.0, load_v_at(key, load_v_inner(i)), (V % 4u == 0u) | (i < V));
}

// Four elements of a value.
fn four_of_v(key: Place, i: u32) -> vec4f {
  return vec4f(
    element_of_v(key, i),
    element_of_v(key, i + 1u),
    element_of_v(key, i + 2u),
    element_of_v(key, i + 3u),
  );
}

// What is added to the scores of four rows at a key: minus infinity where they do not see it.
fn bias(batch: u32, rows: vec4u, key: u32) -> vec4f {
  let added = vec4f(
    load_mask(batch, rows.x, key),
    load_mask(batch, rows.y, key),
    load_mask(batch, rows.z, key),
    load_mask(batch, rows.w, key),
  );
  let hidden = (vec4u(key) > rows) & vec4<bool>(CAUSAL == 1u);
  return select(added, vec4f(bitcast<f32>(hidden_bits)), hidden);
}

fn exponentials(x: vec4f) -> vec4f {
  return select(exp(x), x, (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u));
}

// Every number times every element, which each have a column.
fn outer(numbers: vec4f, row: vec4f) -> mat4x4f {
  return mat4x4f(numbers * row.x, numbers * row.y, numbers * row.z, numbers * row.w);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  quad_lane = lane % 4u;
  let span = workgroup.x + workgroup.y * GRID_WIDTH + WORKGROUPS * (lane / SPAN);
  for (var tile = span * SPAN + lane % SPAN; tile < TILES; tile += WORKGROUPS * THREADS) {
    let batch = tile / ROW_TILES;
    let row = tile % ROW_TILES * 4u;
    let rows = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(L - 1u));
    // By way of arrays, so that what an element is read from is compiled once.
    var of_q: array<mat4x4f, e_count>;
    var of_grad: array<mat4x4f, v_count>;
    for (var column = 0u; column < E; column++) {
      of_q[column / 4u][column % 4u] = column_of_q(batch, rows, column);
    }
    for (var column = 0u; column < V; column++) {
      of_grad[column / 4u][column % 4u] = column_of_grad(batch, rows, column);
    }
    let log_sum = log_sums_of(batch, rows);
    let level = levels_of(batch, rows);
    let q_e0 = of_q[e0];
    let grad_v0 = of_grad[v0];
    var sum_e0 = mat4x4f();
    let end = select(S, min(S, (row / TOGETHER + 1u) * TOGETHER), CAUSAL == 1u);
    for (var key = 0u; key < end; key++) {
      let to_k = load_k_outer(batch, key);
      let to_v = load_v_outer(batch, key);
      let k_e0 = four_of_k(to_k, 4u * e0);
      let v_v0 = four_of_v(to_v, 4u * v0);
      var score = bias(batch, rows, key);
      score += q_e0 * k_e0;
      var slope = -level;
      slope += grad_v0 * v_v0;
      let weight = exponentials(score - log_sum) * slope;
      sum_e0 += outer(weight, k_e0);
    }
    // In a loop, so that what happens to a result is compiled once.
    var sums = array(
      sum_e0,
    );
    for (var i = 0u; i < 4u; i++) {
      for (var column = 0u; column < E; column++) {
        if (row + i < L) {
          store(batch, row + i, column, sums[column / 4u][column % 4u][i]);
        }
      }
    }
  }
}
