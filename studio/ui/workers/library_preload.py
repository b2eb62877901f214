"""Gets torch and the engine into memory without holding up the window.

Loading torch's libraries inside `import torch` holds Python's lock while the disk reads a gigabyte, and
the window stands still meanwhile. Loaded beforehand without the lock, the import finds them mapped.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib.util
import os
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


def load_plots() -> None:
    """Brings what draws curves into memory. Not in the window's thread."""
    with _lock, gentle_import():
        _import_plots()


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
    """Maps torch's libraries, with Python's lock released. What cannot be loaded is left to the import."""
    if "torch" in sys.modules:
        return
    load = _loader()
    for path in torch_libraries():
        if not load(path):
            return


def _loader() -> Callable[[Path], bool]:
    """Loads one library for good; False where that does not work.

    The system's own function is called through ctypes, which releases Python's lock for such calls.
    `ctypes.CDLL(path)` would do the same loading with the lock held (up to Python 3.11).
    """
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.LoadLibraryExW.restype = ctypes.c_void_p
        kernel.LoadLibraryExW.argtypes = [ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_ulong]
        # Its dependencies are looked for beside it and in the system's folders, as torch does it.
        return lambda path: bool(kernel.LoadLibraryExW(str(path), None, 0x1100))
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p
    dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]

    def load(path: Path) -> bool:
        scope = os.RTLD_GLOBAL if "global_deps" in path.name else os.RTLD_LOCAL
        return bool(dlopen(os.fsencode(path), os.RTLD_NOW | scope))

    return load


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
        # Modules live for ever. Left to the collector, the next full round would look at all of them:
        # 0.3 s in which the window stands still.
        gc.freeze()
        atexit.register(gc.unfreeze)  # at the end they are to be cleared as usual
        if collecting:
            gc.enable()
