"""The script's training loop, with nothing in it that the recipe does not use."""

from __future__ import annotations

from studio.core.project import Project
from studio.data.dataset import Dataset
from studio.data.pictures.augmentations import AUGMENTATIONS, switched_on
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.preprocessing import from_json, number_scale
from studio.engine import augmentation
from studio.engine.counting import counts_in
from studio.engine.session import advances
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import BALANCED
from studio.optim.catalogue import LOSSES, OPTIMIZERS
from studio.optim.code import learning_rate, loss_code, optimizer_code, schedule_code
from studio.optim.entries import Counts


def loop_section(project: Project, dataset: Dataset, split_by: str = "") -> str:
    """evaluate() and main(). `split_by`: what load_data() gives besides for split_rows(), as ", keys"."""
    return _evaluate(project, dataset) + "\n\n" + "\n".join(_main(project, dataset, split_by)) + "\n"


def _evaluate(project: Project, dataset: Dataset) -> str:
    pictures = len(dataset.facts.input_shape) == 3
    lines = [
        "@torch.inference_mode()",
        "def evaluate(model, criterion, inputs, targets, split) -> tuple[float, float]:",
        f'    """Mean loss and {_metric_name(project)} on one split."""',
        "    model.eval()",
        *_sums(project),
        "    for rows in split.split(EVALUATION_BATCH_SIZE):",
        f"        outputs = model({'normalise(inputs[rows])' if pictures else 'inputs[rows]'})",
        f"        loss = criterion(outputs, {_target(project, 'targets[rows]')})",
        "        loss_sum += loss.item() * len(rows)",
    ]
    lines += _counting(project, dataset)
    return "\n".join(lines) + "\n"


def _sums(project: Project) -> list[str]:
    if KINDS[project.kind].target == "boxes":
        return ["    loss_sum, found = 0.0, []"]
    return ["    loss_sum = metric_sum = 0.0"]


def _counting(project: Project, dataset: Dataset) -> list[str]:
    """The metric: what is added up batch by batch, and what is made of it."""
    target = KINDS[project.kind].target
    if target == "numbers":
        scale = number_scale(from_json(dataset.preprocessing()))
        std = scale.std if scale is not None else (1.0,)
        if len(std) == 1:
            return [
                "        metric_sum += ((outputs - targets[rows]) ** 2).sum().item()",
                f"    rmse = (metric_sum / len(split)) ** 0.5 * {std[0]!r}  # in the target's units",
                "    return loss_sum / len(split), rmse",
            ]
        return [
            "        metric_sum = metric_sum + ((outputs - targets[rows]) ** 2).double().sum(dim=0).cpu()",
            "    each = (metric_sum / len(split)) ** 0.5 * torch.tensor(TARGET_STD)  # in the targets' units",
            "    return loss_sum / len(split), each.mean().item()",
        ]
    if target == "boxes":
        return [
            "        found += detections(outputs.cpu())",
            "    precision = average_precision(found, targets[split].cpu(), len(CLASSES))",
            "    return loss_sum / len(split), precision",
        ]
    if target == "labels":
        return [
            "        said, true = outputs > 0, targets[rows] > 0.5",
            "        counts = torch.stack([(said & true).sum(dim=0), said.sum(dim=0), true.sum(dim=0)])",
            "        metric_sum = metric_sum + counts.double().cpu()",
            "    hits, said, true = metric_sum",
            "    f1 = 2 * hits / (said + true)  # of the labels that occur or were said",
            "    return loss_sum / len(split), f1.nanmean().item()",
        ]
    return [
        f"        metric_sum += ({_predicted(project)} == targets[rows]).sum().item()",
        "    return loss_sum / len(split), metric_sum / len(split)",
    ]


def _balanced(project: Project) -> bool:
    return project.recipe.balanced and KINDS[project.kind].target in BALANCED


def _metric_name(project: Project) -> str:
    names = {
        "numbers": "root mean squared error",
        "labels": "F1 score of the labels",
        "boxes": "mAP@50 of the boxes",
    }
    return names.get(KINDS[project.kind].target, "accuracy")


def _metric(project: Project) -> str:
    return {"numbers": "rmse", "labels": "f1", "boxes": "map50"}.get(KINDS[project.kind].target, "accuracy")


