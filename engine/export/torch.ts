/** How one node reads in PyTorch, for the inspector. */
import type { AnyLayer, Params } from "../layers/define";

/**
 * One line of PyTorch: `self.conv1 = nn.Conv2d(3, 8, 3)` for a module, `flat = conv1.flatten(1)` for an expression.
 *
 * @param params the node's resolved parameters, from the checked graph
 * @param name the node's name
 * @param inputNames the name of the node that feeds each input port; a port that needs a wire and has none goes by
 * its own name
 */
export function torchLine(
  layer: AnyLayer,
  params: Params,
  name: string,
  inputNames: Readonly<Record<string, string>>,
): string {
  const { kind, code } = layer.torch(params);
  if (kind === "module") return `self.${pythonName(name)} = ${code}`;
  const ports = Object.keys(layer.inputs).filter(
    (port) => !layer.optional.includes(port) || Object.hasOwn(inputNames, port),
  );
  const source = (port: string): string => pythonName(inputNames[port] ?? port);
  const expression = ports
    .reduce((text, port) => text.replaceAll(`{${port}}`, source(port)), code)
    .replace("{*}", ports.map(source).join(", "));
  return `${pythonName(name)} = ${expression}`;
}

/** Names that Python keeps for itself, and those that stand for modules in the code that we write. */
const reserved = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global " +
    "if import in is lambda nonlocal not or pass raise return try while with yield self torch nn F"
  ).split(" "),
);

/** The nearest Python identifier: `conv 1` becomes `conv_1`. Letters of all languages may stay. */
export function pythonName(name: string): string {
  const word = name.normalize("NFKC").replace(/[^\p{L}\p{N}_]/gu, "_");
  return /^\p{N}|^$/u.test(word) || reserved.has(word) ? `_${word}` : word;
}
