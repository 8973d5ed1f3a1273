// The page: a camera or a file in, the effect on a canvas, and what it costs.
import { BackgroundProcessor, Segmenter, openCamera } from './selfieseg/index.js';

const $ = (id) => document.getElementById(id);
const [before, after] = [$('before').getContext('2d'), $('after').getContext('2d')];
let camera = null; // the MediaStream
let processor = null;
let picture = null; // an ImageBitmap that was opened instead
let background = null; // an ImageBitmap, or the File of a clip

const say = (text) => ($('status').textContent = text);
const isClip = () => $('effect').value === 'picture' && background instanceof File;
const effect = () => ({
  type: isClip() ? 'video' : $('effect').value,
  color: $('color').value,
  lightWrap: Number($('wrap').value),
  [isClip() ? 'video' : 'picture']: background ?? undefined,
});

function draw(context, source, width, height) {
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.clearRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
}

function show(stats) {
  for (const name of ['sample', 'network', 'mask', 'compose']) $(name).textContent = stats[name].toFixed(2);
}

// Draws a track's frames until it ends.
function follow(track, context) {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  const next = () => {
    if (track.readyState === 'ended') return;
    if (video.videoWidth > 0) draw(context, video, video.videoWidth, video.videoHeight);
    video.requestVideoFrameCallback(next);
  };
  video.play().then(() => video.requestVideoFrameCallback(next), () => {});
  return video;
}

function stop() {
  processor?.close();
  for (const track of camera?.getTracks() ?? []) track.stop();
  processor = camera = null;
  $('start').textContent = 'Start the camera';
}

async function start() {
  picture = null;
  say('Starting ...');
  camera = await openCamera();
  const [track] = camera.getVideoTracks();
  const opened = await BackgroundProcessor.create({ model: $('model').value, effect: effect() });
  processor = opened;
  const ended = (error) => (stop(), say(error ? `It stopped: ${error.message}` : 'The camera has stopped.'));
  follow(processor.process(track, ended), after);
  const seen = follow(track, before);
  $('hint').hidden = true;
  $('start').textContent = 'Stop the camera';
  say(`Running with ${Segmenter.instructionSet} SIMD.`);
  let last = { frames: 0, time: performance.now() };
  let early = null; // frames of the camera before the first look
  while (processor === opened) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const stats = await opened.stats().catch(() => null); // it was closed meanwhile
    if (!stats) break;
    const now = performance.now();
    const given = seen.getVideoPlaybackQuality().totalVideoFrames - stats.frames;
    early ??= given;
    show(stats);
    $('rate').textContent = ((1000 * (stats.frames - last.frames)) / (now - last.time)).toFixed(1);
    $('dropped').textContent = stats.dropped ?? Math.max(0, given - early);
    last = { frames: stats.frames, time: now };
  }
}

// One picture, with the best masks there are.
async function showPicture() {
  if (isClip()) throw new Error('a clip is for the camera: choose a picture');
  say('Looking ...');
  const segmenter = await Segmenter.create({ model: $('model').value, quality: 'best' });
  try {
    await segmenter.setEffect(effect());
    const result = await segmenter.process(picture);
    draw(before, picture, picture.width, picture.height);
    draw(after, await createImageBitmap(result), result.width, result.height);
    show(segmenter.timings);
    $('hint').hidden = true;
    say('Done.');
  } finally {
    segmenter.close();
  }
}

// Whatever fails is said, in one place.
const attempt = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    say(`${error.message[0].toUpperCase()}${error.message.slice(1)}.`);
  }
};

const openPicture = (file) =>
  createImageBitmap(file).catch(() => {
    throw new Error(`'${file.name}' is no picture that this browser knows`);
  });
const openFile = async (file) => {
  if (!file) return;
  picture = await openPicture(file);
  stop();
  await showPicture();
};
const change = attempt(async () => {
  if ($('effect').value === 'picture' && !background) return say('Choose a picture or clip for the background.');
  if (processor) await processor.setEffect(effect());
  else if (picture) await showPicture();
});

$('start').onclick = attempt(async () => {
  if (camera) return stop(), say('');
  await start().catch((error) => {
    stop();
    throw error;
  });
});
$('file').onchange = attempt((event) => openFile(event.target.files[0]));
$('background').onchange = attempt(async (event) => {
  const [file] = event.target.files;
  background = file && !file.type.startsWith('video/') ? await openPicture(file) : (file ?? null);
  if (background) $('effect').value = 'picture';
  await change();
});
$('effect').onchange = change;
$('color').onchange = change;
$('wrap').onchange = change;
$('model').onchange = attempt(async () => {
  if (camera) {
    stop();
    await start();
  } else if (picture) {
    await showPicture();
  }
});
$('compare').oninput = () => $('drop').style.setProperty('--compare', `${$('compare').value}%`);
for (const name of ['dragover', 'dragleave', 'drop']) {
  $('drop').addEventListener(name, (event) => {
    event.preventDefault();
    $('drop').classList.toggle('over', name === 'dragover');
    if (name === 'drop') attempt(openFile)(event.dataTransfer.files[0]);
  });
}

// From the second time on the page needs no network. A new version is shown at once unless something is at work.
const { serviceWorker } = navigator;
addEventListener('load', () => serviceWorker?.register(`sw.js?set=${Segmenter.instructionSet}`).catch(() => {}));
serviceWorker?.addEventListener('controllerchange', () => {
  if (camera || picture) say('There is a new version: reload the page.');
  else location.reload();
});
