"""Text to shorter text: transforms, their proofs, and the gate that both have to pass."""

from tokencost.compression.content_type import ContentType
from tokencost.compression.detection import detect_content_type
from tokencost.compression.gate import CompressedText, TransformStep, compress_text, up_to
from tokencost.compression.transform import Level, MissingExtraError, Transform, TransformError

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
    "up_to",
]
