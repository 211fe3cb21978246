"""Comments that programs read: settings of linters, formatters, compilers, schedulers, migrations.

The words are those of the documented suppressions and annotations of public tools (2026-11).
"""

import re

from tokencost.values import regex

_LEGAL = r"licen[cs]e|copyright|spdx|©|all rights reserved|do not edit|generated|codegen"
_PYTHON = (
    r"noqa|type:|pragma|pylint|pyright|mypy|ruff|flake8|fmt:|isort|yapf|black:|nosec|bandit|"
    r"pyre-|pytype|pylance|autopep8|docformatter|interrogate|vulture|mutmut|doctest|coverage:|"
    r"cython|distutils|nuitka|coding[:=]|skip[- ]?file"
)
_WEB = (
    r"eslint|oxlint|tslint|jshint|jslint|jscs|prettier|biome|dprint|rome-|deno-|stylelint|webpack|"
    r"vite|vitest|jest|esbuild|rollup|turbopack|parcel|knip|istanbul|c8 ignore|v8 ignore|"
    r"\bglobals?\b|\bexported\b|@ts-|@flow|@jsx|@preserve|@cc_on|@type|@param|@return|@license|"
    r"@__|#__|sourcemappingurl|sourceurl|<reference|rtl:|purgecss|csscomb|autoprefixer|tailwind|"
    r"@charset|sass|standard"
)
_COMPILED = (
    r"nolint|clang-format|clang-tidy|iwyu|lint:|cppcheck|cpplint|coverity|gcovr?|lcov|grcov|"
    r"tarpaulin|fall ?-?through|noinspection|checkstyle|csoff|cson|spotless|ktlint|detekt|nopmd|"
    r"findbugs|spotbugs|suppress|resharper|stylecop|<auto-|editor-fold|@formatter|language=|"
    r"swift-tools-version|swiftlint|swiftformat|swift-format|periphery|mark:|rustfmt|clippy|"
    r"cbindgen|revive:|staticcheck|gosec|\+build|\+kubebuilder|\+k8s|\+genclient|\+optional|"
    r"\+required|\+default|\+list|\+enum|output:|scalafmt|scalastyle|hlint|credo:|rubocop|sorbet|"
    r"typed:|frozen_string_literal|phpcs|phpstan|psalm|phan|#pragma|region\b|endregion|gazelle|"
    r"buildifier|keep sorted|tinygo|wasm-"
)
_DATA = (
    r"shellcheck|hadolint|sqlfluff|sqlfmt|sqlc|\+goose|\+migrate|\+micrate|migrate:|dbmate|"
    r"liquibase|changeset|rollback|flyway|\bname: ?\S|yamllint|yaml-language-server|\$schema|"
    r"syntax ?=|escape ?=|check ?= ?skip|checkov|tfsec|tflint|trivy|kics|semgrep|sonar|snyk|lgtm|"
    r"codeql|deepcode|skipcq|gitleaks|allowlist|renovate|dependabot|release-please|"
    r"\bsbatch\b|\bpbs\b|\bbsub\b|\bqsub\b|\bcobalt\b|\boar\b|\bflux:"
)
_TEXTS = (
    r"markdownlint|textlint|remark|vale |alex |write-good|proselint|cspell|spell-?check|codespell|"
    r"typos:|ltex|languagetool|omit in toc|omit from toc|\btoc\b|table of contents|mdformat|"
    r"doctoc|all-contributors|readme-|badges?:|start|end|include|snippet|docregion|anchor:|tag::|"
    r"\[end|literalinclude|vim?:|-\*-|local variables:|sourcery|embedme|auto-?generated"
)
_DIRECTIVE = regex("|".join((_LEGAL, _PYTHON, _WEB, _COMPILED, _DATA)), re.IGNORECASE)
# These words are also words of prose: they count where a comment begins with them.
_FIRST_WORD = regex(rf"(?:#+|//+|/\*+|--|<!--+|;+|%)\s*(?:{_TEXTS})", re.IGNORECASE)
# A mark right after the comment sign, as in `#!`, `#:`, `# %%`, `//go:build`, `/*!`, `/*+`, `#$`.
_MARK = regex(
    r"#!|#:|#\+|#\$|#[A-Z]{3,}\b|# ?%%|# /// ?|//(?:[a-z]+:|export\b| ?\+build|[/!#@])|/\*[*!+#@]"
    r"|--\s?[+!#@]"
)


def is_directive(comment: str) -> bool:
    """Whether something other than a reader may depend on *comment*, its sign included."""
    return bool(_MARK.match(comment) or _DIRECTIVE.search(comment) or _FIRST_WORD.match(comment))
