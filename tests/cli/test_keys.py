"""The keys of every JSON report: what scripts rely on."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands import OWN, Run
from tests.conftest import PRICES
from tests.price_tables import schema_mistakes
from tokencost import builtin_path, json_schema, schema_names
from tokencost.inputs.request_formats import FORMATS
from tokencost.pricing import SINGLE_RATES
from tokencost.pricing.parse.price_rows import ROW_KEYS

SCHEMAS = schema_names()
ENVELOPE = (
    "schema schema_version tool{name version} fx assumptions assumed{code text about} "
    "warnings{code text about} errors{code message hint input model} "
)
RANGE = "input input_low input_high method tokenizer uncounted"
TOKENS = f"{RANGE} basis overhead overhead_basis"
RATES = (
    "input output output_thinking cache_read cache_read_explicit cache_storage_hour cache_write{}"
)
CONVERTED = "currency expected low high per_calls month month_low month_high"

# Keys by report, those within another key in braces; an object with free keys has none.
KEYS = {
    "count": f"results{{input kind format model tokens{{{TOKENS}}}}} "
    f"totals{{model tokens{{{RANGE}}}}}",
    "estimate": "assumptions{output_tokens{low expected high} calls volume_per_month mode thinking}"
    f" results{{input kind format model site tokens{{{TOKENS} output}} "
    "usage{uncached_input cache_read cache_write{} output} "
    "cost{currency low expected high input output "
    "parts{uncached_input cache_read cache_write storage fees} per_calls month month_low "
    f"month_high}} cost_converted{{{CONVERTED}}} price{{{RATES} derived{{}} mode tier hours "
    "price_kind from until checked source confidence} context{window fits} "
    "warnings{code text about}} "
    f"totals{{model site currency calls tokens{{{RANGE} output}} expected low high month "
    f"month_low month_high converted{{{CONVERTED}}}}}",
    "compare": "assumptions{output_tokens{low expected high} calls volume_per_month mode thinking "
    f"currency}} results{{rank model site status tokens{{{RANGE} output}} "
    "cost{currency low expected high month month_low month_high} cost_common month_common "
    "ratio problem assumed{code text about} warnings{code text about}}",
    "check": "status findings{budget rule file model limit expected judged headroom unit base "
    "status}",
    "session": "assumptions{session{turns user tool_output output_tokens summary agents staged "
    "turn_interval_seconds gap_seconds{} hit_rate volume_per_month thinking}} "
    f"results{{model site prefix{{{TOKENS}}} cache{{kind ttl hit_rate certainty}} no_cache "
    "turns{turn kind agents input output without_cache with_cache "
    "billed{share uncached_input cache_read cache_write{} output}} "
    "total{calls input output cache_read cache_write currency without_cache with_cache saving low "
    "high month month_low month_high converted{currency cost without_cache low high month "
    "month_low month_high}} compact_at "
    f"prices{{{RATES} tier price_kind checked source confidence}} warnings{{code text about}}}}",
    "compress": f"results{{input kind format content_type model before{{{TOKENS}}} "
    f"after{{{TOKENS}}} prefix_stable steps{{transform level accepted reason before after}}}}",
    "transforms": "results{transform level runs kinds prefix_stable summary}",
    "tokenizers": "results{name method origin basis} "
    "learned{model factor low high overhead requests source}",
    "calibration": "results{model requests factor low high overhead error_before_percent source} "
    "left_out forgotten",
    "models": "assumptions{unit} results{model site currency aliases "
    "tokenizer{name method assumed} context max_input max_output retired ends replaced_by "
    "cache{implicit exclusive explicit in_batch source} contract_percent_off "
    "volume{kind steps{tokens pay} source checked note} "
    f"prices{{in_force from until price_kind rates{{{RATES}}} derived{{}} of_site "
    f"list lasting tiers{{for rates{{{RATES}}} derived{{}} modes{{{RATES}}}}} modes{{{RATES}}} "
    "schedule context input_max fees{} source page checked confidence note}}",
    "prices_changes": "dry_run changes{what name reason detail}",
    "prices_diff": "old new added removed changed{model row key old new change}",
    "prices_validate": "file valid models rows mistakes{message hint}",
    "failure": "results",
    "doctor": "results{key value origin} files{project user shipped_prices own_prices} budgets "
    "budget_models{budget model origin} "
    "recorded table{days day models too_old} engine tokenizers{name method origin} versions{}",
}
_ROW = (
    "{id name applies reason usage{calls uncached_input cache_read cache_write{} output cost} "
    "storage per_call per_calls month converted{currency per_call per_calls month} saving "
    "saving_percent worst_case break_even_calls break_even_per_hour certainty content "
    "assumptions{code text about}}"
)
SCENARIOS = (
    "scenarios{model site currency reason prefix{tokens basis ends_at{line reason text} reordered "
    f"reordered_lines notes{{code text about}}}} baseline{_ROW} best{_ROW} best_if_waiting{_ROW} "
    f"rows{_ROW} limits{{code text about}} alternatives{{model site scenario currency per_calls "
    "compared compared_month free} warnings{code text about}}"
)
# What these hold is common to all reports, or rates as elsewhere.
_END = f"{{model site tokens{{{RANGE}}} cost{{currency low expected high month}}}}"
_DIFFERENCE = (
    f"base{_END} head{_END} delta{{tokens currency cost month}} "
    "because{prompt prices model exchange_rate}"
)
KEYS["diff"] = (
    "assumptions{output_tokens{low expected high} volume_per_month mode thinking} status "
    "base{ref commit} head{ref commit} limit{amount unit per expected judged} "
    f"files{{path was status budget {_DIFFERENCE}}} totals{{budget files changed {_DIFFERENCE}}}"
)
FREE = {"fx", "implicit", "explicit", "list", "lasting"}


def paths(text: str) -> set[str]:
    """Return the paths of a list of keys with braces."""
    result, parents, name = set(), [""], ""
    for word in text.replace("{", " { ").replace("}", " } ").split():
        if word == "{":
            parents.append(f"{name}.")
        elif word == "}":
            parents.pop()
        else:
            name = f"{parents[-1]}{word}"
            result.add(name)
    return result


def properties(schema: Mapping[str, Any], node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path of every key that *node* allows, with what the schema says of it."""
    if not isinstance(node, Mapping):
        return
    if "$ref" in node:
        yield from properties(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], path)
    for name, value in node.get("properties", {}).items():
        yield f"{path}{name}", value
        yield from properties(schema, value, f"{path}{name}.")
    inner = [node.get("items"), node.get("additionalProperties")]
    for part in (*inner, *node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from properties(schema, part, path)


def test_the_keys_of_every_report_are_written_here() -> None:
    assert set(KEYS) == set(SCHEMAS) - {"configuration", "price_file"}


@pytest.mark.parametrize("name", KEYS)
def test_the_keys_of_a_report_are_those_that_scripts_rely_on(name: str) -> None:
    schema = json_schema(name)
    keys = {path for path, _ in properties(schema, schema) if not FREE & set(path.split(".")[:-1])}
    expected = paths(ENVELOPE + KEYS[name]) | {"prices"}
    if json_schema(name)["properties"]["prices"].get("type") != "null":
        expected |= paths("prices{as_of at sources digest set_in{} age{days day limit set_in}}")
    expected |= paths(SCENARIOS) if name == "estimate" else set()
    assert sorted(keys) == sorted(expected)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_has_an_id_and_says_what_every_key_is(name: str) -> None:
    schema = json_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:tokencost:schema:{name}"
    nodes = [schema, *schema.get("$defs", {}).values()]
    keys = [key for node in nodes for key in properties(schema, node)]
    assert [path for path, value in keys if not value.get("description")] == []


@pytest.mark.parametrize("name", ["count", "compress", "estimate"])
def test_a_schema_has_every_form_of_requests(name: str) -> None:
    schema = json_schema(name)
    (form,) = (value for path, value in properties(schema, schema) if path == "results.format")
    assert sorted(form["enum"][:-1]) == sorted(format_.name for format_ in FORMATS)
    assert form["enum"][-1] is None


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed(name: str, tokencost: Run) -> None:
    assert json.loads(tokencost("schema", name).stdout) == json_schema(name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("estimates", "did you mean estimate?"), ("all", f"known are {', '.join(SCHEMAS)}")],
)
def test_a_schema_that_is_unknown_is_an_error_with_the_one_that_is_meant_or_all_names(
    tokencost: Run, name: str, hint: str
) -> None:
    result = tokencost("schema", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f'error: unknown schema "{name}"\nhint:  {hint}\n'


def test_price_files_keep_their_schema() -> None:
    for data in (builtin_path().read_bytes(), PRICES.read_bytes(), OWN.encode()):
        assert schema_mistakes(data) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("input = 3.0", "input = -3.0"),
        ("input = 3.0", 'input = "3"'),
        ("checked", "chekced"),
        ('id = "plain"', ""),
        ("haitang = 10", "haitang = 100"),
    ],
)
def test_an_editor_sees_what_is_wrong_with_a_price_file(old: str, new: str) -> None:
    assert schema_mistakes(OWN.replace(old, new).encode())


def test_the_schema_of_price_files_has_the_keys_of_a_row() -> None:
    row = json_schema("price_file")["$defs"]["row"]["properties"]
    assert set(row) == {key for key in ROW_KEYS if key} | {*SINGLE_RATES, "cache_write"}
