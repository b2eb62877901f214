"""How the script reads pictures: from an .npz file that comes with Lantern, or from class folders."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np

from studio.core.project import Splits
from studio.data.pictures import decoding as pictures
from studio.data.pictures.decoding import PictureError, picture_header
from studio.data.sources.bundled import BundledPictures
from studio.data.sources.image_folder import ImageFolder
from studio.engine.export.script_lines import data_path_line, listed
from studio.engine.export.script_split import split_section

_BASE_IMPORTS = {"from pathlib import Path", "import sys"}


def _figures(dataset: BundledPictures | ImageFolder) -> str:
    fitted = dataset.fitted()
    origin = {
        "training": "# Of the training pictures, one number a channel:",
        "imagenet": "# ImageNet's figures, one number a channel:",
        "none": "# Pictures stay as they are, from 0 to 1:",
    }[dataset.choice.normalisation]
    return f"{origin}\nMEAN = {list(fitted.mean)!r}\nSTD = {list(fitted.std)!r}"


def bundled_section(dataset: BundledPictures, splits: Splits) -> tuple[str, set[str], set[str]]:
    """load_data() for an .npz file, and split_rows() where the file says which part a picture is in."""
    text = f"""{data_path_line(dataset.entry.path)}
{listed("CLASSES", dataset.facts.classes)}
{_figures(dataset)}
"""
    if dataset.fixed_split is None:
        text += '''

def load_data():
    """Pictures as bytes (n, channels, height, width), class numbers, and keys of what they show."""
    with np.load(DATA) as arrays:
        pictures, targets = arrays["pictures"], arrays["labels"].astype(np.int64)
    keys = b"".join(hashlib.blake2b(picture.tobytes(), digest_size=8).digest() for picture in pictures)
    return pictures[:, None], targets, np.frombuffer(keys, "<u8")
'''
        text += split_section(splits, splits.stratified)
        return text, {*_BASE_IMPORTS, "import hashlib"}, set()
    text += '''

def load_data():
    """Pictures as bytes (n, channels, height, width), and their class numbers."""
    with np.load(DATA) as arrays:
        return arrays["pictures"][:, None], arrays["labels"].astype(np.int64)


def split_rows(targets):
    """Row numbers for training, validation and test, as the file gives them."""
    with np.load(DATA) as arrays:
        return [np.flatnonzero(arrays["split"] == part) for part in range(3)]
'''
    return text, set(_BASE_IMPORTS), set()


def folder_section(dataset: ImageFolder, splits: Splits) -> tuple[str, set[str], set[str]]:
    """find_pictures() and load_data() for folders of classes; split_rows() where folders are the parts."""
    channels, height, width = dataset.facts.input_shape
    mode = "L" if channels == 1 else "RGB"
    unwanted = [dataset.name_of(i) for i in dataset.left_out.tolist()]
    left_out = sorted({*unwanted, *(s.name for s in dataset.skipped)})
    why = "could not be read, or is not wanted" if unwanted else "could not be read"
    suffixes = sorted({Path(name).suffix.lower() for name in map(dataset.name_of, range(len(dataset)))})
    plain = _plain_sources(dataset)
    upright = "ImageOps.exif_transpose(image)"
    shape = "[None]" if channels == 1 else ".transpose(2, 0, 1)"
    text = f'''{data_path_line(dataset.root)}
{listed("CLASSES", dataset.facts.classes)}
{_folders(dataset)}{_relabelled(dataset)}HEIGHT, WIDTH = {height}, {width}
SUFFIXES = {tuple(suffixes)!r}
{listed("LEFT_OUT", left_out) + f"  # {why}" if left_out else "LEFT_OUT: list[str] = []"}
{_figures(dataset)}


{plain}def read_picture(path):
    """One picture as bytes (channels, height, width)."""
    with Image.open(path) as image:
        image.draft(None, (2 * max(HEIGHT, WIDTH), 2 * max(HEIGHT, WIDTH)))  # skips needless detail
        image.load()
        picture = {"_plain(" + upright + ")" if plain else upright}.convert("{mode}")
    if picture.size != (WIDTH, HEIGHT):
        picture = {_fit_call(dataset)}
    return np.asarray(picture, dtype=np.uint8){shape}


{_find_pictures(dataset)}
'''
    text += _loading(dataset)
    imports = {*_BASE_IMPORTS, "from PIL import Image, ImageOps"}
    if not dataset.split_needs_keys:
        text += '''

def split_rows(targets):
    """Row numbers for training, validation and test, as the folders say."""
    parts = np.array([one[2] for one in find_pictures()])
    return [np.flatnonzero(parts == part) for part in range(3)]
'''
        return text, imports, {"pillow"}
    own_parts = dataset.fixed_split is not None
    text += split_section(splits, splits.stratified, own_parts=own_parts, own_classes=_own_classes(dataset))
    return text, {*imports, "import hashlib"}, {"pillow"}


def _loading(dataset: ImageFolder) -> str:
    first = "np.stack([read_picture(one[0]) for one in found]), np.array([one[1] for one in found])"
    if not dataset.split_needs_keys:
        return f'''
def load_data():
    """Pictures as bytes (n, channels, height, width), and their class numbers."""
    found = find_pictures()
    return {first}
'''
    parts = dataset.fixed_split is not None
    last = ", np.array([one[2] for one in found])" if parts else ""
    return f'''
def load_data():
    """Pictures as bytes (n, channels, height, width), class numbers, keys of the files' content{
        ", parts" if parts else ""
    }."""
    found = find_pictures()
    pictures, targets = {first}
    keys = [hashlib.blake2b(one[0].read_bytes(), digest_size=16).digest()[:8] for one in found]
    return pictures, targets, np.frombuffer(b"".join(keys), "<u8"){last}
'''


def _folders(dataset: ImageFolder) -> str:
    """FOLDERS, where they are not just the classes: each with its class number, and its part if any."""
    if _plainly_classes(dataset):
        return ""
    rows = []
    for folder, first in dataset.folders():
        part = "" if dataset.fixed_split is None else f", {int(dataset.fixed_split[first])}"
        rows.append(f"    ({folder!r}, {int(dataset.own_labels[first])}{part}),")
    what = "class number" if dataset.fixed_split is None else "class number, and part: 0 to train with"
    return "\n".join([f"FOLDERS = [  # with {what}", *rows, "]", ""])


def _relabelled(dataset: ImageFolder) -> str:
    """RELABELLED, where the user corrected labels: the class number of each such file."""
    if not len(dataset.relabelled):
        return ""
    rows = [f"    {dataset.name_of(i)!r}: {int(dataset.labels[i])}," for i in dataset.relabelled.tolist()]
    return "\n".join(["RELABELLED = {  # labels corrected in Lantern", *rows, "}", ""])


def _own_classes(dataset: ImageFolder) -> dict[int, int]:
    """The class that the folders give to each picture with a corrected label, by its place in the script."""
    changed = np.intersect1d(dataset.relabelled, dataset.usable)
    places = np.searchsorted(dataset.usable, changed)
    return dict(zip(places.tolist(), dataset.own_labels[changed].tolist(), strict=True))


def _plainly_classes(dataset: ImageFolder) -> bool:
    return dataset.fixed_split is None and [f for f, _ in dataset.folders()] == list(dataset.facts.classes)


def _find_pictures(dataset: ImageFolder) -> str:
    parts = dataset.fixed_split is not None
    each = "label, name in enumerate(CLASSES)" if _plainly_classes(dataset) else "name, label in FOLDERS"
    each = "name, label, part in FOLDERS" if parts else each
    label = "RELABELLED.get(path.relative_to(DATA).as_posix(), label)" if len(dataset.relabelled) else "label"
    return f'''def find_pictures():
    """All pictures with their class numbers{" and parts" if parts else ""}, in a fixed order."""
    found = []
    for {each}:
        for path in sorted((DATA / name).iterdir(), key=lambda path: path.name):
            left_out = path.name.startswith((".", "~$")) or path.relative_to(DATA).as_posix() in LEFT_OUT
            if path.suffix.lower() in SUFFIXES and not left_out and not path.is_dir():
                found.append((path, {label}{", part" if parts else ""}))
    return found
'''


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
    for index in dataset.usable.tolist():
        try:
            if picture_header(Path(dataset.path(index)))[1] not in ("L", "RGB"):
                break
        except PictureError:
            continue
    else:
        return ""
    sources = (inspect.getsource(pictures._to_8_bits), inspect.getsource(pictures._plain))
    return "\n\n".join(sources).replace("npt.NDArray[np.generic]", "np.ndarray").replace(
        "PictureArray", "np.ndarray"
    ) + "\n\n"  # fmt: skip
