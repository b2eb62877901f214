"""True boxes as the loss takes them: edges as shares of the picture instead of pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.data.dataset import Samples


def in_shares(samples: Samples, input_shape: tuple[int, ...]) -> Samples:
    """Samples whose boxes count in pixels of the network's input (channels, height, width)."""
    height, width = input_shape[-2:]
    size = np.array([1, width, height, width, height], np.float32)
    return replace(samples, targets=(samples.targets / size).astype(np.float32))
