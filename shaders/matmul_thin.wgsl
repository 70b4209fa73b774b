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

// The hooks in parts: what follows from a row or column alone, from a step of k alone, and the rest. See
// engine/plan/hoist.ts.
alias Place = array<u32, 8>;

fn load_a_outer(batch: u32, row: u32) -> Place {
  return Place(batch, row, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_a_inner(k: u32) -> Place {
  return Place(k, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_a_at(outer: Place, inner: Place) -> f32 {
  return load_a(outer[0], outer[1], inner[0]);
}

fn load_b_outer(batch: u32, column: u32) -> Place {
  return Place(batch, column, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_b_inner(k: u32) -> Place {
  return Place(k, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
}

fn load_b_at(outer: Place, inner: Place) -> f32 {
  return load_b(outer[0], inner[0], outer[1]);
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
  let from_row = load_a_outer(batch, row);
  let from_column = load_b_outer(batch, column);
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    sum += load_a_at(from_row, load_a_inner(k)) * load_b_at(from_column, load_b_inner(k));
  }
  store(batch, row, column, sum);
}
