"""One-click fixes as values: what a fix changes in a network, computed once, applied when clicked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.core.network import Edge, Graph, Node
from studio.core.project import MAIN, Project, Setting


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A pure edit Project -> Project that compares equal and pickles.

    It holds the difference between two graphs, not the second graph, so that it also suits a project
    that changed elsewhere in the meantime.
    """

    removed: tuple[str, ...] = ()
    changed: tuple[Node, ...] = ()
    added: tuple[Node, ...] = ()
    cut: tuple[Edge, ...] = ()
    drawn: tuple[Edge, ...] = ()
    graph: str = MAIN

    @staticmethod
    def between(before: Graph, after: Graph, graph: str = MAIN) -> GraphChange:
        """Args: before, after: graphs without duplicate ids."""
        old = {node.id: node for node in before.nodes}
        new = {node.id: node for node in after.nodes}
        wires, later = set(before.edges), set(after.edges)
        return GraphChange(
            removed=tuple(node_id for node_id in old if node_id not in new),
            changed=tuple(n for n in after.nodes if n.id in old and old[n.id] != n),
            added=tuple(n for n in after.nodes if n.id not in old),
            cut=tuple(e for e in before.edges if e not in later),
            drawn=tuple(e for e in after.edges if e not in wires),
            graph=graph,
        )

    def __call__(self, project: Project) -> Project:
        if self.graph not in project.graphs:
            return project
        return project.with_graph(self.apply(project.graphs[self.graph]), self.graph)

    def apply(self, graph: Graph) -> Graph:
        gone, cut = set(self.removed), set(self.cut)
        changed = {node.id: node for node in self.changed}
        nodes = tuple(changed.get(n.id, n) for n in graph.nodes if n.id not in gone)
        there = {node.id for node in nodes}
        nodes += tuple(n for n in self.added if n.id not in there)
        edges = tuple(e for e in graph.edges if e not in cut)
        edges += tuple(e for e in self.drawn if e not in edges)
        return replace(graph, nodes=nodes, edges=edges)


@dataclass(frozen=True, slots=True)
class RenumberDuplicates:
    """Gives nodes that share an id with an earlier one an id of their own."""

    graph: str = MAIN

    def __call__(self, project: Project) -> Project:
        if self.graph not in project.graphs:
            return project
        graph = project.graphs[self.graph]
        taken = {node.id for node in graph.nodes}
        seen: set[str] = set()
        nodes = []
        for node in graph.nodes:
            node_id, number = node.id, 1
            while node_id in seen or (node_id != node.id and node_id in taken):
                number += 1
                node_id = f"{node.id}_{number}"
            seen.add(node_id)
            nodes.append(Node(node_id, node.type, node.params, node.position, node.label))
        return project.with_graph(replace(graph, nodes=tuple(nodes)), self.graph)


@dataclass(frozen=True, slots=True)
class RecipeChange:
    """Another loss, with its default parameters, or another batch size; None leaves things as they are."""

    loss: str | None = None
    batch_size: int | None = None

    def __call__(self, project: Project) -> Project:
        recipe = project.recipe
        if self.loss is not None:
            recipe = replace(recipe, loss=Setting(self.loss))
        if self.batch_size is not None:
            recipe = replace(recipe, batch_size=self.batch_size)
        return replace(project, recipe=recipe)
