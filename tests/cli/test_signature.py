"""How options that commands share reach the command line."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

import tokencost
from tokencost import UsageError
from tokencost.cli import COMMANDS as SENTENCES
from tokencost.cli import app
from tokencost.cli.signature import Only, Without, expand, register


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """A group of options."""

    front: Annotated[str, typer.Option("--front", help="Ink.")] = "black"
    back: Annotated[str | None, typer.Option("--back", "-b", help="Paper.")] = None


def received(command: Any, *args: str) -> str:
    program = typer.Typer(rich_markup_mode=None)
    register(program, command)
    return CliRunner().invoke(program, args, catch_exceptions=False).output


def paint(
    *,
    shape: Annotated[str, typer.Argument()],
    colours: Colours,
    size: Annotated[int, typer.Option("--size")] = 1,
) -> None:
    """Paint a shape."""
    typer.echo(f"{shape} {colours} {size}")


def test_a_group_is_options_outside_and_one_value_inside() -> None:
    assert received(paint, "dot") == "dot Colours(front='black', back=None) 1\n"
    args = ("dot", "--size", "3", "-b", "white", "--front", "red")
    assert received(paint, *args) == "dot Colours(front='red', back='white') 3\n"


def test_the_signature_has_the_options_in_the_place_of_their_group() -> None:
    parameters = inspect.signature(expand(paint)).parameters
    assert list(parameters) == ["shape", "front", "back", "size"]
    assert parameters["front"].default == "black"


def test_the_help_has_the_docstring_and_every_option_in_order() -> None:
    text = received(paint, "--help")
    places = [text.index(word) for word in ("Paint a shape.", "--front", "--back", "--size")]
    assert places == sorted(places)


def test_an_option_that_may_stand_once_is_refused_when_it_stands_twice() -> None:
    def fill(
        *,
        size: Annotated[str, typer.Option("--size", "-s")] = "",
        colours: Annotated[list[str] | None, typer.Option("--colour")] = None,
        soft: Annotated[bool, typer.Option("--soft/--hard")] = True,
    ) -> None:
        """Fill it."""
        typer.echo(f"{size} {colours} {soft}")

    assert received(fill, "--colour", "red", "--colour", "blue") == " ['red', 'blue'] True\n"
    for args in (("-s", "1", "--size=2"), ("--soft", "--hard")):
        with pytest.raises(
            UsageError, match=rf"--{'size' if '1' in args else 'soft'} is given twice"
        ):
            received(fill, *args)
    with pytest.raises(UsageError, match="--size is given 3 times"):
        received(fill, "-s1", "-s1", "-s1")
    assert "Fill it." in received(fill, "-s1", "-s1", "--help")


def test_a_command_may_take_a_part_of_a_group() -> None:
    def fill(*, colours: Annotated[Colours, Only({"back"})]) -> None:
        typer.echo(colours)

    def draw(*, colours: Annotated[Colours, Without({"back"})]) -> None:
        typer.echo(colours)

    assert received(fill, "--back", "red") == "Colours(front='black', back='red')\n"
    assert "No such option" in received(fill, "--front", "red")
    assert received(draw, "--front", "red") == "Colours(front='red', back=None)\n"
    assert "No such option" in received(draw, "--back", "red")


@pytest.mark.parametrize("choice", [Only({"side"}), Without({"side"})])
def test_an_option_that_the_group_does_not_have_is_a_mistake(choice: Only | Without) -> None:
    def fill(*, colours: Annotated[Colours, choice]) -> None:
        """Fill it."""

    with pytest.raises(TypeError, match="side"):
        expand(fill)


def test_two_options_of_one_name_are_a_mistake() -> None:
    def draw(*, colours: Colours, front: str) -> None:
        """Draw it."""

    with pytest.raises(ValueError, match="front"):
        expand(draw)


def commands(group: Any = None, name: str = "tokencost") -> Iterator[tuple[str, Any]]:
    """Yield every command with its full name."""
    group = group or typer.main.get_command(app)
    for command in (group.get_command(None, name) for name in group.list_commands(None)):
        full_name = f"{name} {command.name}"
        if hasattr(command, "commands"):
            yield from commands(command, full_name)
        else:
            yield full_name, command


COMMANDS = dict(commands())


def help_of(name: str) -> str:
    return CliRunner().invoke(app, [*name.split()[1:], "--help"], env={"COLUMNS": "80"}).output


GROUPS = ("tokencost", "tokencost models", "tokencost prices", "tokencost tokenizers")


WITHOUT_REPORT = {
    *("tokencost guide", "tokencost init", "tokencost prices path", "tokencost schema"),
}


@pytest.mark.parametrize("name", [*GROUPS, *sorted(COMMANDS)])
def test_help_fits_80_columns_and_has_an_example(name: str) -> None:
    text = help_of(name)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert f"\n      {name.replace('models list', 'models')}" in text


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_its_options_in_groups_of_one_order(name: str) -> None:
    headings = re.findall(r"^(\S[^:\n]*):$", help_of(name), re.MULTILINE)
    order = ["Arguments", "Options", "Session", "Limits", "Input", "Sizes", "Price", "How often"]
    assert headings == [
        heading for heading in (*order, "Savings", "Output", "Configuration") if heading in headings
    ]
    assert "Output" in headings or name in WITHOUT_REPORT


@pytest.mark.parametrize("name", GROUPS)
def test_lists_of_commands_do_not_cut_what_they_say(name: str) -> None:
    text = " ".join(help_of(name).partition("Commands:")[2].split())
    assert "..." not in text
    for command in COMMANDS:
        if command.rpartition(" ")[0] == name:
            assert " ".join(COMMANDS[command].help.partition("\n\n")[0].split()) in text


def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with() -> None:
    group: Any = typer.main.get_command(app)
    context = group.make_context("tokencost", ["count", "--help"], resilient_parsing=True)
    assert {
        name: group.get_command(context, name).get_short_help_str() for name in SENTENCES
    } == SENTENCES


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = "import sys; from tokencost.cli import app; app(['--help'], standalone_mode=False)\n"
    code += "print([name for name in sys.modules if name.startswith('tokencost.cli.')])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    modules = ast.literal_eval(printed.decode().splitlines()[-1])
    assert {name.rpartition(".")[2] for name in modules} == {"failures", "signature", "streams"}


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - WITHOUT_REPORT))
def test_every_report_is_written_as_the_same_options_say(name: str) -> None:
    options = [option for parameter in COMMANDS[name].params for option in parameter.opts]
    output = ["--format", "-f", "--json", "--report", "--quiet", "-q", "--verbose", "-v", "--color"]
    assert options[-len(output) :] == output
    assert len(options) == len(set(options))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_option_has_the_same_name_and_a_help_text_wherever_it_stands(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option":
            assert parameter.help or name == "tokencost prices add", parameter.name
            assert all(option == option.lower() for option in parameter.opts)
            if "-o" in parameter.opts:
                assert "--output-tokens" in parameter.opts


def test_inputs_come_first_and_savings_after_prices() -> None:
    options = [parameter.opts[0] for parameter in COMMANDS["tokencost estimate"].params]
    order = ["paths", "--text", "--input-tokens", "--output-tokens", "--model", "--calls"]
    order += ["--scenario", "--format"]
    assert [option for option in options if option in order] == order


FOLDER = Path(tokencost.__file__).parent / "cli"
MODULES = [*FOLDER.glob("*.py"), FOLDER.parent / "__main__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_command_line_uses_public_names_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                inner = [alias.name for alias in names if alias.name.startswith("tokencost.")]
                assert all(name.startswith("tokencost.cli") for name in inner)
            case ast.ImportFrom(module="tokencost", names=names):
                assert {alias.name for alias in names} <= set(tokencost.__all__)
            case ast.ImportFrom(module=str(module)) if module.startswith("tokencost."):
                # The decorator says what a value is, the parsers what a text of an option means,
                # and Ctrl-C is the program's, not the library's.
                shared = ("tokencost.values", "tokencost.quantities", "tokencost.interruption")
                assert module.startswith("tokencost.cli") or module in shared
            case ast.Attribute(value=ast.Name(id="tokencost"), attr=name):
                assert name in tokencost.__all__
            case _:
                pass


def helps(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the help of a command and of those below it, as a terminal of 80 columns has it."""
    context = typer.Context(command, info_name=name, terminal_width=80)
    yield name, command.get_help(context)
    for part in getattr(command, "commands", ()):
        yield from helps(command.get_command(context, part), f"{name} {part}")


def test_an_option_is_one_line_of_the_help_in_80_columns() -> None:
    """The name, what it does and in which unit; what else there is to know is in the guide."""
    root = typer.main.get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    context = typer.Context(root, info_name="tokencost")
    for name in root.list_commands(context):
        for command, text in helps(root.get_command(context, name), name):
            assert max(map(len, text.splitlines())) <= 80, command
            about = text.partition("Options:")[2].partition("Commands:")[0]
            lines = [line for line in about.splitlines() if line.startswith("  ")]
            assert [line for line in lines if not line.startswith("  -")] == [], command
            assert all(re.match(r"  -.*\S {2,}\S", line) for line in lines), command
            assert "More: tokencost guide " in text
