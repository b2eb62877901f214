"""A project from a dataset: its kind, a fitting network, a recipe that works; and a change of dataset."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from studio.core.network import Block, Graph
from studio.core.problems import LanternError
from studio.core.project import MAIN, DatasetChoice, DatasetFacts, Project, Recipe
from studio.core.registry import Registry
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Kind, Template

# Layers that pass on how many numbers there are: what lies before them decides.
_PASSES_ON = {
    "identity", "dropout", "alpha_dropout", "softmax", "log_softmax", "sigmoid", "tanh", "relu", "softplus",
    "flatten", "global_avg_pool",
}  # fmt: skip
_DECIDES = {"linear": "out_features", "conv2d": "out_channels", "conv1d": "out_channels"}


def input_of(facts: DatasetFacts) -> Literal["picture", "row", "text"]:
    """What a sample is."""
    if facts.vocabulary:
        return "text"
    return "picture" if len(facts.input_shape) == 3 else "row"


def infer_kind(facts: DatasetFacts, source: str = "") -> str:
    """The id of the kind that such samples and targets are for.

    Raises: LanternError: there is none.
    """
    wanted_input = input_of(facts)
    wanted_target = facts.learns
    for kind in KINDS:
        if (kind.input, kind.target) == (wanted_input, wanted_target):
            return kind.id
    if wanted_input == "text":
        raise LanternError(
            "Lantern cannot learn to predict numbers from texts yet. Choose a column with classes as the "
            "target, or open the file as a table."
        )
    raise LanternError(
        "Lantern cannot learn several labels of such data yet. Choose a column with one class in each row."
    )


def new_project(kind_id: str, choice: DatasetChoice, template_id: str | None = None) -> Project:
    """A project that can be trained at once. `choice` comes with its facts.

    Raises: UnknownEntryError: no such kind or template; LanternError: the template does not fit.
    """
    kind = KINDS[kind_id]
    if choice.facts is None:
        raise ValueError("the dataset's facts are not known yet; open it first")
    template = _template(kind, choice.facts, template_id)
    graph, recipe = template.build(choice.facts), _recipe(kind, template, choice.facts)
    return Project(kind.id, choice, {MAIN: graph}, recipe)


def fitting_templates(kind: Kind, facts: DatasetFacts) -> tuple[Template, ...]:
    """The templates that can be built for this dataset, best first."""
    return tuple(t for t in kind.templates if t.fits(facts))


def template_of(project: Project) -> Template | None:
    """The template that the network still is, none once it was edited. Moving cards is no edit."""
    facts = project.dataset.facts if project.dataset is not None else None
    kind = KINDS.get(project.kind)
    graph = project.graphs.get(MAIN)
    if facts is None or kind is None or graph is None:
        return None
    plain = _without_looks(graph)
    return next((t for t in fitting_templates(kind, facts) if _without_looks(t.build(facts)) == plain), None)


def with_template(project: Project, template: Template) -> Project:
    """The project with this template's network, and the template's recipe where it has one of its own.

    A recipe that came with another template goes with it; the user's own stays where it can. The seed
    and the device always stay.
    """
    facts = project.dataset.facts if project.dataset is not None else None
    if facts is None:
        raise ValueError("the dataset's facts are not known yet; open it first")
    kind, recipe, before = KINDS[project.kind], project.recipe, template_of(project)
    wanted = _recipe(kind, template, facts)
    came_along = before is not None and recipe == _keeping(recipe, _recipe(kind, before, facts))
    if template.recipe is not None or came_along:
        recipe = _keeping(recipe, wanted)
    return replace(project, recipe=recipe).with_graph(template.build(facts))


def _keeping(recipe: Recipe, after: Recipe) -> Recipe:
    """`after`, on the same device and with the same seed as `recipe`."""
    return replace(after, seed=recipe.seed, device=recipe.device)


def adapt_to_dataset(project: Project, new: DatasetChoice | DatasetFacts) -> Project:
    """The project on another dataset, or on other facts of its own.

    A template that nobody edited is built anew, and a default recipe is the new default; an edited
    network keeps everything but its last layer, which follows the number of classes where it did so
    before. From classes to numbers, or from pictures to rows, the kind changes, with its loss.
    """
    choice = _choice_of(project, new)
    after = replace(project, dataset=choice)
    facts = choice.facts
    old = project.dataset.facts if project.dataset is not None else None
    if facts is None or facts == old or KINDS.get(project.kind) is None:
        return after
    kind = KINDS[infer_kind(facts, choice.source)]
    template = template_of(project)
    if KINDS[project.kind].input != kind.input:
        template = _template(kind, facts, None)  # rows' best network is not pictures' best
    graph = project.graphs.get(MAIN)
    if template is not None:
        graph = _rebuilt(kind, template, facts)
    elif graph is not None and old is not None:
        graph = _resized(graph, outputs_of(KINDS[project.kind], old), outputs_of(kind, facts))
    after = replace(after, kind=kind.id, recipe=_adapted_recipe(project, kind, template, old, facts))
    return after if graph is None else after.with_graph(graph)


def outputs_of(kind: Kind, facts: DatasetFacts) -> int:
    """How many numbers a network of this kind gives for this dataset."""
    shape = kind.surroundings(facts).output_shape
    return shape[0] if shape else 1


def _choice_of(project: Project, new: DatasetChoice | DatasetFacts) -> DatasetChoice:
    if isinstance(new, DatasetChoice):
        return new
    if project.dataset is None:
        raise ValueError("the project has no dataset that these facts could be about")
    return replace(project.dataset, facts=new)


def _template(kind: Kind, facts: DatasetFacts, template_id: str | None) -> Template:
    if template_id is not None:
        template = Registry(f"template of “{kind.id}”", kind.templates)[template_id]
        if not template.fits(facts):
            raise LanternError(f"“{template.name}” {_why_not(kind, facts)}")
        return template
    fitting = fitting_templates(kind, facts)
    if not fitting:
        raise LanternError(f"“{kind.name}” {_why_not(kind, facts)}")
    return fitting[0]


def _why_not(kind: Kind, facts: DatasetFacts) -> str:
    here = input_of(facts)
    if here != kind.input:
        what = {"picture": "pictures", "row": "a table", "text": "texts"}[kind.input]
        holds = {"picture": "pictures", "row": "rows of a table", "text": "texts"}[here]
        return f"needs {what}; this dataset holds {holds}."
    if facts.learns != kind.target:
        words = {"classes": "classes", "labels": "several labels", "numbers": "a number", "boxes": "boxes"}
        return f"predicts {words[kind.target]}; this dataset has {words[facts.learns]} to predict."
    size = "×".join(str(n) for n in facts.input_shape[1:])
    return f"needs larger pictures than {size} pixels. Choose another template, or larger pictures."


def _recipe(kind: Kind, template: Template | None, facts: DatasetFacts) -> Recipe:
    if template is not None and template.recipe is not None:
        return template.recipe(facts)
    return kind.default_recipe(facts)


def _rebuilt(kind: Kind, template: Template, facts: DatasetFacts) -> Graph:
    """The same template for other facts; where it does not fit them, the kind's first that does."""
    same = next((t for t in fitting_templates(kind, facts) if t.id == template.id), None)
    return (same or _template(kind, facts, None)).build(facts)


