import ast
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression import ContentType
from tokencost.compression.transforms.code import (
    LANGUAGES,
    CodeComments,
    PythonComments,
    ends_line,
    remove_spans,
)
from tokencost.compression.transforms.directives import is_directive

PYTHON = PythonComments()
C, GO, JS, SH, SQL = (
    CodeComments(kind=kind)
    for kind in (
        ContentType.C,
        ContentType.GO,
        ContentType.JAVASCRIPT,
        ContentType.SHELL,
        ContentType.SQL,
    )
)
LINES = st.sampled_from(
    [
        *(
            "x = 1",
            "x = 1  # note",
            "# note",
            "    # note",
            "",
            "if x:",
            "    pass",
            "    y = 2 # n",
        ),
        *("x = '# no note'", '"""doc # no note', '# still doc"""', "(", ")", "x = [  # open", "1]"),
        *(
            "# type: ignore",
            "y = 1  # noqa",
            "x = 1 \\",
            "\tpass",
            "f'{x}  # no note'",
            "\x0c# note",
        ),
    ]
)
SOURCES = st.lists(LINES, max_size=10).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join([*lines, ""]))
)


@given(source=SOURCES)
def test_python_means_the_same_without_its_comments(source: str) -> None:
    after = PYTHON.compress(source)
    try:
        tree = ast.dump(ast.parse(source))
    except SyntaxError:
        return
    assert ast.dump(ast.parse(after)) == tree
    assert PYTHON.verify(source, after)
    assert PYTHON.compress(after) == after


def test_comments_of_python_go_with_their_lines() -> None:
    before = (
        '"""Doc."""\n# note\nx = 1  # one\ny = "# no"\n\n    # odd\nif x:\n    # why\n    y = 2\n'
    )
    assert PYTHON.compress(before) == '"""Doc."""\nx = 1\ny = "# no"\n\nif x:\n    y = 2\n'


@pytest.mark.parametrize(
    "source",
    [
        "#!/usr/bin/env python3\n",
        "# -*- coding: latin-1 -*-\nx = 1\n",
        "# Copyright 2026 Acme\n",
        "# SPDX-License-Identifier: MIT\n",
        "x = []  # type: list[int]\n",
        "import a  # noqa: F401\n",
        "x = 1  # pragma: no cover\n",
        "# fmt: off\n",
        "#: documented\nx = 1\n",
        "# %%\nx = 1\n",
        '# /// script\n# dependencies = ["rich"]\n# ///\n',
        "def broken(:\n    # note\n",
        "x = '''\n# no note\n'''\n",
        "x = 1 \\\n# note\n",
    ],
)
def test_what_others_read_stays_in_python(source: str) -> None:
    assert PYTHON.compress(source) == source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n", "x = 2\n"),
        ('def f():\n    """Doc."""\n    x = 1\n', "def f():\n    x = 1\n"),
        ("x = []  # type: list[int]\n", "x = []\n"),
        ("x = 1  # type: ignore\n", "x = 1\n"),
        ("x = '# a'\n", "x = '# b'\n"),
        ("x = (\n", "x = (\n"),
        ("x = '\0'\n", "x = '\0'\n"),
    ],
)
def test_another_program_is_noticed(before: str, after: str) -> None:
    assert not PYTHON.verify(before, after)


def test_directives_may_move_with_their_lines() -> None:
    assert PYTHON.verify("# note\nx = 1  # type: ignore\n", "x = 1  # type: ignore\n")


@pytest.mark.parametrize(
    ("transform", "before", "after"),
    [
        (
            C,
            "// note\nint a; /* b */\nint c = 1 /* d */ + 2;\n",
            "int a;\nint c = 1 /* d */ + 2;\n",
        ),
        (C, '#include <a.h> // why\nchar *s = "// no";\n', '#include <a.h>\nchar *s = "// no";\n'),
        (C, "/*\n * note\n */\r\nint a;\r\n", "int a;\r\n"),
        (
            GO,
            "//go:build linux\n\npackage a\n\nfunc f() { // note\n}\n",
            "//go:build linux\n\npackage a\n\nfunc f() {\n}\n",
        ),
        (JS, "let a = 'http://b'; // note\n", "let a = 'http://b';\n"),
        (SH, "#!/bin/sh\n# note\necho a#b '# no' # c\n", "#!/bin/sh\necho a#b '# no'\n"),
        (SQL, "-- note\nSELECT '--no'; -- b\n", "SELECT '--no';\n"),
    ],
)
def test_comments_of_code_go(transform: CodeComments, before: str, after: str) -> None:
    assert transform.compress(before) == after
    assert transform.verify(before, after)
    assert transform.compress(after) == after


