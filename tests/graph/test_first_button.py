"""Clicking first buttons only: a pile of random layers becomes a network that torch runs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.network import Graph
from studio.graph import edits
from studio.graph.codegen import network_source
from studio.layers.catalogue import LAYERS
from tests.graph.networks import PICTURES, after, analysed, chain, errors

CLICKS = 40
MIDDLE = [layer.id for layer in LAYERS if layer.id not in ("input", "output")]


def clicked_through(graph: Graph) -> Graph:
    """Clicks the first fix of the first error until there is none."""
    for _ in range(CLICKS):
        wrong = errors(analysed(graph, PICTURES))
        if not wrong:
            return graph
        assert wrong[0].fixes, wrong[0].message
        graph = after(graph, wrong[0].fixes[0])
    raise AssertionError(f"still wrong after {CLICKS} clicks: {wrong[0].message}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(MIDDLE), min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=2),
)
def test_that_first_buttons_lead_to_a_network_that_runs(
    types: list[str], skips: list[tuple[int, int]]
) -> None:
    torch = pytest.importorskip("torch")
    graph = chain(*types)
    for a, b in skips:
        source, target = graph.nodes[a % len(graph.nodes)].id, graph.nodes[b % len(graph.nodes)].id
        graph = edits.connect(graph, LAYERS, source, target)
    graph = clicked_through(graph)
    analysis = analysed(graph)
    names: dict[str, object] = {"__name__": "network"}
    exec(compile(network_source(graph, analysis, LAYERS).text, "network", "exec"), names)
    with torch.device("meta"):
        module = names["Network"]()  # type: ignore[operator]
        result = module(torch.empty(2, 1, 28, 28))
    assert tuple(result.shape) == (2, 10)
    used = sum(analysis.nodes[n].parameters for n in analysis.order)
    assert sum(p.numel() for p in module.parameters()) == used
