"""Opening a table of 1,000,000 rows x 50 columns against pandas' own reader, side by side.

    python tests/benchmarks/bench_tables.py [rows]

Times are those of the processor, so that a busy machine does not disturb the ratios. "opening" is all that
choosing the file does: reading, guessing types, encoding the columns that are used, splitting.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))


def write_table(path: Path, rows: int) -> None:
    """40 columns of numbers and 10 of categories."""
    random = np.random.default_rng(0)
    names = [f"n{i}" for i in range(40)] + [f"c{i}" for i in range(10)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for start in range(0, rows, 50_000):
            count = min(50_000, rows - start)
            columns: list[Any] = [
                random.normal(size=count).round(4).tolist()
                if i % 2
                else random.integers(0, 10_000, count).tolist()
                for i in range(40)
            ]
            columns += [[f"value {v}" for v in random.integers(0, 5 + i, count)] for i in range(10)]
            writer.writerows(zip(*columns, strict=True))


def seconds(work: Callable[[], object]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def main() -> None:
    import pandas as pd

    from studio.data.opening import open_dataset, recognise
    from studio.data.tables.column_summary import column_summaries, sort_order
    from studio.data.tables.table_reading import read_table

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.csv"
        write_table(path, rows)
        print(f"{rows:,} rows x 50 columns, {path.stat().st_size / 1e6:.0f} MB")
        reference, frame = seconds(lambda: pd.read_csv(path))
        del frame
        reading, table = seconds(lambda: read_table(path))
        del table
        opening, choice = seconds(lambda: recognise(path))
        again, dataset = seconds(lambda: open_dataset(choice))
        sampling, _ = seconds(dataset.samples)
        figures, _ = seconds(lambda: column_summaries(dataset))
        sorting, _ = seconds(lambda: sort_order(dataset.table.columns[1], False))
    print(f"pandas.read_csv      {reference:6.2f} s   1.00x")
    for name, time_s in (("reading", reading), ("opening", opening), ("opening again", again)):
        print(f"{name:20} {time_s:6.2f} s   {time_s / reference:.2f}x")
    print(f"{'samples for training':20} {sampling:6.2f} s")
    print(f"{'figures of columns':20} {figures:6.2f} s")
    print(f"{'sorting by a column':20} {sorting:6.2f} s")
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"most memory          {most_mb:6.0f} MB, pandas included")


if __name__ == "__main__":
    main()
