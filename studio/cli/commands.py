"""The command line's entry: one small function per command, one place that turns trouble into words."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from studio.cli.arguments import build_parser
from studio.cli.output import complain, say, write_json
from studio.cli.output_files import refuse_to_replace_work, with_suffix
from studio.core.problems import LanternError
from studio.core.project import Project

DONE, PROBLEM, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns its exit code; argparse itself leaves with 2 on wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in an old code page must not turn a class name into a crash.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = build_parser().parse_args(argv)
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "new": _new,
        "check": _check,
        "train": _train,
        "evaluate": _evaluate,
        "predict": _predict,
        "export": _export,
    }
    try:
        return commands[arguments.command](arguments)
    except LanternError as error:
        complain(str(error))
        if arguments.json and arguments.command != "train":  # train has said it as its last event
            write_json(_refusal(arguments.command, str(error), getattr(error, "code", "unreadable")))
        return PROBLEM
    except MemoryError:
        return _surprised(arguments, "The memory is full. Close other programs, or use less data.")
    except BrokenPipeError:  # `... | head` closed the pipe: not worth a word
        sys.stderr.close()
        return DONE
    except OSError as error:
        where = f"“{error.filename}”: " if error.filename else ""
        reason = error.strerror or type(error).__name__
        way_out = "Look whether its drive is connected, has room and may be written to."
        return _surprised(arguments, f"{where}{reason}. {way_out}")
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED


def _surprised(arguments: argparse.Namespace, message: str) -> int:
    """Trouble of the computer that no command foresaw."""
    complain(message)
    if arguments.json:
        write_json(_refusal(arguments.command, message, "unreadable"))
    return PROBLEM


def _refusal(command: str, message: str, code: str) -> dict[str, object]:
    """What a program reads where there is no answer; `check` and `train` keep their own forms."""
    if command == "train":
        return {"event": "run_failed", "message": message}
    if command != "check":
        return {"error": message}
    problem = {"code": code, "layer": None, "message": message}
    return {"ok": False, "problems": [problem], "parameters": 0, "shapes": {}}


def _list(arguments: argparse.Namespace) -> int:
    from studio.cli.listing import entries

    rows = entries(arguments.what)
    if arguments.json:
        write_json(rows)
        return DONE
    width = max((len(str(row["id"])) for row in rows), default=0)
    kind = None
    for row in rows:
        if arguments.what == "templates" and row["kind"] != kind:  # each kind has its own “mlp”
            kind = row["kind"]
            say(f"{kind}:")
        state = f" ({row['state']})" if "state" in row else ""
        say(f"{row['id']!s:<{width}}  {row.get('name', '')}: {row.get('help', '')}{state}".rstrip(": "))
    return DONE


def _new(arguments: argparse.Namespace) -> int:
    from studio.core.project_file import save_project
    from studio.data.opening import recognise, with_learning, with_target
    from studio.kinds.catalogue import KINDS
    from studio.kinds.new_project import infer_kind, new_project

    if arguments.download:
        from studio.cli.downloading import download_dataset

        download_dataset(arguments.dataset)
    choice = recognise(arguments.dataset)
    if arguments.target or arguments.kind:
        choice = with_learning(choice, arguments.target, arguments.kind and KINDS[arguments.kind].target)
    if arguments.target and choice.source != "labelled-pictures":
        choice = with_target(choice, arguments.target, numeric=_wants_number(arguments.kind))
    if choice.facts is None:
        raise LanternError(f"“{arguments.dataset}” could not be read far enough to build a network for it.")
    inferred = infer_kind(choice.facts, choice.source)
    kind = arguments.kind or inferred
    if KINDS[kind].input != KINDS[inferred].input or KINDS[kind].target != KINDS[inferred].target:
        raise LanternError(
            f"This dataset does not fit “{kind}”; it fits “{inferred}”. "
            "Leave out --kind, or choose other data."
        )
    project = new_project(kind, choice, arguments.template)
    path = with_suffix(arguments.output, ".lantern")
    kept = _kept_copy(path)
    save_project(path, project)
    if kept is not None:
        complain(f"“{path.name}” was there already; the old one is kept as “{kept.name}”.")
    if arguments.json:
        write_json({"project": str(path), "kind": kind, "samples": choice.facts.samples})
    else:
        say(f"Wrote {path}: {KINDS[kind].name}, {choice.facts.samples:,} samples. Next: main.py train {path}")
    return DONE


def _kept_copy(path: Path) -> Path | None:
    """A copy beside a file that is about to be replaced, under a free name; None where there is none."""
    from studio.core.safe_write import write_atomically

    if not path.is_file():
        return None
    content = path.read_bytes()
    names = (path.with_name(f"{path.name}.bak{number or ''}") for number in itertools.count())
    kept = next(name for name in names if not name.exists())

    def write(file: BinaryIO) -> None:
        file.write(content)

    write_atomically(kept, write)
    return kept


def _wants_number(kind: str | None) -> bool | None:
    """What --kind says about the target: a number, a class, or nothing."""
    from studio.kinds.catalogue import KINDS

    return None if kind is None else KINDS[kind].target == "numbers"


def _check(arguments: argparse.Namespace) -> int:
    from studio.cli.checking import check

    report = check(_load(arguments.project))
    if arguments.json:
        write_json(
            {
                "ok": report.ok,
                "problems": [
                    {
                        "code": p.code,
                        "layer": report.names.get(p.node, p.node) if p.node else None,
                        "node": p.node,
                        "param": p.param,
                        "severity": p.severity,
                        "message": p.message,
                        "fixes": [fix.text for fix in p.fixes],
                    }
                    for p in report.problems
                ],
                "parameters": report.parameters,
                "multiply_adds": report.multiply_adds,
                "shapes": report.shapes,
            }
        )
        return DONE if report.ok else PROBLEM
    for name, shape in report.shapes.items():
        say(f"{name:<24} {'×'.join(map(str, shape)) if shape is not None else '?'}")
    say(f"{report.parameters:,} parameters, {report.multiply_adds:,} multiply-adds a sample")
    for problem in report.problems:
        complain(f"{problem.severity}: {problem.message}")
        for fix in problem.fixes:
            complain(f"  way out: {fix.text}")
    say("Ready to train." if report.ok else "This project cannot train yet.")
    return DONE if report.ok else PROBLEM


def _train(arguments: argparse.Namespace) -> int:
    from studio.cli.training import train

    if arguments.demo == bool(arguments.project):
        complain("Name a project file, or say --demo for the bundled example (not both).")
        return WRONG_USAGE
    try:
        project = _demo() if arguments.demo else _load(arguments.project)
        if arguments.resume is not None:
            _require_file(arguments.resume)
    except LanternError as error:
        if arguments.json:
            write_json({"event": "run_failed", "message": str(error)})
        raise
    recipe = project.recipe
    recipe = replace(
        recipe,
        epochs=arguments.epochs if arguments.epochs is not None else recipe.epochs,
        device=arguments.device if arguments.device is not None else recipe.device,
        seed=arguments.seed if arguments.seed is not None else recipe.seed,
    )
    output = arguments.output
    if output is not None:
        output = str(with_suffix(output, ".safetensors"))
    elif not arguments.demo:
        output = str(Path(arguments.project).with_suffix(".safetensors"))
    if output is not None and not Path(output).absolute().parent.is_dir():
        complain(
            f"There is no folder “{Path(output).parent}”. Unless it is made until then, the checkpoint "
            "will be kept with the runs."
        )
    return train(replace(project, recipe=recipe), output, arguments.resume, as_json=arguments.json)


def _evaluate(arguments: argparse.Namespace) -> int:
    from studio.cli.output import metric_text
    from studio.cli.using import ask
    from studio.engine.events import Evaluation
    from studio.engine.requests import Evaluate

    _require_file(arguments.checkpoint)
    request = Evaluate(arguments.checkpoint, arguments.split, arguments.dataset, arguments.device)
    answer = ask(request, Evaluation)
    if arguments.json:
        write_json({"metrics": answer.metrics, "split": answer.split, "samples": answer.samples})
        return DONE
    say(f"On {answer.samples:,} samples ({answer.split}):")
    for name, value in answer.metrics.items():
        say(f"  {metric_text(name, value)}")
    return DONE


def _predict(arguments: argparse.Namespace) -> int:
    from studio.cli.predicting import refuse_output, tell, write_predictions
    from studio.cli.using import ask, kind_of, predict_inputs
    from studio.engine.events import Predicted
    from studio.engine.requests import Predict

    _require_file(arguments.checkpoint)
    if arguments.output is not None:
        refuse_output(arguments.output, arguments.checkpoint, kind_of(arguments.checkpoint))
    request = Predict(
        arguments.checkpoint, predict_inputs(arguments.inputs, arguments.checkpoint), arguments.device
    )
    predictions = ask(request, Predicted).predictions
    for prediction in predictions:
        tell(prediction, arguments.threshold, arguments.json)
    if arguments.output is not None:
        write_predictions(predictions, arguments.output, arguments.threshold)
    return PROBLEM if any(prediction.problem is not None for prediction in predictions) else DONE


def _export(arguments: argparse.Namespace) -> int:
    from studio.cli.using import ask
    from studio.engine.events import Exported
    from studio.engine.requests import Export

    _require_file(arguments.source)
    refuse_to_replace_work(arguments.source, arguments.output)
    is_checkpoint = Path(arguments.source).suffix.lower() == ".safetensors"
    source = arguments.source if is_checkpoint else _load(arguments.source)
    answer = ask(Export(source, arguments.to, arguments.output), Exported)
    if not is_checkpoint and arguments.to != "script":
        complain("A project holds no trained weights; these are the ones that its training begins with.")
    if arguments.json:
        write_json({"path": answer.path})
    else:
        say(f"Wrote {answer.path}")
    return DONE


def _load(path: str) -> Project:
    from studio.cli.kept_labels import with_kept_labels
    from studio.core.project_file import ProjectFileError, load_project

    try:
        return with_kept_labels(load_project(Path(path)))
    except ProjectFileError as error:
        if error.code != "a-checkpoint":
            raise
        raise ProjectFileError(
            f"“{Path(path).name}” is a checkpoint, not a project. The commands evaluate, predict and export "
            "take it, and train goes on from it with --resume.",
            error.code,
        ) from None


def _demo() -> Project:
    from studio.data.opening import recognise
    from studio.kinds.new_project import new_project

    return new_project("image-classification", recognise("fashion-mnist"))


def _require_file(path: str) -> None:
    if not Path(path).is_file():
        raise LanternError(f"There is no file “{path}”. Check the name and the folder.")
