from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.price_tables import model, provider, row, table
from tests.repositories import Checkout
from tokencost import (
    DiffReport,
    EstimateOptions,
    ExchangeRate,
    FileStatus,
    GrowthLimit,
    InputError,
    Status,
    UsageError,
    Volume,
    diff,
    load_configuration,
)
from tokencost.budgets.diff_parts import rooted
from tokencost.budgets.diff_report import DiffSize, FileDifference, TotalDifference
from tokencost.budgets.growth import judge_growth
from tokencost.estimates.results import TotalCost
from tokencost.money import Money
from tokencost.tokenizers import Method, TokenCount

# A word is one token, so that sizes can be read off the texts. A token costs a millionth of 2
# USD with "m", of 4 with "twice", and of 10 CNY with "yuan".
PRICES = table(
    provider("acme"),
    provider("haitang", sites={"cn": "CNY"}),
    model("m", input=2, output=10, tokenizer="o200k_base"),
    model("twice", input=4, output=10, tokenizer="o200k_base"),
    model("wide", input=2, output=10, tokenizer="o200k_base", tokenizer_assumed="a guess"),
    model("yuan", provider="haitang", input=10, output=10, tokenizer="o200k_base"),
)
YUAN = (ExchangeRate(base="USD", quote="CNY", rate=Decimal(7), day=None, source="given"),)


def words(number: int) -> str:
    return " ".join(["word"] * number)


@pytest.fixture
def project(tmp_path: Path) -> Checkout:
    """A branch off main, where a prompt has 91 words, and another 100."""
    project = Checkout.create(tmp_path / "project")
    project.commit({"prompts/a.md": words(91), "prompts/b.md": words(100), "README.md": "x"})
    project.git("switch", "-q", "-c", "branch")
    return project


def run(
    project: Checkout, base: str = "main", head: str | None = None, **given: object
) -> DiffReport:
    asked = {"files": ["prompts/"], "models": "m", "prices": PRICES, "folder": project.folder}
    return diff(base, head, **{**asked, **given})  # type: ignore[arg-type]


def dollars(tokens: int) -> Decimal:
    """Return what input tokens cost with "m"."""
    return Decimal(2) * tokens / 1_000_000


def limit(text: str) -> GrowthLimit:
    return GrowthLimit.parse("--fail-above", text)


def test_a_prompt_that_grows_from_91_to_546_tokens_has_both_costs(project: Checkout) -> None:
    project.commit({"prompts/a.md": words(546)})
    report = run(project)
    (file,) = report.files
    assert file.base
    assert file.head
    assert file.causes
    assert (file.path, file.was, file.status) == (
        "prompts/a.md",
        "prompts/a.md",
        FileStatus.CHANGED,
    )
    assert (file.base.tokens.expected, file.head.tokens.expected) == (91, 546)
    assert (file.base.cost.expected, file.head.cost.expected) == (dollars(91), dollars(546))
    assert (file.tokens, file.cost) == (455, dollars(455))
    assert file.causes.parts == {
        "prompt": dollars(455),
        "prices": 0,
        "model": 0,
        "exchange_rate": 0,
    }


def test_the_whole_cost_now_holds_what_is_as_it_was(project: Checkout) -> None:
    project.commit({"prompts/a.md": words(546)})
    (total,) = run(project).totals
    assert total.base
    assert total.head
    assert (total.files, total.changed) == (2, 1)
    assert (total.base.cost.expected, total.head.cost.expected) == (dollars(191), dollars(646))


def test_an_added_file_costs_all_of_itself_and_a_deleted_one_nothing_now(project: Checkout) -> None:
    project.write({"prompts/a.md": None, "prompts/c.md": " ".join(["other"] * 10)})
    report = run(project)
    gone, new = report.files
    assert (gone.status, gone.head, gone.cost) == (FileStatus.DELETED, None, dollars(-91))
    assert (new.status, new.base, new.cost) == (FileStatus.ADDED, None, dollars(10))
    (total,) = report.totals
    assert (total.files, total.changed, total.cost) == (2, 2, dollars(-81))


