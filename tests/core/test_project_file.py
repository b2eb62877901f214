"""Project files: nothing is lost, and everything that can be wrong is said in a sentence."""

from __future__ import annotations

import copy
import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from studio.core import project_file, safe_write
from studio.core.project import FORMAT, DatasetFacts, Project
from studio.core.project_file import (
    ProjectFileError,
    load_project,
    project_from_json,
    project_to_json,
    save_project,
)
from studio.core.safe_write import SaveError
from tests.core.sample_project import sample_project

Json = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Äpfel.lantern"


def refused(path: Path, content: bytes | str) -> ProjectFileError:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ProjectFileError) as caught:
        load_project(path)
    return caught.value


def changed(change: Callable[[Json], object]) -> str:
    data = project_to_json(sample_project())
    change(data)
    return json.dumps(data)


def test_that_a_project_is_read_as_it_was_saved(path: Path) -> None:
    save_project(path, sample_project())
    assert load_project(path) == sample_project()


def test_that_a_project_without_data_and_layers_is_read_as_it_was_saved(path: Path) -> None:
    project = replace(sample_project(), dataset=None, graphs={})
    save_project(path, project)
    assert load_project(path) == project


def test_that_json_and_back_changes_nothing() -> None:
    data = project_to_json(sample_project())
    assert project_from_json(json.loads(json.dumps(data))) == sample_project()
    assert next(iter(data)) == "format"
    assert data["format"] == FORMAT


def test_that_whole_and_broken_numbers_stay_what_they_are(path: Path) -> None:
    save_project(path, sample_project())
    node = load_project(path).graph.node("mystery_1")
    assert node.params == {"depth": None, "betas": (0.9, 0.999)}
    assert isinstance(load_project(path).graph.node("conv2d_1").params["out_channels"], int)


def test_that_fields_that_are_left_out_take_their_defaults() -> None:
    project = project_from_json(
        {
            "format": 1,
            "kind": "image-classification",
            "dataset": None,
            "graphs": {},
            "recipe": {"loss": {"type": "mse"}, "optimizer": {"type": "sgd"}},
        }
    )
    assert project.recipe.batch_size == 64
    assert len(project.id) == 32


def test_that_unknown_fields_are_kept_at_every_depth(path: Path) -> None:
    def future(data: Json) -> None:
        data["mood"] = {"happy": True}
        data["unknown"] = 1
        data["recipe"]["moon_phase"] = 3
        data["recipe"]["optimizer"]["why"] = "because"
        data["dataset"]["splits"]["fold"] = 5
        data["dataset"]["columns"][1]["unit"] = "kg"
        data["dataset"]["facts"]["colour_space"] = "sRGB"
        data["graphs"]["network"]["zoom"] = 1.5
        data["graphs"]["network"]["nodes"][1]["frozen"] = True
        data["graphs"]["network"]["edges"][2]["style"] = [1, 2]

    text = changed(future)
    path.write_text(text)
    project = load_project(path)
    save_project(path, project)
    assert json.loads(path.read_text()) == json.loads(text)
    assert load_project(path) == project


def test_that_unknown_fields_of_a_deleted_layer_go_with_it(path: Path) -> None:
    path.write_text(changed(lambda d: d["graphs"]["network"]["nodes"][1].update(frozen=True)))
    project = load_project(path)
    graph = project.graph
    project = project.with_graph(replace(graph, nodes=tuple(n for n in graph.nodes if n.id != "conv2d_1")))
    assert "frozen" not in json.dumps(project_to_json(project))


def test_that_layers_nobody_knows_are_kept(path: Path) -> None:
    save_project(path, sample_project())
    assert load_project(path).graph.node("mystery_1").type == "layer_of_the_future"


def test_that_every_error_is_told_with_its_place(path: Path) -> None:
    def break_it(data: Json) -> None:
        data["recipe"]["batch_size"] = "many"
        data["recipe"]["epochs"] = 2.5
        del data["recipe"]["loss"]
        data["graphs"]["network"]["nodes"][1]["params"]["bias"] = {"import": "os"}
        data["dataset"]["columns"][0]["role"] = "boss"

    error = refused(path, changed(break_it))
    assert error.code == "damaged"
    assert set(error.details) == {
        "recipe → batch_size: expected a whole number, received “many”",
        "recipe → epochs: expected a whole number, received 2.5",
        "recipe → loss: is missing",
        "graphs → network → nodes → no. 2 → params → bias: expected a number, a text, a list of numbers, "
        'true, false or null, received {"import": "os"}',
        "dataset → columns → no. 1 → role: expected “feature”, “target”, “ignore”, “group”, "
        "“time” or “split”, received “boss”",
    }
    assert str(error).startswith("“Äpfel.lantern” is damaged. ")


