"""What layers are called in the code: self.conv1, or the user's label where it makes a name."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_LONGEST = 40

# Public names of torch.nn.Module: an attribute of that name would break the module. A test compares.
MODULE_NAMES = frozenset((
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children",
    "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward",
    "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict",
    "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters",
    "parameters", "register_backward_hook", "register_buffer", "register_forward_hook",
    "register_forward_pre_hook", "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module",
    "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to",
    "to_empty", "train", "training", "type", "xpu", "zero_grad",
))  # fmt: skip


def attribute_names(layers: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Names for (node id, stem, label), in the order of the code; no two are the same.

    Only letters, digits and underscores of the label survive, so that nothing else gets into the code.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for node_id, stem, label in layers:
        wish = attribute_name(label, stem)
        if wish:
            names[node_id] = _free(wish, taken)
            taken.add(names[node_id])
    counts: Counter[str] = Counter()
    for node_id, stem, _ in layers:
        counts[stem] += 1
        if node_id in names:
            continue
        number = counts[stem]  # of all layers of the stem, labelled ones too: conv3 is "Conv2d 3"
        while f"{stem}{number}" in taken:
            number += 1
        names[node_id] = f"{stem}{number}"
        taken.add(names[node_id])
    return {node_id: names[node_id] for node_id, _, _ in layers}


def attribute_name(label: str, stem: str) -> str:
    """A label as a Python name: "Größe & Form!" -> "grosse_form". Empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", label.replace("ß", "ss"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_").lower()[:_LONGEST].strip("_")
    if not name:
        return ""
    if name[0].isdigit():
        name = f"{stem}_{name}"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in MODULE_NAMES:
        name += "_"
    return name


def _free(wish: str, taken: set[str]) -> str:
    name, number = wish, 1
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name
