"""What speed is promised, as ratios: each part can be measured by itself."""

import json
from collections.abc import Callable, Sequence
from functools import partial

import tokencost
from tests.benchmarks import corpora
from tests.benchmarks.measurements import FAST, TIKTOKEN, US, Ratio
from tests.benchmarks.processes import Command, Run, Runs
from tests.benchmarks.setting import MODEL, Setting, of_processors, of_walls, peak, wall

_OF_A_TEXT = 0.0001  # seconds that a short text may take beside its bytes
_EMPTY = "`python -c pass`"
_FEW = 12  # models that are compared
_LOOP = """
import json, sys, time, tiktoken._tiktoken, tokencost
from tokencost.tokenizers import engine
built, init = [], engine.Encoder.__init__
def note(self, ranks, **options):
    if len(ranks) > 100_000:
        built.append(1)
    init(self, ranks, **options)
engine.Encoder.__init__ = note
texts = json.load(open(sys.argv[1]))
took = {}
for name, call in {"count": tokencost.count, "estimate": tokencost.estimate}.items():
    for text in texts:
        call(text, "gpt-4o")
    started = time.perf_counter()
    for text in texts:
        call(text + "?", "gpt-4o")
    took[name] = 1000 * (time.perf_counter() - started) / len(texts)
print(json.dumps({"encoders": len(built), **took}))
"""
_LIST = """
import json, sys, tokencost
print(sum(r.tokens.expected for r in tokencost.count(json.load(open(sys.argv[1]))).results))
"""


def cold(setting: Setting, ttok: str | None) -> list[Ratio]:
    """Start-up on a prompt of 1 kB, whole processes."""
    path = setting.folder / "prompt.md"
    prompt = str(corpora.write("prompt", path, corpora.filled(corpora.english(), 1000)).path)
    priced = "estimate", prompt, "-m", MODEL, "-o", "500"
    commands = [
        Command(name=_EMPTY, argv=(setting.own.program("python"), "-c", "pass")),
        setting.us("count", prompt, "-m", MODEL, name="`count -m`"),
        setting.us(*priced, "--json", name="`estimate --json`"),
        setting.us(*priced, name="`estimate`, table into a pipe"),
        setting.us(*priced, "--color", "always", name="`estimate`, table in colour"),
        setting.us("--version", name="`--version`"),
        setting.us("--help", name="`--help`"),
    ]
    if ttok:
        commands.append(Command(name="`ttok`", argv=(ttok, "-m", "gpt-4o"), stdin=path))
    runs = setting.run(commands, setting.sizes.short_rounds, warm=True)
    goals = (7, 9, 10, 12, 5, 5.5)
    pairs = [
        (command.name, _EMPTY, goal) for command, goal in zip(commands[1:], goals, strict=False)
    ]
    if ttok:
        pairs.insert(1, ("`count -m`", "`ttok`", 0.2))
    return [
        _ratio(runs, f"{name}{'' if '--' in name[:3] else ', 1 kB'}", name, beside, goal)
        for name, beside, goal in pairs
    ]


def small(setting: Setting) -> list[Ratio]:
    """Many short texts beside one file of the same bytes."""
    texts = corpora.short_texts(setting.sizes.texts)
    one = corpora.write("one", setting.folder / "one.txt", "\n".join(texts)).path
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    records = corpora.write("lines", setting.folder / "lines.jsonl", lines).path
    listed = corpora.write("list", setting.folder / "list.json", json.dumps(texts)).path
    folder = setting.folder / "short"
    for number, text in enumerate(texts):
        corpora.write("short", folder / f"{number:05}.txt", text)
    python = setting.own.program("python")
    commands = [
        setting.us("count", str(one), "-m", MODEL, "-q", name="one file"),
        setting.us("count", str(folder), "-m", MODEL, "-q", name="as files"),
        setting.us("count", str(records), "-m", MODEL, "-q", name="as lines of JSONL"),
        Command(name="as a list in Python", argv=(python, "-c", _LIST, str(listed))),
    ]
    runs = setting.run(commands, setting.sizes.short_rounds, warm=True)
    allowed = _OF_A_TEXT * len(texts)

    def less_allowed(run: Run, beside: Run) -> float:
        return (run.wall - allowed) / beside.wall

    return [
        _ratio(
            runs,
            f"{len(texts):,} texts of 85 characters {command.name}, less 0.1 ms a text",
            command.name,
            "one file",
            1.5,
            less_allowed,
        )
        for command in commands[1:]
    ]


