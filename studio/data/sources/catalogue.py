"""All sources of data, in the order in which they are asked whether something is theirs."""

from __future__ import annotations

from studio.core.registry import Registry
from studio.data.sources import (
    arrays,
    bundled,
    coco,
    csv_table,
    downloaded,
    idx,
    image_folder,
    labelled_pictures,
    pascal_voc,
    points,
    text_folder,
    text_lines,
    text_table,
    yolo,
)
from studio.data.sources.source import Source

SOURCES: Registry[Source] = Registry(
    "data source",
    (
        bundled.SOURCE,
        points.SOURCE,
        downloaded.SOURCE,
        idx.SOURCE,
        arrays.SOURCE,
        coco.SOURCE,
        pascal_voc.SOURCE,
        yolo.SOURCE,
        labelled_pictures.SOURCE,
        text_folder.SOURCE,
        image_folder.SOURCE,
        text_lines.SOURCE,
        text_table.SOURCE,
        csv_table.SOURCE,
    ),
)
