"""Ways to blur the background of an NV12 frame in place with OpenCV and a network: as most examples do, and with care.

Each is driven as its user would who knows OpenCV: one thread, results in memory that is there already
where OpenCV can, no copy that is not needed. Whoever runs a way writes the frame anew before.
"""

import time

import numpy as np

from engines import Network

WIDTH, HEIGHT, SIGMA = 1920, 1080, 15  # the blur's standard deviation, in pixels
QUARTER = WIDTH // 4, HEIGHT // 4
RAMP = 0.1, 0.9  # of the careful ways: what is below is background, what is above is person


def nv12_of(rgb: np.ndarray) -> np.ndarray:
    """OpenCV makes I420; users interleave its chroma. BT.601, limited range."""
    import cv2

    planes = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
    planes[HEIGHT:] = cv2.merge(list(planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2))).reshape(-1, WIDTH)
    return planes


class OpenCv:
    """What the ways have in common. engine: has infer(), from a tensor to a mask, or from 8-bit pixels."""

    takes_pixels = False

    def __init__(self, network: Network, frame: np.ndarray, engine):
        import cv2

        cv2.setNumThreads(1)
        self.cv, self.frame, self.engine = cv2, frame, engine
        self.luma, self.chroma = frame[:HEIGHT], frame[HEIGHT:].reshape(HEIGHT // 2, WIDTH // 2, 2)
        self.size = network.size[::-1]
        self.tensor = np.empty((1, *network.size, 3), np.float32)
        self.network_ms = None  # if it is known

    def run(self):
        picture = self.picture()
        if self.takes_pixels:
            return self.blur(self.engine.infer(picture).squeeze())
        np.multiply(picture, np.float32(1 / 255), out=self.tensor[0])
        before = time.perf_counter()
        mask = self.engine.infer(self.tensor).squeeze()
        self.network_ms = (time.perf_counter() - before) * 1e3
        self.blur(mask)

    def store(self, rgb: np.ndarray):
        """Back to NV12, without a copy that is not needed."""
        planes = self.cv.cvtColor(rgb, self.cv.COLOR_RGB2YUV_I420, dst=self.planes)
        np.copyto(self.luma, planes[:HEIGHT])
        self.cv.merge(list(planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)), dst=self.chroma)


class Usual(OpenCv):
    """As in most examples: all at full size and in RGB, blended in float."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rgb, self.blurred = np.empty((2, HEIGHT, WIDTH, 3), np.uint8)
        self.person, self.background = np.empty((2, HEIGHT, WIDTH, 3), np.float32)
        self.matte = np.empty((HEIGHT, WIDTH), np.float32)
        self.planes = np.empty_like(self.frame)

    def picture(self) -> np.ndarray:
        self.cv.cvtColor(self.frame, self.cv.COLOR_YUV2RGB_NV12, dst=self.rgb)
        return self.cv.resize(self.rgb, self.size)

    def blur(self, mask: np.ndarray):
        self.cv.resize(mask, (WIDTH, HEIGHT), dst=self.matte)
        self.cv.GaussianBlur(self.rgb, (0, 0), SIGMA, dst=self.blurred)
        matte = self.matte[..., None]
        np.multiply(self.rgb, matte, out=self.person)
        np.multiply(self.blurred, 1 - matte, out=self.background)
        np.add(self.person, self.background, out=self.person)
        np.copyto(self.rgb, self.person, casting="unsafe")
        self.store(self.rgb)


class Careful(OpenCv):
    """In RGB, but blurred at a quarter of the size, and blended in 8 bits."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rgb, self.blurred, self.alpha, self.rest = np.empty((4, HEIGHT, WIDTH, 3), np.uint8)
        self.quarter, self.blurred_quarter = np.empty((2, *QUARTER[::-1], 3), np.uint8)
        self.matte = np.empty((HEIGHT, WIDTH), np.uint8)
        self.planes = np.empty_like(self.frame)

    def shrink(self):
        self.cv.cvtColor(self.frame, self.cv.COLOR_YUV2RGB_NV12, dst=self.rgb)
        self.cv.resize(self.rgb, QUARTER, dst=self.quarter, interpolation=self.cv.INTER_AREA)

    def picture(self) -> np.ndarray:
        self.shrink()
        return self.cv.resize(self.quarter, self.size)

    def bytes_of(self, mask: np.ndarray) -> np.ndarray:
        low, high = RAMP
        return self.cv.multiply(self.cv.subtract(mask, low), 255 / (high - low), dtype=self.cv.CV_8U)

    def blur(self, mask: np.ndarray):
        cv, matte = self.cv, self.bytes_of(mask)
        if matte.shape != (HEIGHT, WIDTH):
            matte = cv.resize(matte, (WIDTH, HEIGHT), dst=self.matte)
        cv.merge([matte] * 3, dst=self.alpha)
        cv.GaussianBlur(self.quarter, (0, 0), SIGMA / 4, dst=self.blurred_quarter)
        cv.resize(self.blurred_quarter, (WIDTH, HEIGHT), dst=self.blurred)
        cv.multiply(self.rgb, self.alpha, dst=self.rgb, scale=1 / 255)
        cv.bitwise_not(self.alpha, dst=self.rest)
        cv.multiply(self.blurred, self.rest, dst=self.blurred, scale=1 / 255)
        cv.add(self.rgb, self.blurred, dst=self.rgb)
        self.store(self.rgb)


