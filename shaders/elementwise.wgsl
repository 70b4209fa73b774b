// element(i) for every i < COUNT: one or more values of COUNT elements, each computed from any others.
// A thread takes PER_THREAD elements that lie THREADS apart, so that neighbours in a workgroup read neighbours in memory.

const THREADS = 64u;
const COUNT = 1000u;
const PER_THREAD = 2u;
const GRID_WIDTH = 65535u;

@group(0) @binding(0) var<storage, read> x: array<f32, 1000>;
@group(0) @binding(1) var<storage, read_write> result: array<f32, 1000>;

// Hook: computes and stores element i.
fn element(i: u32) {
  result[i] = x[i];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (workgroup.x + workgroup.y * GRID_WIDTH) * THREADS * PER_THREAD + lane;
  for (var n = 0u; n < PER_THREAD; n++) {
    let i = first + n * THREADS;
    if (i < COUNT) {
      element(i);
    }
  }
}
