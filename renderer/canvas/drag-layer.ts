/** The kind of data that a drag out of the palette carries. */
export const layerDragType = "application/x-tensorloom-layer";
