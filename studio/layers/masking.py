"""How layers leave out a text's padding: the code they are written with where tokens lie along an axis.

`mask` is True at real tokens, (batch, length). So an answer is the same however long the padding is.
"""

from __future__ import annotations

from dataclasses import replace

from studio.core.params import Params
from studio.graph.layer_type import LayerCode, Shapes
from studio.layers.reading import flag, whole, word
from studio.layers.writing import call, changed

_LENGTHS = "{mask}.sum(1, keepdim=True)"

BOTH_WAYS = '''class BothWays(nn.Module):
    """Recurrent layers that read forwards, and backwards from each text's last token, not its padding."""

    def __init__(self, layer, features, hidden, num_layers=1, dropout=0.0, **options):
        super().__init__()
        sizes = [features] + [2 * hidden] * (num_layers - 1)
        options["batch_first"] = True
        self.ahead = nn.ModuleList([layer(size, hidden, **options) for size in sizes])
        self.back = nn.ModuleList([layer(size, hidden, **options) for size in sizes])
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        lengths = mask.sum(1, keepdim=True)
        steps = torch.arange(x.shape[1], device=x.device)
        turned = torch.where(steps < lengths, lengths - 1 - steps, steps).unsqueeze(2)
        for number, (ahead, back) in enumerate(zip(self.ahead, self.back)):
            if number:
                x = self.dropout(x)
            behind = back(x.gather(1, turned.expand(-1, -1, x.shape[2])))[0]
            behind = behind.gather(1, turned.expand(-1, -1, behind.shape[2]))
            x = torch.cat([ahead(x)[0], behind], dim=2)
        return x
'''

LAST_STATES = '''def last_states(x, mask, both_ways=False):
    """The memory after each text's last token; read both ways, also that after its first."""
    last = x.gather(1, (mask.sum(1) - 1).view(-1, 1, 1).expand(-1, -1, x.shape[2])).squeeze(1)
    if not both_ways:
        return last
    hidden = x.shape[2] // 2
    return torch.cat([last[:, :hidden], x[:, 0, hidden:]], dim=1)
'''


def recurrent(name: str, plain: LayerCode, params: Params, inputs: Shapes) -> LayerCode:
    """The last state is that of the last token; backwards begins there, too."""
    whole_text = word(params, "returns") == "sequence"
    if not flag(params, "bidirectional"):
        if whole_text:
            return plain  # what comes after a token does not change what was read before
        return replace(plain, forward="last_states({module}({0})[0], {mask})", helpers=(LAST_STATES,))
    options = changed(params, num_layers=1)
    if name == "RNN":
        options |= changed(params, nonlinearity="tanh")
    options |= changed(params, bias=True)
    if whole(params, "num_layers") > 1:
        options |= changed(params, dropout=0.0)
    written = call("BothWays", inputs[0][-1], params["hidden_size"], **options)
    init = written.replace("BothWays(", f"BothWays(nn.{name}, ", 1)
    if whole_text:
        return LayerCode(init, "{module}({0}, {mask})", (BOTH_WAYS,))
    forward = "last_states({module}({0}, {mask}), {mask}, both_ways=True)"
    return LayerCode(init, forward, (BOTH_WAYS, LAST_STATES))


def attention(plain: LayerCode, axis: int) -> LayerCode | None:
    """No token looks at padding."""
    if axis != 0:
        return None
    forward = plain.forward.replace(", need_weights", ", key_padding_mask=~{mask}, need_weights")
    return replace(plain, forward=forward)


def shares(name: str, params: Params, axis: int, rank: int) -> LayerCode | None:
    """Softmax over the tokens gives none to padding."""
    dim = whole(params, "dim")
    if name != "Softmax" or rank != 2 or (1 if dim == -1 else dim - 1) != axis:
        return None
    hidden = f'{{0}}.masked_fill(~{{mask}}.unsqueeze({2 - axis}), float("-inf"))'
    return LayerCode(call(f"nn.{name}", dim=params["dim"]), f"{{module}}({hidden})")


def encoder(plain: LayerCode, axis: int) -> LayerCode | None:
    return replace(plain, forward="{module}({0}, src_key_padding_mask=~{mask})") if axis == 0 else None


def convolution(plain: LayerCode, axis: int) -> LayerCode | None:
    """Behind the last token it sees zeros, as behind the end of a text without padding."""
    return replace(plain, forward="{module}({0} * {mask}.unsqueeze(1))") if axis == 1 else None


def average(axis: int) -> LayerCode:
    """The mean over the tokens, (batch, features)."""
    other = 2 - axis  # of (batch, length, features) with axis 0; of (batch, channels, length) with axis 1
    return LayerCode(None, f"({{0}} * {{mask}}.unsqueeze({other})).sum({axis + 1}) / {_LENGTHS}")


def largest(axis: int) -> LayerCode:
    """The largest number of each feature among the tokens, (batch, features)."""
    hidden = f'{{0}}.masked_fill(~{{mask}}.unsqueeze({2 - axis}), float("-inf"))'
    return LayerCode(None, f"{hidden}.amax({axis + 1})")
