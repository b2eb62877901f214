"""Health of folders of pictures: what was planted is found, what is well stays unblamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.project import DatasetChoice
from studio.data.health.catalogue import examine
from studio.data.health.finding import Finding
from studio.data.health.knowing import known_of
from studio.data.opening import open_dataset, recognise
from studio.data.pictures.perceptual import alike, look_of
from studio.kinds.new_project import new_project


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN_HOME", str(tmp_path / "home"))


def scene(seed: int, side: int = 80) -> Image.Image:
    """A picture of soft shapes, another one for every seed."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (6, 6, 3), np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


def folder(root: Path, *, each: int = 15) -> Path:
    for number, name in enumerate(("cat", "dog")):
        (root / name).mkdir(parents=True)
        for i in range(each):
            scene(number * 1000 + i).save(root / name / f"{i:03}.png")
    return root


def found_in(root: Path, **changes: object) -> dict[str, Finding]:
    choice: DatasetChoice = replace(recognise(root), **changes)  # type: ignore[arg-type]
    dataset = open_dataset(choice)
    return {finding.code: finding for finding in examine(dataset, known_of(dataset))}


def test_that_different_pictures_are_not_blamed(tmp_path: Path) -> None:
    assert found_in(folder(tmp_path / "data")) == {}


def test_that_a_picture_with_two_labels_is_a_contradiction_that_can_be_left_out(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    (root / "dog" / "zz.png").write_bytes((root / "cat" / "003.png").read_bytes())
    finding = found_in(root)["contradictions"]
    assert finding.severity == "warning"
    assert finding.sentence.startswith(
        "1 picture is there several times with different answers, for instance"
    )
    project = finding.fixes[0].edit(new_project("image-classification", recognise(root)))
    assert project.dataset is not None
    assert set(project.dataset.left_out) == {"cat/003.png", "dog/zz.png"}
    assert found_in(root, left_out=project.dataset.left_out) == {}


def test_that_the_same_picture_in_train_and_test_is_a_leak_whose_test_copy_stays(tmp_path: Path) -> None:
    root = tmp_path / "data"
    folder(root / "train")
    (root / "test" / "cat").mkdir(parents=True)
    (root / "test" / "dog").mkdir(parents=True)
    for i in range(12):
        scene(5000 + i).save(root / "test" / "cat" / f"{i}.png")
        scene(6000 + i).save(root / "test" / "dog" / f"{i}.png")
    (root / "test" / "dog" / "copy.png").write_bytes((root / "train" / "dog" / "004.png").read_bytes())
    finding = found_in(root)["duplicates-in-splits"]
    assert "is in training and test, once" in finding.sentence or "validation and test" in finding.sentence
    project = finding.fixes[0].edit(new_project("image-classification", recognise(root)))
    assert project.dataset is not None
    assert project.dataset.left_out == ("train/dog/004.png",)


def test_that_a_copy_saved_anew_is_nearly_the_same(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    scene(7).resize((120, 120)).save(root / "cat" / "zz.jpg", quality=80)
    found = found_in(root)
    assert len(found) == 1
    (finding,) = found.values()
    assert finding.code in ("similar-pictures", "similar-in-splits")
    assert len(finding.samples) == 2


def test_that_grey_classes_among_coloured_ones_are_a_warning(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    for path in (root / "dog").iterdir():
        Image.open(path).convert("L").save(path)
    finding = found_in(root)["grey-classes"]
    assert "“dog” are grey, those of “cat” in colour" in finding.sentence
    project = finding.fixes[0].edit(new_project("image-classification", recognise(root)))
    assert project.dataset is not None
    assert project.dataset.options["colour"] == "grey"


def test_that_a_cut_off_file_is_told(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    whole = (root / "cat" / "001.png").read_bytes()
    (root / "cat" / "001.png").write_bytes(whole[: len(whole) // 2])
    assert found_in(root)["unreadable-files"].sentence.startswith("1 file cannot be read and is left out.")


def test_that_small_and_uneven_classes_are_told_with_their_numbers(tmp_path: Path) -> None:
    root = folder(tmp_path / "data", each=30)
    for i in range(3, 30):
        (root / "dog" / f"{i:03}.png").unlink()
    found = found_in(root)
    assert "“dog” (3)" in found["tiny-class"].sentence
    assert "“cat” has 30 samples, “dog” only 3: 10 times fewer." in found["uneven-classes"].sentence


def test_that_what_is_left_out_is_in_no_part_and_comes_back(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    choice = replace(recognise(root), left_out=("cat/002.png", "was/never.png"))
    dataset = open_dataset(choice)
    split = dataset.split()
    everywhere = np.concatenate([split.train, split.validation, split.test])
    assert len(everywhere) == 29
    assert 2 not in everywhere
    assert dataset.facts.samples == 29
    assert dataset.class_counts == (14, 15)
    again = dataset.with_parts(replace(choice, left_out=()))  # type: ignore[attr-defined]
    assert again.facts.samples == 30
    assert len(again.split().train) + len(again.split().validation) + len(again.split().test) == 30


def test_that_alike_finds_what_comparing_all_pairs_finds() -> None:
    random = np.random.default_rng(3)
    looks = random.integers(0, 2**63, (400, 2), np.uint64)
    for i in range(0, 100, 2):  # plant copies with up to 6 bits changed
        looks[i + 1] = looks[i]
        for bit in random.choice(128, int(random.integers(0, 7)), replace=False):
            looks[i + 1, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    differ = np.bitwise_count(looks[:, None] ^ looks[None]).sum(axis=2)
    expected = {(int(a), int(b)) for a, b in zip(*np.where(differ <= 6), strict=True) if a < b}
    assert {(a, b) for a, b in alike(looks, 6).tolist()} == expected
    assert len(expected) == 50


def test_that_a_flat_picture_looks_like_nothing() -> None:
    assert look_of(np.full((3, 40, 40), 200, np.uint8)) == bytes(16)


def table_of(root: Path) -> Path:
    """Thirty pictures beside a table that names their classes."""
    root.mkdir(parents=True)
    rows = ["file,kind"]
    for i in range(30):
        scene(i).save(root / f"{i:02}.png")
        rows.append(f"{i:02}.png,{('cat', 'dog')[i % 2]}")
    (root / "labels.csv").write_text("\n".join(rows), "utf-8")
    return root / "labels.csv"


def test_that_healthy_pictures_with_a_table_are_not_blamed(tmp_path: Path) -> None:
    assert found_in(table_of(tmp_path / "data")) == {}


def test_that_copies_and_damage_among_pictures_with_a_table_are_found(tmp_path: Path) -> None:
    table = table_of(tmp_path / "data")
    root = table.parent
    (root / "05.png").write_bytes((root / "04.png").read_bytes())
    (root / "08.png").write_bytes((root / "09.png").read_bytes()[:300])
    with table.open("a", encoding="utf-8") as file:
        file.write("\ngone.png,cat")
    found = found_in(table)
    assert found["contradictions"].samples == (4, 5)
    assert found["unreadable-files"].sentence.startswith("1 file cannot be read and is left out.")
    assert found["unreadable-files"].samples == (8,)
    project = found["contradictions"].fixes[0].edit(new_project("image-classification", recognise(table)))
    assert project.dataset is not None
    assert project.dataset.left_out == ("04.png", "05.png")
