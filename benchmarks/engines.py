"""The engines that are compared, each driven as its own documentation says for the least latency.

One thread unless the row says otherwise, float32, and the input given once, in the layout that the
engine likes best. An engine is opened by a call with a Network and a form of it; what comes back has
`run`, one inference, which is what is timed, and `mask()`, what the last one found. An engine that
cannot raises something, and that is its row in the table.
"""

import ctypes
import functools
import importlib.util
import subprocess
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np

# The forms of a network: the file as it is, and as convert.py rewrites its one custom operator.
PUBLISHED, TRANSPOSED, SHUFFLED = "as published", "TRANSPOSE_CONV", "CONV_2D, DEPTH_TO_SPACE"


@dataclass(frozen=True)
class Network:
    name: str
    tflite: bytes
    picture: np.ndarray  # height x width x 3, uint8

    @property
    def size(self) -> tuple[int, int]:
        return self.picture.shape[:2]

    @property
    def nhwc(self) -> np.ndarray:
        return self.picture[None] / np.float32(255)

    @property
    def nchw(self) -> np.ndarray:
        return np.ascontiguousarray(self.nhwc.transpose(0, 3, 1, 2))

    def form(self, name: str) -> bytes:
        if name == PUBLISHED:
            return self.tflite
        import convert

        return {TRANSPOSED: convert.with_transpose_conv, SHUFFLED: convert.with_depth_to_space}[name](self.tflite)

    def onnx(self, form: str) -> bytes:
        import convert

        return convert.to_onnx(self.form(form))


# --- selfieseg, through its C API


class _Options(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("threads", ctypes.c_int32), ("backend", ctypes.c_char_p),
                ("quality", ctypes.c_char_p), ("ramp_low", ctypes.c_float), ("ramp_high", ctypes.c_float),
                ("smoothing", ctypes.c_float), ("tracking", ctypes.c_int32), ("grow", ctypes.c_int32),
                ("invert", ctypes.c_int32), ("observer", ctypes.c_void_p), ("observer_context", ctypes.c_void_p)]


class _Image(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("format", ctypes.c_int), ("width", ctypes.c_int32),
                ("height", ctypes.c_int32), ("data", ctypes.c_void_p), ("stride", ctypes.c_size_t),
                ("chroma", ctypes.c_void_p * 2), ("chroma_stride", ctypes.c_size_t * 2), ("matrix", ctypes.c_int),
                ("range", ctypes.c_int), ("siting", ctypes.c_int)]


class _EffectOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("background", ctypes.c_int), ("red", ctypes.c_uint8),
                ("green", ctypes.c_uint8), ("blue", ctypes.c_uint8), ("fit", ctypes.c_int), ("picture", _Image),
                ("blur_radius", ctypes.c_float), ("light_wrap", ctypes.c_float)]


class _Timings(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("sample_ms", ctypes.c_double), ("network_ms", ctypes.c_double),
                ("mask_ms", ctypes.c_double), ("compose_ms", ctypes.c_double)]


RGB, GRAY_F32, NV12 = 0, 5, 6
BT601 = 1
BLUR = 3


def load_selfieseg(path: Path) -> ctypes.CDLL:
    """The shared library built from this tree."""
    library = ctypes.CDLL(str(path))
    for function, struct in (("default_options", _Options), ("default_effect_options", _EffectOptions),
                             ("wrap", _Image)):
        getattr(library, f"selfieseg_{function}").restype = struct
    for text in ("version", "last_error", "instruction_set"):
        getattr(library, f"selfieseg_{text}").restype = ctypes.c_char_p
    for filled in (library.selfieseg_default_options(), library.selfieseg_default_effect_options(),
                   library.selfieseg_wrap(RGB, 1, 1, None, 0)):
        if filled.struct_size != ctypes.sizeof(filled):
            raise OSError(f"{type(filled).__name__} of engines.py is not that of selfieseg.h")
    return library


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


class _Session:
    def __init__(self, tflite: bytes, library: ctypes.CDLL, **options):
        self._library, self._session, model = library, ctypes.c_void_p(), ctypes.c_void_p()
        self._check(library.selfieseg_model_open_memory(tflite, ctypes.c_size_t(len(tflite)), ctypes.byref(model)))
        filled = library.selfieseg_default_options()
        for name, value in options.items():
            setattr(filled, name, value)
        self._check(library.selfieseg_session_open(model, ctypes.byref(filled), ctypes.byref(self._session)))

    def _check(self, status: int):
        if status:
            raise RuntimeError(self._library.selfieseg_last_error().decode())


