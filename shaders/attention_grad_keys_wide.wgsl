// result (BATCH, S, E + V): the gradients of an attention's k and v side by side, from q (BATCH, L, E), k (BATCH, S, E),
// v (BATCH, S, V), mask (BATCH, L, S), the gradient of what was mixed (BATCH, L, V), and for each row what
// attention_grad_query.wgsl is given, all row-major.
// For keys of any length, as attention_wide.wgsl is; what is worked out is as in attention_grad_keys.wgsl.
//
// A line with c0 is there for each four elements of a chunk; see engine/plan/unroll.ts.

const THREADS = 64u;
const BATCH = 2u;
const L = 6u;
const S = 5u;
const E = 3u;
const V = 2u;
const CAUSAL = 0u;
const WORKGROUPS = 1u;
const GRID_WIDTH = 65535u;

const c0 = 0u;
const c_count = 1u;

// How many neighbouring threads go over the same together: the 4 lanes of a quad where each reads a fourth of it.
const LANES = 1u;
const TOGETHER = 4u * LANES;
const KEY_TILES = (S + TOGETHER - 1u) / TOGETHER * LANES;
const TILES = BATCH * KEY_TILES;
const BLOCK = 64u;
const CHUNK = 4u * c_count;
const E_CHUNKS = (E + CHUNK - 1u) / CHUNK;
const V_CHUNKS = (V + CHUNK - 1u) / CHUNK;
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
  return select(0.0, load_q_at(row, load_q_inner(i)), (E % CHUNK == 0u) | (i < E));
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
  return select(0.0, load_grad_at(row, load_grad_inner(i)), (V % CHUNK == 0u) | (i < V));
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

// Outside of the function, so that they are not cleared where they are declared.
var<private> scores: array<vec4f, BLOCK>;
var<private> slopes: array<vec4f, BLOCK>;
var<private> of_keys: array<mat4x4f, E_CHUNKS * c_count>;
var<private> of_values: array<mat4x4f, V_CHUNKS * c_count>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  quad_lane = lane % 4u;
  let span = workgroup.x + workgroup.y * GRID_WIDTH + WORKGROUPS * (lane / SPAN);
  for (var tile = span * SPAN + lane % SPAN; tile < TILES; tile += WORKGROUPS * THREADS) {
    let batch = tile / KEY_TILES;
    let key = tile % KEY_TILES * 4u;
    let keys = min(key + vec4u(0u, 1u, 2u, 3u), vec4u(S - 1u));
    for (var i = 0u; i < E_CHUNKS * c_count; i++) {
      of_keys[i] = mat4x4f();
    }
    for (var i = 0u; i < V_CHUNKS * c_count; i++) {
      of_values[i] = mat4x4f();
    }
    for (var first = select(0u, key / TOGETHER * TOGETHER, CAUSAL == 1u); first < L; first += BLOCK) {
      let count = min(BLOCK, L - first);
      for (var j = 0u; j < count; j++) {
        scores[j] = bias(batch, first + j, keys);
        slopes[j] = vec4f(-load_level(batch, first + j));
      }
      for (var chunk = 0u; chunk < E; chunk += CHUNK) {
        var of_k: array<mat4x4f, c_count>;
        for (var i = 0u; i < min(CHUNK, E - chunk); i++) {
          of_k[i / 4u][i % 4u] = column_of_k(batch, keys, chunk + i);
        }
        let k_c0 = of_k[c0];
        for (var j = 0u; j < count; j++) {
          let to_q = load_q_outer(batch, first + j);
          let q_c0 = four_of_q(to_q, chunk + 4u * c0);
          var score = scores[j];
          score += k_c0 * q_c0;
          scores[j] = score;
        }
      }
      for (var chunk = 0u; chunk < V; chunk += CHUNK) {
        var of_v: array<mat4x4f, c_count>;
        for (var i = 0u; i < min(CHUNK, V - chunk); i++) {
          of_v[i / 4u][i % 4u] = column_of_v(batch, keys, chunk + i);
        }
        let v_c0 = of_v[c0];
        for (var j = 0u; j < count; j++) {
          let to_grad = load_grad_outer(batch, first + j);
          let grad_c0 = four_of_grad(to_grad, chunk + 4u * c0);
          var slope = slopes[j];
          slope += v_c0 * grad_c0;
          slopes[j] = slope;
        }
      }
      for (var j = 0u; j < count; j++) {
        let share = exponentials(scores[j] - load_log_sum(batch, first + j));
        scores[j] = share;
        slopes[j] *= share;
      }
      for (var chunk = 0u; chunk < E_CHUNKS; chunk++) {
        var sum_c0 = of_keys[chunk * c_count + c0];
        for (var j = 0u; j < count; j++) {
          let to_q = load_q_outer(batch, first + j);
          let q_c0 = four_of_q(to_q, chunk * CHUNK + 4u * c0);
          let weight = slopes[j];
          sum_c0 += outer(weight, q_c0);
        }
        of_keys[chunk * c_count + c0] = sum_c0;
      }
      for (var chunk = 0u; chunk < V_CHUNKS; chunk++) {
        var sum_c0 = of_values[chunk * c_count + c0];
        for (var j = 0u; j < count; j++) {
          let to_grad = load_grad_outer(batch, first + j);
          let grad_c0 = four_of_grad(to_grad, chunk * CHUNK + 4u * c0);
          let share = scores[j];
          sum_c0 += outer(share, grad_c0);
        }
        of_values[chunk * c_count + c0] = sum_c0;
      }
    }
    for (var i = 0u; i < 4u; i++) {
      for (var column = 0u; column < E + V; column++) {
        let at = select(column - E, column, column < E);
        let of_value = of_values[min(at / 4u, V_CHUNKS * c_count - 1u)][at % 4u][i];
        let of_key = of_keys[min(at / 4u, E_CHUNKS * c_count - 1u)][at % 4u][i];
        if (key + i < S) {
          store(batch, key + i, column, select(of_value, of_key, column < E));
        }
      }
    }
  }
}
