// What bench.mjs calls in its page: solutions in iframes, turn by turn, and medians.

const frames = {};

const waitFor = async (test) => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5));
};

// Opens a solution in an iframe of its own; true when it works.
window.openAll = async (names, network) => {
  for (const name of names) {
    const iframe = document.createElement('iframe');
    iframe.src = '/bench/frame.html';
    document.body.append(iframe);
    await waitFor(() => iframe.contentWindow?.ready);
    const page = iframe.contentWindow;
    frames[name] = { ...(await page.open(name, network)), page, milliseconds: [] };
  }
};

const summary = () =>
  Object.fromEntries(
    Object.entries(frames).map(([name, { milliseconds }]) => {
      const sorted = milliseconds.sort((a, b) => a - b);
      const at = (part) => sorted[Math.floor(part * (sorted.length - 1))];
      return [name, { median: at(0.5), p10: at(0.1), best: sorted[0], runs: sorted.length }];
    }),
  );

async function inTurns(rounds, each, call) {
  const names = Object.keys(frames);
  for (let round = 0; round < rounds; ++round) {
    names.push(names.shift()); // nobody is always first
    for (const name of names) {
      for (let i = 0; i < each + 2; ++i) {
        const start = performance.now();
        await call(frames[name]);
        if (i >= 2) frames[name].milliseconds.push(performance.now() - start); // two to warm the caches
      }
    }
  }
  return summary();
}

// Times the bare networks. With it, how far each is from the first one's mask.
window.benchNetworks = async (input, rounds, each) => {
  const floats = new Float32Array(await (await fetch(input)).arrayBuffer());
  for (const frame of Object.values(frames)) {
    frame.input = new frame.page.Float32Array(floats); // of its own kind: LiteRT.js asks with instanceof
    for (let i = 0; i < 30; ++i) frame.result = await frame.network(frame.input);
  }
  const [first] = Object.values(frames);
  const times = await inTurns(rounds, each, (frame) => frame.network(frame.input));
  for (const [name, { result }] of Object.entries(frames)) {
    times[name].differs = result.reduce((worst, value, i) => Math.max(worst, Math.abs(value - first.result[i])), 0);
  }
  return times;
};

// Times a camera's frame to a blurred picture on a canvas, which is read at one pixel so that it is really there.
window.benchBlur = async (rounds, each) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
  for (const frame of Object.values(frames)) {
    frame.video = frame.page.document.createElement('video');
    frame.video.muted = true;
    frame.video.srcObject = stream;
    await frame.video.play();
    const canvas = frame.page.document.createElement('canvas');
    canvas.width = frame.video.videoWidth;
    canvas.height = frame.video.videoHeight;
    frame.context = canvas.getContext('2d');
  }
  const { videoWidth, videoHeight } = Object.values(frames)[0].video;
  const deviation = videoHeight / 64; // the library's default blur
  const call = async (frame) => {
    await frame.blur(frame.video, frame.context, deviation);
    frame.pixel = frame.context.getImageData(0, 0, 1, 1).data;
  };
  for (const frame of Object.values(frames)) for (let i = 0; i < 5; ++i) await call(frame);
  const times = await inTurns(rounds, each, call);
  for (const [name, frame] of Object.entries(frames)) times[name].picture = frame.context.canvas.toDataURL('image/jpeg', 0.9);
  return { size: [videoWidth, videoHeight], times };
};

// In a page whose address says of what: milliseconds from its start to the first mask, and how many of them the page
// itself took, before anybody's code was asked for. It waits for nobody outside.
const firstMask = async (name, network) => {
  const page = performance.now();
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  canvas.getContext('2d').fillRect(200, 100, 200, 380);
  const mask = await (await window.open(name, network)).mask(canvas);
  return { milliseconds: performance.now(), page, pixels: mask.length };
};
if (location.hash) {
  addEventListener('load', async () => {
    const cold = await firstMask(...location.hash.slice(1).split('/').map(decodeURIComponent)).catch((error) => ({ error: String(error) }));
    console.info(JSON.stringify({ cold }));
  });
}