def test_an_unchanged_rename_costs_nothing(project: Checkout) -> None:
    project.git("mv", "prompts/a.md", "prompts/moved.md")
    report = run(project, limit=limit("0tokens"))
    (file,) = report.files
    assert (file.status, file.was, file.tokens, file.cost) == (
        FileStatus.RENAMED,
        "prompts/a.md",
        0,
        Decimal(),
    )
    assert report.status is Status.PASS


def test_what_only_main_changed_is_not_blamed_on_the_branch(project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"prompts/b.md": words(999)})
    project.git("switch", "-q", "branch")
    project.commit({"prompts/a.md": words(92)})
    report = run(project, head="branch", limit=limit("1tokens"))
    assert [file.path for file in report.files] == ["prompts/a.md"]
    assert report.status is Status.PASS


def test_a_month_is_there_only_with_a_volume(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191)})
    (file,) = run(project).files
    assert file.month is None
    options = EstimateOptions(volume=Volume(per_month=Decimal(1_000_000)))
    (file,) = run(project, options=options).files
    assert file.head
    assert (file.head.month, file.month) == (Decimal(382), Decimal(200))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("100tokens", Status.PASS),
        ("99tokens", Status.FAIL),
        ("0.0002USD", Status.PASS),
        ("0.00019USD", Status.FAIL),
        ("0.0014CNY", Status.PASS),
        ("0.00139CNY", Status.FAIL),
        ("53%", Status.PASS),  # 100 more than the 191 that there were: 52.4 %
        ("52%", Status.FAIL),
        ("200USD/month", Status.PASS),
        ("199.99USD/month", Status.FAIL),
    ],
)
def test_growth_is_held_against_the_limit(project: Checkout, text: str, status: Status) -> None:
    project.write({"prompts/a.md": words(191)})
    options = EstimateOptions(volume=Volume(per_month=Decimal(1_000_000)), exchange_rates=YUAN)
    assert run(project, options=options, limit=limit(text)).status is status


def test_what_shrinks_makes_up_for_what_grows(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191), "prompts/b.md": None})
    assert run(project, limit=limit("0tokens")).status is Status.PASS


def test_a_range_around_the_same_text_is_not_a_growth(project: Checkout) -> None:
    """The count of a guessed vocabulary is wide; one word more is about one token more."""
    project.write({"prompts/a.md": words(92)})
    report = run(project, models="guessed", prices=table(model("guessed", input=2, output=10)))
    assert report.failures
    report = run(project, models="wide", limit=limit("2tokens"))
    (file,) = report.files
    assert file.head
    assert file.head.tokens.high
    assert file.head.tokens.high >= 92
    assert report.status is Status.PASS


# Two millionths of a dollar a token on 9 days of the month from the table's day on, 20 on 21 days.
SALE = table(
    model(
        "m",
        row(kind="promo", input=2, output=10, until=date(2026, 11, 30)),
        row(input=20, output=10, from_=date(2026, 12, 1)),
        tokenizer="o200k_base",
    ),
)


@pytest.mark.parametrize(
    ("text", "expected", "judged"),
    [
        ("1%", 100, 100),  # at either price
        ("1USD", "0.000182", "0.00182"),  # 91 tokens more
        ("1USD/month", "0.039858", "0.0546"),  # of 30 calls: 9 at 2 and 21 at 20; all at 20
    ],
)
def test_a_growth_is_judged_at_one_price_where_another_may_follow_a_promotion(
    project: Checkout, text: str, expected: str, judged: str
) -> None:
    project.git("rm", "-q", "prompts/b.md")
    project.git("commit", "-q", "-m", "one prompt")
    project.write({"prompts/a.md": words(182)})
    options = EstimateOptions(volume=Volume(per_month=Decimal(30)))
    report = run(project, "HEAD", prices=SALE, options=options, limit=limit(text))
    assert (report.growth, report.judged) == (Decimal(expected), Decimal(judged))


def test_each_model_is_judged_and_the_worst_decides(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191)})
    assert run(project, models=["m", "twice"], limit=limit("0.0004USD")).status is Status.PASS
    assert run(project, models=["m", "twice"], limit=limit("0.00039USD")).status is Status.FAIL


