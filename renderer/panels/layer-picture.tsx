import type { AnyLayer } from "../../engine";
import { categoryStyle } from "./category";
import { pictureOf } from "./layer-pictures";

/** What the layer does, as a small drawing. The words beside it say the same. */
export function LayerPicture({ layer }: { readonly layer: AnyLayer }) {
  const { lines, marks, sign } = pictureOf(layer);
  return (
    <svg
      className="layer-picture"
      width="64"
      height="40"
      viewBox="0 0 64 40"
      style={categoryStyle(layer.category)}
      aria-hidden
    >
      <path d={lines} />
      {marks && <path className="marks" d={marks} />}
      {sign && (
        <text x="32" y="25">
          {sign}
        </text>
      )}
    </svg>
  );
}
