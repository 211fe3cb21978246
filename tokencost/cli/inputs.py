"""Options that say which inputs are read, and how."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import UsageError
from tokencost.cli import parse
from tokencost.cli.configuration import ConfigurationOptions
from tokencost.values import dataclass

if TYPE_CHECKING:  # imported through the package when a command needs them
    from collections.abc import Sequence
    from pathlib import Path

    from tokencost import InputFormat, InputSet
    from tokencost.cli.options import PricingOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """Which inputs are read, and how."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATHS]...",
            help="Files, directories, quoted globs, or - for standard input.",
            show_default=False,
        ),
    ] = None
    texts: Annotated[
        list[str] | None, typer.Option("--text", metavar="TEXT", help="A literal text. Repeatable.")
    ] = None
    files_from: Annotated[
        str | None,
        typer.Option("--files-from", metavar="FILE|-", help="Read paths from a file, one a line."),
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude",
            metavar="GLOB",
            help="Skip what matches in folders. Repeatable.",
        ),
    ] = None
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Encoding of files: gb18030.")
    ] = "utf-8"
    read_as: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="auto|text|request|jsonl",
            help="What inputs are; auto: by name.",
        ),
    ] = "auto"
    max_size: Annotated[
        str | None,
        typer.Option(
            "--max-input-size",
            metavar="SIZE",
            show_default="2G",
            help="Most bytes of a text: 500k, 5G.",
        ),
    ] = None

    jobs: Annotated[
        str | None,
        typer.Option(
            "--jobs",
            metavar="N",
            show_default="cores",
            help="Processes that count.",
        ),
    ] = None

    configuration: ConfigurationOptions = field(default_factory=ConfigurationOptions)

    @property
    def are_named(self) -> bool:
        """Whether the command line names an input; if not, standard input is read."""
        return bool(self.paths or self.texts or self.files_from is not None)

    @property
    def is_piped(self) -> bool:
        """Whether the input comes through a pipe, since none is named."""
        return not self.are_named and sys.stdin is not None and not sys.stdin.isatty()

    @property
    def input_format(self) -> "InputFormat":
        """What the inputs are."""
        from tokencost import InputFormat

        return parse.member("--as", self.read_as, InputFormat)

    @property
    def exclusions(self) -> "tuple[Sequence[str], Path | None]":
        """The patterns of an option, else of the configuration, and what they are relative to."""
        setting = self.configuration.setting("exclude")
        if self.exclude or setting is None:
            return self.exclude or (), None
        return self.configuration.default("exclude"), setting.root

    def refuse(self, option: str) -> None:
        """Refuse named inputs beside an option that stands in their place."""
        if self.are_named:
            message = f"{option} prices a number instead of a text"
            raise UsageError(message, hint="leave one of the two out")

    def read(
        self,
        progress: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
        *,
        every_file: bool = False,
        pricing: "PricingOptions | None" = None,
    ) -> "InputSet":
        """Read what is named, else what comes through a pipe; only of files with *progress*.

        With *every_file* what a folder brings and nobody can read is an error. For the models of
        *pricing* what counts many large files is loaded while they are read.

        Raises:
            InputError: there is nothing to read. An empty pipe counts as 0 only if it is named: a
                job without standard input must not get a report about nothing.
        """
        import tokencost

        most = parse.optional(parse.size, "--max-input-size", self.max_size)
        paths = ["-"] if self.is_piped else self.paths or ()
        exclude, exclude_root = self.exclusions
        waits_for_somebody = "-" in (*paths, self.files_from)
        meanwhile = partial(_load_tokenizers, pricing) if pricing else None
        with self.workers(meanwhile), nullcontext() if waits_for_somebody else progress("Reading"):
            inputs = tokencost.read_prompts(
                paths,
                texts=self.texts or (),
                files_from=self.files_from,
                exclude=exclude,
                exclude_root=exclude_root,
                encoding=self.encoding,
                input_format=self.input_format,
                max_bytes=most,
                every_file=every_file,
            )
        if self.is_piped and any(not prompt.characters for prompt in inputs.prompts):
            raise tokencost.InputError(
                "nothing named, and nothing comes through standard input",
                hint='name a file, a directory or "-", or pass --text',
            )
        return inputs

    def workers(
        self, meanwhile: Callable[[], object] | None = None
    ) -> AbstractContextManager[None]:
        """Return a block in which much is read and counted by several processes."""
        import tokencost

        jobs = parse.optional(parse.positive_count, "--jobs", self.jobs)
        return tokencost.workers(jobs, meanwhile=meanwhile)


def _load_tokenizers(pricing: "PricingOptions") -> None:
    """Load what counts much text for the models that options name, or for their tokenizer."""
    import tokencost

    names = pricing.model_names or (() if pricing.tokenizer else pricing.default_models)
    prices = pricing.price_table(is_priced=False) if names else None
    tokencost.load_tokenizers(names, tokenizer=pricing.tokenizer_name, prices=prices)
