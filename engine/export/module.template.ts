// #region about
/**
 * What every exported model has in common. `typescript.ts` writes the regions anew for each network; those below hold
 * a sample, y = x·W with x (N, 2), so that this file is valid TypeScript as it stands.
 */
// #endregion

// #region interface
export interface Inputs {
  features: Float32Array;
}

export interface Prediction {
  prediction: Float32Array;
}
// #endregion

export interface Model {
  /**
   * Takes any number of rows, one after the other in each input.
   * @throws Error when an input does not hold whole rows, or the inputs hold different numbers of rows
   */
  predict(inputs: Inputs): Promise<Prediction>;
  /** Frees the memory on the GPU. */
  destroy(): void;
}

/**
 * Puts the network and its weights on the GPU.
 * @param weights the bytes of model.safetensors, or of another file with tensors of the same names and shapes
 * @throws Error when a tensor is missing or has another shape, or when the device cannot run the network
 */
export async function load(device: GPUDevice, weights: ArrayBuffer): Promise<Model> {
  const values = readWeights(weights);

  device.pushErrorScope("validation");
  const buffers = createBuffers(device);
  tensors.forEach(({ buffer, offset }, index) => {
    device.queue.writeBuffer(buffers[buffer], offset, values[index]);
  });
  const compiled = new Map<string, Promise<GPUComputePipeline>>();
  const [commands, problem] = await Promise.all([
    Promise.all(steps.map((step) => prepare(device, buffers, step, compiled))),
    device.popErrorScope(),
  ]);
  if (problem) throw new Error(`The device cannot run this network: ${problem.message}`);

  return {
    async predict(given) {
      const rows = countRows(given);
      const prediction = new Float32Array(rows * output.elements);
      for (let first = 0; first < rows; first += batchSize) {
        for (const input of inputs) {
          device.queue.writeBuffer(buffers[input.buffer], 0, batchOf(given[input.name], input, first));
        }
        const batch = await run(device, buffers, commands);
        const count = Math.min(batchSize, rows - first);
        prediction.set(batch.subarray(0, count * output.elements), first * output.elements);
      }
      return { prediction };
    },
    destroy() {
      for (const buffer of Object.values(buffers)) buffer.destroy();
    },
  };
}

/** The tensors' values in the order of `tensors`. */
function readWeights(weights: ArrayBuffer) {
  const start = 8 + Number(new DataView(weights).getBigUint64(0, true));
  if (start > weights.byteLength) throw new Error("The weights are cut off, or are not a safetensors file.");
  const header: Record<string, StoredTensor | undefined> = JSON.parse(
    new TextDecoder().decode(new Uint8Array(weights, 8, start - 8)),
  );
  return tensors.map(({ name, shape }) => {
    const stored = header[name];
    if (stored?.dtype !== "F32" || String(stored.shape) !== String(shape)) {
      throw new Error(`The weights have no tensor ${name} of dtype F32 and shape [${shape.join(", ")}].`);
    }
    const [begin, end] = stored.data_offsets;
    const data = new Float32Array(weights.slice(start + begin, start + end));
    const count = shape.reduce((product, size) => product * size, 1);
    if (data.length !== count) throw new Error(`The weights are cut off in ${name}.`);
    return data;
  });
}

interface StoredTensor {
  dtype: string;
  shape: number[];
  /** Where it begins and ends, in bytes after the header. */
  data_offsets: [number, number];
}

// GPUBufferUsage, GPUMapMode and GPUShaderStage as numbers: outside a browser the names need not exist.
const usage = { mapRead: 0x1, copySrc: 0x4, copyDst: 0x8, storage: 0x80 };
const mapModeRead = 0x1;
const computeStage = 0x4;

type Buffers = Record<BufferName, GPUBuffer>;

function createBuffers(device: GPUDevice): Buffers {
  const entries = Object.entries(bufferBytes).map(([label, size]) => [
    label,
    device.createBuffer({ label, size, usage: usage.storage | usage.copySrc | usage.copyDst }),
  ]);
  // One buffer for each name in `bufferBytes`, which fromEntries forgets.
  return Object.fromEntries(entries) as Buffers;
}

interface Command {
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  workgroups: Step["workgroups"];
}

