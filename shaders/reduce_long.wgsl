// result (ROWS) = each row of x (ROWS, LENGTH) reduced by `combine`: its sum, or its largest element. For rows of
// at least 64 elements.
// A workgroup takes a row: each thread every 64th element, then the partial results are joined in halves.

const ROWS = 10u;
const LENGTH = 300u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 3000>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 10>;

alias Element = f32;

var<workgroup> partial: array<Element, 64>;

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
  let row = workgroup.x + workgroup.y * GRID_WIDTH;
  // Rows past the end repeat the last one, so that every thread meets the barriers.
  let safe_row = min(row, ROWS - 1u);
  var total = load(safe_row, lane);
  for (var i = lane + 64u; i < LENGTH; i += 64u) {
    total = combine(total, load(safe_row, i));
  }
  partial[lane] = total;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (lane < half) {
      partial[lane] = combine(partial[lane], partial[lane + half]);
    }
    workgroupBarrier();
  }
  if (lane == 0u && row < ROWS) {
    store(row, partial[0]);
  }
}
