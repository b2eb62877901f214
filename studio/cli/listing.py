"""What there is to choose from, as rows with an id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio.core.params import Param

if TYPE_CHECKING:  # the lists bring in what they need
    from studio.data.downloads.entry import DownloadableDataset

Row = dict[str, object]


def entries(what: str) -> list[Row]:
    """The rows of one list, each with "id", "name" and "help" at least."""
    match what:
        case "layers":
            from studio.layers.catalogue import LAYERS

            return [
                {**_row(e), "family": e.family, "url": e.url, "params": _params(e.params)} for e in LAYERS
            ]
        case "optimizers":
            from studio.optim.catalogue import OPTIMIZERS

            return [{**_row(e), "url": e.url, "params": _params(e.params)} for e in OPTIMIZERS]
        case "schedules":
            from studio.optim.catalogue import SCHEDULES

            return [{**_row(e), "url": e.url, "params": _params(e.params)} for e in SCHEDULES]
        case "losses":
            from studio.optim.catalogue import LOSSES

            return [
                {**_row(e), "target": e.target, "url": e.url, "params": _params(e.params)} for e in LOSSES
            ]
        case "transforms":
            return _transforms()
        case "datasets":
            return _datasets()
        case "kinds":
            from studio.kinds.catalogue import KINDS

            return [
                {**_row(e), "losses": list(e.losses), "metrics": [m.id for m in e.metrics]} for e in KINDS
            ]
        case "templates":
            from studio.kinds.catalogue import KINDS

            return [{**_row(t), "kind": kind.id} for kind in KINDS for t in kind.templates]
        case "devices":
            return _devices()
    raise AssertionError(f"argparse lets only known lists through, not {what!r}")


def _row(entry: object) -> Row:
    return {name: getattr(entry, name) for name in ("id", "name", "help")}


def _params(params: Iterable[Param]) -> list[Row]:
    return [{"name": p.name, "label": p.label, "help": p.help, "default": p.default} for p in params]


def _transforms() -> list[Row]:
    """Augmentations of pictures; then what is done to all inputs, to columns of tables, and to texts.

    Those that are values of a setting are called by both: “scaling.robust”."""
    from studio.data.pictures.augmentations import AUGMENTATIONS
    from studio.data.pictures.normalisation import NORMALISATIONS
    from studio.data.tables.column_transforms import FILLERS, OTHER_TRANSFORMS, SCALINGS
    from studio.data.texts.text_options import TEXT_PARAMS

    rows = [{**_row(e), "family": e.family, "params": _params(e.params)} for e in AUGMENTATIONS]
    settings = (
        ("normalisation", "Normalisation", NORMALISATIONS),
        ("scaling", "Columns of numbers: scaling", SCALINGS),
        ("missing", "Empty cells", FILLERS),
        ("column", "Columns", OTHER_TRANSFORMS),
    )
    for setting, family, entries_ in settings:
        rows += [{**_row(e), "id": f"{setting}.{e.id}", "family": family, "params": []} for e in entries_]
    rows += [
        {"id": f"text.{p.name}", "name": p.label, "help": p.help, "family": "Texts", "params": _params([p])}
        for p in TEXT_PARAMS
    ]
    return rows


def _datasets() -> list[Row]:
    """Bundled ones first; then points; then those to download, with whether they are here."""
    from studio.data.downloads.catalogue import DOWNLOADS
    from studio.data.points.point_sets import POINT_SETS
    from studio.data.sources.bundled import BUNDLED

    bundled = [{**_row(e), "kind": e.kind, "licence": e.licence, "state": "bundled"} for e in BUNDLED]
    points = [
        {**_row(e), "kind": e.kind, "state": "points to play with", "params": _params(e.params)}
        for e in POINT_SETS
    ]
    return [*bundled, *points, *(_to_download(entry) for entry in DOWNLOADS)]


def _to_download(entry: DownloadableDataset) -> Row:
    from studio.data.downloads.entry import size_in_words
    from studio.data.downloads.finding import state_of
    from studio.kinds.catalogue import KINDS

    size, state = size_in_words(entry.size_bytes), state_of(entry)
    words = {
        "downloaded": "downloaded",
        "at-hand": "files are here, to be unpacked",
        "partial": f"{size_in_words(state.have_bytes)} of {size} downloaded",
        "absent": f"{size} to download",
    }[state.kind]
    if entry.kind not in KINDS:
        words = f"for {entry.kind.replace('-', ' ')}, which this version does not train"
    return {
        **_row(entry),
        "kind": entry.kind,
        "licence": entry.licence,
        "state": words,
        "downloaded": state.kind == "downloaded",
        "bytes": entry.size_bytes,
        "samples": entry.samples,
        "classes": entry.classes,
        "homepage": entry.homepage,
    }


def _devices() -> list[Row]:
    from studio.cli.using import ask
    from studio.engine.events import DevicesListed
    from studio.engine.requests import ListDevices

    rows: list[Row] = []
    for device in ask(ListDevices(), DevicesListed).devices:
        memory = f", {device.memory_bytes / 2**30:.1f} GiB" if device.memory_bytes else ""
        rows.append(
            {
                "id": device.id,
                "name": device.name,
                "help": f"not usable: {device.problem}" if device.problem else f"works{memory}",
                "memory_bytes": device.memory_bytes,
                "problem": device.problem,
                "usable": device.problem is None,
            }
        )
    return rows
