"""ONNX: the format that most programs read."""
