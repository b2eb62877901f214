"""Collecting pictures: bins of classes, by dropping and by the camera."""
