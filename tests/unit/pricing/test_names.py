"""Names as people, clouds and tools write them, by the rules of the shipped table."""

import re

import pytest

from tests.price_tables import model, overlay, price_file, provider, read, row, table
from tokencost import count, find_model, find_offer, list_models, load_price_table
from tokencost.errors import NoPriceError, UnknownModelError, UsageError
from tokencost.pricing import Selection
from tokencost.pricing.names import spelling

SHIPPED = load_price_table()


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        # what answers of the maker's API say: documented snapshots
        ("gpt-4o-2024-08-06", "openai/gpt-4o@global"),
        ("gpt-5.2-2025-12-11", "openai/gpt-5.2@global"),
        ("claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5@global"),
        ("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5@global"),
        ("qwen3.7-max-2026-05-20", "alibaba/qwen3.7-max@cn"),
        ("mistral-large-latest", "mistral/mistral-large-2512@global"),
        # a snapshot with rates of its own is a model of its own
        ("qwen3-max-2025-09-23", "alibaba/qwen3-max-2025-09-23@cn"),
        # Volcengine: dashes for dots, and a date
        ("doubao-seed-1-6-250615", "volcengine/doubao-seed-1.6@cn"),
        ("doubao-1-5-pro-32k-250115", "volcengine/doubao-1.5-pro-32k@cn"),
        ("doubao-seed-code-preview-251028", "volcengine/doubao-seed-code@cn"),
        # other spellings of the maker's own name
        ("MINIMAX-m2.5", "minimax/MiniMax-M2.5@cn"),
        ("anthropic/claude-opus-4.8", "anthropic/claude-opus-4-8@global"),
        ("claude-4.8-opus", "anthropic/claude-opus-4-8@global"),
        ("claude-sonnet-5-5[1m]", "anthropic/claude-sonnet-5-5@global"),
        # prefixes of makers in other tools, some of which mean one of the maker's sites
        ("models/gemini-2.5-pro", "google/gemini-2.5-pro@global"),
        ("gemini/gemini-2.5-flash", "google/gemini-2.5-flash@global"),
        ("google-gla:gemini-2.5-flash", "google/gemini-2.5-flash@global"),
        ("openai:gpt-4o", "openai/gpt-4o@global"),
        ("dashscope/qwen3-max", "alibaba/qwen3-max@intl"),
        ("moonshot/kimi-k2.6", "moonshotai/kimi-k2.6@intl"),
        ("zai/glm-4.7", "zhipu/glm-4.7@intl"),
        ("zhipuai/glm-4.7", "zhipu/glm-4.7@cn"),
        # a maker's bare name is the maker's, whoever resells the model
        ("glm-5", "zhipu/glm-5@cn"),
        ("tencent/glm-5", "zhipu/glm-5@tencent"),
        ("openrouter/z-ai/glm-5.3", "zhipu/glm-5.3@openrouter"),
        ("z-ai/glm-5.3", "zhipu/glm-5.3@openrouter"),
        ("openrouter/qwen/qwen3.8-max-0902", "alibaba/qwen3.8-max@openrouter"),
        ("deepseek-v3-2-251201", "deepseek/deepseek-v3.2@volcengine"),
        ("volcengine/glm-5-2-260617", "zhipu/glm-5.2@volcengine"),
        ("deepseek-v4-pro-0813", "deepseek/deepseek-v4-pro@cn"),
        ("xai/grok-4.20-beta-latest-non-reasoning", "xai/grok-4.20-0309-non-reasoning@global"),
        ("gemini-3.1-pro-preview-customtools", "google/gemini-3.1-pro-preview@global"),
    ],
)
def test_a_name_means_a_model_at_a_site(name: str, offer: str) -> None:
    assert find_offer(SHIPPED, name).name == offer


