"""The network as ONNX, with what a program needs to feed it written into the file."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import logging
import warnings
from collections.abc import Iterator

import torch

from studio.core.problems import LanternError
from studio.engine.export.exportable import Exportable


def onnx_bytes(exportable: Exportable) -> bytes:
    """An ONNX model with a free batch size: input "input", output "output".

    Its metadata hold the class names and how inputs are prepared, both as JSON.
    Raises: LanternError: the extra is not installed, or a layer has no ONNX form.
    """
    if importlib.util.find_spec("onnx") is None or importlib.util.find_spec("onnxscript") is None:
        raise LanternError(
            "ONNX export needs two more packages. Install them with: pip install onnx onnxscript. "
            "The script and the .pth export work without."
        )
    dtype = torch.long if exportable.facts.vocabulary else torch.float
    example = torch.ones(2, *exportable.facts.input_shape, dtype=dtype)  # 1 would be taken as fixed
    batch = torch.export.Dim("batch", min=1)
    try:
        with _quiet():
            program = torch.onnx.export(
                exportable.model,
                (example,),
                input_names=["input"],
                output_names=["output"],
                dynamic_shapes=({0: batch},),
                dynamo=True,
                verbose=False,
            )
    except Exception as error:
        reason = (str(error) or type(error).__name__).strip().splitlines()[0][:200]
        raise LanternError(
            f"This network could not be written as ONNX: {reason} Export it as a script or as .pth instead."
        ) from error
    assert program is not None
    metadata = program.model.metadata_props
    metadata["classes"] = json.dumps(list(exportable.facts.classes), ensure_ascii=False)
    if exportable.preprocessing is not None:
        metadata["preprocessing"] = json.dumps(exportable.preprocessing.to_json(), ensure_ascii=False)
    return bytes(program.model_proto.SerializeToString())


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter tells developers about its progress; users asked for a file."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
