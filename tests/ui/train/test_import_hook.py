import types

from studio.ui.workers.import_hook import stop_source_search


def test_that_pyside_no_longer_reads_the_source_of_imported_modules() -> None:
    import PySide6.QtCore  # noqa: F401
    import shibokensupport.feature as feature

    stop_source_search()
    assert feature._mod_uses_pyside(types.ModuleType("anything")) is False
