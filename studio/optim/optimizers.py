"""The optimizers: torch's classes, names and defaults, in words for people.

Defaults are torch's, except where a beginner is better off: SGD has a momentum of 0.9 and a learning
rate of 0.01 (0.1 diverges on most networks once momentum is on, 0.001 takes ten times as long), and
Muon scales its steps so that AdamW's usual learning rates fit it too.
"""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Floats, Int, Param, ParamValue
from studio.optim.entries import OptimizerType


def _lr(default: float) -> Param:
    return Param(
        "lr",
        "Learning rate",
        "How far the weights move at each step. Too small learns slowly, too large never settles.",
        Float(0.0, 1000.0, above_minimum=True, log=True),
        default,
    )


def _weight_decay(default: float, decoupled: bool = False) -> Param:
    how = "shrinks the weights a little at each step" if decoupled else "adds the weights to the gradient"
    return Param(
        "weight_decay",
        "Weight decay (L2)",
        f"Keeps weights small, so that the network learns rules rather than single samples; it {how}.",
        Float(0.0, 10.0, log=True),
        default,
    )


def _betas() -> Param:
    return Param(
        "betas",
        "Memory (betas)",
        "How long past gradients, the directions in which the loss rises, are remembered: their average, and "
        "their size. Closer to 1 is longer.",
        Floats(2, 0.0, 1.0, below_maximum=True),
        (0.9, 0.999),
        advanced=True,
    )


def _eps(default: float = 1e-8) -> Param:
    return Param(
        "eps",
        "Tiny number (epsilon)",
        "A tiny number that keeps the optimizer from dividing by zero.",
        Float(0.0, 1.0, above_minimum=True, log=True),
        default,
        advanced=True,
    )


def _decoupled() -> Param:
    return Param(
        "decoupled_weight_decay",
        "Decoupled weight decay",
        "Shrinks the weights directly, as AdamW does, instead of adding them to the gradient.",
        Bool(),
        False,
        advanced=True,
    )


def _momentum(default: float) -> Param:
    return Param(
        "momentum",
        "Momentum",
        "How much of the last step is kept, like a ball that rolls on. 0 is off, 0.9 is usual.",
        Float(0.0, 0.9999),
        default,
    )


def _url(name: str) -> str:
    return f"https://docs.pytorch.org/docs/stable/generated/torch.optim.{name}.html"


def _amsgrad() -> Param:
    return Param(
        "amsgrad",
        "AMSGrad",
        "Remembers the largest gradients it has seen, so that steps never grow again.",
        Bool(),
        False,
        advanced=True,
    )


def _number(name: str, label: str, text: str, rule: Float | Floats | Int, default: ParamValue) -> Param:
    return Param(name, label, text, rule, default, advanced=True)


_DAMPENING = _number(
    "dampening",
    "Dampening",
    "How much of the new gradient is left out of the momentum. Nesterov momentum wants 0.",
    Float(0.0, 1.0),
    0.0,
)
_NESTEROV = Param(
    "nesterov",
    "Nesterov",
    "Looks ahead along the momentum before it takes the gradient. Often a little faster.",
    Bool(),
    False,
)