def requests(setting: Setting) -> list[Ratio]:
    """Small requests beside what their users say, as texts."""
    texts = corpora.short_texts(setting.sizes.texts)
    bodies = (
        {
            "model": MODEL,
            "messages": [
                {"role": "system", "content": "You help."},
                {"role": "user", "content": text},
            ],
        }
        for text in texts
    )
    lines = {
        "requests": "".join(json.dumps(body) + "\n" for body in bodies),
        "texts": "".join(json.dumps({"text": text}) + "\n" for text in texts),
    }
    paths = {
        name: str(corpora.write(name, setting.folder / f"{name}.jsonl", text).path)
        for name, text in lines.items()
    }
    ways: dict[str, tuple[str, tuple[str, ...]]] = {
        "`count`": ("count", ()),
        "`estimate --no-scenarios`": ("estimate", ("-o", "300", "--no-scenarios")),
        "`estimate`": ("estimate", ("-o", "300")),
    }
    commands = [
        setting.us(command, paths[kind], "-m", MODEL, *options, name=f"{way} {kind}")
        for way, (command, options) in ways.items()
        for kind in lines
    ]
    runs = setting.run(commands, setting.sizes.short_rounds, warm=True)
    what = f"{len(texts):,} small requests"
    return [
        _ratio(
            runs, f"{way} of {what}", f"{way} requests", f"{way} texts", 1.25, shown="their texts"
        )
        for way in ways
    ]


def loop(setting: Setting) -> list[Ratio]:
    """A Python program that counts and prices one text after the other."""
    texts = corpora.short_texts(setting.sizes.texts)
    listed = corpora.write("list", setting.folder / "list.json", json.dumps(texts)).path
    argv = (setting.own.program("python"), "-c", _LOOP, str(listed))
    runs = setting.run([Command(name=US, argv=argv)], setting.sizes.rounds)

    def figure(key: str, run: Run) -> float:
        return float(json.loads(run.printed)[key])

    rows = (
        ("encoders", "full encoders built", 2, ""),
        ("count", "one more `tokencost.count`", 0.1, "ms"),
        ("estimate", "one more `tokencost.estimate`", 0.15, "ms"),
    )
    return [
        Ratio(
            what=f"API loop of {len(texts):,} short texts: {what}",
            beside="",
            value=runs.median(US, partial(figure, key)),
            goal=goal,
            unit=unit,
            note=_failure(runs, US),
        )
        for key, what, goal, unit in rows
    ]


def files(setting: Setting) -> list[Ratio]:
    """Many files of 5 kB."""
    corpus = corpora.write_many(setting.folder / "many", setting.sizes.files)
    runs = setting.run(setting.counters(corpus.path), setting.sizes.rounds)
    return _beside_tiktoken(runs, corpus.name, 0.6, 0.25)


