"""Text to shorter text: transforms, their proofs, and the gate that both have to pass."""

from tokencost.compressors.contract import Compressor, CompressorError, Level, MissingExtraError
from tokencost.compressors.detecting import detect
from tokencost.compressors.gate import Compressed, Step, compressed, up_to
from tokencost.compressors.kinds import Kind

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