def test_costs_are_in_the_currency_that_is_asked_for(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191)})
    options = EstimateOptions(currency="CNY", exchange_rates=YUAN)
    (file,) = run(project, options=options).files
    assert (file.currency, file.cost) == ("CNY", 7 * dollars(100))
    (rate,) = run(project, options=options).conversions
    assert rate.rate in YUAN


def test_a_missing_exchange_rate_is_a_failure(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191)})
    report = run(project, limit=limit("1EUR"))
    assert (report.status, report.failures[0].error.code) == (Status.ERROR, "no_rate")
    report = run(project, options=EstimateOptions(currency="EUR"))
    assert report.status is Status.ERROR


def test_a_monthly_limit_without_a_volume_is_a_failure(project: Checkout) -> None:
    project.write({"prompts/a.md": words(191)})
    report = run(project, limit=limit("1USD/month"))
    assert report.status is Status.ERROR
    assert "how many calls a month has" in report.failures[0].error.message


def test_a_share_of_nothing_cannot_be_judged(project: Checkout) -> None:
    project.write({"new/a.md": words(10)})
    report = run(project, files=["new/"], limit=limit("10%"))
    assert report.status is Status.ERROR


@pytest.mark.parametrize("content", [b"caf\xe9", b"\xff\xfe"])
def test_a_file_that_is_not_text_is_a_failure_beside_the_others(
    project: Checkout, content: bytes
) -> None:
    project.write({"prompts/a.md": content, "prompts/b.md": words(101)})
    report = run(project, limit=limit("1tokens"))
    assert [file.path for file in report.files] == ["prompts/b.md"]
    assert [failure.input for failure in report.failures] == ["prompts/a.md"]
    assert (report.status, report.totals) == (Status.ERROR, ())


def test_a_former_content_that_is_not_text_is_a_failure_and_not_an_addition(
    project: Checkout,
) -> None:
    project.git("switch", "-q", "main")
    project.commit({"prompts/a.md": b"caf\xe9"})
    project.git("switch", "-q", "-C", "branch")
    project.write({"prompts/a.md": words(10)})
    report = run(project)
    assert report.files == ()
    assert [failure.input for failure in report.failures] == ["main:prompts/a.md"]


def test_a_picture_is_left_out_and_named(project: Checkout) -> None:
    project.write({"prompts/a.png": b"\x89PNG\0\0"})
    report = run(project)
    assert (report.files, report.failures) == ((), ())
    assert [note.code for note in report.warnings] == ["binary_files_skipped"]


@pytest.mark.parametrize("content", [b"word " * 500 + b"\0", "word ".encode("utf-16-le") * 500])
def test_a_prompt_that_became_binary_is_a_failure_and_did_not_shrink(
    project: Checkout, content: bytes
) -> None:
    project.write({"prompts/a.md": content})
    report = run(project)
    assert (report.files, report.totals) == ((), ())
    assert [failure.input for failure in report.failures] == ["prompts/a.md"]


def test_an_unknown_model_is_a_failure(project: Checkout) -> None:
    project.write({"prompts/a.md": words(92)})
    report = run(project, models="nope")
    assert (report.status, report.failures[0].error.code) == (Status.ERROR, "unknown_model")


def test_a_request_counts_for_the_model_that_it_names(project: Checkout) -> None:
    body = '{"model": "%s", "messages": [{"role": "user", "content": "%s"}]}'
    project.git("switch", "-q", "main")
    project.commit({"prompts/r.json": body % ("m", words(100))})
    project.git("switch", "-q", "-C", "branch")
    project.write({"prompts/r.json": body % ("twice", words(200))})
    report = run(project, files=["*.json"], models=())
    (file,) = report.files
    assert file.base
    assert file.head
    assert file.causes
    assert (file.base.model, file.head.model) == ("acme/m@global", "acme/twice@global")
    assert file.causes.prompt == 2 * Decimal(file.tokens) / 1_000_000
    assert file.causes.model == 2 * Decimal(file.head.tokens.expected) / 1_000_000
    assert file.cost == file.causes.prompt + file.causes.model
    assert [total.model for total in report.totals] == ["acme/twice@global"]