/** Steps with the same shader share its pipeline in `compiled`. */
async function prepare(
  device: GPUDevice,
  buffers: Buffers,
  { shader, bindings, workgroups }: Step,
  compiled: Map<string, Promise<GPUComputePipeline>>,
): Promise<Command> {
  const layout = device.createBindGroupLayout({
    entries: bindings.map(({ access }, binding) => ({
      binding,
      visibility: computeStage,
      buffer: { type: access === "read" ? "read-only-storage" : "storage" },
    })),
  });
  const bindGroup = device.createBindGroup({
    layout,
    entries: bindings.map(({ buffer, offset, bytes }, binding) => ({
      binding,
      resource: { buffer: buffers[buffer], offset, size: bytes },
    })),
  });
  let pipeline = compiled.get(shader);
  if (!pipeline) {
    pipeline = device.createComputePipelineAsync({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ code: shader }), entryPoint: "main" },
    });
    compiled.set(shader, pipeline);
  }
  return { pipeline: await pipeline, bindGroup, workgroups };
}

function countRows(given: Inputs): number {
  const [rows, ...others] = inputs.map(({ name, elements }) => given[name].length / elements);
  if (!Number.isInteger(rows) || others.some((other) => other !== rows)) {
    const found = inputs.map(
      ({ name, elements }) => `${name}: ${given[name].length} numbers, ${elements} a row`,
    );
    throw new Error(`Every input must hold the same number of whole rows (${found.join("; ")}).`);
  }
  return rows;
}

/** A whole batch from row `first` on, standardised as in training; rows that are not there are zeros. */
function batchOf(values: Inputs[keyof Inputs], { elements, mean, std }: InputTensor, first: number) {
  const rows = values.subarray(first * elements, (first + batchSize) * elements);
  const batch =
    values instanceof Int32Array
      ? new Int32Array(batchSize * elements)
      : new Float32Array(batchSize * elements);
  batch.set(rows);
  // One mean for each column, or for each channel of an image.
  const share = elements / mean.length;
  for (let i = 0; mean.length > 0 && i < rows.length; i++) {
    const column = Math.floor((i % elements) / share);
    batch[i] = (rows[i] - mean[column]) / std[column];
  }
  return batch;
}

/** Everything before the wait happens at once, so that predictions can be asked for side by side. */
async function run(device: GPUDevice, buffers: Buffers, commands: Command[]): Promise<Float32Array> {
  const size = batchSize * output.elements * 4;
  const result = device.createBuffer({ size, usage: usage.mapRead | usage.copyDst });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const { pipeline, bindGroup, workgroups } of commands) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
  }
  pass.end();
  encoder.copyBufferToBuffer(buffers[output.buffer], output.offset, result, 0, size);
  device.queue.submit([encoder.finish()]);
  await result.mapAsync(mapModeRead);
  const values = new Float32Array(result.getMappedRange().slice(0));
  result.destroy();
  return values;
}

interface InputTensor {
  name: keyof Inputs;
  buffer: BufferName;
  /** Numbers in a row. */
  elements: number;
  mean: readonly number[];
  std: readonly number[];
}

interface WeightTensor {
  /** In the safetensors file. */
  name: string;
  shape: readonly number[];
  buffer: BufferName;
  /** In bytes. */
  offset: number;
}

interface Binding {
  buffer: BufferName;
  /** In bytes. */
  offset: number;
  bytes: number;
  access: "read" | "read_write";
}

interface Step {
  shader: string;
  workgroups: readonly [number, number, number];
  bindings: readonly Binding[];
}

// #region network
const batchSize = 1;

const bufferBytes = { features: 8, params: 8, result: 4 };
type BufferName = keyof typeof bufferBytes;

const inputs: readonly InputTensor[] = [
  { name: "features", buffer: "features", elements: 2, mean: [], std: [] },
];

const tensors: readonly WeightTensor[] = [
  { name: "linear.weight", shape: [1, 2], buffer: "params", offset: 0 },
];

const output = { buffer: "result", offset: 0, elements: 1 } as const;

const steps: readonly Step[] = [
  {
    shader: /* wgsl */ `
@group(0) @binding(0) var<storage, read> x: array<f32, 2>;
@group(0) @binding(1) var<storage, read> w: array<f32, 2>;
@group(0) @binding(2) var<storage, read_write> y: array<f32, 1>;

@compute @workgroup_size(1)
fn main() {
  y[0] = x[0] * w[0] + x[1] * w[1];
}
`,
    workgroups: [1, 1, 1],
    bindings: [
      { buffer: "features", offset: 0, bytes: 8, access: "read" },
      { buffer: "params", offset: 0, bytes: 8, access: "read" },
      { buffer: "result", offset: 0, bytes: 4, access: "read_write" },
    ],
  },
];
// #endregion
