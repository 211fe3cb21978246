"""Budgets of files: which files fall under them, and what the verdict is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.price_tables import model, row, table
from tokencost import corpora
from tokencost.budgets import (
    Basis,
    Budget,
    CheckReport,
    Finding,
    Limits,
    Rule,
    Status,
    check,
    read_budget_files,
)
from tokencost.errors import ConfigurationError, InputError, UsageError
from tokencost.estimates import model_count
from tokencost.estimates.results import EstimateOptions
from tokencost.inputs import Prompt
from tokencost.inputs.jobs import workers
from tokencost.money import Money
from tokencost.notes import assumed
from tokencost.pricing import PriceTable, parse_price_date
from tokencost.tokenizers import request_count
from tokencost.usage import OutputTokens, Volume

Write = Callable[..., None]


pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def write(folder: Path) -> Write:
    """Write files of so many tokens each: "hello" is one, and so is each " hello" after it."""

    def write_files(**sizes: int) -> None:
        for name, tokens in sizes.items():
            path = folder / name.replace("__", "/").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(" ".join(["hello"] * tokens), encoding="utf-8")

    return write_files


def budget(name: str = "all", files: tuple[str, ...] = ("*.md",), **parts: Any) -> Budget:
    """Return a budget of the working folder, by default of 300 tokens a file with a plain model."""
    fields = Budget.__dataclass_fields__
    own = {key: parts.pop(key) for key in [*parts] if key in fields}
    limits = Limits(**(parts or {"max_tokens_per_file": 300}))
    whole = {"models": ("plain",), "root": Path(), "limits": limits, **own}
    return Budget(name=name, files=files, **whole)


def dollars(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def rows(report: CheckReport) -> list[tuple[str | None, str | None, Status]]:
    return [(finding.budget, finding.file, finding.status) for finding in report.findings]


@pytest.mark.parametrize(
    ("tokens", "status"),
    [(239, Status.PASS), (240, Status.WARN), (300, Status.WARN), (301, Status.FAIL)],
)
def test_300_tokens_of_300_pass_301_fail_and_240_are_a_warning(
    write: Write, prices: PriceTable, tokens: int, status: Status
) -> None:
    write(a_md=tokens)
    limits: dict[str, Any] = {"max_tokens_per_file": 300, "warn_at": Decimal("0.8")}
    report = check(budgets=[budget(**limits)], prices=prices)
    assert report.status is status
    assert report.findings[0].judged == tokens


def test_a_file_may_fall_under_several_budgets_and_is_counted_once(
    write: Write, prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    count_prompt = request_count.count_prompt

    def count_and_tell(prompt: Prompt, *args: Any, **options: Any) -> Any:
        counted.append(prompt.name)
        return count_prompt(prompt, *args, **options)

    monkeypatch.setattr(model_count, "count_prompt", count_and_tell)
    write(a_md=5, system__b_md=5)
    budgets = [
        budget("all"),
        budget("system", ("system/",), max_tokens=4),
        budget("dear", max_cost_per_call=dollars("1"), output=OutputTokens()),
    ]
    report = check(budgets=budgets, prices=prices)
    assert sorted(counted) == ["a.md", "system/b.md"]
    assert rows(report) == [
        ("all", "a.md", Status.PASS),
        ("all", "system/b.md", Status.PASS),
        ("system", None, Status.FAIL),
        ("dear", "a.md", Status.PASS),
        ("dear", "system/b.md", Status.PASS),
    ]


@pytest.mark.parametrize(
    ("globs", "files"),
    [
        (("*.md",), ["a.md", "b/c.md", "b/d/e.md"]),  # a name alone matches in every folder
        (("/*.md",), ["a.md"]),
        (("b/*.md",), ["b/c.md"]),
        (("b/**/*.md",), ["b/c.md", "b/d/e.md"]),
        (("b/",), ["b/c.md", "b/d/e.md"]),
        (("./b/d",), ["b/d/e.md"]),
        (("*.md", "!b/d/"), ["a.md", "b/c.md"]),
        (("b/**", "!d/", "b/d/e.md"), ["b/c.md", "b/d/e.md"]),  # the last pattern decides
    ],
)
def test_globs_select_as_git_reads_them(
    write: Write, prices: PriceTable, globs: tuple[str, ...], files: list[str]
) -> None:
    write(a_md=1, b__c_md=1, b__d__e_md=1)
    report = check(budgets=[budget(files=globs)], prices=prices)
    assert [finding.file for finding in report.findings] == files


def test_excluded_and_ignored_files_fall_under_no_budget(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=1, drafts__b_md=1, ignored_md=1)
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("ignored.md\n", encoding="utf-8")
    report = check(budgets=[budget(exclude=("drafts/",))], prices=prices)
    assert [finding.file for finding in report.findings] == ["a.md"]


def test_globs_are_relative_to_the_folder_of_the_configuration(
    write: Write, folder: Path, prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(prompts__a_md=1, elsewhere__b_md=1)
    monkeypatch.chdir(folder / "elsewhere")
    report = check(budgets=[budget(files=("prompts/",), root=folder)], prices=prices)
    assert [finding.file for finding in report.findings] == ["../prompts/a.md"]


@pytest.mark.parametrize("globs", [("*.txt",), ("*.md", "promts/**"), ("gone/a.md",)])
def test_a_glob_that_matches_nothing_is_not_a_pass(
    write: Write, prices: PriceTable, globs: tuple[str, ...]
) -> None:
    write(a_md=1)
    report = check(budgets=[budget(files=globs, place="pyproject.toml:7")], prices=prices)
    assert report.status is Status.ERROR
    assert f'pyproject.toml:7: no file of budget "all" matches "{globs[-1]}"' in str(
        report.failures[0].error
    )


def test_a_broken_budget_and_an_unreadable_file_are_both_reported(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=301)
    (folder / "gb.md").write_bytes("提示".encode("gb18030"))
    report = check(budgets=[budget()], prices=prices)
    assert report.status is Status.ERROR
    assert rows(report) == [("all", "a.md", Status.FAIL)]
    assert "'gb.md' is not UTF-8" in str(report.failures[0].error)


def test_a_sum_without_one_of_its_files_is_only_judged_if_the_rest_breaks_it(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=10)
    (folder / "gb.md").write_bytes("提示".encode("gb18030"))
    report = check(budgets=[budget(max_tokens=10), budget("less", max_tokens=9)], prices=prices)
    assert [finding.status for finding in report.findings] == [Status.ERROR, Status.FAIL]


def test_a_budget_that_cannot_be_judged_leaves_the_others(write: Write, prices: PriceTable) -> None:
    write(a_md=301)
    budgets = [
        budget("costs", max_cost_per_call=dollars("1")),
        budget("nobody", models=()),
        budget("unknown", models=("plane",)),
        budget("sizes"),
    ]
    report = check(budgets=budgets, prices=prices)
    assert report.status is Status.ERROR
    assert rows(report) == [("sizes", "a.md", Status.FAIL)]
    messages = [failure.error.message for failure in report.failures]
    assert len(messages) == 3
    assert messages[0].startswith('budget "costs": a limit on cost needs the output tokens')
    assert messages[1] == 'budget "nobody": no model named'
    assert "plane" in messages[2]


@pytest.mark.parametrize(
    ("parts", "files", "message", "hint"),
    [
        (
            {"max_cost_per_call": dollars("1")},
            "*.md",
            "needs the output",
            "output_tokens = 500, or",
        ),
        ({"models": ()}, "*.md", "no model named", 'add model = "openai/gpt-5.4-mini", or pass -m'),
        ({}, "*.png", "no text falls under", "check its globs"),
    ],
)
def test_what_a_budget_of_a_file_lacks_is_a_mistake_at_its_line(
    write: Write, prices: PriceTable, parts: dict[str, Any], files: str, message: str, hint: str
) -> None:
    write(a_md=5)
    Path("a.png").write_bytes(b"\x89PNG\0")
    place = "tokencost.toml:9"
    report = check(budgets=[budget("b", (files,), place=place, **parts)], prices=prices)
    (failure,) = report.failures
    assert failure.error.message.startswith(f"{place}: ")
    assert message in failure.error.message
    assert hint in failure.error.hint
    assert (failure.error.code, failure.error.place) == ("configuration", place)


def test_a_monthly_budget_sums_its_files_each_sent_as_often_as_the_volume_says(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=100, b_md=300)
    volume = Volume(per_month=Decimal(10_000))
    month = budget(max_cost_per_month=dollars("8"), volume=volume, output=OutputTokens())
    report = check(budgets=[month], prices=prices)
    # 400 tokens at 2 a million are 0.0008 for a call of each, 8 for 10,000
    assert report.findings[0].judged == 8
    assert rows(report) == [("all", None, Status.PASS)]
    less = replace(month, limits=Limits(max_cost_per_month=dollars("7.99")))
    assert check(budgets=[less], prices=prices).status is Status.FAIL


def test_a_month_that_is_judged_says_that_its_price_changes(write: Write) -> None:
    write(a_md=100)
    rows_of_price = row(input=2, until=date(2026, 11, 30)), row(input=5, from_=date(2026, 12, 1))
    changing = table(model("plain", *rows_of_price, tokenizer="o200k_base"))
    month = budget(
        max_cost_per_month=dollars("8"),
        volume=Volume(per_month=Decimal(30)),
        output=OutputTokens(),
    )
    report = check(budgets=[month], prices=changing)
    # 100 tokens: 9 calls at 2 a million and 21 at 5
    assert report.findings[0].judged == Decimal("0.0123")
    days = {"day": date(2026, 12, 1), "first": date(2026, 11, 22)}
    note = assumed("month_of_two_prices", about="acme/plain@global", **days)
    assert note in report.assumptions


def test_a_month_of_two_prices_is_judged_by_the_days_of_each() -> None:
    """10 days at 2 a million and 20 at 5 are 4 in the mean: 40 for 10,000 times 1,000 tokens."""
    rows = row(input=2, until=date(2026, 12, 1)), row(input=5, from_=date(2026, 12, 2))
    report = check(
        " ".join(["hello"] * 1_000),
        "m",
        limits=Limits(max_cost_per_month=dollars("40")),
        output_tokens=0,
        options=EstimateOptions(volume=Volume(per_month=Decimal(10_000))),
        prices=table(model("m", *rows, tokenizer="o200k_base")),
    )
    (finding,) = report.findings
    assert (finding.judged, finding.status) == (Decimal(40), Status.PASS)


def test_a_monthly_limit_without_volume_cannot_be_judged(prices: PriceTable) -> None:
    limits = Limits(max_cost_per_month=dollars("8"))
    with pytest.raises(UsageError, match="number of calls in it"):
        check("hello", "plain", limits=limits, output_tokens=0, prices=prices)


def test_an_input_fits_if_it_leaves_room_for_its_output(write: Write, prices: PriceTable) -> None:
    write(a_md=100_000 - 10_000)
    output = OutputTokens(low=100, expected=5_000, high=10_000)
    report = check(budgets=[budget(fits=True, output=output)], prices=prices)
    assert report.status is Status.PASS
    assert report.findings[0].limit == 90_000
    report = check(budgets=[budget(fits=True, reserve=10_001 - 1)], prices=prices)
    assert report.status is Status.PASS
    write(a_md=90_001)
    report = check(budgets=[budget(fits=True, reserve=10_000)], prices=prices)
    assert rows(report) == [("all", "a.md", Status.FAIL)]
    assert not report.failures


def test_a_model_with_a_limit_on_input_keeps_nothing_for_the_output(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=10)
    report = check(budgets=[budget(fits=True, reserve=500, models=("likely",))], prices=prices)
    assert report.findings[0].limit == 50_000


def test_a_window_without_room_for_the_output_is_said(write: Write, prices: PriceTable) -> None:
    write(a_md=10)

    def notes(**parts: Any) -> list[str]:
        report = check(budgets=[budget(fits=True, **parts)], prices=prices)
        return [note.code for note in report.assumptions]

    assert "window_without_output" in notes()
    assert "window_without_output" not in notes(reserve=0)
    assert "window_without_output" not in notes(output=OutputTokens.of(5))
    assert "window_without_output" not in notes(default_output=OutputTokens.of(5))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"models": ("acme/shared",)}, "the window of acme/shared is not known"),
        ({"reserve": 10_001}, "gives at most 10,000 tokens of output, not 10,001"),
    ],
)
def test_a_window_that_nobody_knows_or_an_output_that_never_comes_is_not_a_pass(
    write: Write, prices: PriceTable, parts: dict[str, Any], message: str
) -> None:
    write(a_md=10)
    report = check(budgets=[budget(fits=True, **parts)], prices=prices)
    assert (report.status, report.findings) == (Status.ERROR, ())
    assert message in str(report.failures[0].error)


def test_a_budget_may_judge_what_is_expected_instead_of_the_upper_end(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=1000)
    (high,) = check(budgets=[budget(models=("guess",))], prices=prices).findings
    limits: dict[str, Any] = {"max_tokens_per_file": int(high.expected), "models": ("guess",)}
    assert high.judged is not None
    assert high.judged > high.expected
    assert check(budgets=[budget(**limits)], prices=prices).status is Status.FAIL
    report = check(budgets=[budget(**limits, on="expected")], prices=prices)
    assert report.status is Status.PASS
    assert report.findings[0].judged == high.expected
    assert report.assumptions[0].code == "judged_at_expected"


def test_two_budgets_of_one_name_contradict_each_other(write: Write, prices: PriceTable) -> None:
    write(a_md=1)
    with pytest.raises(ConfigurationError, match=r'tokencost.toml:9: two budgets are called "all"'):
        check(budgets=[budget(place="tokencost.toml:9"), budget()], prices=prices)


def test_options_go_before_what_budgets_say(write: Write, prices: PriceTable) -> None:
    write(a_md=100)
    of_budget = budget(max_cost_per_call=dollars("1"), output=OutputTokens())
    report = check(budgets=[of_budget], prices=prices)
    assert report.findings[0].judged == Decimal("0.0002")
    report = check(models="likely", budgets=[of_budget], output_tokens=100, prices=prices)
    assert report.findings[0].expected == Decimal("0.0003")  # 100 at 1 and 100 at 2
    assert report.findings[0].model == "acme/likely@global"


def test_named_files_narrow_the_budgets(write: Write, prices: PriceTable) -> None:
    write(a_md=1, b_md=301, other__c_md=1)
    budgets = [budget(files=("/*.md",))]
    report = check(Path("a.md"), budgets=budgets, prices=prices)
    assert (rows(report), report.inputs) == ([("all", "a.md", Status.PASS)], 1)
    report = check([Path("a.md"), Path("other")], budgets=budgets, prices=prices)
    assert rows(report) == [("all", "a.md", Status.PASS)]
    assert ("files_under_no_budget", ("other/c.md",)) in [
        (note.code, note.values.get("files")) for note in report.assumptions
    ]


def test_a_sum_is_of_all_files_even_if_one_is_named(write: Write, prices: PriceTable) -> None:
    write(a_md=1, b_md=301)
    limits: dict[str, Any] = {"max_tokens": 301, "max_tokens_per_file": 300}
    report = check(Path("a.md"), budgets=[budget(**limits)], prices=prices)
    assert rows(report) == [("all", None, Status.FAIL), ("all", "a.md", Status.PASS)]
    assert report.findings[0].judged == 302


def test_files_under_no_budget_are_not_a_pass_unless_nothing_may_be_judged(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=1)
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    report = check(Path("notes.txt"), budgets=[budget()], prices=prices)
    assert report.status is Status.ERROR
    assert "falls under a budget: notes.txt" in str(report.failures[0].error)
    report = check(Path("notes.txt"), budgets=[budget()], allow_empty=True, prices=prices)
    assert (report.status, report.findings) == (Status.PASS, ())


def test_an_empty_list_passes_only_if_it_may(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=1)
    (folder / "changed").write_text("", encoding="utf-8")
    files = read_budget_files([budget()], files_from="changed")
    report = check(files, budgets=[budget()], prices=prices)
    assert report.status is Status.ERROR
    assert "the list of files is empty" in str(report.failures[0].error)
    report = check(files, budgets=[budget()], allow_empty=True, prices=prices)
    assert report.status is Status.PASS


def test_a_named_file_that_is_missing_is_not_a_pass_even_where_nothing_may_be_judged(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=1)
    report = check(Path("b.md"), budgets=[budget()], allow_empty=True, prices=prices)
    assert report.status is Status.ERROR


def test_texts_fall_under_no_budget(prices: PriceTable) -> None:
    with pytest.raises(UsageError, match="budgets are for files"):
        check("hello", budgets=[budget()], prices=prices)


def test_pictures_that_a_glob_matches_are_skipped_with_a_warning(
    write: Write, folder: Path, prices: PriceTable
) -> None:
    write(a_md=1)
    (folder / "logo.png").write_bytes(b"\x89PNG\0")
    report = check(budgets=[budget(files=("*",))], prices=prices)
    assert report.status is Status.PASS
    assert report.warnings[0].values["files"] == ("logo.png",)


def test_the_same_model_at_two_sites_is_not_summed_up(prices: PriceTable) -> None:
    models = ["haitang/tiered@cn", "haitang/tiered@intl"]
    report = check("hello world", models, limits=Limits(max_tokens=2), prices=prices)
    assert [finding.judged for finding in report.findings] == [2, 2]


def test_a_size_that_differs_from_the_recorded_one_is_a_warning(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=10, b_md=10, c_md=10, d_md=10)
    recorded = {"a.md": 10, "b.md": 12, "c.md": 8}
    report = check(budgets=[budget()], recorded=recorded, prices=prices)
    assert report.status is Status.WARN
    named = [f for f in report.findings if f.rule is Rule.RECORDED]
    assert [f"{f.file}: {f.base} is {f.judged}" for f in named] == [
        "b.md: 12 is 10",
        "c.md: 8 is 10",
    ]


def test_recorded_sizes_of_files_that_nobody_asked_about_are_neither_named_nor_written(
    write: Write, prices: PriceTable
) -> None:
    write(a_md=10, b_md=10)  # both are counted, for their sum has a limit
    together = budget(max_tokens=300)
    report = check(
        Path("a.md"), budgets=[together], recorded={"a.md": 10, "b.md": 12}, prices=prices
    )
    assert (report.status, [*report.sizes]) == (Status.PASS, ["a.md"])
    assert [finding.judged for finding in report.findings] == [20]


def test_growth_without_a_base_is_said_not_to_be_judged(write: Write, prices: PriceTable) -> None:
    write(a_md=10)
    limits: dict[str, Any] = {"max_tokens_per_file": 300, "ratchet": True}
    report = check(budgets=[budget(**limits)], prices=prices)
    assert report.status is Status.PASS
    assert "growth_not_judged" in [note.code for note in report.assumptions]


def test_a_finding_knows_its_headroom() -> None:
    finding = Finding(
        rule=Rule.FITS,
        file="a.md",
        model="m",
        limit=Decimal(10),
        expected=Decimal(8),
        judged=Decimal(12),
        unit="tokens",
        status=Status.FAIL,
    )
    assert finding.headroom == -2
    assert replace(finding, judged=None).headroom is None


def test_a_wrong_glob_is_an_error() -> None:
    with pytest.raises(InputError, match="not a pattern"):
        read_budget_files([budget(files=("[z-a]",))])


def test_workers_measure_a_text_once_for_all_budgets(
    write: Write, prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []
    measure = corpora.measured

    def measure_and_tell(work: Any, **options: Any) -> Any:
        pairs = list(work)
        measured.append(len(pairs))
        return measure(pairs, **options)

    monkeypatch.setattr(corpora, "measured", measure_and_tell)
    monkeypatch.setattr(model_count, "_LEAST_FOR_WORKERS", 1)
    write(a_md=5, b_md=6, system__c_md=7)
    budgets = [budget("system", ("system/",)), budget("all"), budget("again", max_tokens=18)]
    with workers(2):
        report = check(budgets=budgets, prices=prices)
    assert measured == [1, 2]  # of the second budget what the first has not measured
    assert [str(finding.judged) for finding in report.findings] == ["7", "5", "6", "7", "18"]


@pytest.mark.parametrize(
    ("globs", "error"),
    [
        (("*.png",), 'no text falls under budget "none"'),
        (("",), 'no text falls under budget "none"'),
        (("# *.md",), 'no file of budget "none" matches "# *.md"'),
        (("!*.md",), 'no text falls under budget "none"'),
    ],
)
def test_a_budget_of_no_text_is_not_a_pass_beside_one_that_is_kept(
    write: Write, folder: Path, prices: PriceTable, globs: tuple[str, ...], error: str
) -> None:
    write(a_md=1)
    (folder / "logo.png").write_bytes(b"\x89PNG\0")
    report = check(budgets=[budget("kept"), budget("none", globs)], prices=prices)
    assert report.status is Status.ERROR
    assert error in str(report.failures[0].error)


def test_after_a_promise_the_list_price_is_judged_and_on_a_promised_day_the_promised_one(
    write: Write,
) -> None:
    write(a_md=100)
    prices = table(
        model(
            "m",
            tokenizer="o200k_base",
            kind="promo",
            promised_until=date(2026, 11, 21),
            list={"input": 5, "output": 5},
            input=2,
            output=2,
        )
    )
    for on in (Basis.HIGH, Basis.EXPECTED):
        limited = budget(
            models=("m",),
            max_cost_per_call=dollars("0.0004"),  # 100 tokens at 4 a million
            output=OutputTokens(),
            on=on,
        )
        report = check(budgets=[limited], prices=prices)  # of 2026-11-22
        assert (report.status, report.findings[0].judged) == (Status.FAIL, Decimal("0.0005"))
        assert [note.code for note in report.warnings] == ["promise_ended"]
        day = EstimateOptions(price_date=parse_price_date("2026-11-21"))
        report = check(budgets=[limited], options=day, prices=prices)
        assert (report.status, report.findings[0].judged) == (Status.PASS, Decimal("0.0002"))


def test_without_a_day_a_check_judges_what_follows_a_promotion(write: Write) -> None:
    write(a_md=100)
    rows = (
        row(kind="promo", input=2, output=2, until=date(2026, 11, 30)),
        row(input=4, output=4, from_=date(2026, 12, 1)),
    )
    prices = table(model("m", *rows, tokenizer="o200k_base"))
    limited = budget(models=("m",), max_cost_per_call=dollars("0.0003"), output=OutputTokens())
    report = check(budgets=[limited], prices=prices)
    assert (report.status, report.findings[0].judged) == (Status.FAIL, Decimal("0.0004"))
    assert report.findings[0].expected == Decimal("0.0002")
    for day, status in (("2026-11-30", Status.PASS), ("2026-12-01", Status.FAIL)):
        options = EstimateOptions(price_date=parse_price_date(day))
        assert check(budgets=[limited], options=options, prices=prices).status is status
