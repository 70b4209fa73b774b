/** Works out a layout away from the window's own thread. */

import type { TidyRequest, TidyResult } from "./tidy";
import { tidyPositions } from "./tidy-positions";

self.onmessage = ({ data }: MessageEvent<TidyRequest>) => {
  const result: TidyResult = { request: data.request, positions: tidyPositions(data) };
  self.postMessage(result);
};
