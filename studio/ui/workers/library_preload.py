"""Gets torch and the engine into memory without holding up the window.

Loading torch's libraries inside `import torch` holds Python's lock while the disk reads a gigabyte.
Loading the same files with ctypes beforehand releases the lock; the import then finds them mapped.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_STEMS = (  # in the order of their dependencies
    "torch_global_deps",
    "c10",
    "torch_cpu",
    "c10_cuda",
    "torch_cuda",
    "torch",
    "torch_python",
)


_lock = threading.Lock()  # two threads that import torch at once see half of it in each other's hands


def load_engine(give_up: Callable[[], bool] = lambda: False) -> None:
    """Brings the engine into memory, warmed up; at once when it is there. Not in the window's thread.

    `give_up` is asked between the slow parts; what is missing then is imported when it is needed.
    """
    with _lock:
        if "studio.engine.host" not in sys.modules:
            from studio.engine.threads import prepare_process

            prepare_process()  # OpenMP reads its settings when its library is loaded, which is next
            preload_torch_libraries()
        with gentle_import():
            for step in (_import_plots, _import_torch, _import_host, _warm_up):
                if give_up():
                    return
                step()


def _import_plots() -> None:
    import pyqtgraph  # noqa: F401 - takes a second, which the first look at the Train step would feel


def _import_torch() -> None:
    import torch  # noqa: F401


def _import_host() -> None:
    import studio.engine.host  # noqa: F401


def _warm_up() -> None:
    from studio.engine.warmup import warm_up

    warm_up()


def torch_libraries() -> tuple[Path, ...]:
    """The shared libraries of the installed torch, found without importing it; empty where there is none."""
    spec = importlib.util.find_spec("torch")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        return ()
    library = Path(next(iter(folders))) / "lib"
    if sys.platform == "win32":
        names = [f"{stem}.dll" for stem in _STEMS]
    else:
        ending = "dylib" if sys.platform == "darwin" else "so"
        names = [f"lib{stem}.{ending}" for stem in _STEMS]
    return tuple(path for name in names if (path := library / name).is_file())


def preload_torch_libraries() -> None:
    """Maps torch's libraries, with Python's lock released. What cannot be loaded is left to the import.

    Does nothing on Windows: there torch registers its own search path for the libraries first.
    """
    if "torch" in sys.modules or sys.platform == "win32":
        return
    for path in torch_libraries():
        try:
            mode = ctypes.RTLD_GLOBAL if "global_deps" in path.name else ctypes.DEFAULT_MODE
            ctypes.CDLL(str(path), mode=mode)
        except OSError:
            return


@contextmanager
def gentle_import() -> Iterator[None]:
    """While a thread imports something big: Python changes threads more often, and does not collect
    garbage, which would stop the window for up to 0.2 s each time and finds none in modules."""
    interval = sys.getswitchinterval()
    collecting = gc.isenabled()
    sys.setswitchinterval(0.0005)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collecting:
            gc.enable()
