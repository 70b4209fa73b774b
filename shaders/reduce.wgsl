// result (ROWS) = each row of x (ROWS, LENGTH) reduced by `combine`: its sum, or its largest element.
// A thread takes a row.

const ROWS = 100u;
const LENGTH = 30u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 3000>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 100>;

alias Element = f32;

// Hook: element i of a row.
fn load(row: u32, i: u32) -> Element {
  return x[row * LENGTH + i];
}

// Hook: what happens to a row's result.
fn store(row: u32, value: Element) {
  result[row] = value;
}

// Hook: what two results make together.
fn combine(total: Element, next: Element) -> Element {
  return total + next;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (workgroup.x + workgroup.y * GRID_WIDTH) * 64u + lane;
  if (row >= ROWS) {
    return;
  }
  var total = load(row, 0u);
  for (var i = 1u; i < LENGTH; i++) {
    total = combine(total, load(row, i));
  }
  store(row, total);
}
