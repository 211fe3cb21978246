"""Transforms that shorten text, and the gate that every result of them has to pass."""

from tokencost.compression.detection import detect_content_type
from tokencost.compression.gate import CompressedText, TransformStep, compress_text, levels_up_to
from tokencost.compression.transform import (
    ContentType,
    Level,
    MissingExtraError,
    Transform,
    TransformError,
)

__all__ = [
    "CompressedText",
    "ContentType",
    "Level",
    "MissingExtraError",
    "Transform",
    "TransformError",
    "TransformStep",
    "compress_text",
    "detect_content_type",
    "levels_up_to",
]
