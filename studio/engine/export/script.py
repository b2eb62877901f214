"""A training script in plain PyTorch: one readable file that repeats a project's run without Lantern."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

from studio import __version__
from studio.core.problems import LanternError
from studio.core.project import DatasetFacts, Project
from studio.data.opening import open_dataset
from studio.engine import batches
from studio.engine.augmentations import code
from studio.engine.building import checked_analysis, network_source
from studio.engine.evaluate import evaluation_batch_size
from studio.engine.export.script_data import data_section
from studio.engine.export.script_detection import detection_section
from studio.engine.export.script_lines import double_quoted
from studio.engine.export.script_loop import loop_section
from studio.engine.threads import threads_for
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import BALANCED


def training_script(project: Project, file_name: str) -> str:
    """The whole script. Opens the dataset, whose figures (mean, class counts, ...) are written into it.

    Raises: LanternError: no dataset, a dataset that cannot be read, a network with problems.
    """
    if project.dataset is None:
        raise LanternError("The project has no dataset yet. Choose one, then export the script.")
    dataset = open_dataset(project.dataset)
    dataset.split()  # reads what there is to read, and keeps no more than that
    kind = KINDS[project.kind]
    analysis = checked_analysis(project, kind, dataset.facts)
    network = _without_imports(network_source(project, kind, dataset.facts))
    data_text, imports, packages = data_section(project, dataset)
    split_by = re.search(r"def split_rows\(targets(.*)\):", data_text)
    loop_text = loop_section(project, dataset, split_by.group(1) if split_by else "")
    parts = [
        _settings(project, threads_for(analysis.multiply_adds, project.recipe.batch_size)),
        data_text,
        network,
        detection_section() if kind.target == "boxes" else "",
        _batch_functions(project),
        _preparation(project, dataset.facts, "nn.Conv2d(" in network),
        loop_text,
    ]
    body = "\n\n".join(part.strip("\n") + "\n" for part in parts if part.strip())
    needs = " ".join(sorted({"torch", "numpy", *packages}))
    script = "\n".join(
        (
            f'"""{kind.name} with plain PyTorch; written by Lantern {__version__}.',
            "",
            f"    pip install {needs}",
            f"    python {_plain_name(file_name)} [where the data are]",
            '"""',
            "",
            *_import_lines(imports, body),
            "",
            body,
        )
    )
    return double_quoted(script)


def _batch_functions(project: Project) -> str:
    """How an epoch is put together, as the run does it."""
    target = KINDS[project.kind].target
    functions: list[Callable[..., object]] = [batches.epoch_batches]
    if project.recipe.balanced and target in BALANCED:
        labels = [batches.label_drawing_weights] if target == "labels" else []
        functions = [batches.drawing_weights, *labels, batches.balanced_batches]
    text = "\n\n".join(inspect.getsource(function) for function in functions)
    return re.sub(r"\bTensor\b", "torch.Tensor", text)


def _plain_name(file_name: str) -> str:
    """A file name that can stand in a docstring."""
    return "".join(c if c.isalnum() or c in "-_. " else "_" for c in file_name) or "script.py"


def _import_lines(imports: set[str], body: str) -> list[str]:
    readers = sorted(line for line in imports if line in ("import openpyxl", "import pyarrow.parquet"))
    standard = sorted(line for line in imports if not line.startswith("from PIL") and line not in readers)
    if "math." in body:
        standard = sorted({*standard, "import math"})
    other = ["import numpy as np", *readers, "import torch"]
    if "from PIL import Image, ImageOps" in imports:
        other.append("from PIL import Image, ImageOps")
    other.append("from torch import nn")
    if "F." in body:
        other.append("from torch.nn import functional as F")
    plain = [line for line in standard if line.startswith("import ")]
    return [*plain, *(line for line in standard if line not in plain), "", *other]


def _without_imports(source: str) -> str:
    lines = [line for line in source.splitlines() if not line.startswith(("import ", "from "))]
    return "\n".join(lines).strip("\n") + "\n"


def _settings(project: Project, threads: int) -> str:
    recipe = project.recipe
    lines = [f"SEED = {recipe.seed}", f"EPOCHS = {recipe.epochs}", f"BATCH_SIZE = {recipe.batch_size}"]
    if recipe.device == "auto":
        lines.append('DEVICE = "cuda" if torch.cuda.is_available() else "cpu"')
    else:
        lines.append(f'DEVICE = "{recipe.device}"')
    lines.append(
        f"THREADS = {threads}  # of the processor; with other numbers, sums differ in their last digits"
    )
    if recipe.l1:
        lines.append(f"L1 = {recipe.l1!r}")
    if recipe.clip_norm is not None:
        lines.append(f"CLIP_NORM = {recipe.clip_norm!r}")
    if recipe.clip_value is not None:
        lines.append(f"CLIP_VALUE = {recipe.clip_value!r}")
    if recipe.patience is not None:
        lines.append(f"PATIENCE = {recipe.patience}")
    lines.append(f"EVALUATION_BATCH_SIZE = {evaluation_batch_size(recipe.batch_size)}")
    return "\n".join(lines) + "\n"


def _preparation(project: Project, facts: DatasetFacts, convolves: bool) -> str:
    """normalise(), augment() and mix(), for pictures: the run's own arithmetic, to the last bit. Else a deep
    network makes of one rounding a loss that differs in its fourth digit."""
    if len(facts.input_shape) != 3:
        return ""
    assert project.dataset is not None
    lines = [
        "def normalise(pictures: torch.Tensor, white: int = 255) -> torch.Tensor:",
        '    """Pictures with values 0..white, centred and scaled channel by channel."""',
        "    mean, std = (torch.tensor(v, dtype=torch.float64).view(1, -1, 1, 1) for v in (MEAN, STD))",
        "    shift, scale = (-mean / std).float().to(DEVICE), (1 / (white * std)).float().to(DEVICE)",
        "    pictures = pictures.float() * scale + shift",
        '    return to_channels_last(pictures) if DEVICE == "cpu" else pictures'
        if convolves
        else "    return pictures",
        "",
    ]
    layout = (inspect.getsource(batches.to_channels_last),) if convolves else ()
    chosen = project.dataset.augmentations
    written = [code.augment_source(chosen), code.mix_source(chosen)]
    if KINDS[project.kind].target == "boxes":
        written = [code.box_augment_source(chosen)]
    written = [text for text in written if text]
    sources = (*code.function_sources("\n".join(written)), *written, *layout)
    plain = [re.sub(r"\bTensor\b", "torch.Tensor", text) for text in sources]
    return "\n\n".join((*plain, "\n".join(lines)))