@pytest.mark.parametrize(
    ("name", "id_", "site"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5", "bedrock-us"),
        ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6", "bedrock"),
        (
            "bedrock/us-gov-west-1/claude-sonnet-4-5-20250929-v1:0",
            "claude-sonnet-4-5",
            "bedrock-us-gov-west-1",
        ),
        ("global.anthropic.claude-opus-5", "claude-opus-5", "bedrock-global"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-7",
            "claude-opus-4-7",
            "bedrock-us",
        ),
        ("bedrock/openai.gpt-oss-120b-1:0", "gpt-oss-120b", "bedrock"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "llama-3.3-70b-instruct", "bedrock-us"),
        ("claude-opus-4-5@20251101", "claude-opus-4-5", "vertex"),
        ("vertex_ai/claude-opus-4-7@default", "claude-opus-4-7", "vertex"),
        ("vertex_ai/deepseek-ai/deepseek-v3.2-maas", "deepseek-v3.2", "vertex"),
        ("vertex_ai/gemini-2.5-pro", "gemini-2.5-pro", "vertex"),
        ("azure/gpt-4o", "gpt-4o", "azure"),
        ("azure/eu/gpt-4o-2024-11-20", "gpt-4o", "azure-eu"),
        ("openrouter/anthropic/claude-sonnet-4.5", "claude-sonnet-4-5", "openrouter"),
        ("anthropic/claude-4.6-sonnet-20260217", "claude-sonnet-4-6", "openrouter"),
        ("x-ai/grok-4.7", "grok-4.7", "openrouter"),
        ("deepseek-ai/DeepSeek-V3.2", "deepseek-v3.2", "huggingface"),
        ("accounts/fireworks/models/kimi-k2p6", "kimi-k2.6", "fireworks"),
        ("fireworks_ai/accounts/fireworks/models/glm-5p2", "glm-5.2", "fireworks"),
        ("together_ai/zai-org/GLM-5.3", "glm-5.3", "together"),
        ("groq/openai/gpt-oss-120b", "gpt-oss-120b", "groq"),
        ("llama-3.3-70b-versatile", "llama-3.3-70b-instruct", "groq"),
        ("zai-glm-4.7", "glm-4.7", "cerebras"),
        ("siliconflow/Pro/zai-org/GLM-5.1", "glm-5.1", "siliconflow"),
        ("ollama/llama3.1", "llama-3.1-8b-instruct", "local"),
        ("ft:gpt-4o-2024-08-06:acme::abc", "gpt-4o", "fine-tuned"),
        ("dashscope/glm-5.1", "glm-5.1", "alibaba"),
        # what a subscription or an endpoint with keys of its own has is not the maker's price
        ("chatgpt/gpt-5.5", "gpt-5.5", "chatgpt"),
        ("codestral/codestral-latest", "codestral-2508", "codestral"),
        # a cloud's name that differs from the maker's by a dot alone, or by a word
        ("deepseek.v3.2", "deepseek-v3.2", "bedrock"),
        ("mistral.ministral-3-14b-instruct", "ministral-14b-2512", "bedrock"),
        ("us.meta.llama3-2-90b-instruct-v1:0", "llama-3.2-90b-vision-instruct", "bedrock-us"),
        ("in.moonshotai.kimi-k3", "kimi-k3", "bedrock-in"),
        ("cohere.embed-v4:0", "embed-v4.0", "bedrock"),
        ("bedrock/claude_platform/claude-opus-4-8", "claude-opus-4-8", "bedrock"),
        ("vertex_ai/mistral-medium-3@001", "mistral-medium-2505", "vertex"),
        ("azure/us-gov/gpt-5.1", "gpt-5.1", "azure-us-gov"),
        ("azure_ai/FW-GLM-5.3-Flash", "glm-5.3-flash", "azure"),
        ("azure_ai/Cohere-command-a-plus-05-2026", "command-a-plus-05-2026", "azure"),
        ("databricks/databricks-gemini-3-1-pro", "gemini-3.1-pro-preview", "databricks"),
        ("system.ai.kimi-k3", "kimi-k3", "databricks"),
        ("snowflake/openai-gpt-5-mini", "gpt-5-mini", "snowflake"),
        ("gradient_ai/anthropic-claude-3.7-sonnet", "claude-3-7-sonnet-latest", "gradient_ai"),
        ("novita/qwen/qwen3-32b-fp8", "qwen3-32b", "novita"),
        ("novita/xiaomimimo/mimo-v2.5", "mimo-v2.5", "novita"),
        ("ollama/gpt-oss:120b-cloud", "gpt-oss-120b", "local"),
    ],
)
def test_a_name_that_says_where_it_is_bought_never_has_the_makers_price(
    name: str, id_: str, site: str
) -> None:
    assert find_model(SHIPPED, name).id == id_
    with pytest.raises(NoPriceError, match=f'no price at site "{site}"') as raised:
        find_offer(SHIPPED, name)
    makers = [f"{find_model(SHIPPED, name).name}@{at}" for at in find_model(SHIPPED, name).sites]
    assert not makers or makers[0] in raised.value.hint


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("openrouter/z-ai/glm-5.3:free", 'for ":free", OpenRouter\'s free endpoints'),
        ("deepseek/deepseek-v3.2:nitro", 'for ":nitro", the fastest endpoint'),
        (
            "openrouter/deepseek/deepseek-v4-pro",
            'under the name "deepseek-v4-pro", only as "deepseek-v4-pro-0813"',
        ),
    ],
)
def test_what_a_reseller_sells_beside_a_model_is_said_and_not_priced(name: str, says: str) -> None:
    with pytest.raises(NoPriceError, match=f'no price at site "openrouter" {says}'):
        find_offer(SHIPPED, name)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("gpt-4o-2025-01-01", "openai/gpt-4o"),
        ("claude-sonnet-4-5-20990101", "anthropic/claude-sonnet-4-5"),
        ("claude-opus-4-9", "anthropic/claude-opus-4-8"),
        ("us.anthropic.claude-sonnet-9-v1:0", "anthropic/claude-sonnet-5-5"),
        ("doubao-seed-2-0-pro-270101", "volcengine/doubao-seed-2.0-pro"),
        ("cluade-opus-4-8", "anthropic/claude-opus-4-8"),
        ("qwen3-mx", "alibaba/qwen3-max"),
        ("claude-opus-4-8@20990101", "anthropic/claude-opus-4-8"),
        ("sonar-ultra", "perplexity/sonar"),
        ("baseten/zai-org/GLM-5.2-Fast", "zhipu/glm-5.2"),
        ("crusoe/zai-org/GLM-5-FP8", "zhipu/glm-5"),
        ("aihubmix/gpt-5.4-high", "openai/gpt-5.4"),
        ("us.moonshotai.kimi-k3.1", "moonshotai/kimi-k3.1-pro"),
        ("deepinfra/meta-llama/Meta-Llama-3.1-70B-Instruct-Ultra", "meta/llama-3.1-70b-instruct"),
        ("nebius/nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B", "nvidia/nemotron-3-nano-30b-a3b"),
        ("cloudflare/@cf/meta/llama-3.1-8b-instruct-lora", "meta/llama-3.1-8b-instruct"),
        ("bedrock/us-gov-east-1/nvidia.nemotron-nano-9b-v2", "nvidia/nemotron-3-nano-30b-a3b"),
        ("vertex_ai/codestral@2405", "mistral/codestral-2508"),
        ("mistral/zai-glm-latest", "zhipu/glm-5.3"),
        ("vercel/alibaba/qwen-3-235b", "alibaba/qwen3-235b-a22b"),
        ("gtp-4o", "openai/gpt-4o"),
        ("sonet-4.6", "anthropic/claude-sonnet-4-6"),
    ],
)
def test_a_date_or_version_nobody_documents_is_unknown_and_its_family_is_suggested(
    name: str, first: str
) -> None:
    with pytest.raises((UnknownModelError, NoPriceError)) as raised:
        find_offer(SHIPPED, name)
    assert first in raised.value.hint.split(" or ")[0]


