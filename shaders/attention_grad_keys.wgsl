// result (BATCH, S, E + V): the gradients of an attention's k and v side by side, from q (BATCH, L, E), k (BATCH, S, E),
// v (BATCH, S, V), mask (BATCH, L, S), the gradient of what was mixed (BATCH, L, V), and for each row what
// attention_grad_query.wgsl is given, all row-major.
// A thread takes four keys and goes over the rows, as attention_grad_query.wgsl goes over the keys.
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
const KEY_TILES = (S + TOGETHER - 1u) / TOGETHER * LANES;
const TILES = BATCH * KEY_TILES;
// How many threads in a row take neighbouring tiles: they read the same at the same time.
const SPAN = min(8u, THREADS);

@group(0) @binding(0) var<storage, read> q: array<f32, 36>;
@group(0) @binding(1) var<storage, read> k: array<f32, 30>;
@group(0) @binding(2) var<storage, read> v: array<f32, 20>;
@group(0) @binding(3) var<storage, read> grad: array<f32, 24>;
@group(0) @binding(4) var<storage, read> log_sums: array<f32, 12>;
@group(0) @binding(5) var<storage, read> levels: array<f32, 12>;
@group(0) @binding(6) var<storage, read> mask: array<f32, 60>;
@group(0) @binding(7) var<storage, read_write> result: array<f32, 50>;

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
fn store(batch: u32, key: u32, column: u32, value: f32) {
  result[(batch * S + key) * (E + V) + column] = value;
}

// Which lane of its quad a thread is.
var<private> quad_lane: u32;

// Minus infinity, through a variable since WGSL forbids constants that are not finite.
var<private> hidden_bits: u32 = 0xff800000u;

// The hooks in parts: what follows from a row alone, from a column alone, and the rest. See engine/plan/hoist.ts.
alias Place = array<u32, 8>;

fn load_q_outer(batch: u32, row: u32) -> Place {
  return Place(batch, row, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_q_inner(i: u32) -> Place {
  return Place(i, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_q_at(outer: Place, inner: Place) -> f32 {
  return load_q(outer[0], outer[1], inner[0]);
}

fn load_grad_outer(batch: u32, row: u32) -> Place {
  return Place(batch, row, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_grad_inner(i: u32) -> Place {
  return Place(i, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_grad_at(outer: Place, inner: Place) -> f32 {
  return load_grad(outer[0], outer[1], inner[0]);
}

// An element of each of four keys.
fn column_of_k(batch: u32, keys: vec4u, i: u32) -> vec4f {
  return vec4f(
    load_k(batch, keys.x, i),
    load_k(batch, keys.y, i),
    load_k(batch, keys.z, i),
    load_k(batch, keys.w, i),
  );
}

// An element of each of four values.
fn column_of_v(batch: u32, keys: vec4u, i: u32) -> vec4f {
  return vec4f(
    load_v(batch, keys.x, i),
    load_v(batch, keys.y, i),
    load_v(batch, keys.z, i),
    load_v(batch, keys.w, i),
  );
}

fn element_of_q(row: Place, i: u32) -> f32 {
  return select(0.0, load_q_at(row, load_q_inner(i)), (E % 4u == 0u) | (i < E));
}

// Four elements of a row.
fn four_of_q(row: Place, i: u32) -> vec4f {
  return vec4f(
    element_of_q(row, i),
    element_of_q(row, i + 1u),
    element_of_q(row, i + 2u),
    element_of_q(row, i + 3u),
  );
}

fn element_of_grad(row: Place, i: u32) -> f32 {
  return select(0.0, load_grad_at(row, load_grad_inner(i)), (V % 4u == 0u) | (i < V));
}

// Four elements of a row.
fn four_of_grad(row: Place, i: u32) -> vec4f {
  return vec4f(
    element_of_grad(row, i),
    element_of_grad(row, i + 1u),
    element_of_grad(row, i + 2u),
    element_of_grad(row, i + 3u),
  );
}

// What is added to the scores of a row at four keys: minus infinity where it does not see them.
fn bias(batch: u32, row: u32, keys: vec4u) -> vec4f {
  let added = vec4f(
    load_mask(batch, row, keys.x),
    load_mask(batch, row, keys.y),
    load_mask(batch, row, keys.z),
    load_mask(batch, row, keys.w),
  );
  let hidden = (keys > vec4u(row)) & vec4<bool>(CAUSAL == 1u);
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
    let batch = tile / KEY_TILES;
    let key = tile % KEY_TILES * 4u;
    let keys = min(key + vec4u(0u, 1u, 2u, 3u), vec4u(S - 1u));
    // By way of arrays, so that what an element is read from is compiled once.
    var of_k: array<mat4x4f, e_count>;
    var of_v: array<mat4x4f, v_count>;
    for (var column = 0u; column < E; column++) {
      of_k[column / 4u][column % 4u] = column_of_k(batch, keys, column);
    }
    for (var column = 0u; column < V; column++) {
      of_v[column / 4u][column % 4u] = column_of_v(batch, keys, column);
    }
    let k_e0 = of_k[e0];
    let v_v0 = of_v[v0];
    var of_key_e0 = mat4x4f();
    var of_value_v0 = mat4x4f();
    for (var row = select(0u, key / TOGETHER * TOGETHER, CAUSAL == 1u); row < L; row++) {
      let to_q = load_q_outer(batch, row);
      let to_grad = load_grad_outer(batch, row);
      let q_e0 = four_of_q(to_q, 4u * e0);
      let grad_v0 = four_of_grad(to_grad, 4u * v0);
      let log_sum = load_log_sum(batch, row);
      let level = load_level(batch, row);
      var score = bias(batch, row, keys);
      score += k_e0 * q_e0;
      var slope = vec4f(-level);
      slope += v_v0 * grad_v0;
      let share = exponentials(score - log_sum);
      let weight = share * slope;
      of_key_e0 += outer(weight, q_e0);
      of_value_v0 += outer(share, grad_v0);
    }
    // In a loop, so that what happens to a result is compiled once.
    var sums = array(
      of_key_e0,
      of_value_v0,
    );
    for (var i = 0u; i < 4u; i++) {
      for (var column = 0u; column < E + V; column++) {
        let of_value = column - E;
        let matrix = select(e_count + of_value / 4u, column / 4u, column < E);
        let at = select(of_value, column, column < E) % 4u;
        if (key + i < S) {
          store(batch, key + i, column, sums[matrix][at][i]);
        }
      }
    }
  }
}
