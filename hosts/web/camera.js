// Opens a camera, or says what its owner can do about it.

const ADVICE = {
  NotAllowedError: 'the camera is not allowed here: allow it in the address bar, or in the system\'s privacy settings, and try again',
  NotFoundError: 'there is no camera: connect one, and try again',
  NotReadableError: 'the camera does not start: another program may be using it; close that, and try again',
  OverconstrainedError: 'no camera here can do what was asked of it: ask for a smaller picture or fewer frames',
  SecurityError: 'the page may not use cameras: the site must allow it in its Permissions-Policy',
};

// A MediaStream of video. constraints: those of getUserMedia().
export async function openCamera(constraints = { width: { ideal: 1280 }, height: { ideal: 720 } }) {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) {
    throw new Error('cameras are only for pages from https:// or localhost: open this page there');
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: constraints });
  } catch (error) {
    throw new Error(ADVICE[error.name] ?? `the camera cannot be opened: ${error.message}`, { cause: error });
  }
}
