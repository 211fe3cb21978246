"""What 1,000 small texts cost beside the same characters in one: as a list, and in a loop.

And what 1,000 small requests cost beside 1,000 small texts, in the forms that most people send.

    python tests/benchmarks/many_texts.py

Prints the time of each for a few vocabularies, in a fresh encoding, as a ratio to one text; and
what one more call of `count` and `estimate` takes once the full encoder is there.
"""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import tokencost
from tokencost.tokenizers import registry
from tokencost.tokenizers.bpe import Encoding, announce

NAMES = ("o200k_base", "qwen3.5", "deepseek-v3", "gemma4", "kimi")
TEXTS = [
    f"Question {number}: summarise ticket {number * 7919} in two short sentences for the team."
    for number in range(1000)
]


def milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def count_one(counter: Encoding) -> None:
    counter.count("\n".join(TEXTS))


def count_announced(counter: Encoding) -> None:
    with announce(TEXTS):
        count_in_turn(counter)


def count_in_turn(counter: Encoding) -> None:
    for text in TEXTS:
        counter.count(text)


def count_fully(counter: Encoding) -> None:
    counter.count("a b " * 50_000)


def call_in_turn(call: Callable[..., object]) -> None:
    for text in TEXTS:
        call(text, "gpt-4o")


TOOL = {
    "name": "get_weather",
    "description": "Current weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CALL = {"type": "tool_use", "id": "a", "name": "get_weather", "input": {"city": "Bonn"}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "rain"}


def forms(text: str) -> dict[str, tuple[str, object]]:
    """Return bodies that say *text*, each with the model that is asked, the text first."""
    user = {"role": "user", "content": text}
    items = [{"role": "user", "content": [{"type": "input_text", "text": text}]}]
    talk = [user, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": [RESULT]}]
    claude, gpt = "claude-sonnet-4-5", "gpt-4o"
    return {
        "text": (gpt, {"text": text}),
        "chat": (gpt, {"model": gpt, "messages": [user]}),
        "Responses": (gpt, {"model": gpt, "input": text}),
        "items of Responses": (gpt, {"model": gpt, "input": items}),
        "text of Claude": (claude, {"text": f"{text} {TOOL} {CALL} {RESULT}"}),
        "tool, call and result of Claude": (
            claude,
            {"model": claude, "max_tokens": 300, "tools": [TOOL], "messages": talk},
        ),
    }


def count_file(path: Path, model: str) -> None:
    tokencost.count(tokencost.read_prompts([str(path)]), model)


def print_forms() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "requests.jsonl"
        for name in forms(""):
            bodies = [forms(text)[name] for text in TEXTS]
            path.write_text("".join(json.dumps(body) + "\n" for _, body in bodies))
            model = bodies[0][0]
            spent = min(milliseconds(partial(count_file, path, model)) for _ in range(5))
            print(f"{name}: 1,000 lines are read and counted in {spent:.0f} ms")


def savings_of_all(prompts: list[str] | list[list[dict[str, str]]]) -> None:
    tokencost.savings(tokencost.estimate(prompts, "gpt-4o"))


def main() -> None:
    for name in NAMES:
        times = []
        for work in (count_one, count_announced, count_in_turn, count_fully):
            counter = Encoding(registry.encoding(name).recipe)
            times.append(milliseconds(partial(work, counter)))
        one, announced, loop, full = times
        print(
            f"{name:12} one text {one:5.0f} ms, 1,000 announced {announced / one:4.1f}x, "
            f"one by one {loop / full:4.1f} full encoders ({full:.0f} ms)"
        )
    calls: tuple[Callable[..., object], ...] = (tokencost.count, tokencost.estimate)
    for call in calls:
        for text in TEXTS[:100]:
            call(text, "gpt-4o")
        spent = milliseconds(partial(call_in_turn, call))
        print(f"{call.__name__}: {spent / len(TEXTS):.3f} ms a call")
    print_forms()
    requests = [[{"role": "user", "content": text}] for text in TEXTS]
    for prompts in (TEXTS[:300], requests[:300]):
        savings_of_all(prompts)  # imports, and values that are made often
    of_texts = [milliseconds(partial(savings_of_all, TEXTS)) for _ in range(5)]
    of_requests = [milliseconds(partial(savings_of_all, requests)) for _ in range(5)]
    print(f"savings: 1,000 texts {min(of_texts):.0f} ms, 1,000 requests {min(of_requests):.0f} ms")


if __name__ == "__main__":
    main()
