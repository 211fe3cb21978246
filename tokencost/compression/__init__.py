"""Text to shorter text: transforms, their proofs, and the gate that both have to pass."""

from tokencost.compression.content_type import Kind
from tokencost.compression.detection import detect
from tokencost.compression.gate import Compressed, Step, compressed, up_to
from tokencost.compression.transform import Compressor, CompressorError, Level, MissingExtraError

__all__ = [
    "Compressed",
    "Compressor",
    "CompressorError",
    "Kind",
    "Level",
    "MissingExtraError",
    "Step",
    "compressed",
    "detect",
    "up_to",
]