OPTIMIZERS_IN_ORDER = (
    OptimizerType(
        "adamw",
        "AdamW",
        "Adapts the step of every weight by itself and keeps weights small. The best first choice.",
        _url("AdamW"),
        "AdamW",
        (_lr(1e-3), _weight_decay(0.01, decoupled=True), _betas(), _eps(), _amsgrad()),
        fused=True,
    ),
    OptimizerType(
        "sgd",
        "SGD",
        "The classic: walks downhill along the gradient, with momentum. Simple, strong, wants tuning.",
        _url("SGD"),
        "SGD",
        (_lr(0.01), _momentum(0.9), _NESTEROV, _weight_decay(0.0), _DAMPENING),
        fused=True,
    ),
    OptimizerType(
        "adam",
        "Adam",
        "Adapts the step of every weight by itself. Works almost everywhere without tuning.",
        _url("Adam"),
        "Adam",
        (_lr(1e-3), _weight_decay(0.0), _betas(), _eps(), _amsgrad()),
        fused=True,
    ),
    OptimizerType(
        "nadam",
        "NAdam",
        "Adam that looks ahead along its momentum (Nesterov).",
        _url("NAdam"),
        "NAdam",
        (
            _lr(2e-3),
            _weight_decay(0.0),
            _betas(),
            _eps(),
            _number(
                "momentum_decay",
                "Momentum decay",
                "How quickly the look-ahead reaches its full strength.",
                Float(0.0, 1.0),
                0.004,
            ),
            _decoupled(),
        ),
    ),
    OptimizerType(
        "radam",
        "RAdam",
        "Adam that starts carefully, until it knows the gradients: a warm-up is built in.",
        _url("RAdam"),
        "RAdam",
        (_lr(1e-3), _weight_decay(0.0), _betas(), _eps(), _decoupled()),
    ),
    OptimizerType(
        "adamax",
        "Adamax",
        "Adam that goes by the largest recent gradient. Steady when gradients are rare or wild.",
        _url("Adamax"),
        "Adamax",
        (_lr(2e-3), _weight_decay(0.0), _betas(), _eps()),
    ),
    OptimizerType(
        "rmsprop",
        "RMSprop",
        "Divides each step by the recent size of the gradient. Known from recurrent networks.",
        _url("RMSprop"),
        "RMSprop",
        (
            # torch's 0.01 shakes deep networks; it is kept because the schedule or the user lowers it,
            # and because what is read in torch's documentation should be found here.
            _lr(0.01),
            _momentum(0.0),
            _weight_decay(0.0),
            _number(
                "alpha",
                "Memory (alpha)",
                "How long the size of past gradients is remembered. Closer to 1 is longer.",
                Float(0.0, 0.99999),
                0.99,
            ),
            _eps(),
            Param(
                "centered",
                "Centered",
                "Takes the average gradient off before it measures the size. Steadier, a little slower.",
                Bool(),
                False,
                advanced=True,
            ),
        ),
    ),
    OptimizerType(
        "adagrad",
        "Adagrad",
        "Takes smaller and smaller steps for weights that moved a lot. Made for rare features.",
        _url("Adagrad"),
        "Adagrad",
        (
            _lr(0.01),
            _weight_decay(0.0),
            _number(
                "lr_decay",
                "Learning-rate decay",
                "Lowers the learning rate with every step.",
                Float(0.0, 1.0, log=True),
                0.0,
            ),
            _number(
                "initial_accumulator_value",
                "Start of the sum",
                "What the sum of squared gradients begins with. More makes the first steps smaller.",
                Float(0.0, 1000.0),
                0.0,
            ),
            _eps(1e-10),
        ),
        fused=True,
    ),
    OptimizerType(
        "adadelta",
        "Adadelta",
        "Finds its own step sizes; the learning rate only scales them and is usually left at 1.",
        _url("Adadelta"),
        "Adadelta",
        (
            _lr(1.0),
            _weight_decay(0.0),
            _number(
                "rho",
                "Memory (rho)",
                "How long past gradients and steps are remembered. Closer to 1 is longer.",
                Float(0.0, 0.99999),
                0.9,
            ),
            _eps(1e-6),
        ),
    ),
    OptimizerType(
        "adafactor",
        "Adafactor",
        "Adapts the step of every weight like Adam, with far less memory. Made for large networks.",
        _url("Adafactor"),
        "Adafactor",
        (
            _lr(0.01),
            _weight_decay(0.0, decoupled=True),
            _number(
                "beta2_decay",
                "Growing memory (beta 2)",
                "How quickly the memory of past gradients grows longer. Between -1 and 0.",
                Float(-1.0, 0.0),
                -0.8,
            ),
            _number(
                "d",
                "Clipping threshold",
                "Steps that are larger than this, on average, are shortened.",
                Float(1.0, 1000.0),
                1.0,
            ),
        ),
    ),
    OptimizerType(
        "muon",
        "Muon",
        "Evens out the directions in which a weight matrix moves. New and fast on large linear layers; "
        "all other weights are left to AdamW.",
        _url("Muon"),
        "Muon",
        (
            _lr(1e-3),
            _weight_decay(0.1, decoupled=True),
            Param(
                "momentum",
                "Momentum",
                "How much of the last step is kept, like a ball that rolls on. 0.95 is usual.",
                Float(0.0, 0.9999),
                0.95,
            ),
            Param(
                "nesterov",
                "Nesterov",
                "Looks ahead along the momentum before it takes the gradient.",
                Bool(),
                True,
                advanced=True,
            ),
            _number(
                "ns_steps",
                "Newton-Schulz steps",
                "How exactly the directions are evened out. 5 is enough; more is slower.",
                Int(1, 99),
                5,
            ),
            Param(
                "adjust_lr_fn",
                "Step size",
                "How the step is scaled to the size of the matrix.",
                Choice(
                    (
                        ("match_rms_adamw", "like AdamW's (fits AdamW's learning rates)"),
                        ("original", "as in Muon's first version (wants about 0.02)"),
                    )
                ),
                "match_rms_adamw",
                advanced=True,
            ),
        ),
        matrices_only=True,
    ),
    OptimizerType(
        "asgd",
        "ASGD",
        "Walks downhill like SGD and averages the weights late in long runs.",
        _url("ASGD"),
        "ASGD",
        (
            _lr(0.01),
            _weight_decay(0.0),
            _number(
                "lambd",
                "Fall (lambda)",
                "How quickly the learning rate falls.",
                Float(0.0, 1.0, log=True),
                1e-4,
            ),
            _number(
                "alpha",
                "Power (alpha)",
                "The power with which the learning rate falls.",
                Float(0.0, 10.0),
                0.75,
            ),
            _number(
                "t0",
                "Averaging begins at step",
                "From this step on the weights are averaged.",
                Float(0.0, 1e9),
                1e6,
            ),
        ),
    ),
    OptimizerType(
        "rprop",
        "Rprop",
        "Looks only at the sign of the gradient. For small datasets that fit into one batch.",
        _url("Rprop"),
        "Rprop",
        (
            _lr(0.01),
            _number(
                "etas",
                "Shrink and grow",
                "A step is multiplied by the first number when the sign changes, else by the second.",
                Floats(2, 0.001, 10.0),
                (0.5, 1.2),
            ),
            _number(
                "step_sizes",
                "Smallest and largest step",
                "Steps never leave these bounds.",
                Floats(2, 0.0, 1e6),
                (1e-6, 50.0),
            ),
        ),
    ),
)