@pytest.mark.parametrize(
    "name",
    [
        *("azure_ai/MAI-DS-R1", "thinkingmachines/Inkling", "inclusionAI/Ling-3.0-flash"),
        *("us.twelvelabs.pegasus-1-2-v1:0", "vercel/v0-1.5-md", "ollama/codegeex4"),
        *("rolm-ocr", "watsonx/bigscience/mt0-xxl", "perplexity/pplx-embed-v1-4b"),
        *("vertex_ai/deep-research-pro-preview-12-2025", "HunyuanOCR"),
    ],
)
def test_a_model_of_a_maker_that_the_table_does_not_know_suggests_nobody_elses(name: str) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(SHIPPED, name)
    assert "did you mean" not in raised.value.hint


@pytest.mark.parametrize(
    ("name", "day", "successor"),
    [
        ("gpt-4-32k", "2025-06-06", "openai/gpt-4o took its place (USD 2.5 in"),
        ("chatgpt-4o-latest", "2026-02-17", "openai/gpt-5.6-sol took its place (USD 5 in"),
        ("computer-use-preview", "2026-07-23", "openai/gpt-5.4-mini took its place (USD 0.75 in"),
        ("anthropic.claude-instant-v1", "2024-11-06", "anthropic/claude-haiku-4-5 took its place"),
    ],
)
def test_a_retired_model_that_never_had_a_price_here_names_what_is_sold_in_its_place(
    name: str, day: str, successor: str
) -> None:
    with pytest.raises(NoPriceError, match=f"was retired on {day}") as raised:
        find_offer(SHIPPED, name)
    assert successor in raised.value.hint