class CarefulInPlanes(Careful):
    """Without RGB: in the planes of NV12, and blended only in the box around the person."""

    def __init__(self, *arguments):
        OpenCv.__init__(self, *arguments)
        width, height = QUARTER
        self.half = np.empty((height * 2, width * 2), np.uint8)
        self.kept, self.alpha, self.rest = np.empty((3, HEIGHT * WIDTH), np.uint8)
        self.luma_quarter, self.luma_blurred = np.empty((2, height, width), np.uint8)
        self.chroma_quarter, self.chroma_blurred = np.empty((2, height // 2, width // 2, 2), np.uint8)

    def picture(self) -> np.ndarray:
        cv, (width, height) = self.cv, QUARTER
        # Halving twice is what OpenCV has fast code for.
        cv.resize(self.luma, (WIDTH // 2, HEIGHT // 2), dst=self.half, interpolation=cv.INTER_AREA)
        cv.resize(self.half, QUARTER, dst=self.luma_quarter, interpolation=cv.INTER_AREA)
        cv.resize(self.chroma, (width // 2, height // 2), dst=self.chroma_quarter, interpolation=cv.INTER_AREA)
        luma = cv.resize(self.luma_quarter, self.size)
        chroma = cv.resize(self.chroma_quarter, (self.size[0] // 2, self.size[1] // 2))
        return cv.cvtColorTwoPlane(luma, chroma, cv.COLOR_YUV2RGB_NV12)

    def blur(self, mask: np.ndarray):
        cv = self.cv
        cv.GaussianBlur(self.luma_quarter, (0, 0), SIGMA / 4, dst=self.luma_blurred)
        cv.GaussianBlur(self.chroma_quarter, (0, 0), SIGMA / 8, dst=self.chroma_blurred)
        matte = cv.resize(self.bytes_of(mask), QUARTER)
        x, y, width, height = cv.boundingRect(matte)
        x, y, right, bottom = max(x - 1, 0), max(y - 1, 0), x + width + 1, y + height + 1
        person = matte[y:bottom, x:right]
        for plane, background, scale in ((self.luma, self.luma_blurred, 4), (self.chroma, self.chroma_blurred, 2)):
            box = plane[y * scale:bottom * scale, x * scale:right * scale]
            kept, alpha, rest = (all[:box.size].reshape(box.shape) for all in (self.kept, self.alpha, self.rest))
            np.copyto(kept, box)
            cv.resize(background, plane.shape[1::-1], dst=plane)
            if not box.size:
                continue
            across = cv.resize(person, box.shape[1::-1], dst=alpha if plane.ndim == 2 else None)
            if plane.ndim == 3:
                cv.merge([across, across], dst=alpha)
            cv.bitwise_not(alpha, dst=rest)
            cv.multiply(kept, alpha, dst=kept, scale=1 / 255)
            cv.multiply(box, rest, dst=box, scale=1 / 255)
            cv.add(box, kept, dst=box)


class MediaPipeAndPlanes(CarefulInPlanes):
    """MediaPipe is given the small picture, and its small mask is used."""

    takes_pixels = True


class MediaPipeAndCareful(Careful):
    """MediaPipe is given the frame in RGB, and its mask has the frame's size."""

    takes_pixels = True

    def picture(self) -> np.ndarray:
        self.shrink()
        return self.rgb