def _predicted(project: Project) -> str:
    return "outputs.argmax(dim=1)"


def _target(project: Project, rows: str) -> str:
    match LOSSES[project.recipe.loss.type].target:
        case "numbers":
            return f"{rows}.view_as(outputs)"
        case "binary" if KINDS[project.kind].target == "labels":
            return rows
        case "binary":
            return f"nn.functional.one_hot({rows}, outputs.shape[1]).float()"
        case _:
            return rows


def _main(project: Project, dataset: Dataset, split_by: str) -> list[str]:
    recipe = project.recipe
    split = dataset.split()
    assert project.dataset is not None
    changes, mixes = _variation(project, dataset)
    several = OPTIMIZERS[recipe.optimizer.type].matrices_only
    lines = [
        "def main() -> None:",
        "    torch.set_num_threads(THREADS)",
        f"    inputs, targets{split_by} = load_data()",
        f"    parts = split_rows(targets{split_by})",
        "    train, validation, test = (torch.from_numpy(rows).to(DEVICE) for rows in parts)",
        "    inputs, targets = torch.from_numpy(inputs).to(DEVICE), torch.from_numpy(targets).to(DEVICE)",
        "",
        "    torch.manual_seed(SEED)",
        "    model = Network().to(DEVICE)",
        f"    criterion = {_criterion(project, dataset)}.to(DEVICE)",
        *_optimizer_lines(project, several),
        *_schedule_lines(project, len(split.train), several),
    ]
    if _balanced(project):
        function = "label_drawing_weights" if KINDS[project.kind].target == "labels" else "drawing_weights"
        lines.append(f"    weights = {function}(targets[train].cpu())  # rare ones are drawn more often")
    if changes or mixes:
        offset = augmentation.augmentation_seed(recipe.seed) - recipe.seed
        lines.append(f"    generator = torch.Generator(DEVICE).manual_seed(SEED + {offset})")
    if recipe.patience is not None:
        lines += ['    best_loss, best_weights, epochs_without_progress = float("inf"), None, 0']
    lines += ["", "    for epoch in range(EPOCHS):", "        model.train()", "        loss_sum = 0.0"]
    batches = "balanced_batches(weights" if _balanced(project) else "epoch_batches(len(train)"
    lines += [f"        for batch in {batches}, BATCH_SIZE, SEED, epoch):"]
    lines += ["            " + line for line in _step_lines(project, dataset, several)]
    lines += ["        " + line for line in _epoch_lines(project, dataset, several)]
    lines += _ending_lines(project, dataset)
    return [*lines, "", "", 'if __name__ == "__main__":', "    main()"]


def _criterion(project: Project, dataset: Dataset) -> str:
    if KINDS[project.kind].target == "boxes":
        return loss_code(project.recipe.loss, Counts())
    known = isinstance(dataset, PictureDataset) and dataset.values is None
    targets = dataset.labels if known else dataset.samples().targets  # type: ignore[attr-defined]
    counts = counts_in(targets, dataset.split().train, len(dataset.facts.classes))
    return loss_code(project.recipe.loss, counts)


def _optimizer_lines(project: Project, several: bool) -> list[str]:
    first, *rest = optimizer_code(project.recipe.optimizer, "model", fused=True).splitlines()
    name = "optimizers" if several else "optimizer"
    return [f"    {name} = {first}", *("    " + line for line in rest)]


def _schedule_lines(project: Project, train_samples: int, several: bool) -> list[str]:
    from studio.core.epochs import steps_per_epoch

    recipe = project.recipe
    steps = steps_per_epoch(train_samples, recipe.batch_size)
    code = schedule_code(recipe.schedule, learning_rate(recipe.optimizer), recipe.epochs, steps)
    if code is None:
        return []
    if several:
        return [f"    schedulers = [{code} for optimizer in optimizers]"]
    return [f"    scheduler = {code}"]


def _variation(project: Project, dataset: Dataset) -> tuple[bool, bool]:
    """Whether training pictures are changed, and whether they are mixed with each other."""
    assert project.dataset is not None
    if len(dataset.facts.input_shape) != 3:
        return False, False
    chosen = switched_on(project.dataset.augmentations)
    if KINDS[project.kind].target == "boxes":
        return any(AUGMENTATIONS[s.type].fits_boxes for s in chosen), False
    mixing = [AUGMENTATIONS[s.type].mixes for s in chosen]
    return not all(mixing), any(mixing)


