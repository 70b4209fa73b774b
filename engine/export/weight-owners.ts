/** A weights file says which node each of its names stands for, by flat id: the entry `nodes` of its metadata. */
import * as v from "valibot";
import { readSafetensors, writeSafetensors } from "./safetensors";

type Metadata = Readonly<Record<string, string>>;

const written = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** Names, as tensors begin with them, and ids; empty for a file that does not say. */
export function ownersIn({ nodes }: Metadata): readonly (readonly [string, string])[] {
  const parsed = v.safeParse(written, nodes);
  return parsed.success ? Object.entries(parsed.output) : [];
}

export function printOwners(owners: readonly (readonly [string, string])[]): Metadata {
  return { nodes: JSON.stringify(Object.fromEntries(owners)) };
}

/** The same weights for nodes that have gone on under other ids. A file that names no nodes stays as it is. */
export function moveWeights(bytes: Uint8Array, moved: (id: string) => string): Uint8Array {
  const read = readSafetensors(bytes);
  if (!read.ok) return bytes;
  const { tensors, metadata } = read.value;
  const owners = ownersIn(metadata).map(([name, id]) => [name, moved(id)] as const);
  return owners.length === 0 ? bytes : writeSafetensors(tensors, { ...metadata, ...printOwners(owners) });
}
