// Every solution behind the same few functions, in a page or iframe of its own: window.open(name, network). What it gives:
//   network(input)        floats to floats, the bare network; where there is such a thing
//   mask(image)           the person's mask as numbers that JavaScript can read, of whatever size the solution gives
//   blur(video, context)  the video's frame with a blurred background, on a canvas
const FILES = { general: 'selfie_segmentation.tflite', landscape: 'selfie_segmentation_landscape.tflite' };
const HEIGHTS = { general: 256, landscape: 144 };

const scratch = (width, height) => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
};
const sizeOf = (image) => [image.videoWidth || image.width, image.videoHeight || image.height];

// How the peers' own examples show a mask, with the background blurred: the person's pixels first, the blur behind.
function drawBlurred(context, mask, image, deviation) {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = 'copy';
  context.filter = 'none';
  context.drawImage(mask, 0, 0, width, height);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(image, 0, 0, width, height);
  context.globalCompositeOperation = 'destination-over';
  context.filter = `blur(${deviation}px)`;
  context.drawImage(image, 0, 0, width, height);
}

// A mask of one number a pixel as the alpha of a canvas.
function alphaCanvas(values, scale, width, height, canvas) {
  const picture = new ImageData(width, height);
  for (let i = 0; i < values.length; ++i) picture.data[4 * i + 3] = values[i] * scale;
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d').putImageData(picture, 0, 0);
  return canvas;
}

async function openOurs(network, set) {
  const { Segmenter } = await import('/selfieseg/index.js');
  const wasm = set && (await (await fetch(`/selfieseg/selfieseg-${set}.wasm`)).arrayBuffer());
  const segmenter = await Segmenter.create({ model: network, wasm });
  await segmenter.setEffect({ type: 'blur' });
  return {
    network: (input) => segmenter.runNetwork(input),
    mask: async (image) => (await segmenter.segment(image)).mask,
    async blur(video, context) {
      const frame = new VideoFrame(video);
      const result = await segmenter.process(frame);
      context.globalCompositeOperation = 'copy';
      context.filter = 'none';
      context.drawImage(result, 0, 0);
      frame.close();
      result.close();
    },
  };
}

async function openLiteRt(network, build) {
  const litert = await import('/modules/@litertjs/core/dist/index.js');
  const file = { compat: 'litert_wasm_compat_internal.js', relaxed: 'litert_wasm_internal.js', threads: '' }[build];
  await litert.loadLiteRt(`/modules/@litertjs/core/wasm/${file}`, build === 'threads' ? { threads: true } : undefined);
  const options = { accelerator: 'wasm', ...(build === 'threads' && { cpuOptions: { numThreads: 1 } }) };
  const model = await litert.loadAndCompile(`/modules/@mediapipe/selfie_segmentation/${FILES[network]}`, options);
  const height = HEIGHTS[network];
  const context = scratch(256, height).getContext('2d', { willReadFrequently: true });
  const input = new Float32Array(256 * height * 3);
  const run = async (floats) => {
    const tensor = new litert.Tensor(floats, [1, height, 256, 3]);
    const results = await model.run(tensor);
    const mask = results[0].toTypedArray().slice();
    tensor.delete();
    for (const result of results) result.delete();
    return mask;
  };
  return {
    network: run,
    mask(image) {
      context.drawImage(image, 0, 0, 256, height);
      const { data } = context.getImageData(0, 0, 256, height);
      for (let from = 0, to = 0; from < data.length; from += 4) {
        for (let channel = 0; channel < 3; ++channel) input[to++] = data[from + channel] / 255;
      }
      return run(input);
    },
  };
}

async function openTasks(network) {
  const { FilesetResolver, ImageSegmenter } = await import('/modules/@mediapipe/tasks-vision/vision_bundle.mjs');
  const files = await FilesetResolver.forVisionTasks('/modules/@mediapipe/tasks-vision/wasm');
  const segmenter = await ImageSegmenter.createFromOptions(files, {
    baseOptions: { modelAssetPath: `/with_metadata/${network}.tflite`, delegate: 'CPU' },
    runningMode: 'VIDEO',
    outputConfidenceMasks: true,
    outputCategoryMask: false,
  });
  const canvas = scratch(1, 1);
  const find = (image, use) => {
    let found;
    segmenter.segmentForVideo(image, performance.now(), (result) => {
      const [mask] = result.confidenceMasks;
      found = use(mask.getAsFloat32Array(), mask.width, mask.height);
    });
    return found;
  };
  return {
    mask: async (image) => find(image, (values) => values.slice()),
    async blur(video, context, deviation) {
      find(video, (values, width, height) => alphaCanvas(values, 255, width, height, canvas));
      drawBlurred(context, canvas, video, deviation);
    },
  };
}

async function openSolution(network, useCpuInference) {
  const script = document.createElement('script');
  script.src = '/modules/@mediapipe/selfie_segmentation/selfie_segmentation.js';
  const loaded = new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
  document.head.append(script);
  await loaded;
  const solution = new SelfieSegmentation({ locateFile: (file) => `/modules/@mediapipe/selfie_segmentation/${file}` });
  solution.setOptions({ modelSelection: network === 'general' ? 0 : 1, ...(useCpuInference && { useCpuInference }) });
  let mask = null;
  solution.onResults((results) => (mask = results.segmentationMask));
  await solution.initialize();
  return {
    async mask(image) {
      await solution.send({ image });
      const [width, height] = sizeOf(image);
      const context = scratch(width, height).getContext('2d', { willReadFrequently: true });
      context.drawImage(mask, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    },
    async blur(video, context, deviation) {
      await solution.send({ image: video });
      drawBlurred(context, mask, video, deviation);
    },
  };
}

const SOLUTIONS = {
  selfieseg: (network) => openOurs(network),
  'selfieseg, SIMD128': (network) => openOurs(network, 'simd'),
  'LiteRT.js, compat': (network) => openLiteRt(network, 'compat'),
  'LiteRT.js, relaxed': (network) => openLiteRt(network, 'relaxed'),
  'LiteRT.js, threaded, 1 thread': (network) => openLiteRt(network, 'threads'),
  'tasks-vision, CPU': (network) => openTasks(network),
  'selfie_segmentation': (network) => openSolution(network, false),
  'selfie_segmentation, CPU': (network) => openSolution(network, true),
};

window.open = (name, network) => SOLUTIONS[name](network);
window.ready = true;