GO_SOURCE = """// Package sums adds.
package sums

// The largest that fit.
const (
\t// Small is what most need.
\tSmall = 1 // in bytes
)

// A Sum has parts.
type Sum struct {
\t// Parts are added.
\tParts []struct{ At int } // each once
}

/* Add adds. */
func Add[T interface{ ~int }](a T, _ func() struct{}) interface{} {
\treturn a
}

// Zero is empty.
var Zero = Sum{ /* none */ }
"""


def test_what_godoc_reads_stays_and_a_note_inside_a_function_goes() -> None:
    noted = GO_SOURCE.replace("\treturn", "\t// Just so.\n\tif a == a { // always\n\t}\n\treturn")
    bare = GO_SOURCE.replace("\treturn", "\tif a == a {\n\t}\n\treturn")
    assert GO.compress(noted) == bare
    assert GO.verify(noted, bare)
    assert GO.compress(GO_SOURCE) == GO_SOURCE


@pytest.mark.parametrize(
    ("transform", "source"),
    [
        (C, "// SPDX-License-Identifier: MIT\n"),
        (C, "/** Documentation. */\nint a;\n"),
        (C, "case 1: // fall through\n"),
        (C, "int a; // goes on \\\nint b;\n"),
        (C, "int a; /* over\nlines */\n"),
        (C, "#if 0\nint a;\n/* b\n#endif\n"),
        (C, "#define A \\\r\n  // note\r\nint a;\r\n"),
        (GO, '// #include <a.h>\nimport "C"\n'),
        (GO, "//nolint:errcheck\n"),
        (JS, "// eslint-disable-next-line\nfoo()\n"),
        (JS, "// @ts-ignore\nfoo()\n"),
        (JS, "let a = <b>\n// text\n</b>\n"),
        (JS, "let a = `${ {b: `\n// text\n`} }`\n"),
        (JS, "return /* a\n */ b\n"),
        (SH, "cat <<EOF\n# text\nEOF\n"),
        (SH, "echo a#b\n"),
        (C, "int a;// written close to the code\n"),
        (SQL, "SELECT /*+ INDEX(a) */ 1;\n--+ hint\n"),
        (CodeComments(kind=ContentType.RUST), "/// Documentation.\n//! More.\nfn a() {}\n"),
        (CodeComments(kind=ContentType.CPP), 'auto s = R"(\n// text\n)";\n'),
    ],
)
def test_what_may_not_go_stays(transform: CodeComments, source: str) -> None:
    assert transform.compress(source) == source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("int a; // b\n", "int c;\n"),
        ('char *s = "a  b"; // c\n', 'char *s = "a b";\n'),
        ("// Copyright\nint a;\n", "int a;\n"),
        ("int a; /* b */ int c;\n", "int a; int c;\n"),
        ("int a; // b\n", "inta;\n"),
        ('int a = `; // "\n', "int a = `;\n"),
    ],
)
def test_other_code_is_noticed(before: str, after: str) -> None:
    assert not C.verify(before, after)


@pytest.mark.parametrize("kind", LANGUAGES)
def test_every_language_has_a_lexer(kind: ContentType) -> None:
    transform = CodeComments(kind=kind)
    comment = {
        ContentType.SHELL: "# note",
        ContentType.SQL: "-- note",
        ContentType.CSS: "/* note */",
    }.get(kind, "// note")
    line = "func f() {" if kind is ContentType.GO else "a"  # godoc reads the others
    assert transform.compress(f"{line}\n{comment}\n") == f"{line}\n"
    assert transform.kinds == (kind,)


def test_a_piece_goes_with_the_space_in_front_of_it() -> None:
    text = "a  # b\n  # c\r\nd # e"
    spans = [(text.index(f"# {letter}"), text.index(f"# {letter}") + 3) for letter in "bce"]
    assert remove_spans(text, spans) == "a\nd"


def test_a_line_ends_after_its_last_space() -> None:
    assert ends_line("a  \nb", 1) == 3
    assert ends_line("a", 1) == 1
    assert ends_line("a b", 1) is None