def test_globs_are_relative_to_the_folder_and_read_as_git_reads_them(project: Checkout) -> None:
    project.write({"prompts/deep/a.md": words(5), "prompts/deep/b.txt": words(5), "x.md": "x"})
    folder = project.folder / "prompts"

    def paths(*files: str) -> list[str]:
        return [file.path for file in run(project, files=files, folder=folder).files]

    assert paths("deep/") == ["prompts/deep/a.md", "prompts/deep/b.txt"]
    assert paths("*.md") == ["prompts/deep/a.md"]
    assert paths(".", "!*.txt") == ["prompts/deep/a.md"]
    assert paths("../*.md") == ["x.md"]
    assert paths("*.md", "../x.md") == ["prompts/deep/a.md", "x.md"]
    with pytest.raises(UsageError, match="leads out of the repository"):
        paths("../../x")


@pytest.mark.parametrize(
    ("glob", "folder", "pattern"),
    [
        ("a.md", "", "/**/a.md"),
        ("a.md", "in", "/in/**/a.md"),
        ("./a.md", "in", "/in/a.md"),
        ("deep/", "in", "/in/**/deep/"),
        ("/a.md", "", "/a.md"),
        (".", "", "/**"),
        (".", "in", "/in"),
        ("!x/*.md", "in", "!/in/x/*.md"),
        ("a.md", "we[ird] *", r"/we\[ird\]\ \*/**/a.md"),
    ],
)
def test_a_glob_is_read_from_the_root(glob: str, folder: str, pattern: str) -> None:
    assert rooted(glob, folder) == pattern


def test_a_glob_that_matches_nothing_at_either_end_is_an_error(project: Checkout) -> None:
    with pytest.raises(InputError, match="no files match 'pompts/'"):
        run(project, files=["prompts/", "pompts/"])
    project.git("rm", "-q", "prompts/a.md")
    assert len(run(project, files=["a.md"]).files) == 1


def test_without_globs_nothing_is_compared(project: Checkout) -> None:
    with pytest.raises(UsageError, match="no files are named"):
        run(project, files=[])


