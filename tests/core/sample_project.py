"""A project that uses every field, for the tests of this folder."""

from __future__ import annotations

from studio.core.network import Edge, Graph, Node
from studio.core.project import Column, DatasetChoice, DatasetFacts, Project, Recipe, Setting, Splits


def sample_project(location: str = "fashion-mnist") -> Project:
    graph = Graph(
        (
            Node("input", "input"),
            Node(
                "conv2d_1",
                "conv2d",
                {"out_channels": 8, "kernel_size": (3, 5), "bias": False, "padding_mode": "zeros"},
                (16.0, -8.5),
                "Erste “Schicht” ☃",
            ),
            Node("mystery_1", "layer_of_the_future", {"depth": None, "betas": (0.9, 0.999)}),
            Node("output", "output"),
        ),
        (Edge("input", "conv2d_1"), Edge("conv2d_1", "mystery_1", 1), Edge("mystery_1", "output")),
    )
    choice = DatasetChoice(
        "bundled",
        location,
        {"size": 28, "colour": True},
        (Column("a", "number"), Column("b", "category", "target", "drop")),
        Splits(0.6, 0.2, 0.2, False, 7),
        "none",
        (Setting("flip", {"p": 0.5}),),
        DatasetFacts((1, 28, 28), ("shirt", "“Hose”"), 1000, "b", "abc"),
    )
    recipe = Recipe(
        Setting("cross_entropy", {"label_smoothing": 0.1}),
        Setting("sgd", {"lr": 0.1, "momentum": 0.9}),
        Setting("multi_step", {"milestones": (3, 5), "gamma": 0.1}),
        32,
        12,
        99,
        1e-5,
        1.0,
        0.5,
        3,
        "cuda:0",
    )
    return Project("image-classification", choice, {"network": graph, "critic": Graph()}, recipe, id="abc123")