def places_in(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in the JSON, from the outside to the inside."""
    if place:
        yield place
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield from places_in(data[key], (*place, key))


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    1e308,
    "",
    "x" * 20_000,
    [],
    [1],
    ["a", None],
    {},
    {"a": {}},
)


def test_that_whatever_stands_in_a_file_it_opens_or_says_what_is_wrong() -> None:
    """Each value replaced by each odd one: a project that saves as it opened, or a sentence."""
    whole = project_to_json(sample_project())
    opened, sentences = 0, []
    for place in places_in(whole):
        for odd in ODD:
            data = copy.deepcopy(whole)
            spot = data
            for key in place[:-1]:
                spot = spot[key]
            spot[place[-1]] = odd
            try:
                project = project_from_json(data)
            except ProjectFileError as error:
                sentences.append(str(error))
            else:
                opened += 1
                assert project_from_json(json.loads(json.dumps(project_to_json(project)))) == project
    assert all(sentence.endswith(".") and len(sentence) < 2000 for sentence in sentences)
    assert opened > 100


def test_that_a_newer_format_is_refused_with_both_versions(path: Path) -> None:
    error = refused(path, changed(lambda d: d.update(format=FORMAT + 2)))
    assert error.code == "newer"
    assert str(error) == (
        f"“Äpfel.lantern” was saved by a newer Lantern: it has format {FORMAT + 2}, this Lantern reads up to "
        f"format {FORMAT}. Update Lantern to open it."
    )


@pytest.mark.parametrize("found", ["1", 0, -1, True, 1.5, None, [1]])
def test_that_a_format_that_is_no_number_is_refused(path: Path, found: object) -> None:
    error = refused(path, changed(lambda d: d.update(format=found)))
    assert "format: expected a whole number from 1 on" in str(error)


def test_that_wherever_a_file_breaks_off_it_says_so_and_never_crashes(path: Path) -> None:
    text = changed(lambda d: None).encode()
    for end in range(1, len(text) - 1, 7):
        error = refused(path, text[:end])
        assert error.code == "truncated", text[max(0, end - 20) : end]
    assert str(refused(path, text[:500])) == (
        "“Äpfel.lantern” breaks off in the middle: it was not copied or downloaded whole. Copy it again, or "
        "open an older copy."
    )


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "is empty. Open an older copy"),
        (b" \n \n", "empty", "is empty"),
        (b"\0" * 5000, "empty", "is empty"),
        (b"PK\x03\x04rest", "not-a-project", "is a ZIP archive or a PyTorch checkpoint, not a Lantern"),
        (b"\x89PNG\r\n", "not-a-project", "is a picture, not a Lantern project"),
        (b"\x10\0\0\0\0\0\0\0" + b'{"a":1}         ', "a-checkpoint", "Use “Load checkpoint” to open it."),
        (b"a,b\n1,2\n", "not-a-project", "is not a Lantern project"),
        (b"\xff\xfe\x00x", "not-a-project", "binary data"),
        (b"\xe4\xf6\xfc, 1", "not-a-project", "holds no readable text"),
        (b"[]", "not-a-project", "is not a Lantern project"),
        (b"3", "not-a-project", "is not a Lantern project"),
        (b'{"a": 1}', "not-a-project", "is not a Lantern project"),
        (b'{"format": 1}', "damaged", "kind: is missing"),
        (b'{"format": 1, oh no}', "damaged", "is damaged in line 1, column 15"),
        (b'{"format": NaN}', "damaged", "NaN is no number"),
    ],
)
def test_that_other_files_are_called_what_they_are(path: Path, content: bytes, code: str, words: str) -> None:
    error = refused(path, content)
    assert (error.code, words in str(error)) == (code, True), str(error)


def test_that_huge_files_numbers_and_depths_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(path, b"[" * 100_000).code == "damaged"
    assert refused(path, b'{"format": ' + b"9" * 6000 + b"}").code == "damaged"
    monkeypatch.setattr(project_file, "_MOST_BYTES", 1000)
    error = refused(path, b" " * 1001)
    assert (error.code, "is far too large for a project" in str(error)) == ("too-large", True)


def test_that_a_missing_file_and_a_folder_are_told(path: Path) -> None:
    with pytest.raises(ProjectFileError, match="There is no file “Äpfel"):
        load_project(path)
    path.mkdir()
    with pytest.raises(ProjectFileError, match="is a folder"):
        load_project(path)


def test_that_a_file_that_may_not_be_read_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(path, sample_project())

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProjectFileError, match="may not be read by you"):
        load_project(path)


def test_that_two_layers_with_one_id_are_refused(path: Path) -> None:
    error = refused(path, changed(lambda d: d["graphs"]["network"]["nodes"][2].update(id="conv2d_1")))
    assert error.details == ("graphs → network → nodes: two layers have the id “conv2d_1”",)


@pytest.mark.parametrize("bad", ["", "../..", "a/b", "C:", "ä", "x" * 101])
def test_that_an_id_that_is_no_folder_name_is_refused(path: Path, bad: str) -> None:
    error = refused(path, changed(lambda d: d.update(id=bad)))
    assert error.details[0].startswith("id: expected letters and digits, received “")


def test_that_a_file_with_a_byte_order_mark_opens(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + changed(lambda d: None).encode())
    assert load_project(path) == sample_project()


def test_that_numbers_that_json_lacks_do_not_stop_saving(path: Path) -> None:
    project = sample_project()
    graph = project.graph
    nodes = (replace(graph.nodes[0], position=(float("nan"), 1.0)), *graph.nodes[1:])
    save_project(path, project.with_graph(replace(graph, nodes=nodes)))
    assert load_project(path).graph.nodes[0].position == (0.0, 1.0)


def test_that_a_label_that_utf8_lacks_does_not_stop_saving(path: Path) -> None:
    project = sample_project()
    graph = project.graph
    nodes = (replace(graph.nodes[0], label="half \ud83d an emoji"), *graph.nodes[1:])
    save_project(path, project.with_graph(replace(graph, nodes=nodes)))
    assert load_project(path).graph.nodes[0].label == "half ? an emoji"


# -- where the data are -------------------------------------------------------------------------------


def with_data(folder: Path) -> Project:
    (folder / "pictures").mkdir(parents=True)
    return sample_project(str(folder / "pictures"))


def test_that_data_that_moved_with_the_project_are_found(tmp_path: Path) -> None:
    save_project(tmp_path / "old" / "p.lantern", project := with_data(tmp_path / "old"))
    (tmp_path / "old").rename(tmp_path / "new")
    found = load_project(tmp_path / "new" / "p.lantern").dataset
    assert project.dataset is not None
    assert found == replace(project.dataset, location=str(tmp_path / "new" / "pictures"))


def test_that_the_absolute_place_goes_first(tmp_path: Path) -> None:
    project = with_data(tmp_path / "old")
    save_project(tmp_path / "old" / "p.lantern", project)
    (tmp_path / "new" / "pictures").mkdir(parents=True)
    (tmp_path / "old" / "p.lantern").rename(tmp_path / "new" / "p.lantern")
    assert load_project(tmp_path / "new" / "p.lantern") == project


def test_that_data_that_are_gone_keep_their_place(tmp_path: Path) -> None:
    save_project(tmp_path / "old" / "p.lantern", project := with_data(tmp_path / "old"))
    (tmp_path / "old" / "pictures").rmdir()
    assert load_project(tmp_path / "old" / "p.lantern") == project


@pytest.mark.parametrize("relative", [3, "", "/etc", "a\0b", "C:\\x", None, ["x"]])
def test_that_an_odd_relative_place_is_left_alone(tmp_path: Path, relative: object) -> None:
    path = tmp_path / "p.lantern"
    project = sample_project(str(tmp_path / "gone"))
    data = project_to_json(project)
    data["dataset"]["relative_location"] = relative
    path.write_text(json.dumps(data))
    assert load_project(path) == project


def test_that_bundled_data_have_no_place(path: Path) -> None:
    save_project(path, sample_project())
    assert "relative_location" not in path.read_text()


# -- safety -------------------------------------------------------------------------------------------


def test_that_a_failed_save_leaves_the_old_project(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(path, sample_project())
    old = path.read_bytes()
    put = safe_write._put
    for fails_after in (0, 10, 1000):

        def full(file: BinaryIO, data: bytes, left: int = fails_after) -> None:
            put(file, data[:left])
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(safe_write, "_put", full)
        with pytest.raises(SaveError, match="the disk is full"):
            save_project(path, replace(sample_project(), kind="other"))
        assert path.read_bytes() == old
        assert os.listdir(path.parent) == [path.name]


def test_that_facts_are_optional() -> None:
    project = sample_project()
    assert project.dataset is not None
    bare = replace(project, dataset=replace(project.dataset, facts=None))
    assert project_from_json(project_to_json(bare)) == bare
    assert isinstance(project.dataset.facts, DatasetFacts)