def big(setting: Setting) -> list[Ratio]:
    """A long text, and what ten times as much takes."""
    full = setting.sizes.megabytes * 1_000_000
    paths, runs = [], Runs({})
    for size in (full // 10, full):
        name = corpora.size_name(size)
        path = setting.folder / f"{size}.txt"
        paths.append(corpora.write(name, path, corpora.filled(corpora.english(), size)).path)
    tenth = setting.us("count", str(paths[0]), "-m", MODEL, "-q", name="a tenth")
    start = setting.us("count", "--text", "hello", "-m", MODEL, "-q", name="start")
    commands = [*setting.counters(paths[1]), tenth, start]
    runs = setting.run(commands, setting.sizes.rounds)
    started = runs.median("start", wall) or 0
    name, less = corpora.size_name(full), corpora.size_name(full // 10)

    def per_megabyte(run: Run, beside: Run) -> float:
        return (run.wall - started) / (beside.wall - started) / 10

    def of_peaks(run: Run, beside: Run) -> float:
        return run.peak / beside.peak

    return [
        *_beside_tiktoken(runs, f"{name} of English", 0.55, 0.2),
        _ratio(runs, f"{name}, peak memory", US, "a tenth", 1.15, of_peaks, less, peak),
        _ratio(runs, f"{name}, time per MB less start-up", US, "a tenth", 1.3, per_megabyte, less),
    ]


def hard(setting: Setting) -> list[Ratio]:
    """Words without an end, which make tiktoken slow or make it fail."""
    size = setting.sizes.hard * 1_000_000
    makers: Sequence[tuple[str, Callable[[int], str], float]] = (
        ("one letter", corpora.one_letter, 0.1),
        ("spaces", corpora.spaces, 0.1),
        ("Chinese without spaces or signs", corpora.unbroken_chinese, 0.3),
        ("letters at random", corpora.random_letters, 0.3),
    )
    ratios = []
    for name, make, goal in makers:
        label = f"{corpora.size_name(size)} of {name}"
        if not setting.has_time(label):
            continue
        path = corpora.write(label, setting.folder / "hard.txt", make(size)).path
        runs = setting.run(setting.counters(path), setting.sizes.rounds)
        ratios += _beside_tiktoken(runs, label, goal, goal)
        path.unlink()
    return ratios


def compare(setting: Setting) -> list[Ratio]:
    """Many models for one prompt."""
    path = setting.folder / "prompt.md"
    prompt = str(corpora.write("prompt", path, corpora.filled(corpora.english(), 1000)).path)
    base = "compare", prompt, "-o", "500"
    options = [option for name in _one_of_each_provider()[:_FEW] for option in ("-m", name)]
    commands = [
        setting.us(*base, "-m", MODEL, name="one model"),
        setting.us(*base, *options, name=f"{_FEW} models"),
        setting.us(*base, "--all", name="all models"),
    ]
    runs = setting.run(commands, setting.sizes.short_rounds, warm=True)
    return [
        _ratio(runs, f"`compare` of {command.name}, 1 kB", command.name, "one model", goal)
        for command, goal in zip(commands[1:], (1.5, 8), strict=True)
    ]


def own_prices(setting: Setting) -> list[Ratio]:
    """A price table of the user's, from the second run on."""
    number = setting.sizes.models
    folder = setting.folder / "own" / "tokencost"  # where it is read without being named
    folder.mkdir(parents=True)
    corpora.write("prices", folder / "prices.toml", _price_file(number))
    base = setting.us("estimate", "--text", "hello", "-m", MODEL, "-o", "500", "--json").argv
    commands = [
        Command(name=name, argv=("env", f"XDG_CONFIG_HOME={path}", *base))
        for name, path in (("without", setting.folder), ("with", folder.parent))
    ]
    runs = setting.run(commands, setting.sizes.short_rounds, warm=True)
    what = f"`estimate` with an own price table of {number:,} models"
    return [_ratio(runs, what, "with", "without", 1.2, shown="the same without it")]


def _price_file(number: int) -> str:
    head = 'schema = 1\n\n[provider.acme]\nname = "Acme"\nsites = { global = "USD" }\n'
    models = (
        f'\n[[model]]\nid = "acme-{place}"\nprovider = "acme"\ntokenizer = "o200k_base"\n'
        "context = 128_000\nmax_output = 8_192\n  [[model.price]]\n"
        f"  from = 2026-01-01\n  input = {1 + place % 90 / 10}\n  output = 10.0\n"
        '  cache_read = 0.5\n  source = "acme.example/prices"\n  checked = 2026-11-20\n'
        for place in range(number)
    )
    return head + "".join(models)


def _one_of_each_provider() -> list[str]:
    """Return the first model of each provider that has a price now."""
    names: dict[str, str] = {}
    for row in tokencost.compare("hello", output_tokens=1, strict=False).rows:
        if row.cost is not None:
            names.setdefault(row.offer.model.provider, row.offer.name)
    return [*names.values()]


def _beside_tiktoken(runs: Runs, what: str, goal: float, fast_goal: float) -> list[Ratio]:
    rows = [(US, what, goal)]
    if runs.of(FAST):
        rows.append((FAST, f"{what}, with `fast`", fast_goal))
    return [_ratio(runs, label, name, TIKTOKEN, limit) for name, label, limit in rows]


def _ratio(
    runs: Runs,
    what: str,
    name: str,
    beside: str,
    goal: float,
    of: Callable[[Run, Run], float] = of_walls,
    shown: str = "",
    amount: Callable[[Run], float] = wall,
) -> Ratio:
    difference = _difference(runs, name, beside)
    return Ratio(
        what=what,
        beside=shown or beside,
        value=runs.ratio(name, beside, of),
        goal=goal,
        cpu=runs.ratio(name, beside, of_processors) if of is of_walls else None,
        amount=runs.median(name, amount),
        beside_amount=runs.median(beside, amount),
        amount_unit="MiB" if amount is peak else "s",
        note=_failure(runs, name) or _failure(runs, beside) or difference,
        is_other_count=bool(difference),
    )


def _failure(runs: Runs, name: str) -> str:
    return "" if runs.is_answered(name) else f"{name} fails: {runs.reason(name)}"


def _difference(runs: Runs, name: str, beside: str) -> str:
    """Return what to say where two counts of the same text differ."""
    ours, theirs = runs.printed(name), runs.printed(beside)
    is_counted = beside == TIKTOKEN and ours.isdigit() and theirs.isdigit()
    return f"{ours} tokens, not {theirs}" if is_counted and ours != theirs else ""


GOALS: dict[str, Callable[[Setting], list[Ratio]]] = {
    "small": small,
    "requests": requests,
    "loop": loop,
    "compare": compare,
    "own-prices": own_prices,
    "files": files,
    "big": big,
    "hard": hard,
}
