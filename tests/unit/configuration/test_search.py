"""Which file is read: the nearest upwards, the user's beneath it, and what is refused."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tokencost.configuration.load import load_configuration
from tokencost.configuration.search import find_configuration, find_configurations
from tokencost.errors import ConfigurationError


@pytest.fixture(autouse=True)
def user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's file, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "home"))
    (folder / "home" / "tokencost").mkdir(parents=True)
    (folder / "shop" / "prompts").mkdir(parents=True)
    return folder / "home" / "tokencost" / "config.toml"


def write(path: str, text: str = "site = 'cn'\n") -> Path:
    Path(path).write_text(text, encoding="utf-8")
    return Path(path).absolute()


def refused(path: str | None = None) -> str:
    with pytest.raises(ConfigurationError) as error:
        load_configuration(path)
    assert error.value.hint
    return error.value.message


def test_the_nearest_file_upwards_is_read(folder: Path) -> None:
    top = write("tokencost.toml")
    assert find_configuration(folder / "shop" / "prompts") == str(top)
    near = write("shop/tokencost.toml")
    assert find_configuration(folder / "shop" / "prompts") == str(near)
    assert load_configuration(folder="shop/prompts").root == folder / "shop"


def test_a_pyproject_without_a_table_for_it_is_passed_over(folder: Path) -> None:
    top = write("tokencost.toml")
    for text in (
        "[tool.other]\n",
        'dependencies = ["tokencost-cli", "tokencost"]\n',
        '[project]\nname = "tokencost"\n[tool.x]\nroot = ["tokencost.cli"]\n',
        'description = """\n[tool.tokencost]\n"""\n',
        "not TOML at all: [tool.other\n",
        '[project.scripts]\ntokencost = "tokencost.cli:app"\n[tool.other]\nbroken\n',
    ):
        write("shop/pyproject.toml", text)
        assert find_configuration(folder / "shop") == str(top)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.tokencost]\n",
        "[tool . tokencost]\n",
        '["tool"."tokencost"]\n',
        "[tool.'tokencost']\n",
        "[[tool.tokencost.budget]]\nfiles = '*.md'\nfits = true\n",
        "[tool]\ntokencost = {}\n",
        "[tool]\ntokencost.site = 'cn'\n",
        "tool.tokencost.site = 'cn'\n",
        "tool = { tokencost = {} }\n",
        "tool = { other = 1, tokencost = {} }\n",
    ],
)
def test_every_way_to_write_the_table_is_seen(text: str) -> None:
    path = write("shop/pyproject.toml", text)
    assert find_configuration("shop") == str(path)
    assert load_configuration(folder="shop").path == path


def test_two_files_in_one_folder_are_an_error(folder: Path) -> None:
    write("shop/tokencost.toml")
    write("shop/pyproject.toml", "[tool.other]\n")
    assert find_configuration("shop") == str(folder / "shop" / "tokencost.toml")
    write("shop/pyproject.toml", "[tool.tokencost]\n")
    with pytest.raises(ConfigurationError, match="both configure this folder"):
        find_configuration(folder / "shop" / "prompts")


def test_the_project_beats_the_user_key_by_key(folder: Path, user: Path) -> None:
    user.write_text('site = "intl"\nmax_price_age = "30d"\nprices = ["own.toml"]\n', "utf-8")
    write("tokencost.toml")
    configuration = load_configuration()
    defaults = configuration.defaults
    assert (configuration.path, configuration.user_path) == (folder / "tokencost.toml", user)
    assert defaults.site
    assert (defaults.site.value, defaults.site.place) == ("cn", "tokencost.toml:1")
    assert defaults.max_price_age
    assert defaults.max_price_age.value == timedelta(days=30)
    assert defaults.max_price_age.place == "home/tokencost/config.toml:2"
    assert defaults.prices
    assert defaults.prices.value == (str(user.parent / "own.toml"),)
    assert load_configuration(user=False).defaults.max_price_age is None


def test_both_files_are_found_without_reading_what_they_say(folder: Path, user: Path) -> None:
    assert find_configurations() == (None, None)
    user.write_text("not TOML", "utf-8")
    write("tokencost.toml", "not TOML")
    assert find_configurations() == (str(folder / "tokencost.toml"), str(user))


def test_the_user_alone_has_defaults_and_no_budgets(folder: Path, user: Path) -> None:
    user.write_text("site = 'cn'\n", "utf-8")
    configuration = load_configuration()
    assert (configuration.path, configuration.root) == (None, folder)
    user.write_text("[[budget]]\nfiles = '*.md'\nfits = true\n", "utf-8")
    with pytest.raises(ConfigurationError, match="unknown key budget") as error:
        load_configuration()
    assert "belong to a project" in error.value.hint


def test_paths_of_price_tables_are_relative_to_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[tool.tokencost]\nprices = ["team.toml", "builtin", "/etc/all.toml"]\n'
    write("shop/pyproject.toml", text)
    for start, name in ((folder / "shop" / "prompts", "../team.toml"), (folder, "shop/team.toml")):
        monkeypatch.chdir(start)
        prices = load_configuration(folder / "shop" / "pyproject.toml").defaults.prices
        assert prices
        assert prices.value == (name, "builtin", "/etc/all.toml")


def test_a_file_without_settings_ends_the_search() -> None:
    write("tokencost.toml")
    write("shop/tokencost.toml", "")
    assert load_configuration(folder="shop").defaults.site is None


def test_a_mark_at_the_beginning_and_line_ends_of_windows_are_read() -> None:
    Path("tokencost.toml").write_bytes(b"\xef\xbb\xbfsite = 'cn'\r\ncurrency = 'CNY'\r\n")
    currency = load_configuration().defaults.currency
    assert currency
    assert (currency.value, currency.place) == ("CNY", "tokencost.toml:2")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "tokencost.toml: not UTF-8 at byte 0"),
        (b"a = \n", "tokencost.toml:1: not valid TOML: Invalid value"),
        (b"a = 1\na = 2\n", "tokencost.toml:2: not valid TOML: Cannot overwrite a value"),
        (b"a = " + b"[" * 100_000, "tokencost.toml: not valid TOML: it is nested too deeply"),
        (b"a = " + b"9" * 10_000, "tokencost.toml: not valid TOML: "),
        (b"a" + b".a" * 200_000 + b" = 1", "tokencost.toml:1: not valid TOML: a line has more"),
        (b"site = '\0'", "tokencost.toml:1: not valid TOML: "),
        (b"#" * 10_000_001, "configuration tokencost.toml holds more than 10,000,000 bytes"),
    ],
    ids=["bytes", "syntax", "twice", "deep", "long", "dots", "NUL", "size"],
)
def test_a_hostile_file_is_an_error(data: bytes, message: str) -> None:
    Path("tokencost.toml").write_bytes(data)
    assert refused().startswith(message)


@pytest.mark.posix
def test_links_are_followed_and_one_to_nothing_is_an_error(folder: Path) -> None:
    write("shop/real.toml")
    Path("tokencost.toml").symlink_to("shop/real.toml")
    assert load_configuration().root == folder
    Path("shop/real.toml").unlink()
    assert refused() == "tokencost.toml is a link that leads nowhere: No such file or directory"
    Path("tokencost.toml").unlink()
    Path("tokencost.toml").symlink_to("tokencost.toml")
    assert "leads nowhere" in refused()


@pytest.mark.posix
def test_what_is_not_a_file_is_refused_or_passed_over() -> None:
    Path("tokencost.toml").mkdir()
    assert find_configuration() is None
    Path("tokencost.toml").rmdir()
    os.mkfifo("tokencost.toml")
    assert refused() == "tokencost.toml is not a regular file"
    assert refused("/dev/zero").endswith("zero is not a regular file")
    assert refused("shop") == "shop is not a regular file"
    assert refused("a\0b").startswith("configuration 'a\\x00b' is not a path")


def test_a_named_file_that_is_missing_is_an_error() -> None:
    assert refused("other.toml") == (
        "configuration other.toml cannot be read: No such file or directory"
    )


@pytest.mark.posix
@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_an_error() -> None:
    write("tokencost.toml").chmod(0)
    assert refused() == "configuration tokencost.toml cannot be read: Permission denied"