@pytest.mark.parametrize("text", ["", "10", "x", "10%/month", "5tokens/call", "1USD/day", "1USD/"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not an amount"):
        limit(text)


OWN_MODEL = """schema = 1
[provider.acme]
name = "Acme"
sites = { global = "USD" }
[[model]]
id = "own"
provider = "acme"
tokenizer = "o200k_base"
  [[model.price]]
  input = 9
  output = 9
  source = "contract"
  checked = 2026-11-20
"""


def test_prices_of_a_configuration_are_those_of_the_command(
    project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100 tokens of 9 USD a million, where the shipped table has no such model."""
    monkeypatch.chdir(project.folder)
    settings = 'model = "acme/own"\noutput_tokens = 3\nprices = "own.toml"\n'
    project.write({"own.toml": OWN_MODEL, "tokencost.toml": settings})
    configuration = load_configuration("tokencost.toml", user=False)
    report = diff("main", files=["prompts/b.md"], configuration=configuration)
    (total,) = report.totals
    assert total.head
    assert total.head.cost.expected == Decimal(9) * 103 / 1_000_000


BUDGETS = """
[[budget]]
name = "{}"
files = ["{}/**"]
model = "{}"
max_tokens = 900
"""


def moved(
    project: Checkout, models: tuple[str, str], most: GrowthLimit | None = None
) -> DiffReport:
    """Move the prompt of 91 words from the budget "prompts" into one of another folder."""
    budgets = [("prompts", "prompts", models[0]), ("others", "others", models[1])]
    text = "".join(BUDGETS.format(*budget) for budget in budgets)
    project.commit({"tokencost.toml": text, "others/c.md": words(10)})
    project.git("branch", "-f", "main")
    project.git("mv", "prompts/a.md", "others/a.md")
    configuration = load_configuration(project.folder / "tokencost.toml", user=False)
    return run(project, files=[], models=(), configuration=configuration, limit=most)


def test_a_file_that_moves_into_another_budget_is_renamed_and_costs_nothing(
    project: Checkout,
) -> None:
    report = moved(project, ("m", "m"), limit("0tokens"))
    (file,) = report.files
    assert (file.status, file.was, file.path) == (
        FileStatus.RENAMED,
        "prompts/a.md",
        "others/a.md",
    )
    assert [file.budget, file.tokens, file.cost] == ["others", 0, 0]
    assert file.causes
    assert set(file.causes.parts.values()) == {0}
    assert (report.prompt_files, report.status) == (3, Status.PASS)
    assert {total.budget: total.tokens for total in report.totals} == {
        "prompts": -91,
        "others": +91,
    }


def test_a_move_into_a_budget_of_a_dearer_model_costs_the_difference(project: Checkout) -> None:
    (file,) = moved(project, ("m", "twice")).files
    assert (file.status, file.tokens, file.cost) == (FileStatus.RENAMED, 0, dollars(91))
    assert file.base
    assert (file.base.model, file.model) == ("acme/m@global", "acme/twice@global")
    assert file.causes is None


def test_a_move_into_a_budget_of_another_currency_is_added_and_deleted(project: Checkout) -> None:
    files = moved(project, ("m", "yuan")).files
    assert [file.status for file in files] == [FileStatus.DELETED, FileStatus.ADDED]


def test_of_a_move_the_doubt_of_its_range_is_not_a_growth(project: Checkout) -> None:
    assert moved(project, ("wide", "wide"), limit("0tokens")).status is Status.PASS


def size(low: int, expected: int, high: int) -> DiffSize:
    """Return so many tokens at 1 USD each."""
    ends = map(Decimal, (low, expected, high))
    return DiffSize(
        model="acme/m@global",
        tokens=TokenCount(
            low=low, expected=expected, high=high, method=Method.ESTIMATED, tokenizer="x"
        ),
        currency="USD",
        cost=TotalCost(**dict(zip(("low", "expected", "high"), ends, strict=True))),
        month=None,
    )


def grown_by(limit: str, *ends: tuple[DiffSize, DiffSize]) -> tuple[Decimal, Decimal]:
    """Return by how much files grow as expected and as judged, with their sum as the total."""
    sides: dict[str, Any] = {"budget": None, "causes": None}
    files = [
        FileDifference(
            base=base, head=head, **sides, path="a.md", was=None, status=FileStatus.CHANGED
        )
        for base, head in ends
    ]
    base, head = (
        replace(sizes[0], tokens=TokenCount.sum([one.tokens for one in sizes]))
        for sizes in zip(*ends, strict=True)
    )
    total = TotalDifference(base=base, head=head, **sides, files=len(files), changed=len(files))
    return judge_growth(
        GrowthLimit.parse("--fail-above", limit),
        [total],
        files,
        lambda amount, currency: Money(amount=amount, currency=currency),
    )


@pytest.mark.parametrize(("tokenizer", "judged"), [("x", 50), ("y", 70)])
def test_another_way_of_counting_may_err_the_other_way(tokenizer: str, judged: int) -> None:
    """From 90 to 120 tokens to 140 to 160: 40 at the high ends, but 70 from the low to the high."""
    base, head = size(90, 100, 120), size(140, 150, 160)
    before = replace(base, tokens=replace(base.tokens, tokenizer=tokenizer))
    assert grown_by("10tokens", (before, head)) == (Decimal(50), Decimal(judged))


def test_a_file_that_shrinks_takes_nothing_from_the_doubt_of_another() -> None:
    grows = size(90, 100, 100), size(140, 150, 180)  # 30 more than expected at the high end
    shrinks = size(90, 100, 150), size(90, 100, 100)  # and 50 less
    assert grown_by("10tokens", grows, shrinks) == (Decimal(50), Decimal(80))


@pytest.mark.parametrize(
    ("base", "head", "judged"),
    [
        ((90, 100, 200), (140, 150, 260), 50),  # 60 of 200 at the high ends is less than 50 of 100
        ((90, 100, 120), (140, 150, 240), 100),  # 120 of 120
    ],
)
def test_a_share_is_judged_by_the_larger_of_what_is_expected_and_of_the_high_ends(
    base: tuple[int, int, int], head: tuple[int, int, int], judged: int
) -> None:
    assert grown_by("10%", (size(*base), size(*head))) == (Decimal(50), Decimal(judged))
