"""Options that several commands share, under one name and one help text."""

from typing import Annotated

import typer

from tokencost import report

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATHS]...",
        help="Files, directories, quoted globs, or - for standard input.",
        show_default=False,
    ),
]
Texts = Annotated[
    list[str] | None, typer.Option("--text", metavar="TEXT", help="A literal text. Repeatable.")
]
FilesFrom = Annotated[
    str | None,
    typer.Option("--files-from", metavar="FILE|-", help="Read paths from a file, one a line."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Leave out what a walk finds. Repeatable."),
]
Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="Encoding of the files, e.g. gb18030.")
]
ReadAs = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="auto|text|request|jsonl",
        help="What the inputs are. auto: requests in .json and .jsonl files, else texts.",
    ),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="ID",
        help="provider/model[@site], an id or an alias. Repeatable. [env: TOKENCOST_MODEL]",
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output-tokens",
        "-o",
        metavar="N|LOW-HIGH",
        help="Tokens of the answer: 500, 200-800 or 200-400-800. Without it: input only.",
    ),
]
Mode = Annotated[
    str,
    typer.Option(
        "--mode", metavar="MODE", help="standard, batch, flex, priority, fast, ultrafast."
    ),
]
Thinking = Annotated[
    bool,
    typer.Option("--thinking", help="Price the answer as thought about, where that differs."),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="DATE[THH:MM]",
        help="Prices of that day and hour; default: the table's own date. `today` asks the clock.",
    ),
]
Site = Annotated[
    str | None, typer.Option("--site", metavar="SITE", help="Price list: cn, intl, global.")
]
Providers = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar="NAME", help="Only this provider. Repeatable."),
]
Sites = Annotated[
    list[str] | None,
    typer.Option("--site", metavar="SITE", help="Only this price list: cn, intl. Repeatable."),
]
MinContext = Annotated[
    int,
    typer.Option("--min-context", metavar="N", help="Only models that take at least N tokens."),
]
HitRate = Annotated[
    str | None,
    typer.Option("--hit-rate", metavar="SHARE", help="Of calls that find the cache: 0.9."),
]
MonthlyVolume = Annotated[
    str | None,
    typer.Option(
        "--volume", metavar="N/hour|N/day|N/month", help="Adds the cost of a month of 30 days."
    ),
]
InputSize = Annotated[
    int | None,
    typer.Option("--input-tokens", metavar="N", help="Price a number instead of a text."),
]
Currency = Annotated[
    str | None,
    typer.Option(
        "--currency",
        metavar="CODE",
        envvar="TOKENCOST_CURRENCY",
        help="Add a converted column; native adds none.",
    ),
]
ExchangeRates = Annotated[
    list[str] | None,
    typer.Option(
        "--fx",
        metavar="USD/CNY=7.10",
        help="An exchange rate of your own. Repeatable. [env: TOKENCOST_FX]",
    ),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        help="A price table laid over the shipped one and your own; builtin leaves your own out. "
        "Repeatable. [env: TOKENCOST_PRICES]",
    ),
]
Tokenizer = Annotated[
    str | None,
    typer.Option(
        "--tokenizer", metavar="NAME|exact", help="Count with this one; exact refuses to estimate."
    ),
]
OutputFormat = Annotated[
    report.OutputFormat | None,
    typer.Option(
        "--format",
        "-f",
        envvar="TOKENCOST_FORMAT",
        show_default="table",
        help="How the answer is written.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The same as -f json.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="The result alone.")]
Color = Annotated[
    str, typer.Option("--color", metavar="auto|always|never", help="Colour in tables.")
]