class Selfieseg(_Session):
    """From tensor to mask, or the whole picture."""

    def __init__(self, network: Network, form: str, library: ctypes.CDLL, whole_picture=False, **options):
        super().__init__(network.form(form), library, **options)
        self._tensor, self._mask = network.nhwc, np.empty(network.size, np.float32)
        if whole_picture:
            height, width = network.size
            frame = library.selfieseg_wrap(RGB, width, height, _pointer(network.picture), 0)
            matte = library.selfieseg_wrap(GRAY_F32, width, height, _pointer(self._mask), 0)
            self.run = functools.partial(
                library.selfieseg_segment, self._session, ctypes.byref(frame), ctypes.byref(matte))
        else:
            size_t = ctypes.c_size_t
            self.run = functools.partial(library.selfieseg_run_network, self._session, _pointer(self._tensor),
                                         size_t(self._tensor.size), _pointer(self._mask), size_t(self._mask.size))
        self._check(self.run())

    def infer(self, tensor: np.ndarray) -> np.ndarray:
        np.copyto(self._tensor, tensor)
        self.run()
        return self._mask

    def mask(self) -> np.ndarray:
        return self._mask


class SelfiesegFrames(_Session):
    """Blurs the background of an NV12 frame of BT.601, in place."""

    def __init__(self, tflite: bytes, library: ctypes.CDLL, frame: np.ndarray, sigma: float):
        super().__init__(tflite, library)
        height, width = frame.shape[0] * 2 // 3, frame.shape[1]
        view = library.selfieseg_wrap(NV12, width, height, _pointer(frame), 0)
        view.matrix = BT601
        options, effect = library.selfieseg_default_effect_options(), ctypes.c_void_p()
        options.background, options.blur_radius = BLUR, 2 * sigma
        self._check(library.selfieseg_effect_open(ctypes.byref(options), ctypes.byref(effect)))
        self.run = functools.partial(library.selfieseg_process, self._session, effect, ctypes.byref(view),
                                     ctypes.byref(view))
        self._timings = _Timings(struct_size=ctypes.sizeof(_Timings))
        self._check(self.run())

    @property
    def network_ms(self) -> float:
        """Of the last frame."""
        self._check(self._library.selfieseg_session_get_timings(self._session, ctypes.byref(self._timings)))
        return self._timings.network_ms


# --- the peers


class LiteRtInterpreter:
    def __init__(self, network: Network, form: str):
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=network.form(form), num_threads=1)
        self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._interpreter.get_input_details()[0]["index"], network.nhwc)
        self.run = self._interpreter.invoke

    def infer(self, tensor: np.ndarray) -> np.ndarray:
        self._interpreter.set_tensor(self._interpreter.get_input_details()[0]["index"], tensor)
        self.run()
        return self.mask()

    def mask(self) -> np.ndarray:
        return self._interpreter.get_tensor(self._interpreter.get_output_details()[0]["index"])


class LiteRtCompiledModel:
    def __init__(self, network: Network, form: str):
        from ai_edge_litert.compiled_model import CompiledModel, CpuOptions, HardwareAccelerator, Options

        options = Options(hardware_accelerators=HardwareAccelerator.CPU, cpu_options=CpuOptions(num_threads=1))
        model = CompiledModel.from_buffer(network.form(form), options=options)
        inputs, self._outputs = model.create_input_buffers(0), model.create_output_buffers(0)
        inputs[0].write(network.nhwc)
        self._size = int(np.prod(network.size))
        self.run = functools.partial(model.run_by_index, 0, inputs, self._outputs)

    def mask(self) -> np.ndarray:
        return self._outputs[0].read(self._size, np.float32)