def test_the_name_of_a_family_lists_its_models_with_prices_the_newest_first() -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(SHIPPED, "sonnet")
    sonnets = "sonnet-5-5 sonnet-5 sonnet-4-6 sonnet-4-5 sonnet-4-0 3-7-sonnet-latest"
    names = [f"anthropic/claude-{name}" for name in f"{sonnets} 3-5-sonnet-20241022".split()]
    assert list(raised.value.similar) == names


@pytest.mark.parametrize(
    ("called", "maker", "beginning"),
    [
        ("豆包", "volcengine", "doubao"),
        ("通义千问", "alibaba", "qwen"),
        ("千问", "alibaba", "qwen"),
        ("文心一言", "baidu", "ernie"),
        ("文心", "baidu", "ernie"),
        ("智谱", "zhipu", "glm"),
        ("清言", "zhipu", "glm"),
        ("月之暗面", "moonshotai", "kimi"),
        ("月之暗面 Kimi", "moonshotai", "kimi"),
        ("混元", "tencent", "h"),
        ("星火", "iflytek", "spark"),
        ("深度求索", "deepseek", "deepseek"),
        ("小米", "xiaomi", "mimo"),
        ("稀宇", "minimax", "MiniMax"),
        ("zhipu", "zhipu", "glm"),
    ],
)
def test_what_people_call_a_maker_or_a_family_is_answered_with_its_models_and_never_with_one(
    called: str, maker: str, beginning: str
) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_offer(SHIPPED, called)
    assert raised.value.similar[0].startswith(f"{maker}/{beginning}")
    assert {name.partition("/")[0] for name in raised.value.similar} == {maker}
    query = re.search("`tokencost models (.*)`", raised.value.hint)
    assert query is not None
    listed = [listing.offer.model.name for listing in list_models(query[1]).listed]
    assert set(raised.value.similar) <= set(listed)


@pytest.mark.parametrize(
    ("called", "model"),
    [
        ("豆包1.6", "volcengine/doubao-seed-1.6"),
        ("豆包-seed-1.6", "volcengine/doubao-seed-1.6"),
        ("通义千问3-max", "alibaba/qwen3-max"),
        ("智谱GLM-4.7", "zhipu/glm-4.7"),
        ("智谱4.7", "zhipu/glm-4.7"),
        ("豆包大模型", "volcengine/doubao-seed-1.8"),
        ("百川", "baichuan/Baichuan4"),
    ],
)
def test_what_stands_beside_a_family_picks_what_is_suggested_of_it(called: str, model: str) -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(SHIPPED, called)
    assert raised.value.similar[0] == model


def test_a_query_lists_a_family_by_what_people_call_it_and_the_other_words() -> None:
    family = table(
        provider("acme", known_as=["艾克"], families={"doubao": ["豆包"]}),
        model("doubao-1", input=1),
        model("doubao-2", input=1),
        model("other", input=1),
    )

    def names(query: str) -> list[str]:
        return [listing.offer.model.id for listing in list_models(query, prices=family).listed]

    assert names("豆包") == ["doubao-1", "doubao-2"]
    assert names("豆包 2") == names("豆包2") == ["doubao-2"]
    assert names("艾克") == ["doubao-1", "doubao-2", "other"]


def test_a_family_that_a_selection_leaves_out_is_not_unknown() -> None:
    for query in ("豆包", "doubao-seed-1.6"):
        with pytest.raises(UsageError, match="no model of the table is selected"):
            list_models(query, selection=Selection(providers=("openai",)))


