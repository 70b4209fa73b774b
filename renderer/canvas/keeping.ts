/** React Flow leaves a node or a wire alone that is the same object as before. */

interface Look {
  /** A node, a frame or a wire of the document. */
  readonly drawn: { readonly id: string };
}

/** @returns `make` for many, which gives the same object again for whatever looks as it did the last time */
export function keeping<L extends Look, Made>(make: (look: L) => Made): (looks: readonly L[]) => Made[] {
  let before: ReadonlyMap<string, { readonly look: L; readonly made: Made }> = new Map();
  return (looks) => {
    const now = looks.map((look) => {
      const known = before.get(look.drawn.id);
      return known && sameLook(known.look, look) ? known : { look, made: make(look) };
    });
    before = new Map(now.map((each) => [each.look.drawn.id, each]));
    return now.map(({ made }) => made);
  };
}

function sameLook<L extends object>(a: L, b: L): boolean {
  for (const key in a) if (a[key] !== b[key]) return false;
  return true;
}
