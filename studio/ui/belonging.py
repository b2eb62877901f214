"""Which data and which network a trained model belongs to, and whether the open project is still that.

Everything that speaks of "the trained network" says it by these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication

from studio.core.network import Block, Graph
from studio.core.project import MAIN, DatasetChoice, Project, Recipe
from studio.ui.plots.quantities import count_text

Change = Literal["data", "network", "settings"]


def tr(text: str) -> str:
    return QCoreApplication.translate("Belonging", text)


@dataclass(frozen=True, slots=True)
class Origin:
    """`fingerprint` tells two states of the same file apart; `parameters` is 0 where it is not known."""

    data: str
    fingerprint: str
    network: str
    parameters: int = 0

    @property
    def sentence(self) -> str:
        """ "“Small MLP” with 2,563 parameters, trained on “Penguins” (data 4f2a91c0)"."""
        size = ""
        if self.parameters:
            size = tr(" with {count} parameters").format(count=count_text(self.parameters))
        data = f"“{self.data}”"
        if self.fingerprint:
            data = tr("{data} (data {mark})").format(data=data, mark=self.fingerprint[:8])
        return tr("{network}{size}, trained on {data}").format(network=self.network, size=size, data=data)


def origin_of(project: Project, parameters: int = 0) -> Origin:
    """Read off the project as it was trained. `parameters`: where the run told them."""
    dataset = project.dataset
    facts = dataset.facts if dataset is not None else None
    mark = facts.fingerprint if facts is not None else ""
    return Origin(data_name(dataset), mark, network_name(project), parameters or parameters_of(project))


def data_name(choice: DatasetChoice | None) -> str:
    """A bundled dataset's own name, a file's or a folder's without the way to it."""
    if choice is None:
        return tr("no data")
    if choice.source == "bundled":
        from studio.data.sources.bundled import BUNDLED

        entry = BUNDLED.get(choice.location)
        return entry.name if entry is not None else choice.location
    if choice.source == "points":
        from studio.data.points.point_sets import POINT_SETS

        points = POINT_SETS.get(choice.location)
        return points.name if points is not None else choice.location
    return Path(choice.location).name or choice.location


def network_name(project: Project) -> str:
    """The template it still is; "Own network" once it was edited."""
    from studio.kinds.new_project import template_of

    template = template_of(project)
    return tr("“{name}”").format(name=template.name) if template is not None else tr("Own network")


def parameters_of(project: Project) -> int:
    """How many numbers the network learns; 0 for one that is not whole."""
    from studio.graph.analysis import analyse
    from studio.kinds.catalogue import KINDS
    from studio.layers.catalogue import LAYERS

    facts = project.dataset.facts if project.dataset is not None else None
    kind, graph = KINDS.get(project.kind), project.graphs.get(MAIN)
    if facts is None or kind is None or graph is None:
        return 0
    return analyse(graph, LAYERS, kind.surroundings(facts)).parameters


# -- then and now -------------------------------------------------------------------------------------


def changes(trained: Project, now: Project | None) -> tuple[Change, ...]:
    """What is no longer as it was when the network was trained; nothing while no project is open.

    The recipe and the augmentations are settings; how many epochs and on which device are not even that:
    the same training goes on with more, and elsewhere.
    """
    if now is None:
        return ()
    found: list[Change] = []
    if (
        trained.kind != now.kind
        or _data(trained.dataset) != _data(now.dataset)
        or _marks_differ(trained, now)
    ):
        found.append("data")
    if networks(trained) != networks(now):
        found.append("network")
    if _settings(trained) != _settings(now):
        found.append("settings")
    return tuple(found)


def can_learn_on(trained: Project, now: Project) -> bool:
    """Training of `now` can go on from weights of `trained`: the same network on data from the same place,
    which may have grown meanwhile."""
    same_data = trained.kind == now.kind and _data(trained.dataset) == _data(now.dataset)
    return same_data and networks(trained) == networks(now)


def changed_sentence(trained: Project, now: Project | None, what: str = "", brief: bool = False) -> str:
    """One calm sentence; empty where nothing that matters has changed. `what`: "These results are" ...

    `brief`: only what has changed.
    """
    found = changes(trained, now)
    if now is None or not found:
        return ""
    if found == ("settings",):
        return tr("The training settings have been changed since.")
    subject = what or tr("These results are")
    start = tr("{subject} of the network trained on “{data}”.").format(
        subject=subject, data=data_name(trained.dataset)
    )
    other_name = data_name(trained.dataset) != data_name(now.dataset)
    if "data" in found and other_name:
        end = tr("The project now has “{data}”.").format(data=data_name(now.dataset))
    elif "data" in found and "network" in found:
        end = tr("Its data and its network have changed since.")
    elif "data" in found:
        end = tr("The data, or how they are read and split, have changed since.")
    else:
        end = tr("The network has been changed since; it is now: {network}.").format(
            network=network_name(now)
        )
    return end if brief else f"{start} {end}"


def restored(trained: Project, now: Project) -> Project:
    """The project as it was trained, to be pushed as one edit: its runs stay filed under it."""
    return replace(trained, id=now.id, format=now.format, unknown=now.unknown)


def networks(project: Project) -> Any:
    """What the networks compute, without where their cards lie and what they are called."""
    graphs: Mapping[str, Any] = {
        name: (
            _computed(graph),
            frozenset(
                (block.id, repr([(p.name, p.targets, p.follows) for p in block.params]), _computed(block))
                for block in graph.blocks
                if any(
                    block.id == node.type
                    for node in (*graph.nodes, *(n for each in graph.blocks for n in each.nodes))
                )
            ),
        )
        for name, graph in project.graphs.items()
    }
    return tuple(sorted(graphs.items(), key=lambda item: item[0]))


def _computed(graph: Graph | Block) -> Any:
    nodes = frozenset((node.id, node.type, repr(sorted(node.params.items()))) for node in graph.nodes)
    return nodes, frozenset(graph.edges)


def _data(choice: DatasetChoice | None) -> Any:
    """What decides which samples there are, what they look like, and which of them are for testing."""
    return None if choice is None else replace(choice, facts=None, augmentations=())


def _marks_differ(trained: Project, now: Project) -> bool:
    """The same place, other contents. Where one of the two is not known nothing is claimed."""
    marks = [
        project.dataset.facts.fingerprint
        for project in (trained, now)
        if project.dataset is not None and project.dataset.facts is not None
    ]
    return len(marks) == 2 and all(marks) and marks[0] != marks[1]


def _settings(project: Project) -> tuple[Recipe, Any]:
    augmentations = project.dataset.augmentations if project.dataset is not None else ()
    return replace(project.recipe, epochs=0, device="auto"), augmentations
