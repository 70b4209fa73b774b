/** What the open data set offers to Input nodes. The data panel sets it; the checker reads it. */
import { create } from "zustand";
import type { DataTensors } from "../../engine";

interface DataTensorsState {
  /** Empty when no data are open. */
  readonly tensors: DataTensors;
  /** Rows that train; null when no data are open. */
  readonly trainRows: number | null;
}

export const useDataTensors = create<DataTensorsState>(() => ({ tensors: {}, trainRows: null }));

export function setDataTensors(tensors: DataTensors, trainRows: number | null = null): void {
  useDataTensors.setState({ tensors, trainRows });
}
