"""How the script draws the splits."""

from __future__ import annotations

from studio.core.project import Project, Splits


def split_section(project: Project) -> str:
    """split_rows(), as the project's shares say."""
    assert project.dataset is not None
    splits = project.dataset.splits
    return rows_section(splits, splits.stratified and not project.kind.endswith("regression"))


def rows_section(splits: Splits, stratified: bool, name: str = "split_rows") -> str:
    """A function with the same rows as studio.data.splits, which documents the algorithm."""
    what = "each class by itself" if stratified else "all samples as one group"
    groups = "targets" if stratified else "np.zeros(len(targets), np.int64)"
    return f'''

def {name}(targets):
    """Row numbers for training, validation and test, drawn from {what}."""
    random = np.random.default_rng({splits.seed})
    groups = {groups}
    train, validation, test = [], [], []
    late_validation = late_test = 0.0  # what rounding owes from one class to the next
    for group in range(groups.max() + 1):
        members = random.permutation(np.flatnonzero(groups == group))
        wanted_validation = {splits.validation!r} * len(members) + late_validation
        wanted_test = {splits.test!r} * len(members) + late_test
        n_test = max(0, min(int(wanted_test + 0.5), len(members) - 1))
        n_validation = max(0, min(int(wanted_validation + 0.5), len(members) - 1 - n_test))
        late_validation = min(max(wanted_validation - n_validation, -0.5), 0.5)
        late_test = min(max(wanted_test - n_test, -0.5), 0.5)
        test.append(members[:n_test])
        validation.append(members[n_test : n_test + n_validation])
        train.append(members[n_test + n_validation :])
    return [np.sort(np.concatenate(part)) for part in (train, validation, test)]
'''
