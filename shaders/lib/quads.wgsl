enable subgroups;
diagnostic(off, subgroup_uniformity);

// What the four lanes of a quad have, which must all be there.
fn of_quad(x: f32) -> vec4f {
  return vec4f(quadBroadcast(x, 0u), quadBroadcast(x, 1u), quadBroadcast(x, 2u), quadBroadcast(x, 3u));
}
