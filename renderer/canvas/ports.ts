/** Which of a layer's ports a node shows: those that matter now, not the eight that a Concat could have. */
import type { AnyLayer } from "../../engine";

export interface ShownPort {
  readonly name: string;
  /** May stay unwired, and is. */
  readonly spare: boolean;
}

type PortNames = ReadonlySet<string>;

/**
 * Required ports, wired ones, and optional ones with a name of their own (`attn_mask`). Of those that only count on
 * (`x3`, `x4`, … behind `x1`), the first free one, once all that are required are taken.
 */
export function shownInputs(layer: AnyLayer, wired: PortNames): readonly ShownPort[] {
  const ports = Object.keys(layer.inputs);
  const isFree = (port: string) => !wired.has(port);
  const next = ports.find((port) => isFree(port) && (!isOptional(layer, port) || countsOn(layer, port)));
  return ports
    .filter((port) => wired.has(port) || !countsOn(layer, port) || port === next)
    .map((name) => ({ name, spare: isOptional(layer, name) && isFree(name) }));
}

/**
 * The outputs that the layer gives as it is wired now, and those that a wire names all the same. `given` is undefined
 * while the checker does not know: then the first two of a row that counts on (`y1` to `y8`).
 */
export function shownOutputs(
  layer: AnyLayer,
  wired: PortNames,
  given: object | undefined,
): readonly string[] {
  return Object.keys(layer.outputs).filter((port, index) => {
    if (wired.has(port)) return true;
    return given ? port in given : index < 2 || !isCounted(port);
  });
}

/** Where a wire goes that is dropped on the node and not on a port: required ports first. Undefined when all are taken. */
export function firstFreeInput(layer: AnyLayer, wired: PortNames): string | undefined {
  const free = shownInputs(layer, wired).filter(({ name }) => !wired.has(name));
  return (free.find(({ spare }) => !spare) ?? free.at(0))?.name;
}

function isOptional(layer: AnyLayer, port: string): boolean {
  return layer.optional.includes(port);
}

function countsOn(layer: AnyLayer, port: string): boolean {
  return (
    isOptional(layer, port) &&
    isCounted(port) &&
    Object.keys(layer.inputs).some(
      (other) => !isOptional(layer, other) && isCounted(other) && stem(other) === stem(port),
    )
  );
}

function isCounted(port: string): boolean {
  return stem(port) !== port;
}

function stem(port: string): string {
  return port.replace(/\d+$/, "");
}