class OpenVino:
    def __init__(self, network: Network, form: str):
        import openvino

        core = openvino.Core()
        with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
            Path(file.name).write_bytes(network.form(form))
            model = core.compile_model(core.read_model(file.name), "CPU", {
                "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})
        self._tensor, self._mask = network.nhwc, np.empty((1, *network.size, 1), np.float32)
        request = model.create_infer_request()
        request.set_input_tensor(openvino.Tensor(self._tensor, shared_memory=True))
        request.set_output_tensor(openvino.Tensor(self._mask, shared_memory=True))
        self.run = request.infer

    def mask(self) -> np.ndarray:
        return self._mask


class OnnxRuntime:
    def __init__(self, network: Network, form: str):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(network.onnx(form), options, providers=["CPUExecutionProvider"])
        self._tensor = onnxruntime.OrtValue.ortvalue_from_numpy(network.nchw)
        self._mask = onnxruntime.OrtValue.ortvalue_from_numpy(np.empty((1, 1, *network.size), np.float32))
        binding = session.io_binding()
        binding.bind_ortvalue_input(session.get_inputs()[0].name, self._tensor)
        binding.bind_ortvalue_output(session.get_outputs()[0].name, self._mask)
        self.run = functools.partial(session.run_with_iobinding, binding)

    def mask(self) -> np.ndarray:
        return self._mask.numpy()


class Ncnn:
    def __init__(self, network: Network, form: str):
        import ncnn

        # Only pnnx's program is used: to import its Python part would take torch.
        pnnx = importlib.util.find_spec("pnnx")
        if not pnnx:
            raise ModuleNotFoundError(name="pnnx")
        self._net = ncnn.Net()
        self._net.opt.num_threads = 1
        for narrow in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
            setattr(self._net.opt, f"use_{narrow}", False)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "selfie.onnx").write_bytes(network.onnx(form))
            subprocess.run([Path(pnnx.origin).with_name("pnnx"), "selfie.onnx", "fp16=0"],
                           cwd=folder, check=True, capture_output=True)
            self._net.load_param(f"{folder}/selfie.ncnn.param")
            self._net.load_model(f"{folder}/selfie.ncnn.bin")
        pixels = network.nchw[0]
        self._tensor = ncnn.Mat(pixels).clone()

    def run(self):
        extractor = self._net.create_extractor()
        extractor.input("in0", self._tensor)
        _, self._mask = extractor.extract("out0")

    def mask(self) -> np.ndarray:
        return np.array(self._mask)


class MediaPipe:
    """Offers the whole picture only."""

    def __init__(self, network: Network, form: str):
        import convert
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        model = BaseOptions(model_asset_buffer=convert.with_metadata(network.form(form)))
        self._segmenter = vision.ImageSegmenter.create_from_options(
            vision.ImageSegmenterOptions(base_options=model, output_confidence_masks=True))
        weakref.finalize(self, self._segmenter.close)  # it cannot be closed any more when Python ends
        self._new_image = functools.partial(mediapipe.Image, mediapipe.ImageFormat.SRGB)
        self._image = self._new_image(network.picture)

    def run(self):
        self._result = self._segmenter.segment(self._image)

    def infer(self, picture: np.ndarray) -> np.ndarray:
        self._image = self._new_image(picture)
        self.run()
        return self.mask()

    def mask(self) -> np.ndarray:
        return self._result.confidence_masks[0].numpy_view()


def reads_no_tflite(network: Network, form: str):
    raise ValueError("does not read .tflite")


# --- the table


@dataclass(frozen=True)
class Engine:
    name: str
    form: str
    open: Callable[[Network, str], object]
    package: str = ""  # of PyPI
    whole_picture: bool = False  # compared with selfieseg from 8-bit pixels to mask, not from tensor to mask


def engines(library: ctypes.CDLL) -> list[Engine]:
    """All rows."""
    ours = functools.partial(functools.partial, Selfieseg, library=library)
    return [
        Engine("selfieseg", PUBLISHED, ours()),
        Engine("selfieseg, AVX2", PUBLISHED, ours(backend=b"simd:AVX2")),
        Engine("selfieseg, 2 threads", PUBLISHED, ours(threads=2)),
        Engine("selfieseg's backend `xnnpack`", PUBLISHED, ours(backend=b"xnnpack")),
        Engine("LiteRT, Interpreter", PUBLISHED, LiteRtInterpreter, "ai-edge-litert"),
        Engine("LiteRT, Interpreter", TRANSPOSED, LiteRtInterpreter, "ai-edge-litert"),
        Engine("LiteRT, Interpreter", SHUFFLED, LiteRtInterpreter, "ai-edge-litert"),
        Engine("LiteRT, CompiledModel", PUBLISHED, LiteRtCompiledModel, "ai-edge-litert"),
        Engine("LiteRT, CompiledModel", SHUFFLED, LiteRtCompiledModel, "ai-edge-litert"),
        Engine("OpenVINO", PUBLISHED, OpenVino, "openvino"),
        Engine("OpenVINO", TRANSPOSED, OpenVino, "openvino"),
        Engine("OpenVINO", SHUFFLED, OpenVino, "openvino"),
        Engine("ONNX Runtime", PUBLISHED, reads_no_tflite, "onnxruntime"),
        Engine("ONNX Runtime", TRANSPOSED, OnnxRuntime, "onnxruntime"),
        Engine("ONNX Runtime", SHUFFLED, OnnxRuntime, "onnxruntime"),
        Engine("ncnn", PUBLISHED, reads_no_tflite, "ncnn"),
        Engine("ncnn", TRANSPOSED, Ncnn, "ncnn"),
        Engine("ncnn", SHUFFLED, Ncnn, "ncnn"),
        Engine("selfieseg, whole picture", PUBLISHED, ours(whole_picture=True, quality=b"mediapipe"),
               whole_picture=True),
        Engine("MediaPipe, whole picture", PUBLISHED, MediaPipe, "mediapipe", whole_picture=True),
    ]
