"""Projects as JSON and back. The fields of the file are those of the values in studio.core.project.

What this version does not know is kept in `Project.unknown`, in the shape of the file: unknown fields
of a layer, for instance, under "graphs", "network", "nodes" and the layer's id.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import operator
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, create_model

from studio.core import migrations
from studio.core.network import Block, Edge, Graph, Node
from studio.core.params import Params
from studio.core.problems import LanternError
from studio.core.project import FORMAT, Column, DatasetChoice, Project, Setting

Json = dict[str, Any]
V = TypeVar("V")
Code = Literal[
    "missing",
    "unreadable",
    "empty",
    "not-a-project",
    "a-checkpoint",
    "truncated",
    "newer",
    "damaged",
    "too-large",
]

_MOST_TEXT = 10_000  # letters of one text; a path or a label is far shorter
_SHOWN = 5  # errors that a person reads; `details` has all


class ProjectFileError(LanternError):
    """A file or its contents are no usable project. `details` lists everything that is wrong."""

    def __init__(self, message: str, code: Code, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code: Code = code
        self.details = details


def project_to_json(project: Project) -> Json:
    """The project as plain JSON values; what an earlier load did not know is put back."""
    data = cast(Json, _plain(project))
    data["format"] = FORMAT
    _put_back(Project, data, project.unknown)
    return {"format": data.pop("format"), **data}  # first, so that people who look into the file see it


def project_from_json(data: object, name: str = "The project") -> Project:
    """The project that `data`, parsed JSON of this or an older format, describes. `name` begins sentences.

    Raises: ProjectFileError: it is of a newer format, damaged, or something else.
    """
    if not isinstance(data, Mapping) or "format" not in data:
        raise ProjectFileError(
            f"{name} is not a Lantern project. Choose a file that was saved by Lantern.", "not-a-project"
        )
    data = migrations.migrate(dict(data), checked_format(data, name), FORMAT)
    try:
        model = _model_of(Project).model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise _damaged(name, [_sentence(e["loc"], e["type"], e) for e in error.errors()]) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise _damaged(name, [too_deep_or_long(error)]) from error
    project = _value_of(Project, model)
    wrong = _named_twice(project)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", project.id):  # it becomes a folder's name
        wrong.append(f"id: expected letters and digits, received {_short(project.id)}")
    if wrong:
        raise _damaged(name, wrong)
    return dataclasses.replace(project, format=FORMAT, unknown=_extras(Project, data))


def plain_json(value: object) -> object:
    """A frozen value of studio.core as plain JSON values."""
    return _plain(value)


def value_from_json(kind: type[V], text: str) -> V:
    """The frozen value of that class in a JSON text. Raises: ValidationError, ValueError."""
    return _value_of(kind, _model_of(cast(type, kind)).model_validate_json(text))


def too_deep_or_long(error: Exception) -> str:
    """What Python says of a file that only a machine could have spoilt, in plain words."""
    if isinstance(error, RecursionError) or "recursion" in str(error):
        return "it holds lists within lists without end"
    if "int_max_str_digits" in str(error) or "Exceeds the limit" in str(error):
        return "it holds a number with thousands of digits"
    return str(error)


def checked_format(data: Mapping[str, Any], name: str) -> int:
    """The file's format, one that can be read. Raises: ProjectFileError."""
    found = data["format"]
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise _damaged(name, [f"format: expected a whole number from 1 on, received {_short(found)}"])
    if found > FORMAT:
        raise ProjectFileError(
            f"{name} was saved by a newer Lantern: it has format {found}, this Lantern reads up to format "
            f"{FORMAT}. Update Lantern to open it.",
            "newer",
        )
    return found


# -- models, derived from the values ------------------------------------------------------------------