def test_no_suggestion_is_of_another_maker_than_the_name_speaks_of() -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(SHIPPED, "anthropic/gpt-9")
    assert all(name.startswith("anthropic/") for name in raised.value.similar)


def test_tokens_are_counted_where_only_the_price_is_missing() -> None:
    names = ["us.anthropic.claude-opus-4-8", "azure/gpt-4o", "groq/openai/gpt-oss-120b"]
    assert [result.model for result in count("hello", names).results] == [
        *("anthropic/claude-opus-4-8", "openai/gpt-4o", "openai/gpt-oss-120b")
    ]


def test_a_search_for_a_foreign_name_lists_the_models_sites() -> None:
    listed = list_models("us.anthropic.claude-sonnet-4-5-20250929-v1:0").listed
    assert [listing.offer.name for listing in listed] == ["anthropic/claude-sonnet-4-5@global"]
    with pytest.raises(NoPriceError, match="perplexity/sonar: no price at any site"):
        list_models("sonar")


def test_no_two_models_of_a_maker_share_a_spelling() -> None:
    owners: dict[tuple[str, str], str] = {}
    for one in SHIPPED.models:
        for name in one.names:
            assert owners.setdefault((one.provider, spelling(name)), one.name) == one.name


def test_every_prefix_stands_for_one_provider_and_a_site_that_exists() -> None:
    prefixes = [prefix for one in SHIPPED.providers.values() for prefix in one.prefixes]
    assert len(prefixes) == len(set(prefixes))
    for name, site in SHIPPED.prefixes.values():
        assert not site or site in SHIPPED.providers[name].sites or SHIPPED.seller_at(site)


def test_a_reseller_is_a_site_with_a_price_and_a_currency_of_its_own() -> None:
    prices = table(
        provider("acme"),
        provider("shop", sites={"here": "CNY"}, resells=True, prefixes=["store"]),
        model("m", row(input=2, output=8), row(site="shop", input=20, output=80)),
    )
    at_maker, at_shop = find_offer(prices, "m"), find_offer(prices, "store/acme/m")
    assert (at_maker.name, at_maker.currency) == ("acme/m@global", "USD")
    assert (at_shop.name, at_shop.currency, at_shop.provider.id) == ("acme/m@shop", "CNY", "shop")
    with pytest.raises(NoPriceError, match='no price at site "shop-east"'):
        find_offer(prices, "m@shop-east")


def test_what_somebody_lists_as_a_resellers_model_is_a_site_of_the_makers() -> None:
    shipped = price_file(
        provider("acme"),
        provider("shop", resells=True),
        model("m", input=2, output=8, tokenizer="qwen2"),
    )
    prices = read(shipped, overlay(model("acme/m", provider="shop", input=3, output=9)))
    offer = find_offer(prices, "shop/acme/m")
    assert (offer.name, offer.model.tokenizer) == ("acme/m@shop", "qwen2")
    assert [str(price.rates.base.input) for price in offer.prices] == ["3"]


def test_of_a_family_a_few_models_are_named_and_the_command_that_lists_it() -> None:
    with pytest.raises(UnknownModelError) as raised:
        find_model(SHIPPED, "claude")
    names = " or ".join(raised.value.similar[:3])
    assert raised.value.hint == f"did you mean {names}? `tokencost models claude` lists them all"


@pytest.mark.parametrize("name", ["b", "c", "d", "e", "a\t0:", "a\nf", "x\na", "'b\\tc'"])
def test_a_name_of_several_lines_or_columns_is_nobody_s(name: str) -> None:
    own = table(model("a", input=1, output=1, aliases=["b\tc", "d\ne", "f"]))
    assert find_model(own, "a") == find_model(own, " F\n")
    with pytest.raises(UnknownModelError):
        find_model(own, name)


@pytest.mark.parametrize("name", ["my\u00a0model", "my\u3000model", "b\tc", "d\ne", "x\u200by"])
def test_a_name_with_characters_that_are_not_shown_is_one_like_any_other(name: str) -> None:
    own = table(model("a", input=1, output=1, aliases=[name, "f"]), model("g", input=2, output=2))
    assert find_model(own, name).id == find_model(own, name.upper()).id == "a"
    assert find_model(own, "g").id == "g"
