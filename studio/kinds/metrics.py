"""The metrics that people see. The engine computes them, under the same ids."""

from __future__ import annotations

from studio.kinds.kind import Metric

ACCURACY = Metric("accuracy", "Accuracy", "The share of samples whose class was found.", "higher", "share")
BALANCED_ACCURACY = Metric(
    "balanced_accuracy",
    "Balanced accuracy",
    "The accuracy of each class, averaged: rare classes count as much as frequent ones.",
    "higher",
    "share",
)
F1 = Metric(
    "f1",
    "F1 score",
    "How complete and how clean the samples found for each class are, averaged over the classes.",
    "higher",
    "share",
)
RMSE = Metric(
    "rmse",
    "Typical error (RMSE)",
    "How far predictions are off, in the target's own units; large mistakes count more.",
    "lower",
    "target",
)
MAE = Metric(
    "mae",
    "Average error (MAE)",
    "How far predictions are off on average, in the target's own units.",
    "lower",
    "target",
)
R2 = Metric(
    "r2",
    "Explained variance (R²)",
    "1 is perfect; 0 is no better than always guessing the average.",
    "higher",
    "none",
)
LABEL_F1 = Metric(
    "f1",
    "F1 score",
    "How complete and how clean the samples found for each label are, averaged over the labels.",
    "higher",
    "share",
)
AVERAGE_PRECISION = Metric(
    "mean_average_precision",
    "Mean average precision",
    "How well each label puts the samples that have it before those that have not, whatever the threshold.",
    "higher",
    "share",
)
EXACT_MATCH = Metric(
    "exact_match",
    "All labels right",
    "The share of samples of which every single label is right, present or not.",
    "higher",
    "share",
)
LABEL_METRICS = (LABEL_F1, AVERAGE_PRECISION, EXACT_MATCH)
MAP50 = Metric(
    "map50",
    "mAP@50",
    "How completely and cleanly things are found, averaged over the classes. A box counts as right when it "
    "shares half of its area with the true one.",
    "higher",
    "share",
)
MAP = Metric(
    "map",
    "mAP@50:95",
    "The same, averaged over stricter and stricter demands on how well a box must fit, from half to 95 %.",
    "higher",
    "share",
)
BOX_METRICS = (MAP50, MAP)
CLASS_METRICS = (ACCURACY, BALANCED_ACCURACY, F1)
NUMBER_METRICS = (RMSE, MAE, R2)
