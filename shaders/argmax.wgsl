// result (ROWS) = the first index of the largest element of each row of x (ROWS, LENGTH); NaN counts as largest.
// A thread takes a row.

const ROWS = 100u;
const LENGTH = 10u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 1000>;
@group(0) @binding(1) var<storage, read_write> result: array<i32, 100>;

alias Element = f32;

// Hook: element i of a row.
fn load(row: u32, i: u32) -> Element {
  return x[row * LENGTH + i];
}

// Hook: what happens to a row's result.
fn store(row: u32, value: i32) {
  result[row] = value;
}

fn is_unordered(value: Element) -> bool {
  return (bitcast<u32>(f32(value)) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (row >= ROWS) {
    return;
  }
  var largest = load(row, 0u);
  var index = 0;
  for (var i = 1u; i < LENGTH; i++) {
    let next = load(row, i);
    if (!is_unordered(largest) && (next > largest || is_unordered(next))) {
      largest = next;
      index = i32(i);
    }
  }
  store(row, index);
}