def _param_value(value: object) -> object:
    """A parameter's value, with lists as tuples. Any other thing is no value of a parameter."""
    if isinstance(value, list):
        if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in value):
            raise ValueError("expected a list of numbers")
        whole = all(isinstance(v, int) for v in value)
        value = tuple(value) if whole else tuple(float(v) for v in value)
    numbers = value if isinstance(value, tuple) else (value,)
    if any(isinstance(v, float) and not math.isfinite(v) for v in numbers):
        raise ValueError("expected a finite number")
    if value is not None and not isinstance(value, bool | int | float | str | tuple):
        raise ValueError("expected a number, a text, a list of numbers, true, false or null")
    return value


_Text = Annotated[str, StringConstraints(max_length=_MOST_TEXT)]
_ParamField = Annotated[Any, AfterValidator(_param_value)]
_NOT_IN_FILES = {(Project, "unknown")}
_ONLY_IN_FILES = {(DatasetChoice, "relative_location")}  # see project_file: made anew at each save


def _hints(kind: Any) -> dict[str, Any]:
    """The types of a value's fields, by name."""
    return _evaluated(kind)


_evaluated = functools.cache(get_type_hints)  # it evaluates the annotations' text at every call


@functools.cache
def _model_of(kind: type) -> type[BaseModel]:
    """The pydantic model of a frozen value: the same fields, types and defaults."""
    hints = _hints(kind)
    fields: dict[str, Any] = {}
    for declared in dataclasses.fields(kind):
        if (kind, declared.name) in _NOT_IN_FILES:
            continue
        # Left-out fields take the value's own default, which _value_of leaves to the constructor.
        default = ... if _is_required(declared) else None
        fields[declared.name] = (_field_type(hints[declared.name]), default)
    config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)
    return create_model(f"{kind.__name__}Fields", __config__=config, **fields)


def _is_required(declared: dataclasses.Field[Any]) -> bool:
    return declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING


def _field_type(hint: Any) -> Any:
    if hint == Params:
        return dict[_Text, _ParamField]
    if dataclasses.is_dataclass(hint):
        return _model_of(cast(type, hint))
    if hint is str:
        return _Text
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return functools.reduce(operator.or_, [_field_type(a) for a in args])
    if origin is tuple:
        return tuple[tuple(a if a is Ellipsis else _field_type(a) for a in args)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[_Text, _field_type(args[1])]  # type: ignore[misc]
    return hint


def _value_of(kind: type[V], model: BaseModel) -> V:
    """The frozen value that a validated model stands for."""
    hints = _hints(kind)
    given = {name: _converted(hints[name], getattr(model, name)) for name in model.model_fields_set}
    return kind(**given)


def _converted(hint: Any, value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _value_of(_dataclass_in(hint), value)
    if isinstance(value, tuple):
        inner = get_args(hint)[0] if get_args(hint) else hint
        return tuple(_converted(inner, v) for v in value)
    if isinstance(value, dict) and get_args(hint):
        inner = get_args(hint)[1]
        return {k: _converted(inner, v) for k, v in value.items()}
    return value


def _dataclass_in(hint: Any) -> Any:
    """The value class of a hint such as `DatasetFacts | None`."""
    options = (hint, *get_args(hint))
    return next(option for option in options if dataclasses.is_dataclass(option))


def _plain(value: Any) -> Any:
    """A value as a JSON file takes it. Saving must not fail: NaN becomes 0, half an emoji a question mark."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value) if (type(value), f.name) not in _NOT_IN_FILES]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return 0.0
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


# -- what this version does not know ------------------------------------------------------------------


def _extras(hint: Any, data: Any) -> Json:
    """The unknown fields in `data`, which is JSON of the type `hint`, at their places."""
    found: Json = {}
    kind = next((k for k in (hint, *get_args(hint)) if dataclasses.is_dataclass(k)), None)
    if isinstance(data, Mapping) and kind is not None and get_origin(hint) is not Mapping:
        hints = _hints(kind)
        for name, value in data.items():
            if (kind, name) in _ONLY_IN_FILES:
                continue
            if name not in hints or (kind, name) in _NOT_IN_FILES:
                found[name] = value
            elif inner := _extras(hints[name], value):
                found[name] = inner
    elif kind is not None:
        found = {key: inner for key, item in _items(kind, data) if (inner := _extras(kind, item))}
    return found


def _put_back(hint: Any, data: Any, extras: Mapping[str, Any]) -> None:
    """Puts unknown fields back to where they were, as far as that place still exists."""
    kind = next((k for k in (hint, *get_args(hint)) if dataclasses.is_dataclass(k)), None)
    if kind is None or not isinstance(extras, Mapping):
        return
    if isinstance(data, dict) and get_origin(hint) is not Mapping:
        hints = _hints(kind)
        for name, value in extras.items():
            if name not in hints or (kind, name) in _NOT_IN_FILES:
                data.setdefault(name, value)
            else:
                _put_back(hints[name], data.get(name), value)
        return
    for key, item in _items(kind, data):
        if key in extras:
            _put_back(kind, item, extras[key])


def _items(kind: Any, data: Any) -> list[tuple[str, Any]]:
    """The items of a list or mapping of values, each with a name by which it is found again."""
    if isinstance(data, Mapping):
        return list(data.items())
    if not isinstance(data, list | tuple):
        return []
    return [(_key(kind, item, i), item) for i, item in enumerate(data) if isinstance(item, Mapping)]


def _key(kind: Any, item: Mapping[str, Any], index: int) -> str:
    if kind in (Node, Block):
        return str(item.get("id"))
    if kind is Edge:
        return f"{item.get('source')} → {item.get('target')} {item.get('port', 0)}"
    if kind is Column:
        return str(item.get("name"))
    if kind is Setting:
        return str(item.get("type"))
    return str(index)


# -- what is wrong, in words --------------------------------------------------------------------------


_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "named values",
    "model_type": "named values",
}


def _sentence(loc: tuple[int | str, ...], code: str, error: Any) -> str:
    """One error with its place: "recipe → batch_size: expected a whole number, received “many”"."""
    place = " → ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in _place(loc))
    if code == "missing":
        return f"{place}: is missing"
    if code == "literal_error":
        expected = re.sub(r"'([^']*)'", r"“\1”", error["ctx"]["expected"])
        return f"{place}: expected {expected}, received {_short(error['input'])}"
    if code == "string_too_long":
        return f"{place}: is longer than {_MOST_TEXT:,} letters"
    if code == "value_error":
        return f"{place}: {error['ctx']['error']}, received {_short(error['input'])}"
    if code in _EXPECTED:
        return f"{place}: expected {_EXPECTED[code]}, received {_short(error['input'])}"
    message = error["msg"]
    return f"{place}: {message[0].lower()}{message[1:]}"


def _place(loc: tuple[int | str, ...]) -> list[int | str]:
    """Where in the file, without pydantic's own names for the types it tried."""
    return [part for part in loc if isinstance(part, int) or not part.endswith(("Fields", "[key]"))]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text if len(text) <= 40 else text[:39] + "…"
    return f"“{text}”" if isinstance(value, str) else text


def _named_twice(project: Project) -> list[str]:
    return [
        f"graphs → {name} → nodes: two layers have the id {_short(twice)}"
        for name, graph in project.graphs.items()
        for twice in _repeated(graph)
    ]


def _repeated(graph: Graph) -> list[str]:
    seen: set[str] = set()
    repeated = [n.id for n in graph.nodes if n.id in seen or seen.add(n.id)]  # type: ignore[func-returns-value]
    return list(dict.fromkeys(repeated))


def _damaged(name: str, errors: list[str]) -> ProjectFileError:
    shown = "; ".join(errors[:_SHOWN])
    more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    return ProjectFileError(
        f"{name} is damaged. {shown}{more}. Open an older copy, or mend the file in a text editor.",
        "damaged",
        tuple(errors),
    )