def _step_lines(project: Project, dataset: Dataset, several: bool) -> list[str]:
    recipe = project.recipe
    changes, mixes = _variation(project, dataset)
    lines = ["rows = train[batch.to(DEVICE)]"]
    asked = "targets[rows]"
    if changes and KINDS[project.kind].target == "boxes":
        lines.append("pictures = inputs[rows].float() / 255")
        lines.append("pictures, boxes = augment_boxes(pictures, targets[rows], generator)")
        lines.append("outputs = model(normalise(pictures, white=1))")
        asked = "boxes"
    elif changes or mixes:
        lines.append("pictures = inputs[rows].float() / 255")
        if changes:
            lines.append("pictures = augment(pictures, generator)")
        if mixes:
            lines.append("pictures, partners, share = mix(pictures, generator)")
        lines.append("outputs = model(normalise(pictures, white=1))")
    elif len(dataset.facts.input_shape) == 3:
        lines.append("outputs = model(normalise(inputs[rows]))")
    else:
        lines.append("outputs = model(inputs[rows])")
    lines.append(f"loss = criterion(outputs, {_target(project, asked)})")
    if mixes:  # each picture shows two: what is asked for are both, in their shares
        lines.append(f"other = criterion(outputs, {_target(project, 'targets[rows[partners]]')})")
        lines.append("loss = share * loss + (1 - share) * other")
    lines.append("loss_sum += loss.item() * len(rows)")
    if recipe.l1:
        lines.append("loss = loss + L1 * sum(p.abs().sum() for p in model.parameters())")
    lines += _each("optimizer", "optimizer.zero_grad()", several)
    lines.append("loss.backward()")
    if recipe.clip_norm is not None:
        lines.append("nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)")
    if recipe.clip_value is not None:
        lines.append("nn.utils.clip_grad_value_(model.parameters(), CLIP_VALUE)")
    lines += _each("optimizer", "optimizer.step()", several)
    if advances(recipe) == "step" and recipe.schedule.type != "constant":
        lines += _each("scheduler", "scheduler.step()", several)
    return lines


def _each(name: str, call: str, several: bool) -> list[str]:
    return [f"for {name} in {name}s:", f"    {call}"] if several else [call]


def _epoch_lines(project: Project, dataset: Dataset, several: bool) -> list[str]:
    recipe = project.recipe
    lines = ['words = f"epoch {epoch + 1}: training loss {loss_sum / len(train):.6f}"']
    judged = "loss_sum / len(train)"
    if len(dataset.split().validation):
        judged = "validation_loss"
        metric = _metric(project)
        lines += [
            f"validation_loss, {metric} = evaluate(model, criterion, inputs, targets, validation)",
            f'words += f", validation loss {{validation_loss:.6f}}, {metric} {{{metric}:.4f}}"',
        ]
    lines.append("print(words)")
    advance = advances(recipe)
    if recipe.schedule.type != "constant" and advance != "step":
        call = f"scheduler.step({judged})" if advance == "validation" else "scheduler.step()"
        lines += _each("scheduler", call, several)
    if recipe.patience is not None:
        lines += [
            f"if {judged} < best_loss:",
            f"    best_loss, epochs_without_progress = {judged}, 0",
            "    best_weights = {name: weight.clone() for name, weight in model.state_dict().items()}",
            "else:",
            "    epochs_without_progress += 1",
            "    if epochs_without_progress >= PATIENCE:",
            "        break",
        ]
    return lines


def _ending_lines(project: Project, dataset: Dataset) -> list[str]:
    lines = [""]
    if project.recipe.patience is not None:
        lines += ["    if best_weights is not None:", "        model.load_state_dict(best_weights)"]
    if len(dataset.split().test):
        metric = _metric(project)
        lines += [
            f"    test_loss, {metric} = evaluate(model, criterion, inputs, targets, test)",
            f'    print(f"test loss {{test_loss:.6f}}, {metric} {{{metric}:.4f}}")',
        ]
    return [*lines, '    torch.save(model.state_dict(), "weights.pth")', '    print("Saved weights.pth")']
