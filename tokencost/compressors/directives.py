"""Comments that are no remarks: programs, licences and interpreters read them."""

import re

_WORDS = (
    r"licen[cs]e|copyright|spdx|©|all rights reserved|"
    r"noqa|type:|pragma|pylint|pyright|mypy|ruff:|flake8|fmt:|isort|yapf|black:|nosec|bandit|"
    r"coding[:=]|vim?:|-\*-|region\b|endregion|"
    r"eslint|tslint|jshint|jslint|jscs|prettier|biome|deno-|stylelint|webpack|vite-|"
    r"istanbul|c8 ignore|v8 ignore|"
    r"@ts-|@flow|@jsx|@preserve|@cc_on|@vite|@type|@param|@return|@__pure__|#__pure__|"
    r"sourcemappingurl|sourceurl|<reference|"
    r"nolint|clang-format|clang-tidy|iwyu|lint:|cppcheck|coverity|gcov|lcov|"
    r"fall ?-?through|noinspection|checkstyle|spotless|ktlint|detekt|swiftlint|"
    r"swiftformat|sourcery|rustfmt|shellcheck|sqlfluff|codegen|do not edit|@generated|cspell"
)
_DIRECTIVE = re.compile(_WORDS, re.IGNORECASE)
# A mark right after the comment sign, as in `#!`, `#:`, `# %%`, `//go:build`, `/*!`, `/*+`.
_MARK = re.compile(
    r"#!|#:|#\+|# ?%%|# /// ?|//(?:go:|export\b| ?\+build|[/!#@])|/\*[*!+#@]|--[+!#]"
)


def is_directive(comment: str) -> bool:
    """Whether something other than a reader may depend on *comment*, its sign included."""
    return bool(_MARK.match(comment) or _DIRECTIVE.search(comment))
