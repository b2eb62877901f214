"""Ready projects with one thing spoilt in them, as people spoil them: for tests of problems and fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studio.core.params import Bool, Choice, Float, Int, Param, ParamError, ParamValue, Size
from studio.core.project import DatasetChoice, DatasetFacts, Project, Setting
from studio.graph import edits
from studio.graph.blocks.types import with_blocks
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Kind
from studio.kinds.new_project import new_project
from studio.layers.catalogue import LAYERS
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES

LARGE = (3, 64, 64)
SHAPES = {"picture": (3, 32, 32), "row": (7,), "text": (12,)}
MIDDLE = [layer for layer in LAYERS if layer.id not in ("input", "output")]


def facts_of(kind: Kind, shape: tuple[int, ...] | None = None) -> DatasetFacts:
    classes = () if kind.target == "numbers" else ("a", "b", "c", "d")
    vocabulary = 50 if kind.input == "text" else 0
    numbers = ("x", "y") if kind.id == "image-regression" else ()
    return DatasetFacts(
        shape or SHAPES[kind.input], classes, 500, "target", vocabulary=vocabulary,
        multi_label=kind.target == "labels", numbers=numbers, boxes=3 if kind.target == "boxes" else 0,
    )  # fmt: skip


def ready_projects() -> dict[str, Project]:
    """Every template of every kind; those for large pictures once."""
    found = {}
    for kind in KINDS:
        for template in kind.templates:
            facts = facts_of(kind)
            if not template.fits(facts):
                facts = facts_of(kind, LARGE)
                if kind.target != "classes" or template.id in ("resnet-34", "resnet-50"):  # like ResNet-18
                    continue
            choice = DatasetChoice("bundled", "made up", facts=facts)
            found[f"{kind.id}/{template.id}"] = new_project(kind.id, choice, template.id)
    return found


def _values(param: Param, now: ParamValue) -> Iterator[ParamValue]:
    """Values at the edges of what is allowed, and a common one."""
    rule = param.type
    wanted: tuple[ParamValue, ...] = ()
    if isinstance(rule, Int | Float | Size):
        wanted = (rule.minimum, 2, 7, 64, min(rule.maximum, 999))
        wanted += (None,) if getattr(rule, "optional", False) else ()
    elif isinstance(rule, Bool):
        wanted = (not now,)
    elif isinstance(rule, Choice):
        wanted = tuple(key for key, _ in rule.options)
    for value in wanted:
        try:
            checked = param.check(value)
        except ParamError:
            continue
        if checked != now:
            yield checked


def network_edits(project: Project) -> Iterator[tuple[str, Project]]:
    """Each layer taken out, each wire cut, each option turned, each layer of the palette put in."""
    graph = project.graph
    for node in graph.nodes:
        if node.type in ("input", "output"):
            continue
        yield f"remove {node.id}", project.with_graph(edits.remove(graph, LAYERS, {node.id}))
        yield f"tear out {node.id}", project.with_graph(edits.remove(graph, LAYERS, {node.id}, heal=False))
        for param in with_blocks(LAYERS, graph.blocks)[node.type].params:
            for value in _values(param, node.params.get(param.name, param.default)):
                changed = edits.set_param(graph, node.id, param.name, value)
                yield f"{node.id}.{param.name} = {value}", project.with_graph(changed)
    for edge in graph.edges:
        yield (
            f"cut {edge.source} to {edge.target}",
            project.with_graph(edits.disconnect(graph, LAYERS, [edge])),
        )
        for layer in MIDDLE:
            changed, _ = edits.insert_before(graph, LAYERS, edge.target, edge.port, layer)
            yield f"{layer.id} before {edge.target}", project.with_graph(changed)
    for layer in MIDDLE:
        yield f"loose {layer.id}", project.with_graph(edits.add_layer(graph, layer)[0])


def recipe_edits(project: Project) -> Iterator[tuple[str, Project]]:
    """Each loss, optimizer and schedule, with every option turned; the plain numbers at their edges."""
    recipe, kind = project.recipe, KINDS[project.kind]
    for part, entries in (
        ("loss", [LOSSES[i] for i in kind.losses]),
        ("optimizer", OPTIMIZERS),
        ("schedule", SCHEDULES),
    ):
        for entry in entries:
            usual = {p.name: p.default for p in entry.params}
            settings = [("", Setting(entry.id, usual))]
            settings += [
                (f".{param.name} = {value}", Setting(entry.id, {**usual, param.name: value}))
                for param in entry.params
                for value in _values(param, param.default)
            ]
            for text, setting in settings:
                changed = replace(recipe, **{part: setting})
                yield f"{entry.id}{text}", replace(project, recipe=changed)
    for name, values in (
        ("batch_size", (1, 2, 65_536)),
        ("epochs", (1, 2)),
        ("l1", (1.5,)),
        ("patience", (1, 5)),
        ("clip_norm", (1e-9, 5.0)),
    ):
        for value in values:
            yield f"{name} = {value}", replace(project, recipe=replace(recipe, **{name: value}))
    assert project.dataset is not None
    all_for_training = replace(project.dataset.splits, train=1.0, validation=0.0, test=0.0)
    dataset = replace(project.dataset, splits=all_for_training)
    for schedule in SCHEDULES:
        changed = replace(
            recipe, patience=3, schedule=Setting(schedule.id, {p.name: p.default for p in schedule.params})
        )
        yield f"{schedule.id}, no validation", replace(project, dataset=dataset, recipe=changed)
