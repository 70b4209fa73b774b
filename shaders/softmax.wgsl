// result (ROWS, LENGTH) = exp(x) / Σ exp(x) along each row of x (ROWS, LENGTH).
// The largest element is subtracted first, so that no exponential overflows. A thread takes a row.

const ROWS = 100u;
const LENGTH = 10u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 1000>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 1000>;

// Hook: element i of a row.
fn load(row: u32, i: u32) -> f32 {
  return x[row * LENGTH + i];
}

// Hook: what happens to element i of a row's result.
fn store(row: u32, i: u32, value: f32) {
  result[row * LENGTH + i] = value;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (row >= ROWS) {
    return;
  }
  var largest = load(row, 0u);
  for (var i = 1u; i < LENGTH; i++) {
    largest = max(largest, load(row, i));
  }
  var total = 0.0;
  for (var i = 0u; i < LENGTH; i++) {
    total += exp(load(row, i) - largest);
  }
  for (var i = 0u; i < LENGTH; i++) {
    store(row, i, exp(load(row, i) - largest) / total);
  }
}
