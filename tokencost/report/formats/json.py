"""An answer as JSON; the schemas of all answers ship beside this file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def render_json(answer: Mapping[str, Any]) -> str:
    """Return *answer* as indented JSON with the characters of its texts as they are."""
    return json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_schema(answer: str) -> dict[str, Any]:
    """Return the JSON Schema of an answer, such as "estimate" or "models"."""
    path = Path(__file__).parents[2] / "schemas" / f"{answer}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
