"""All project kinds. A new one is one more file and one more line here."""

from __future__ import annotations

from studio.core.registry import Registry
from studio.kinds.image_classification import IMAGE_CLASSIFICATION
from studio.kinds.image_multilabel import IMAGE_MULTILABEL
from studio.kinds.image_regression import IMAGE_REGRESSION
from studio.kinds.kind import Kind
from studio.kinds.object_detection import OBJECT_DETECTION
from studio.kinds.tabular_classification import TABULAR_CLASSIFICATION
from studio.kinds.tabular_regression import TABULAR_REGRESSION
from studio.kinds.text_classification import TEXT_CLASSIFICATION

KINDS: Registry[Kind] = Registry(
    "project kind",
    (
        IMAGE_CLASSIFICATION,
        IMAGE_MULTILABEL,
        IMAGE_REGRESSION,
        OBJECT_DETECTION,
        TABULAR_CLASSIFICATION,
        TABULAR_REGRESSION,
        TEXT_CLASSIFICATION,
    ),
)