def _adapted_recipe(
    project: Project, kind: Kind, template: Template | None, old: DatasetFacts | None, new: DatasetFacts
) -> Recipe:
    """The new default where the recipe was the old one; else the user's, with a loss that fits."""
    recipe = project.recipe
    default = _recipe(kind, template, new)
    if old is not None:
        was = _recipe(KINDS[project.kind], template, old)
        if recipe == _keeping(recipe, was):
            return _keeping(recipe, default)
    return recipe if recipe.loss.type in kind.losses else replace(recipe, loss=default.loss)


def _resized(graph: Graph, before: int, after: int) -> Graph:
    """With the last layer that decides the number of outputs changed from `before` to `after`."""
    node_id, seen = "output", set[str]()
    while node_id not in seen and node_id in graph:
        seen.add(node_id)
        node = graph.node(node_id)
        param = _DECIDES.get(node.type)
        if param is not None:
            if node.params.get(param) != before:
                return graph
            resized = replace(node, params={**node.params, param: after})
            return replace(graph, nodes=tuple(resized if n.id == node_id else n for n in graph.nodes))
        wires = graph.inputs_of(node_id)
        if len(wires) != 1 or not (node.type == "output" or node.type in _PASSES_ON):
            return graph
        node_id = wires[0].source
    return graph


def _without_looks(graph: Graph) -> tuple[object, ...]:
    """What the network computes, without where its cards lie and what they are called."""
    return _computed(graph), {block.id: (_computed(block), block.params) for block in graph.blocks}


def _computed(part: Graph | Block) -> tuple[object, ...]:
    return {node.id: (node.type, dict(node.params)) for node in part.nodes}, frozenset(part.edges)
