"""The script's small pieces read as a person would write them."""

from __future__ import annotations

import ast

from studio.engine.export.script_lines import double_quoted


def test_that_a_script_has_one_sort_of_quotes_and_still_means_the_same() -> None:
    source = "A = ['x', 'it\\'s', 'say \"hi\"', 'a\\\\b', r'c']\nB = {'ä 🐱': 'y'}  # don't touch\n"
    written = double_quoted(source)
    assert written.startswith('A = ["x", ')
    assert '"ä 🐱": "y"}  # don\'t touch' in written
    assert "'say \"hi\"'" in written  # double quotes inside would have to be escaped
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(source))


def test_that_quotes_inside_a_format_string_stay_for_python_3_11() -> None:
    source = "words = f\"{row['name']}\"\n"
    assert double_quoted(source) == source
