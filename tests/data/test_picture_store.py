"""Reading pictures within a budget: order, memory, failures, drives that hang."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from studio.core.settings import Settings, save_settings
from studio.data.dataset import Cancelled
from studio.data.pictures.decoding import PictureArray, PictureError
from studio.data.pictures.decoding_pool import DecodingPool, Task
from studio.data.pictures.picture_memory import VARIABLE, picture_budget
from studio.data.pictures.picture_store import ArrayStream, PictureStore

SHAPE = (100, 3, 8, 8)
ONE = 3 * 8 * 8


def picture(index: int) -> PictureArray:
    return np.full(SHAPE[1:], index, np.uint8)


class Files:
    """Counts what is read, and by how many threads."""

    def __init__(self, broken: frozenset[int] = frozenset()) -> None:
        self.read_of: list[int] = []
        self.broken = broken

    def read(self, index: int) -> PictureArray:
        self.read_of.append(index)
        if index in self.broken:
            raise PictureError("The file is damaged.")
        return picture(index)


def store_of(files: Files, budget: int) -> PictureStore:
    return PictureStore(files.read, "{}.png".format, SHAPE, budget)


def indices(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_that_what_fits_is_read_once_and_kept() -> None:
    files = Files()
    store = store_of(files, 100 * ONE)
    for _ in range(3):
        read = store.read(np.arange(99, -1, -1))
        assert read.pixels[:, 0, 0, 0].tolist() == list(range(99, -1, -1))
    assert sorted(files.read_of) == list(range(100))
    assert store.complete
    assert store.whole()[:, 1, 7, 7].tolist() == list(range(100))


def test_that_a_store_stays_within_its_budget() -> None:
    files = Files()
    budget = 40 * ONE
    store = store_of(files, budget)
    assert store.ahead(4) == 4
    assert store.ahead(10) == 1
    for _ in range(2):
        orders = [store.start(np.arange(start, start + 4)) for start in (0, 4)]
        for start in range(0, 100, 4):
            read = store.finish(orders.pop(0))
            assert read.pixels[:, 0, 0, 0].tolist() == list(range(start, start + 4))
            if start + 8 < 100:
                orders.append(store.start(np.arange(start + 8, start + 12)))
    assert store.most_bytes <= budget
    assert not store.complete
    assert 100 < len(files.read_of) < 200  # some were kept
    assert files.read_of.count(0) == 1


@pytest.mark.parametrize("budget", [0, 1, ONE, 7 * ONE, 1000 * ONE])
def test_that_the_budget_changes_nothing_but_the_time(budget: int) -> None:
    store = store_of(Files(broken=frozenset({3})), budget)
    for _ in range(2):
        read = store.read(indices(5, 3, 99, 5, 0))
        assert read.pixels[:, 0, 0, 0].tolist() == [5, 99, 5, 0]
        assert read.places.tolist() == [0, 2, 3, 4]
        assert read.failed == {3: "The file is damaged."}


def test_that_nothing_asked_is_nothing_read() -> None:
    read = store_of(Files(), 0).read(indices())
    assert read.pixels.shape == (0, 3, 8, 8)


def test_that_all_cores_read_at_once() -> None:
    meet = threading.Barrier(4)

    def work(place: int) -> None:
        meet.wait(10)

    pool = DecodingPool(4)
    # Every fourth place waits for the three other threads, else none would ever go on.
    pool.finish(pool.start(Task(lambda place: work(place) if place % 4 == 0 else None, 16)))
    pool.close()


def test_that_an_error_in_a_thread_is_raised_where_somebody_waits() -> None:
    def work(place: int) -> None:
        raise ZeroDivisionError(place)

    pool = DecodingPool(2)
    with pytest.raises(ZeroDivisionError):
        pool.finish(pool.start(Task(work, 3)))
    pool.close()


def test_that_a_drive_that_hangs_is_named_and_can_be_left() -> None:
    release = threading.Event()

    def hang(index: int) -> PictureArray:
        if index == 2:
            release.wait(30)
        return picture(index)

    store = PictureStore(hang, "photos/{}.png".format, SHAPE, 100 * ONE)
    told: list[tuple[str, float]] = []

    def waiting(name: str, seconds: float) -> None:
        told.append((name, seconds))
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        store.read(indices(0, 1, 2, 3), waiting)
    assert told[-1][0] == "photos/2.png"
    assert 0 < told[0][1] < told[1][1]
    release.set()
    assert store.read(indices(2, 3)).pixels[:, 0, 0, 0].tolist() == [2, 3]
    store.close()


def test_that_what_is_cancelled_is_not_begun() -> None:
    begun: list[int] = []
    first, release = threading.Event(), threading.Event()

    def work(place: int) -> None:
        begun.append(place)
        first.set()
        release.wait(10)

    pool = DecodingPool(1)
    running = pool.start(Task(work, 1))
    first.wait(10)
    waiting = pool.start(Task(work, 50))
    pool.cancel(waiting)
    release.set()
    pool.finish(running)
    pool.close()
    assert begun == [0]


def test_that_an_array_streams_in_the_asked_order() -> None:
    stream = ArrayStream(np.stack([picture(i) for i in range(10)]))
    assert stream.shape == (10, 3, 8, 8)
    assert stream.read(indices(3, 1)).pixels[:, 0, 0, 0].tolist() == [3, 1]
    assert not stream.complete


def test_that_the_budget_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    free = psutil.virtual_memory().available
    assert 0.2 * free < picture_budget() < 0.6 * free
    save_settings(Settings(picture_memory_mib=300))
    assert picture_budget() == 300 * 2**20
    monkeypatch.setenv(VARIABLE, "20")
    assert picture_budget() == 20 * 2**20
    monkeypatch.setenv(VARIABLE, "nonsense")
    assert picture_budget() == 300 * 2**20
