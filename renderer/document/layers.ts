/** The layers by type, as the catalogue has them. */
export { layerOf, layers } from "../../engine";
