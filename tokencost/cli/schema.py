"""`tokencost schema`."""

import json
from typing import Annotated

import typer

from tokencost.cli import completion
from tokencost.cli.streams import write


def schema(
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A report, such as estimate or models; configuration or price_file.",
            autocompletion=completion.schemas,
        ),
    ],
) -> None:
    """Print the JSON Schema of a report, of price files or of the configuration.

    Each key is described in it. An editor that knows the schema of a file that you write completes
    and checks it meanwhile.

        tokencost schema estimate
        tokencost schema price_file > price_file.schema.json
    """
    import tokencost

    schema = json.dumps(tokencost.json_schema(name), indent=2, ensure_ascii=False)
    write(f"{schema}\n", color=False)
