"""Health of tables: what was planted is found, what is well stays unblamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import DatasetChoice
from studio.data.health.catalogue import HEALTH_CHECKS, as_problems, examine, for_project
from studio.data.health.finding import Finding
from studio.data.health.mending import WEIGHING_LOSSES, WeighClasses
from studio.data.health.odd_numbers import far_away
from studio.data.left_out import BringBack, LeaveOut, name_in
from studio.data.opening import open_dataset, recognise
from studio.data.sources.bundled import BUNDLED
from studio.kinds.new_project import infer_kind, new_project
from studio.optim.catalogue import LOSSES


def table(path: Path, columns: dict[str, list[object]]) -> Path:
    rows = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def healthy(count: int = 200) -> dict[str, list[object]]:
    random = np.random.default_rng(1)
    kind = random.integers(0, 2, count)
    return {
        "age": random.integers(1, 90, count).tolist(),
        "height": np.round(random.normal(170, 10, count) + 4 * kind, 2).tolist(),
        "income": np.round(np.exp(random.normal(8, 1.2, count)), 2).tolist(),
        "town": [("Ulm", "Rom", "Bath")[i] for i in random.integers(0, 3, count)],
        "species": [("gentoo", "adelie")[i] for i in kind],
    }


def found_in(path: Path, **changes: object) -> dict[str, Finding]:
    choice: DatasetChoice = replace(recognise(path), **changes)  # type: ignore[arg-type]
    return {finding.code: finding for finding in examine(open_dataset(choice))}


@pytest.mark.parametrize("name", BUNDLED.ids)
def test_that_no_bundled_dataset_is_blamed(name: str) -> None:
    assert examine(open_dataset(recognise(name))) == ()


def test_that_a_healthy_table_is_not_blamed(tmp_path: Path) -> None:
    assert found_in(table(tmp_path / "t.csv", healthy())) == {}


def test_that_mixed_units_are_told_shown_and_turned_into_either(tmp_path: Path) -> None:
    made = healthy(60)
    made["mass"] = [f"{i + 200} g" if i % 3 else f"{(i + 200) / 1000} kg" for i in range(60)]
    made["run"] = [f"{i + 3} steps" if i % 4 else i + 3 for i in range(60)]
    path = table(tmp_path / "t.csv", made)
    choice = recognise(path)
    dataset = open_dataset(choice)
    mass, run = (f for f in sorted(examine(dataset), key=lambda f: f.subject) if f.code == "mixed-units")
    assert mass.sentence == ("“mass” has numbers in “g” (40) and “kg” (20). All are turned into “g”.")
    assert mass.samples == tuple(range(0, 60, 3))
    assert run.sentence == (
        "“run” has numbers in “steps” (45), and 15 without a unit. Those without count as “steps”."
    )
    assert run.fixes == ()
    (fix,) = mass.fixes
    assert fix.text == "Turn all into “kg”"
    project = new_project(infer_kind(dataset.facts), dataset.choice)
    mended = fix.edit(project)
    assert mended.dataset is not None
    numbers = open_dataset(mended.dataset).numbers("mass")  # type: ignore[attr-defined]
    assert numbers[0] == pytest.approx(0.2)
    assert numbers[59] == pytest.approx(0.259)


def test_that_rows_which_repeat_by_chance_are_not_blamed(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    answers = {f"q{i}": [("yes", "no", "maybe")[a] for a in random.integers(0, 3, 500)] for i in range(3)}
    made = {**answers, "class": [("a", "b")[i == "yes"] for i in answers["q0"]]}
    codes = found_in(table(tmp_path / "t.csv", made)).keys()
    assert codes == {"gives-away"}


def test_that_repeated_rows_are_found_and_left_out_for_good(tmp_path: Path) -> None:
    columns = {name: [*cells, *cells[:10]] for name, cells in healthy().items()}
    path = table(tmp_path / "t.csv", columns)
    found = found_in(path)
    assert set(found) <= {"duplicates", "duplicates-in-splits"}
    choice = recognise(path)
    project = new_project(infer_kind(choice.facts, choice.source), choice)  # type: ignore[arg-type]
    for finding in found.values():
        project = finding.fixes[0].edit(project)
    assert project.dataset is not None
    assert len(project.dataset.left_out) == 10
    assert found_in(path, left_out=project.dataset.left_out) == {}


def test_that_a_row_with_two_answers_is_a_contradiction(tmp_path: Path) -> None:
    columns = {name: [*cells, cells[0]] for name, cells in healthy().items()}
    columns["species"][-1] = "gentoo" if columns["species"][0] == "adelie" else "adelie"
    finding = found_in(table(tmp_path / "t.csv", columns))["contradictions"]
    assert finding.samples == (0, 200)
    assert "“adelie”" in finding.sentence
    assert "“gentoo”" in finding.sentence
    assert finding.fixes[0].text == "Leave out 2"


def test_that_a_column_which_is_the_answer_is_a_warning_with_a_way_out(tmp_path: Path) -> None:
    columns = healthy()
    columns = {"result": [1 if s == "gentoo" else 0 for s in columns["species"]], **columns}
    path = table(tmp_path / "t.csv", columns)
    finding = found_in(path)["gives-away"]
    assert finding.sentence.startswith("“result” alone tells “species” right in all rows.")
    choice = recognise(path)
    project = finding.fixes[0].edit(new_project("tabular-classification", choice))
    assert project.dataset is not None
    assert next(c.role for c in project.dataset.columns if c.name == "result") == "ignore"


def test_that_a_number_which_is_the_answer_in_another_unit_is_found(tmp_path: Path) -> None:
    columns = healthy()
    del columns["species"]
    columns["pounds"] = [round(float(i) * 2.2046, 1) for i in columns["income"]]  # type: ignore[arg-type]
    columns["target"] = columns.pop("income")
    assert set(found_in(table(tmp_path / "t.csv", columns))) == {"gives-away"}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("age", -4, "out-of-range"), ("age", 400, "out-of-range"), ("height", -170, "out-of-range"),
     ("height", 17000, "outliers")],
)  # fmt: skip
def test_that_a_value_which_cannot_be_right_is_shown(
    tmp_path: Path, column: str, value: int, code: str
) -> None:
    columns = healthy()
    columns[column][7] = value
    finding = found_in(table(tmp_path / "t.csv", columns))[code]
    assert finding.samples == (7,)
    assert f"“{value}”" in finding.sentence
    assert finding.subject == column


def test_that_numbers_standing_for_nothing_can_be_counted_as_empty(tmp_path: Path) -> None:
    columns = healthy()
    for row in (3, 9, 27):
        columns["height"][row] = -999
    path = table(tmp_path / "t.csv", columns)
    finding = found_in(path)["stand-in-numbers"]
    assert finding.samples == (3, 9, 27)
    project = finding.fixes[0].edit(new_project("tabular-classification", recognise(path)))
    assert project.dataset is not None
    assert found_in(path, columns=project.dataset.columns) == {}


def test_that_columns_of_no_use_are_told_where_somebody_learns_from_them(tmp_path: Path) -> None:
    columns = {"passenger_id": list(range(100, 300)), "planet": ["Earth"] * 200, **healthy()}
    path = table(tmp_path / "t.csv", columns)
    assert found_in(path) == {}  # they are ignored by themselves
    learnt = tuple(replace(c, role="feature") if c.role == "ignore" else c for c in recognise(path).columns)
    assert set(found_in(path, columns=learnt)) == {"identifier-column", "constant-column"}


def test_that_long_tails_are_no_outliers() -> None:
    incomes = np.exp(np.random.default_rng(5).normal(8, 1.5, 20_000))
    assert not far_away(incomes).any()
    assert far_away(np.append(np.random.default_rng(5).normal(0, 1, 500), 1e6)).nonzero()[0].tolist() == [500]


def test_that_leaving_out_names_the_row_and_not_just_its_place(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", healthy())
    dataset = open_dataset(recognise(path))
    reference = dataset.reference_of(4)  # type: ignore[attr-defined]
    assert name_in(reference) == "row 6"
    assert len(open_dataset(replace(dataset.choice, left_out=(reference,)))) == 199
    columns = healthy()
    table(path, {name: [cells[-1], *cells[:-1]] for name, cells in columns.items()})
    assert (
        len(open_dataset(replace(dataset.choice, left_out=(reference,)))) == 200
    )  # another row is there now


def test_that_leaving_out_and_bringing_back_undo_each_other() -> None:
    project = new_project("tabular-classification", recognise("iris"))
    out = LeaveOut(("a", "b", "a"))(LeaveOut(("b",))(project))
    assert out.dataset is not None
    assert out.dataset.left_out == ("b", "a")
    assert BringBack(("a", "b"))(out) == project


def test_that_balanced_classes_in_the_loss_settle_uneven_classes() -> None:
    project = new_project("tabular-classification", recognise("iris"))
    finding = Finding("uneven-classes", "advice", "…")
    assert for_project([finding], project) == (finding,)
    assert for_project([finding], WeighClasses()(project)) == ()


def test_that_what_was_called_fine_stays_quiet() -> None:
    project = new_project("tabular-classification", recognise("iris"))
    assert project.dataset is not None
    one, other = (Finding("outliers", "advice", "…", subject=name) for name in ("age", "height"))
    settled = replace(project, dataset=replace(project.dataset, settled=("outliers: age",)))
    assert for_project([one, other], settled) == (other,)


def test_that_the_weighing_losses_are_those_that_have_the_choice() -> None:
    having = {
        loss.id: param.name
        for loss in LOSSES
        for param in loss.params
        if param.name in ("class_weights", "pos_weight")
    }
    assert having == WEIGHING_LOSSES


def test_that_every_check_says_in_one_sentence_what_it_is_for() -> None:
    for check in HEALTH_CHECKS:
        assert check.name
        assert check.help.endswith(".")
        assert check.help.count(".") == 1
    problem = as_problems([Finding("outliers", "advice", "A sentence.")])[0]
    assert (problem.code, problem.severity, problem.message) == ("health-outliers", "warning", "A sentence.")


@pytest.mark.parametrize("seed", range(12))
def test_that_whatever_a_table_holds_the_checks_end_and_their_fixes_open(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(12, 120))
    sorts = (
        lambda: random.normal(0, 10.0 ** random.integers(-3, 9), count).tolist(),
        lambda: random.integers(-2, 3, count).tolist(),
        lambda: [("", "x", "-999", "NaN", "7")[i] for i in random.integers(0, 5, count)],
        lambda: [f"20{i:02}-01-0{1 + i % 9}" for i in random.integers(0, 99, count)],
        lambda: [("yes", "no")[i] for i in random.integers(0, 2, count)],
        lambda: [5] * count,
    )
    made: dict[str, list[object]] = {f"c{i}": sorts[int(random.integers(6))]() for i in range(5)}
    made["age"] = random.integers(-1, 90, count).tolist()
    made["class"] = ["ab"[i] for i in random.permutation(np.arange(count) % 2)]
    path = table(tmp_path / "t.csv", {name: [*cells, *cells[:3]] for name, cells in made.items()})
    choice = recognise(path)
    project = new_project("tabular-classification", choice)
    for finding in examine(open_dataset(choice)):
        assert finding.sentence.endswith(".")
        assert max(finding.samples, default=0) < count + 3
        for fix in finding.fixes:
            changed = fix.edit(project)
            assert changed != project
            assert changed.dataset is not None
            assert len(open_dataset(changed.dataset)) >= 1


@pytest.mark.parametrize("seed", range(6))
def test_that_independent_columns_are_hardly_ever_blamed(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(100 + seed)
    made: dict[str, list[object]] = {
        "a": random.integers(0, 12, 400).tolist(),
        "b": random.choice(["x", "y", "z"], 400).tolist(),
        "c": np.round(random.normal(3, 1, 400), 1).tolist(),
        "d": np.round(random.exponential(9, 400), 2).tolist(),
        "class": random.choice(["one", "two"], 400).tolist(),
    }
    assert found_in(table(tmp_path / "t.csv", made)) == {}
