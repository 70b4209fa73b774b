// Counter-based random numbers: the twin of engine/program/random.ts, which tells where the hash comes from.

fn pcg(input: u32) -> u32 {
  let state = input * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

// Uniform on [0, 1) with 24 bits.
fn uniform_random(seed: i32, step: i32, id: u32, element: u32) -> f32 {
  let hash = pcg(pcg(pcg(pcg(u32(seed)) ^ u32(step)) ^ id) ^ element);
  return f32(hash >> 8u) / 16777216.0;
}