def test_a_remark_is_not_a_directive() -> None:
    assert not is_directive("# Adds one to the other")
    assert not is_directive("// and the same again")
    assert not is_directive("-- the table of animals")
    assert not is_directive("// we start here, and end there")
    assert not is_directive("# TODO: make it faster")
    assert not is_directive("// skip what is empty: it has no name")
    assert not is_directive("# On Monday we turn it off")
    assert not is_directive("# Default: 10")
    assert not is_directive("# if the user is None, skip it")
    assert not is_directive("// off by one")
    assert not is_directive("//------------")
    assert not is_directive("# ==== Setup ====")
    assert not is_directive("// (see above) it is so")
    assert not is_directive("# from the spec: at most 5")
    assert not is_directive("# the magic number of the paper")
    assert not is_directive("# my_list is empty by now")
    assert not is_directive("# a - b is negative here")
    assert not is_directive("<!-- still to be written, by Ann -->")
    assert not is_directive("<!-- Anna knows more about it -->")
    assert not is_directive("// it is on or off, as the user likes")
    assert not is_directive("/* open-sans-800 - latin and greek_ext */")
    assert not is_directive("# the rest is about sql")


@pytest.mark.parametrize(
    "comment",
    [
        *("//}}AFX_MSG_MAP", "//(*Headers(Dialog)", "/*---\nid: 1\n---*/", "//usr/bin/env jbang"),
        *("// disable once Field.Read", "<!-- lint disable no-html -->", "<!--lint ignore-->"),
        *("# numpydoc ignore=GL08", "# static analysis: ignore", "# Error Prone: ignore[x]"),
        *('# mise description="Build"', "# cron: 0 0 * * *", "# new Env('a')", "# E: wrong type"),
        *("// JAVA 17+", "// Type definitions for a 1.0", "/* GraphQL */", "# exports", "# sql"),
        *("<!-- no toc -->", "<!-- cmdrun ls -->", "<!--ts-->", "<!-- insertion marker -->"),
        *("<!-- news of the release start -->", "<!-- `$ ls` -->", "#. for translators"),
        *("# transonic def f(int)", "-- FILE: a.py", "// t('a.b')", "/* Bullseye save off */"),
        *("/* begin user code */", "/* cstat !PTR-null */", "/* -E> compliant R8.4 */"),
        *("/* SAF-1-safe */", "// CHECK-SAME{LITERAL}: x", '// amd64:"ADDQ"', "// warning: [x]"),
        *("// Reference: Ext.Chat", "// Secondary@-1", "/* Styleguide 1.2 */", "// edition: 2018"),
        *('-- { "depends": [] }', "-- // first", "-- s/x/y/", "--expect-sql-check a:0 b c d"),
        *("// only-x86_64", "# open-sans-800"),
    ],
)
def test_what_has_the_shape_of_an_order_is_one(comment: str) -> None:
    assert is_directive(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "// clang-format off",
        "// swift-tools-version: 5.9",
        "-- +goose Up",
        "-- migrate:down",
        "-- name: GetUser :one",
        "--liquibase formatted sql",
        "// +kubebuilder:object:root=true",
        "// Output: 3",
        "// Unordered output:",
        "//lint:ignore SA1000 reason",
        "#SBATCH --nodes=2",
        "#PBS -l walltime=1:00",
        "#$ -cwd",
        "# cython: boundscheck=False",
        "# distutils: language = c++",
        "// NOSONAR",
        "# nosemgrep: rule",
        "/* global jQuery */",
        "/* globals a, b */",
        "/* exported handler */",
        "<!-- omit in toc -->",
        "<!-- markdownlint-disable MD013 -->",
        "<!-- vale off -->",
        "<!-- START doctoc -->",
        "# hadolint ignore=DL3008",
        "# syntax=docker/dockerfile:1",
        "# yaml-language-server: $schema=x.json",
        "# checkov:skip=CKV_1: reason",
        "# gitleaks:allow",
        "# rubocop:disable Style/For",
        "# frozen_string_literal: true",
        "// phpcs:ignore",
        "// MARK: - Views",
        "# gazelle:ignore",
        "// @vitest-environment jsdom",
        "// docregion setup",
        "# nopep8",
        "# ty: ignore[x]",
        "# lint-amnesty, pylint off",
        "# >>> conda initialize >>>",
        "# BEGIN ANSIBLE MANAGED BLOCK",
        "# Provides: server",
        "# [START vision]",
        "# :nocov:",
        "#HQ --cpus=4",
        "// XFAIL: *",
        "// CHECK-NEXT: add",
        "// svelte-ignore a11y",
        "// @refresh reset",
        "// +groupName=example",
        "// @Router /x [get]",
        "// swagger:route GET /x",
        "// uncrustify:off",
        "// $COVERAGE-OFF$",
        "// -V1001",
        "// compile-flags: -O",
        "/* NOTREACHED */",
        "/* *INDENT-OFF* */",
        "/* ngInject */",
        "-- $Id$",
        "-- atlas:txmode none",
        "-- ==== DOWN ====",
        "-- squawk-ignore rule",
        "--splitStatements:false",
        "---- create above / drop below ----",
        "<!-- more -->",
        "<!-- paginate: true -->",
        "<!-- wp:paragraph -->",
        "<!--#include virtual='x' -->",
        *"""
#compdef tool
#autoload
#%Module1.0
//DEPS info.picocli:picocli:4.5
//extern count
//css_nuget x
//lint !e534
/*lint -save */
--breakpoint
--> statement-breakpoint
//= require jquery
//> using scala 3
// ==UserScript==
// [[Rcpp::export]]
// [!code focus]
// ^?
// ---cut---
// $ExpectType string
// $FlowFixMe[x]
/* { dg-do compile } */
//{{NO_DEPENDENCIES}}
# <bitbar.title>x</bitbar.title>
# --8<-- [start:f]
// "use client"
# !pip install x
# nopycln: import
# pants: no-infer-dep
# autoflake: skip_file
# language: python3
// EqualsVerifier: off for this
// Stryker disable all
/* xo ignore */
# nocover
# no-cover
# ggignore
// ignore-tidy-linelength
// normalize-stderr-test "x" -> "y"
# LINT.IfChange
# REUSE-IgnoreStart
/* USER CODE BEGIN Includes */
// -fno-exceptions
// lang=regex
// TypeScript Version: 3.0
-- Deploy app:users to pg
// errorcheck
// ERROR "x"
// #cgo LDFLAGS: -lm
// #ifdef X
# ex: set ts=4:
# Databricks notebook source
# COMMAND ----------
# MAGIC %md
# %load_ext autoreload
#| export
# ---
# jupyter:
#   kernelspec:
# nodoc
# arity-format skip: why
# tags: a b
# #include "x"
/* #include "x" */
// :: error: (argument.type.incompatible)
// @ job_name = x
// \\cond
// <!X!>y<!>
/*px*/
/*members a*/
/*vt+ x=y */
/*T![x] y */
//: Translator comment
//-:cnd:noEmit
//Q:CONFIG x
//usr/bin/env jshell
#compdef -p x
#QSUB2 x
-- rambler up
-- query I
-- {echo}
// Flags: --expose-gc
/* Falls through. */
// kani::proof
// cc1-warning {{x}}
# nb_hide
# notest
// test.skip
# }
# In [3]:
// want+1 "x"
// begin wxGlade: x
// codechecker_false_positive [x] y
/* glsl */
/*-[ native ]-*/
/*line x.go:1*/
--disable_warnings
--let $x= 1
""".strip().splitlines(),
    ],
)
def test_what_a_program_reads_is_a_directive(comment: str) -> None:
    assert is_directive(comment)


@pytest.mark.parametrize(
    "tangle",
    [
        "\n" * 20_000,
        "// " * 20_000,
        "{b,c}" * 10_000,
        "word " * 20_000,
        "https://a.b/" * 5_000,
    ],
)
def test_what_a_lexer_takes_minutes_for_stays_as_it_is(tangle: str) -> None:
    source = f"int a; // note\n{tangle}"
    assert C.compress(source) == source
    assert C.verify(source, source)
    assert not C.verify(source, source[:-1])


def test_a_long_comment_or_line_of_code_is_still_read() -> None:
    notes, sums = "note\n" * 1_500, "1 + " * 450
    assert C.compress(f"/*\n{notes}*/\nint a = {sums}1; // note\n") == f"int a = {sums}1;\n"


@pytest.mark.parametrize("mark", ["_", "a-", "a: ", "{", "[", "a/"])
def test_a_long_comment_is_told_by_its_beginning(mark: str) -> None:
    begun = perf_counter()
    for sign in ("# ", "//", "/* ", "--"):
        is_directive(sign + mark * 20_000)
    assert perf_counter() - begun < 5  # a look from every place takes a minute
