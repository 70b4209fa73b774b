/**
 * Writes a kernel's lines as often as there are things to be kept in variables of their own: a driver keeps those in
 * registers, but not the elements of an array.
 *
 * A line in which a name is `x0` or ends in `_x0` is repeated with 1, 2, … in its place. `x0` by itself is the number,
 * and `x_count` how many there are; the file declares both so as to be valid as it stands.
 */
export function unrolled(source: string, counts: Readonly<Record<string, number>>): string {
  let code = source;
  for (const [name, count] of Object.entries(counts)) {
    code = code
      .replace(new RegExp(`^const ${name}0 = .*\n`, "m"), "")
      .replace(new RegExp(`^const ${name}_count = .*$`, "m"), `const ${name}_count = ${count}u;`);
    const alone = new RegExp(`\\b${name}0\\b`, "g");
    const ending = new RegExp(`_${name}0\\b`, "g");
    const underscored = new RegExp(`_${name}0_`, "g");
    const repeat = (line: string) =>
      Array.from({ length: count }, (_, i) =>
        line.replace(alone, `${i}u`).replace(ending, `_${name}${i}`).replace(underscored, `_${name}${i}_`),
      ).join("\n");
    const named = new RegExp(`(?<![A-Za-z0-9])${name}0(?![A-Za-z0-9])`);
    const isRepeated = (line: string) => !line.startsWith("//") && named.test(line);
    code = code
      .split("\n")
      .map((line) => (isRepeated(line) ? repeat(line) : line))
      .join("\n");
  }
  return code;
}
