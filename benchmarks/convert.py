"""The networks in the forms that other engines read: .tflite of builtin operators only, ONNX, and with metadata.

What is computed stays the same: only the custom operator Convolution2DTransposeBias, a 2x2 transposed
convolution with stride 2 and a bias, is told in other words. That the weights keep their order is
shown by the masks, which compare.py checks.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl

CUSTOM = b"Convolution2DTransposeBias"


def with_transpose_conv(tflite: bytes) -> bytes:
    """The custom operator as the builtin TRANSPOSE_CONV, which has a bias since its version 3."""
    model, at, (x, weights, bias), output = _find_custom(tflite)
    shape = np.array(model.subgraphs[0].tensors[output].shape, np.int32)
    shape = _add_constant(model, b"output_shape", shape, tfl.TensorType.INT32)
    options = tfl.TransposeConvOptionsT()
    options.padding, options.strideW, options.strideH = tfl.Padding.SAME, 2, 2
    model.subgraphs[0].operators[at] = _operator(
        model, "TRANSPOSE_CONV", 3, [shape, weights, x, bias], output, "TransposeConvOptions", options)
    return _serialise(model)


def with_depth_to_space(tflite: bytes) -> bytes:
    """The custom operator as a 1x1 CONV_2D to 4 channels, one for each pixel of 2x2, and DEPTH_TO_SPACE."""
    model, at, (x, weights, bias), output = _find_custom(tflite)
    # Weights of shape 1, 2, 2, c are, in the same order, those of 4 channels in the order of DEPTH_TO_SPACE.
    weights = _constant(model, weights).reshape(4, 1, 1, -1)
    weights = _add_constant(model, b"conv_weights", weights, tfl.TensorType.FLOAT32)
    bias = _add_constant(model, b"conv_bias", np.repeat(_constant(model, bias), 4), tfl.TensorType.FLOAT32)
    shape = [*model.subgraphs[0].tensors[x].shape[:3], 4]
    deep = _add_tensor(model, b"conv", shape, tfl.TensorType.FLOAT32, buffer=0)
    conv, shuffle = tfl.Conv2DOptionsT(), tfl.DepthToSpaceOptionsT()
    conv.padding, conv.strideW, conv.strideH = tfl.Padding.VALID, 1, 1
    shuffle.blockSize = 2
    model.subgraphs[0].operators[at:at + 1] = [
        _operator(model, "CONV_2D", 1, [x, weights, bias], deep, "Conv2DOptions", conv),
        _operator(model, "DEPTH_TO_SPACE", 1, [deep], output, "DepthToSpaceOptions", shuffle)]
    return _serialise(model)


def with_metadata(tflite: bytes) -> bytes:
    """The network with the metadata that MediaPipe asks for: pixels are divided by 255."""
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    normalisation, unit, tensor = schema.NormalizationOptionsT(), schema.ProcessUnitT(), schema.TensorMetadataT()
    normalisation.mean, normalisation.std = [0.0], [255.0]
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, normalisation
    tensor.processUnits = [unit]
    graph, metadata = schema.SubGraphMetadataT(), schema.ModelMetadataT()
    graph.inputTensorMetadata, graph.outputTensorMetadata = [tensor], [schema.TensorMetadataT()]
    metadata.subgraphMetadata = [graph]
    builder = flatbuffers.Builder()
    builder.Finish(metadata.Pack(builder), b"M001")

    model, entry = _parse(tflite), tfl.MetadataT()
    entry.name, entry.buffer = b"TFLITE_METADATA", _add_buffer(model, bytes(builder.Output()))
    model.metadata = [*(model.metadata or []), entry]
    return _serialise(model)


def to_onnx(tflite: bytes) -> bytes:
    """A network of builtin operators as ONNX, NCHW, with weights in float32."""
    import onnx
    from onnx import helper, numpy_helper

    model = _parse(tflite)
    graph = model.subgraphs[0]
    names = {code: name for name, code in vars(tfl.BuiltinOperator).items()}
    same = {"RELU": "Relu", "HARD_SWISH": "HardSwish", "LOGISTIC": "Sigmoid", "ADD": "Add", "MUL": "Mul"}
    nodes, weights = [], []

    def constant(values: np.ndarray) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(values), f"w{len(weights)}"))
        return weights[-1].name

    def pads(options, size_in, size_out, kernel) -> list[int]:
        """top, left, bottom, right. Of an odd number TFLite's SAME has more at the bottom and right."""
        total = [max(0, (o - 1) * s + k - i) if options.padding == tfl.Padding.SAME else 0
                 for o, s, k, i in zip(size_out, (options.strideH, options.strideW), kernel, size_in)]
        return [int(t) // 2 for t in total] + [int(t) - int(t) // 2 for t in total]

    for operator in graph.operators:
        kind = names[model.operatorCodes[operator.opcodeIndex].builtinCode]
        options, inputs, output = operator.builtinOptions, operator.inputs, operator.outputs[0]
        sizes = [graph.tensors[tensor].shape[1:3] for tensor in (inputs[0], output)]

        def add(onnx_kind: str, inputs, **attributes):
            inputs = [i if isinstance(i, str) else f"t{i}" for i in inputs]
            nodes.append(helper.make_node(onnx_kind, inputs, [f"t{output}"], **attributes))

        if kind == "DEQUANTIZE":
            continue  # of constants only; _constant() looks through it
        elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            w, bias = _constant(model, inputs[1]), _constant(model, inputs[2])
            depthwise = kind == "DEPTHWISE_CONV_2D"
            w = w.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
            add("Conv", [inputs[0], constant(w), constant(bias)], group=len(w) if depthwise else 1,
                strides=[options.strideH, options.strideW], pads=pads(options, *sizes, w.shape[2:]))
        elif kind == "TRANSPOSE_CONV":
            w, bias = _constant(model, inputs[1]), _constant(model, inputs[3])
            add("ConvTranspose", [inputs[2], constant(w.transpose(3, 0, 1, 2)), constant(bias)], strides=[2, 2])
        elif kind == "RESIZE_BILINEAR":
            scales = constant(np.array([1, 1, *np.divide(sizes[1], sizes[0])], np.float32))
            add("Resize", [inputs[0], "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
        elif kind == "DEPTH_TO_SPACE":
            # To one channel both modes of ONNX are the same, and this one pnnx knows.
            add("DepthToSpace", inputs, blocksize=options.blockSize, mode="CRD")
        elif kind in ("MEAN", "AVERAGE_POOL_2D"):  # always of the whole map
            add("GlobalAveragePool", inputs[:1])
        else:
            add(same[kind], inputs)

    def value(tensor: int):
        n, height, width, channels = map(int, graph.tensors[tensor].shape)
        return helper.make_tensor_value_info(f"t{tensor}", onnx.TensorProto.FLOAT, [n, channels, height, width])

    made = helper.make_graph(nodes, "selfie", [value(graph.inputs[0])], [value(graph.outputs[0])], weights)
    made = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made.SerializeToString()


# --- .tflite as a tree of objects


def _parse(tflite: bytes) -> tfl.ModelT:
    return tfl.ModelT.InitFromObj(tfl.Model.GetRootAs(tflite))


def _serialise(model: tfl.ModelT) -> bytes:
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _find_custom(tflite: bytes):
    """The parsed network; the custom operator's index, inputs and output."""
    model = _parse(tflite)
    for at, operator in enumerate(model.subgraphs[0].operators):
        if model.operatorCodes[operator.opcodeIndex].customCode == CUSTOM:
            return model, at, operator.inputs, operator.outputs[0]
    raise ValueError(f"the network has no operator {CUSTOM.decode()}")


def _constant(model: tfl.ModelT, index: int) -> np.ndarray:
    """A constant's values as float32, also through the DEQUANTIZE that makes them of float16."""
    for operator in model.subgraphs[0].operators:
        if operator.outputs[0] == index:
            index = operator.inputs[0]
    tensor = model.subgraphs[0].tensors[index]
    kind = {tfl.TensorType.FLOAT16: np.float16, tfl.TensorType.FLOAT32: np.float32}[tensor.type]
    data = bytes(model.buffers[tensor.buffer].data)
    return np.frombuffer(data, kind).astype(np.float32).reshape(tensor.shape)


def _add_buffer(model: tfl.ModelT, data: bytes) -> int:
    buffer = tfl.BufferT()
    buffer.data = np.frombuffer(data, np.uint8)
    model.buffers.append(buffer)
    return len(model.buffers) - 1


def _add_tensor(model: tfl.ModelT, name: bytes, shape, kind: int, buffer: int) -> int:
    tensor = tfl.TensorT()
    tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(shape), kind, buffer
    model.subgraphs[0].tensors.append(tensor)
    return len(model.subgraphs[0].tensors) - 1


def _add_constant(model: tfl.ModelT, name: bytes, values: np.ndarray, kind: int) -> int:
    return _add_tensor(model, name, values.shape, kind, _add_buffer(model, values.tobytes()))


def _operator(model: tfl.ModelT, kind: str, version: int, inputs, output: int, options_kind: str, options):
    code, operator = tfl.OperatorCodeT(), tfl.OperatorT()
    code.builtinCode, code.version = getattr(tfl.BuiltinOperator, kind), version
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)  # a byte; readers take the greater of the two
    model.operatorCodes.append(code)
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs, operator.outputs = list(inputs), [output]
    operator.builtinOptionsType, operator.builtinOptions = getattr(tfl.BuiltinOptions, options_kind), options
    return operator
