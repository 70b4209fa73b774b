// Arithmetic that WGSL lacks or leaves open: PyTorch's answers for NaN, infinity, large and negative operands.

var<private> infinity_bits: u32 = 0x7f800000u;
var<private> nan_bits: u32 = 0x7fc00000u;

// Through a variable, since WGSL forbids constants that are not finite.
fn infinity() -> f32 {
  return bitcast<f32>(infinity_bits);
}

fn not_a_number() -> f32 {
  return bitcast<f32>(nan_bits);
}

// By its bits, since a compiler may take it for granted that x == x.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn maximum(a: f32, b: f32) -> f32 {
  return select(select(b, a, a > b), a, is_nan(a));
}

fn minimum(a: f32, b: f32) -> f32 {
  return select(select(b, a, a < b), a, is_nan(a));
}

// Adapters differ in what exp and log make of NaN and of negative numbers.
fn exponential(x: f32) -> f32 {
  return select(exp(x), x, is_nan(x));
}

fn logarithm(x: f32) -> f32 {
  let inside = select(log(x), -infinity(), x == 0.0);
  return select(select(not_a_number(), inside, x >= 0.0), x, x == infinity());
}

fn sigmoid(x: f32) -> f32 {
  // The exponent stays at or below zero, so that nothing overflows.
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

fn hyperbolic_tangent(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  let far = (1.0 - e) / (1.0 + e);
  // Near zero 1 - e would lose digits: the series up to x^7 is exact there.
  let square = x * x;
  let near = x * (1.0 + square * (-1.0 / 3.0 + square * (2.0 / 15.0 - square * 17.0 / 315.0)));
  return select(select(far, -far, x < 0.0), near, abs(x) < 0.1);
}

// The Taylor series near zero; further out Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, whose error
// is below 1.5e-7.
fn error_function(x: f32) -> f32 {
  let square = x * x;
  var sum = 0.0;
  var term = 1.1283791671;
  for (var n = 0; n < 10; n++) {
    sum += term / f32(2 * n + 1);
    term *= -square / f32(n + 1);
  }
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let terms = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let far = 1.0 - terms * exp(-square);
  return select(select(select(far, -far, x < 0.0), x * sum, abs(x) < 1.0), x, is_nan(x));
}

// WGSL's pow is not defined for negative bases.
fn power(base: f32, exponent: f32) -> f32 {
  let whole = exponent == floor(exponent);
  let odd = whole && abs(exponent) < 16777216.0 && abs(exponent) - 2.0 * floor(abs(exponent) / 2.0) == 1.0;
  let size = pow(abs(base), exponent);
  let signed = select(size, -size, odd && base < 0.0);
  let defined = select(not_a_number(), signed, base >= 0.0 || whole);
  let at_zero = select(0.0, infinity(), exponent < 0.0);
  let any = select(defined, at_zero, base == 0.0);
  return select(select(any, base + exponent, is_nan(base) || is_nan(exponent)), 1.0, exponent == 0.0 || base == 1.0);
}

fn whole_power(base: i32, exponent: i32) -> i32 {
  var result = 1;
  for (var i = 0; i < exponent; i++) {
    result *= base;
  }
  return result;
}
