"""How the script reads pictures: from an .npz file that comes with Lantern, or from class folders."""

from __future__ import annotations

import inspect

from studio.data import pictures
from studio.data.pictures import PictureError, picture_header
from studio.data.sources import folder_index
from studio.data.sources.bundled import BundledPictures
from studio.data.sources.image_folder import ImageFolder
from studio.engine.export.script_lines import data_path_line, listed

_BASE_IMPORTS = {"from pathlib import Path", "import sys"}


def _figures(dataset: BundledPictures | ImageFolder) -> str:
    fitted = dataset.fitted()
    origin = {
        "training": "# Of the training pictures, one number a channel:",
        "imagenet": "# ImageNet's figures, one number a channel:",
        "none": "# Pictures stay as they are, from 0 to 1:",
    }[dataset.choice.normalisation]
    return f"{origin}\nMEAN = {list(fitted.mean)!r}\nSTD = {list(fitted.std)!r}"


def bundled_section(dataset: BundledPictures) -> tuple[str, set[str], set[str]]:
    """load_data() for an .npz file, and split_rows() where the file says which part a picture is in."""
    text = f'''{data_path_line(dataset.entry.path)}
{listed("CLASSES", dataset.facts.classes)}
{_figures(dataset)}


def load_data():
    """Pictures as bytes (n, channels, height, width), and their class numbers."""
    with np.load(DATA) as arrays:
        return arrays["pictures"][:, None], arrays["labels"].astype(np.int64)
'''
    if dataset.fixed_split is not None:
        text += '''

def split_rows(targets):
    """Row numbers for training, validation and test, as the file gives them."""
    with np.load(DATA) as arrays:
        return [np.flatnonzero(arrays["split"] == part) for part in range(3)]
'''
    return text, set(_BASE_IMPORTS), set()


def folder_section(dataset: ImageFolder) -> tuple[str, set[str], set[str]]:
    """load_data() for a folder with one sub-folder per class."""
    channels, height, width = dataset.facts.input_shape
    mode = "L" if channels == 1 else "RGB"
    unreadable = sorted(s.name for s in dataset.skipped if not s.name.startswith("line "))
    suffixes = sorted({path.suffix.lower() for path in dataset.paths})
    plain = _plain_sources(dataset)
    upright = "ImageOps.exif_transpose(image)"
    shape = "[None]" if channels == 1 else ".transpose(2, 0, 1)"
    text = f'''{data_path_line(dataset._index.root)}
{listed("CLASSES", dataset.facts.classes)}
HEIGHT, WIDTH = {height}, {width}
SUFFIXES = {tuple(suffixes)!r}
{listed("LEFT_OUT", unreadable) + "  # could not be read" if unreadable else "LEFT_OUT: list[str] = []"}
{_figures(dataset)}


{inspect.getsource(folder_index.natural_key)}

{plain}def read_picture(path):
    """One picture as bytes (channels, height, width)."""
    with Image.open(path) as image:
        image.draft(None, (2 * max(HEIGHT, WIDTH), 2 * max(HEIGHT, WIDTH)))  # skips needless detail
        image.load()
        picture = {"_plain(" + upright + ")" if plain else upright}.convert("{mode}")
    if picture.size != (WIDTH, HEIGHT):
        picture = {_fit_call(dataset)}
    return np.asarray(picture, dtype=np.uint8){shape}


def load_data():
    """Pictures as bytes (n, channels, height, width), and their class numbers."""
    pictures, targets = [], []
    for label, name in enumerate(CLASSES):
        folder = DATA / name
        for path in sorted(folder.rglob("*"), key=lambda p: natural_key(str(p.relative_to(folder)))):
            inside = path.relative_to(DATA)
            hidden = any(part.startswith((".", "~$")) for part in inside.parts)
            if path.suffix.lower() in SUFFIXES and not hidden and inside.as_posix() not in LEFT_OUT:
                pictures.append(read_picture(path))
                targets.append(label)
    return np.stack(pictures), np.array(targets)
'''
    imports = {*_BASE_IMPORTS, "import re", "import unicodedata", "from PIL import Image, ImageOps"}
    return text, imports, {"pillow"}


def _fit_call(dataset: ImageFolder) -> str:
    method = "Image.Resampling.BILINEAR"
    match dataset.fit:
        case "crop":
            return f"ImageOps.fit(picture, (WIDTH, HEIGHT), {method})"
        case "pad":
            return f"ImageOps.pad(picture, (WIDTH, HEIGHT), {method}, color=0)"
        case _:
            return f"picture.resize((WIDTH, HEIGHT), {method})"


def _plain_sources(dataset: ImageFolder) -> str:
    """What turns transparent and 16-bit pictures into plain ones; empty where all are plain already."""
    for path in dataset.paths:
        try:
            if picture_header(path)[1] not in ("L", "RGB"):
                break
        except PictureError:
            continue
    else:
        return ""
    sources = (inspect.getsource(pictures._to_8_bits), inspect.getsource(pictures._plain))
    return "\n\n".join(sources).replace("npt.NDArray[np.generic]", "np.ndarray").replace(
        "PictureArray", "np.ndarray"
    ) + "\n\n"  # fmt: skip
