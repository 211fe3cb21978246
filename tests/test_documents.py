"""README and the guide say what is so: every example runs, every name stands there."""

import inspect
import re
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tokencost
from tests import documents
from tokencost.cli import COMMANDS, app, signature
from tokencost.tokenizers import Method

pytestmark = pytest.mark.posix  # examples are run by a shell
TEXTS = {page: page.read_text(encoding="utf-8") for page in documents.PAGES}
WITH_EXAMPLES = [page for page, text in TEXTS.items() if documents.examples(text)]
WITH_PYTHON = [page for page, text in TEXTS.items() if [*documents.blocks(text, "python")]]
LONGEST_PAGE = 200
_NAMED_MODEL = re.compile(r'(?:(?<=-m )|(?<=model = "))[a-z][\w./-]+')


def name(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name)
def test_a_page_shows_what_is_printed(page: Path, tmp_path: Path) -> None:
    documents.write_files(TEXTS[page], tmp_path)
    for command, printed in documents.examples(TEXTS[page]):
        assert documents.run(command, tmp_path) == printed, command


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name)
def test_the_python_of_a_page_gives_the_values_beside_it(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.write_files(TEXTS[page], tmp_path)
    monkeypatch.chdir(tmp_path)
    names = {"Decimal": Decimal, "Method": Method, "tokencost": tokencost}
    checked = 0
    for block in documents.blocks(TEXTS[page], "python"):
        exec(block, names)
        for expression, value in re.findall(r"^(\w[^#\n]*?)  # (.*)$", block, re.MULTILINE):
            if " = " not in expression:
                assert eval(expression, names) == eval(value, names), expression
                checked += 1
    assert checked


@pytest.mark.parametrize("page", TEXTS, ids=name)
def test_a_page_fits_in_200_lines_and_its_links_lead_somewhere(page: Path) -> None:
    text = TEXTS[page]
    assert len(text.splitlines()) <= LONGEST_PAGE
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", TEXTS, ids=name)
def test_a_file_that_examples_read_has_its_name_in_the_text_above_it(page: Path) -> None:
    """No reader of a page sees what stands behind the fence of a block."""
    text = TEXTS[page]
    for match in re.finditer(r"^```\w+ (\S+)$", text, re.MULTILINE):
        paragraph = text[: match.start()].rstrip().rpartition("\n\n")[2]
        assert f"`{match[1]}`" in paragraph, match[1]


def test_the_guide_has_the_pages_that_it_lists() -> None:
    topics = tokencost.guide_topics()
    assert {f"{topic}.md" for topic in topics} == {page.name for page in documents.GUIDE.iterdir()}
    assert all(topics.values())


@pytest.mark.parametrize("page", documents.GENERATED)
def test_a_page_that_is_made_of_the_code_is_that_of_the_code(page: str) -> None:
    """Each option and each key stands there; `python -m tests.documents` writes them anew."""
    assert TEXTS[documents.GUIDE / page] == documents.GENERATED[page]()


def test_a_model_of_an_example_or_a_hint_is_one_to_begin_with() -> None:
    """It is sold for as long as anybody knows, so that its answers carry no warning."""
    table, wrong = tokencost.load_price_table(), []
    pages = [page for page in TEXTS if page.name not in documents.GENERATED]
    for path in (*pages, *Path(tokencost.__file__).parent.rglob("*.py")):
        for named in set(_NAMED_MODEL.findall(path.read_text(encoding="utf-8"))):
            with suppress(tokencost.UnknownModelError):  # of an example that shows that
                model = tokencost.find_model(table, named)
                if model.ends or model.replaced_by:
                    wrong.append((path.name, named))
    assert wrong == []


@pytest.mark.parametrize("page", ["README.md", "first-steps.md", "first-steps.zh.md"])
def test_what_a_reader_tries_first_has_no_warning(page: str) -> None:
    (text,) = (text for path, text in TEXTS.items() if path.name == page)
    assert "warning: " not in text


def test_options_that_hints_name_are_arguments_of_python_as_its_page_says() -> None:
    (text,) = (text for page, text in TEXTS.items() if page.name == "python.md")
    pairs = re.findall(r"`(--[a-z-]+)`\s\(`(\w+)`\)", text)
    holders = (tokencost.EstimateOptions, tokencost.ScenarioOptions, tokencost.read_prompts)
    arguments = {name for holder in holders for name in inspect.signature(holder).parameters}
    options = {option for option, *_ in documents.options()}
    assert len(pairs) == 8
    assert {option for option, _ in pairs} <= options
    assert {argument for _, argument in pairs} <= arguments
    mechanical = {option.removeprefix("--").replace("-", "_") for option, _ in pairs}
    assert mechanical.isdisjoint(arguments)


def test_every_command_is_named_by_a_page_and_its_help_names_one() -> None:
    text = "".join(TEXTS.values())
    for command in COMMANDS:
        assert f"tokencost {command}" in text, command
    topics = tokencost.guide_topics()
    for command, topic in signature.PAGES.items():
        assert command in COMMANDS
        assert topic in topics
    assert COMMANDS.keys() - signature.PAGES.keys() == {"guide"}


@pytest.mark.parametrize("topic", [[], ["savings"]], ids=str)
def test_the_guide_is_plain_in_a_pipe(topic: list[str]) -> None:
    result = CliRunner().invoke(app, ["guide", *topic])
    assert result.exit_code == 0
    title = "What the same work costs in another way"
    assert (f"# {title}" if topic else f"savings          {title}") in result.stdout.splitlines()
    assert "\x1b" not in result.stdout


def test_an_unknown_topic_is_an_error_with_the_closest_one() -> None:
    with pytest.raises(tokencost.UsageError, match='no topic "saving"') as error:
        tokencost.guide_page("saving")
    assert error.value.hint == "did you mean savings?"


def test_the_picture_shows_what_a_terminal_shows() -> None:
    assert documents.PICTURE.read_text(encoding="utf-8") == documents.picture()


def test_the_readme_fits_on_a_few_screens() -> None:
    lines = TEXTS[documents.PAGES[0]].splitlines()
    assert len(lines) <= 150
    in_code = False
    for line in lines:
        in_code ^= line.startswith("```")
        assert in_code or len(line) <= 90, line


def test_the_functions_of_the_guide_take_what_it_says() -> None:
    table = re.findall(
        r"^\| `(\w+)\((.*)\)` \|", TEXTS[documents.GUIDE / "python.md"], re.MULTILINE
    )
    assert {"count", "estimate", "compare", "session", "load_price_table"} <= {
        row[0] for row in table
    }
    for function, arguments in table:
        parameters = inspect.signature(getattr(tokencost, function)).parameters
        for place, word in enumerate(re.split(r", (?![^(]*\))", arguments)):
            if named := re.match(r"(\w+)=", word):
                assert named[1] in parameters, function
            elif word.isidentifier():
                assert list(parameters)[place] == word, function


def test_a_price_file_of_the_guide_prices_what_it_says(tmp_path: Path) -> None:
    documents.write_files(TEXTS[documents.GUIDE / "price-files.md"], tmp_path)
    prices = tokencost.load_price_table(tmp_path / "acme.toml")
    report = tokencost.estimate(
        tokencost.InputTokens(total=32_001), models=["acme-large", "gpt-4o"], prices=prices
    )
    costs = [report.total(offer).expected for offer in report.offers]
    assert costs == [Decimal("0.128004"), Decimal("0.0800025")]


@pytest.mark.parametrize(
    ("page", "file", "names"),
    [
        ("budgets.md", "tokencost.toml", ["system", "all"]),
        ("configuration.md", "pyproject.toml", ["system prompts"]),
    ],
)
def test_a_configuration_of_the_guide_is_one(
    page: str, file: str, names: list[str], tmp_path: Path
) -> None:
    documents.write_files(TEXTS[documents.GUIDE / page], tmp_path)
    configuration = tokencost.load_configuration(tmp_path / file, user=False)
    assert [budget.name for budget in tokencost.budgets_of(configuration)] == names
