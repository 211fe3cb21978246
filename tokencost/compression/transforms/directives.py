"""Comments that programs read: settings of linters, formatters, compilers, schedulers, migrations.

The words are those of the documented suppressions and annotations of public tools (2026-11).
"""

import re

from tokencost.values import regex

_LEGAL = (
    r"\(c\) |distributed under|redistribut|authors?:|maintainers?:|contributors?:"
    r"|licen[cs]e|copyright|spdx|©|all rights reserved|do not (?:edit|modify)|generated|codegen"
)
_PYTHON = (
    r"noqa|type:|pragma|pylint|pyright|mypy|ruff|flake8|fmt:|isort|yapf|black:|nosec|bandit|"
    r"pyre-|pytype|pylance|autopep8|docformatter|interrogate|vulture|mutmut|doctest|coverage:|"
    r"cython|distutils|nuitka|coding[:=]|skip[-_ ]?file|nopep8|jupytext|\bin ?\[\d*\]:|"
    r"sphinx_gallery|papermill|pyodide|pyinstaller|databricks|"
    r"command -{3}|magic %|(?-i:MAGIC )|flowlint|pythran|\bomp (?:parallel|simd|end)|dbtitle|"
    r"default_exp|\bcog\.|kate:|emacs:|\bx?fail$"
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
    r"buildifier|keep[- ]sorted|tinygo|wasm-|expected-(?:error|warning|note)|swagger:|"
    r"want\b[^\n]{0,20}[\"`]|"
    r"deprecated|misra|polyspace|klocwork|parasoft|prqa|pvs-studio|-v:?:?\d{3}|lint -e|ngInject|"
    r"//line |//sys(?:nb)? |steep:|\.rst:|csslint|rtlcss|stryker|ncrunch|testcover|"
    r"falls? ?-?thr(?:ough|u)|no break|beautif|pure_imports|lizard forgive|axivion|ldra|"
    r"rulechecker|v_exclude|cnd:|javac_options|jformdesigner|emit_mir|gdb-|lldb-|fix-it|\bdg-|_coverage\b"
)
_DATA = (
    r"shellcheck|hadolint|sqlfluff|sqlfmt|sqlc|\+goose|\+migrate|\+micrate|migrate:|dbmate|"
    r"liquibase|changeset|rollback|flyway|\bname: ?\S|yamllint|yaml-language-server|\$schema|"
    r"syntax ?=|escape ?=|check ?= ?skip|checkov|tfsec|tflint|trivy|kics|semgrep|sonar|snyk|lgtm|"
    r"codeql|deepcode|skipcq|gitleaks|allowlist|renovate|dependabot|release-please|"
    r"\bsbatch\b|\bpbs\b|\bbsub\b|\bqsub\b|\bcobalt\b|\boar\b|\bflux:|bats (?:file|test)_tags|"
    r"chkconfig|(?:default|required)-st(?:art|op):|provides:|description:|depends:|requires:|"
    r"revision:|dialect:|no-transaction|disable-\w*-?transaction|executeintransaction|txmode|"
    r"rambler|delimiter\b|statement (?:ok|error)|query [a-z]+$|traceparent|applicationname|"
    r"managed by|terraform-docs|tf_docs|atlas:|luacheck|stylua|translators?:|i18n|l10n"
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
# A mark right after the comment sign, as in `#!`, `#:`, `# %%`, `//go:build`, `/*!`, `/*+`, `#$`,
# and a word there without a space: `#compdef`, `//DEPS`, `//extern x`, `--breakpoint`, `/*lint -e`.
_MARK = regex(
    r"#!|#:|#\+|#\$|#[A-Z]{2,}\b|# ?%%|# /// ?|#@|#DW |# [+-](?: \w+=| ?[\[{]|$)|----"
    r"|//(?:[a-z]+:|export\b| ?\+build|[/!#@~])|/\*[*!+#@]|--+\s?[+!#@]|--[a-zA-Z]+:"
    r"|--[$>%]|//={2,}(?!=*$)|(?:#|//|/\*)[^\w\s\"'(#/*.-](?=[\w\s\[\]{(:!-]|$)|(?:#|//)[-+]:?\w"
    r"|//[A-Z]{2}\w*\b|#[A-Z]{2}\w*\b|//[A-Za-z]:[A-Z]"
    r"|(?:#|//)[a-z][\w/.-]*(?:\s[^\s;(){}=]+){0,2}$|--[a-z][\w-]*(?:\s\S+){0,2}$|--[{}]|--[a-z]+-[\w-]+\s"
    r"|/\*(?:line |-[\[{]|-{3}\s*\n)|/\* ?(?i:graphql|gql|glsl|wgsl|html|css|sql) ?\*/"
    r"|(?:#|//|/\*)(?:\(\*|[}\]{\[<>]{2})\w|//(?:usr|bin|opt)/"
    r"|/\*[A-Za-z]+(?: ?[-!+]\w|[!+\[])|/\*\w+(?: [\w,]+){0,2}\*/"
)
# What programs read has a shape of its own, whatever their names: "tool: ignore", "tool-disable",
# "key:value", "tool: word", "@tag", "+marker", "WORD:" and "WORD(", "$Id$", "[[mark]]", "<tag>",
# "-option", marks of a beginning and an end, and two words of which one is an order.
# People write TODO and NOTE for each other.
_SIGN = r"(?:\#+|//+|/\*+|--|<!--+)\s*"
_ORDER = (
    r"ignored?|disabled?|enabled?|skip|suppress|exclude|allow|exempt|off|on|start|stop|begin|end"
    r"|nocheck|nolint|keep|todo"
)
# Of a string that follows, for editors.
_LANGUAGES = (
    r"sql|html|css|json|ya?ml|toml|xml|svg|regexp?|graphql|jinja|bash|shell|javascript|typescript"
    r"|python|markdown|md|diff|latex|glsl"
)
_SHAPE = regex(
    _SIGN
    + rf"""(?:
      [\w@./-]{{1,40}}(?::\s?|[-=])(?:no-)?(?:{_ORDER})(?:[-_]\w+)*\b
      | [A-Za-z][\w.-]{{1,30}}:[A-Za-z0-9] | [A-Za-z]+(?:[-_][A-Za-z]+)+:\s
      | (?!(?:default|example|note|hint|todo|warning|see|returns?|result|input|value|e\.g)s?\b)
        (?-i:[a-z][\w.+-]*|[A-Za-z]+[A-Z]\w*):\s(?!\d)\S+(?:\s\S+)?$
      | (?-i:[a-z]+[A-Z]\w*|[A-Z]+[a-z]+[A-Z]\w*|[a-z]+\d+\w*):\s
      | [\w./-]{{2,30}}\s(?:no\s\w+\s)?(?:{_ORDER})(?:[-_]\w+)*(?:[:=]\S+|\s[\w-]+|:\s.*)?$
      | (?:{_ORDER})\s(?:once|next|line|file|all|rule)\b(?:\s\S+)?$
      | (?:[\w./-]+\s){{1,2}}[\w./-]+:\s?(?:{_ORDER})(?:[-_]\w+)*(?:\s?[\[(=].*|\s\S+)?$
      | [\w-]+\s[\w-]+=["'][^"']*["']$ | .{{0,40}}(?:[\d*/,-]+\s){{4}}[\d*/,-]+["']?$
      | (?-i:[A-Z]):\s | (?-i:[A-Z]{{3,}})\s\d[\w.]*\+?$ | new\sEnv\( | type\sdefinitions\sfor\s
      | no[-\s]toc\b | cmdrun\s | (?:{_LANGUAGES})$ | \#?[.|~]\s | \w+\sdef\s\w+\(
      | --\s[A-Z]+: | t\(["'] | (?:[\w.]+\s){{2}}(?:on|off)$ | (?:begin|end|start)\suser\scode\b
      | (?-i:[a-z]+\s[!\#+-][A-Z])
      | -E> | (?-i:[A-Z]{{2,}}-\d+-[a-z]) | (?-i:[A-Z]+(?:-[A-Z]+)*\{{[A-Z]+\}}:) | \w+:-?["`]
      | errorcheck\w*\s | (?:error|warning|info):\s\[ | \w+:\s\w+(?:\.\w+)+$ | \w+@[-+]?\d
      | styleguide\s[\d.]+$ | edition:\s | \{{\s?["\w].*\}}$ | //(?:\s|$) | (?-i:[ms])/.*/$
      | (?:no[-_ ]?)(?:cov\w*|qa|lint|check|format|inline|split|fmt|inspection)\b
      | (?-i:[a-z]+(?:-[a-z]+)+)(?:\s\W.*)?$ | (?-i:[a-z]\w*(?:-\w+)+)$
      | \w*-\w*ignore\w*\b | \w{{2,}}ignore\b
      | (?-i:[A-Z]{{2,}}[.-][A-Z][a-z]) | [a-z_]+=[\w.-]+$ | -{{1,2}}[a-z][\w-]*(?:[=\s]|$)
      | (?:\w+\s)+version:\s*\d | (?-i:Deploy|Revert|Verify)\s\S+\s(?:to|from|on)\s
      | (?-i:run|build|compile|errorcheck|cmpout)(?:dir)?$ | buildrun(?:dir)?$ | nosplit$
      | (?-i:ERROR|GCC_ERROR|GC_ERROR)\s["`] | \#cgo\s | \#(?:if|ifdef|else|endif)\b | ifn?def\b
      | ([%?\#=:@\\~\[\]{{^$!&|])(?!\1)[^\w\s]?\S | [\[\]@%~]\s | <[!/a-z] | [-+]:\w | _\w | \w+::\w
      | -{{3}}$ | [a-z_]+:$ | \s{{2}}\w+:\s | (?-i:[A-Z]{{2,}}$) | (?:exports?|hide|skip|xfail)$
      | (?:asmcheck|error)$ | ::\s | .{{0,60}}\{{\{{ | /(?:\s|$)
      | (?-i:no(?!(?:ne|thing|w|des?|tes?|tice|r|t|rmal\w*)$)[a-z]{{2,}})$
      | \w+_\w+(?:\s\S+){{0,2}}$ | \w+(?:\.\w+)+$ | [\]}}>)]{{1,3}}$
      | (?:begin|end)\s[\w-]+(?::\s?\S+)?$ | errorcheck\s | flaky$
      | (?:runoutput|compiledir|errorcheckdir|rundir)$
      | (?:\w+:?\s){{1,2}}--?[a-z]
      | \[\[ | \[!\w | !\w | \^[?|\w] | \$\w | \{{\s?[a-z]+-[a-z]+ | \{{\{{ | @{{1,3}}\w
      | -+8<-+ | -{{2,}}(?:cut|snip)\b | </?[a-z][\w.:-]*(?:\s[^<>]*)?/?> | ["'][\w\s-]+["'];?$
      | ={{2}}/?\w+={{2}}\s*$ | >\sstatement\b
      | \+[A-Za-z] | :[a-z]\w*:? | //@ | ~\s?[A-Z]{{3}} | ex:\s
      | (?!(?:TODO|FIXME|XXX|HACK|NOTE|NB|WARNING|IMPORTANT|OK|BUG:)\b)
        (?-i:[A-Z][A-Z0-9_-]{{2,}})(?:[:(]|\s*$)
      | \*(?-i:[A-Z]+-[A-Z]+)\* | \$[A-Z][\w-]*(?::[^$]*)?\$
      | .{{0,40}}?(?-i:\b(?:BEGIN|END|START|STOP)\b) | >>>|<<<
      | =*\s?(?:up|down)(?:\s(?:migration))?\s?=*\s*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# A word alone in a comment of Markdown is a mark for a program, and so is what is not a sentence.
_MARKDOWN_MARK = regex(
    r"<!--+\s*(?:\S{2,}\s*--+>|[_.@{\[#/`]|(?:[a-z][\w-]+\s+){1,3}--+>"
    rf"|(?:[a-z][\w-]*\s){{1,4}}(?:{_ORDER})\s*--+>|[\w-]+:\s|(?:ko|build|wp|div)\b|[A-Z][A-Z0-9_-]+\b)"
)


def is_directive(comment: str) -> bool:
    """Whether something other than a reader may depend on *comment*, its sign included."""
    bare = comment.rstrip().removesuffix("*/").removesuffix("-->").rstrip()
    return bool(
        _MARK.match(comment)
        or _DIRECTIVE.search(comment)
        or _FIRST_WORD.match(comment)
        or _SHAPE.match(bare)
        or _MARKDOWN_MARK.match(comment)
    )
