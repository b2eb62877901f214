"""The script's data section: load_data() and split_rows(), for each sort of dataset."""

from __future__ import annotations

from studio.core.project import Project
from studio.data.dataset import Dataset
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.sources.bundled import BundledPictures
from studio.data.sources.csv_table import TableDataset
from studio.data.sources.image_folder import ImageFolder
from studio.data.texts.text_dataset import TextDataset
from studio.engine.export.script_pictures import bundled_section, folder_section
from studio.engine.export.script_prepared import prepared_section
from studio.engine.export.script_table import table_section
from studio.engine.export.script_text import text_section

SectionParts = tuple[str, set[str], set[str]]  # text, import lines, packages to install


def data_section(project: Project, dataset: Dataset) -> SectionParts:
    """Everything up to arrays and row numbers, reading the very files that the project reads."""
    assert project.dataset is not None
    if isinstance(dataset, TableDataset):
        return table_section(project, dataset)
    if isinstance(dataset, BundledPictures) and not len(dataset.left_out) and not len(dataset.relabelled):
        return bundled_section(dataset, project.dataset.splits)
    if isinstance(dataset, ImageFolder):
        return folder_section(dataset, project.dataset.splits)
    if isinstance(dataset, PictureDataset):
        return prepared_section(dataset)
    if isinstance(dataset, TextDataset):
        return text_section(project, dataset)
    raise AssertionError(f"no script section for {type(dataset).__name__}")
