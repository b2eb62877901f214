"""What can be typed: the commands and their options, with help."""

from __future__ import annotations

import argparse
import platform

from studio import __version__

LISTS = (
    "layers",
    "optimizers",
    "losses",
    "schedules",
    "transforms",
    "datasets",
    "kinds",
    "templates",
    "devices",
)
COMMANDS = ("list", "new", "check", "train", "evaluate", "predict", "export")

_DESCRIPTION = """\
Lantern builds, trains and uses neural networks without programming.
Without a command it opens its window; with a file it opens the window with that file.
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar. Wrong usage ends with exit code 2, as argparse does."""
    parser = argparse.ArgumentParser(
        prog="main.py", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"Lantern {__version__}, Python {platform.python_version()}",
        help="say which version this is",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_list(commands)
    _add_new(commands)
    _add_check(commands)
    _add_train(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_export(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="write JSON and nothing else to standard output")


def _add_list(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("list", help="show what there is to choose from")
    command.add_argument("what", choices=LISTS)
    _add_json(command)


def _add_new(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("new", help="make a project for a dataset")
    command.add_argument(
        "--dataset", required=True, help="a dataset's name (see: list datasets), or a path to your data"
    )
    command.add_argument("--download", action="store_true", help="download the dataset if it is not here yet")
    command.add_argument("--kind", help="what is to be learnt (default: found out by looking at the data)")
    command.add_argument("--template", help="the network to begin with (default: the kind's first that fits)")
    command.add_argument("--target", metavar="COLUMN", help="the column of a table that is to be predicted")
    command.add_argument(
        "-o", "--output", required=True, metavar="P.lantern", help="the project file to write"
    )
    _add_json(command)


def _add_check(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "check", help="say what is wrong with a project, and how large its layers are"
    )
    command.add_argument("project", metavar="P.lantern")
    _add_json(command)


def _add_train(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("train", help="train a project and write a checkpoint")
    command.add_argument("project", metavar="P.lantern", nargs="?")
    command.add_argument("--demo", action="store_true", help="train the bundled example, from nothing")
    command.add_argument(
        "--epochs", type=_positive, metavar="N", help="instead of the recipe's number of epochs"
    )
    command.add_argument("--device", metavar="D", help="auto, cpu, cuda:0, mps, ... (see: list devices)")
    command.add_argument("--seed", type=_seed, metavar="S", help="instead of the recipe's seed")
    command.add_argument("--resume", metavar="C.safetensors", help="go on from this checkpoint")
    command.add_argument("-o", "--output", metavar="C.safetensors", help="where the checkpoint goes")
    _add_json(command)


def _add_evaluate(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("evaluate", help="measure a checkpoint on its test split or on other data")
    command.add_argument("checkpoint", metavar="C.safetensors")
    command.add_argument("--dataset", metavar="D", help="other data than the checkpoint was trained on")
    command.add_argument(
        "--split",
        choices=("train", "validation", "test", "all"),
        help="drawn as the checkpoint's project says (default: test, and all of other data)",
    )
    command.add_argument("--device", default="auto", metavar="D")
    _add_json(command)


def _add_predict(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("predict", help="ask a checkpoint about pictures, rows or texts")
    command.add_argument("checkpoint", metavar="C.safetensors")
    command.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help="a picture, a folder of pictures, a table file, one row as '{\"column\": value, ...}', a text, "
        "or a file or folder of texts",
    )
    command.add_argument(
        "--threshold",
        type=_share,
        default=0.3,
        metavar="P",
        help="of networks that find things: how sure they must be of a box, 0 to 1 (default: 0.3)",
    )
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the answers into a table (.csv) as well; those of networks that find things also as COCO "
        "(.json)",
    )
    command.add_argument("--device", default="auto", metavar="D")
    _add_json(command)


def _add_export(commands: Commands[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("export", help="take a network out of Lantern")
    command.add_argument("source", metavar="P.lantern|C.safetensors")
    command.add_argument("--to", required=True, choices=("script", "onnx", "pth"))
    command.add_argument("-o", "--output", required=True, metavar="FILE")
    _add_json(command)


MOST_EPOCHS = 1_000_000


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, received {number}")
    if number > MOST_EPOCHS:
        raise argparse.ArgumentTypeError(f"must be at most {MOST_EPOCHS:,}, received {number:,}")
    return number


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, received “{text}”")
    return share


def _seed(text: str) -> int:
    number = _whole(text)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"must be between 0 and {2**31 - 1}, received {number}")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, received “{text}”") from None
