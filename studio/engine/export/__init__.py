"""Taking a network out of Lantern."""

from studio.engine.export.exporting import export

__all__ = ["export"]
