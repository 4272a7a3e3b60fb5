"""JSON and Python values are compared as structure, tables by cell, a step's own rules before everything."""

from __future__ import annotations

import json

import pytest
from snippetlab.compare.normalise import Blind, Identities, normalise
from snippetlab.compare.normalise.structure import difference
from snippetlab.compare.reading import Reading
from snippetlab.model import Rule
from snippetlab.packs.docker.kinds import VOCABULARY

from tests.tool.runs import normal

A = "3efd115129ac12a3ec4260a9edfdfb9dcce17741b751b274abc9a0082ffc5575"
B = "7aa0d8e7a8bd0a0a7e2e6d1cc9d0a1b4f1d1e3f0a9b8c7d6e5f4a3b2c1d0e9f8"


def same(a: str, b: str, *rules: Rule) -> bool:
    reading = Reading(VOCABULARY, rules)
    return normalise(a, Identities(VOCABULARY), reading) == normalise(b, Identities(VOCABULARY), reading)


# Structures


def test_layout_and_the_order_of_keys_are_compared() -> None:
    assert same('{"a": 1, "b": [1, 2]}\n', '{"a": 1, "b": [1, 2]}\n')
    for other in (
        '{"b": [1, 2], "a": 1}\n',
        '{"a": 1, "b": [1,2]}\n',
        '{"a":1,"b":[1,2]}\n',
        '{"a": 1, "b": [1, 2]}',
        '{"a": 1, "b": [1, 2]}\n\n',
        '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}\n',
    ):
        assert not same('{"a": 1, "b": [1, 2]}\n', other)
    assert not same('{\n  "a": 1\n}\n', '{\n    "a": 1\n}\n')


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1}', '{"a": 2}'),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": 1}', '{"a": 1, "b": null}'),
        ('{"a": 1}', '[{"a": 1}]'),
        ("[1, 2]", "[2, 1]"),
        ("[true]", "[1]"),
        ('{"a": 1}', "{'a': 1}"),  # what a reader sees is another language
        ("[1, 2]", "1, 2"),
    ],
)
def test_everything_else_does(one: str, other: str) -> None:
    assert not same(one, other)


def test_objects_keyed_by_ids_are_ordered_by_what_lies_in_them() -> None:
    one = {A: {"Name": "db", "Endpoint": "1" * 63 + "a"}, B: {"Name": "web", "Endpoint": "2" * 63 + "a"}}
    other = {A: {"Name": "web", "Endpoint": "3" * 63 + "a"}, B: {"Name": "db", "Endpoint": "4" * 63 + "a"}}
    known = Identities(VOCABULARY), Identities(VOCABULARY)
    # What these containers are called has been seen in the order db, web in both runs.
    assert normal(f"{A}\n{B}\n", known[0]) == normal(f"{B}\n{A}\n", known[1])
    assert normal(json.dumps(one), known[0]) == normal(json.dumps(other), known[1])


def test_of_equal_contents_the_id_seen_first_comes_first() -> None:
    known = Identities(VOCABULARY), Identities(VOCABULARY)
    normal(f"{A} {B}", known[0])
    normal(f"{B} {A}", known[1])
    text = json.dumps({A: {}, B: {}})
    assert normal(text, known[0]) == normal(text, known[1]) == '<json>\n{\n "<id-1>": {},\n "<id-2>": {}\n}'


def test_json_lines_are_structures() -> None:
    assert same('{"a": 1, "b": 2}\n{"c": 3}\n', '{"a": 1, "b": 2}\n{"c": 3}\n')
    assert not same('{"a": 1}\n{"c": 3}\n', '{"c": 3}\n{"a": 1}\n')


def test_python_values_are_structures() -> None:
    assert same("{'Gateway': '172.17.0.1', 'Up': True}", "{'Gateway': '172.17.0.1', 'Up': True}")
    assert not same("{'Gateway': '172.17.0.1', 'Up': True}", "{'Up': True, 'Gateway': '172.17.0.1'}")
    assert not same("{'Up': True}", "{'Up': False}")
    assert same("{'b', 'a'}", "{'a', 'b'}"), "a set is printed in any order"


def test_mounts_come_in_any_order() -> None:
    assert same('{"Mounts": [{"Destination": "/a"}, {"Destination": "/b"}]}',
                '{"Mounts": [{"Destination": "/b"}, {"Destination": "/a"}]}')  # fmt: skip
    assert not same('{"Mounts": [{"Destination": "/a"}]}', '{"Mounts": [{"Destination": "/b"}]}')


def test_limits_of_a_service_are_no_facts_of_the_host() -> None:
    node = '{"Resources": {"NanoCPUs": %d, "MemoryBytes": %d}}'
    assert same(node % (2, 25276510208), node % (8, 8232697856))
    service = '{"Resources": {"Limits": {"NanoCPUs": %d, "MemoryBytes": %d}}}'
    assert not same(service % (500000000, 67108864), service % (500000000, 33554432))


def test_figures_of_stats_are_left_out_whole() -> None:
    stats = '{"name": "/web", "memory_stats": {"usage": %d, "stats": {"pgfault": %d}}}'
    assert same(stats % (1, 2), stats % (3, 4))


def test_a_volatile_key_has_a_volatile_value_only_when_it_has_one() -> None:
    assert same('{"Pid": 17}', '{"Pid": 18}')
    assert not same('{"Pid": 17}', '{"Pid": 0}')
    assert same('{"HostPort": "32768"}', '{"HostPort": "32769"}')
    assert not same('{"HostPort": "8080"}', '{"HostPort": "8081"}')


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 5000 + "]" * 5000, "{'a': '\\d'}", "[+] Running 2/2", "{", "()"])
def test_what_only_looks_like_a_structure_is_text(text: str) -> None:
    assert normal(text, Identities(VOCABULARY)) in (text, '<python>\n{\n "<tuple>": []\n}')


def test_difference_names_paths() -> None:
    left = {"a": [{"b": 1, "c": 2}], "d": 1}
    right = {"a": [{"b": 1, "c": 3}, 4], "e": 1}
    assert list(difference(left, right)) == [("a[0].c", 2, 3), ("a[1]", ..., 4), ("d", 1, ...), ("e", ..., 1)]
    assert list(difference(True, 1)) == [("", True, 1)]
    assert list(difference(left, left)) == []


# Tables


def test_tables_are_compared_by_cell() -> None:
    narrow = "NAME   IMAGE\nweb    busybox\n"
    wide = "NAME        IMAGE\nweb         busybox\n"
    assert same(narrow, wide)
    assert not same(narrow, wide.replace("web ", "wed "))


def test_an_empty_cell_is_not_a_missing_one() -> None:
    table = "NAME   PORTS    IMAGE\nweb    80/tcp   busybox\n"
    assert normal(table, Blind(VOCABULARY)).split("\n")[1] == "web │ 80/tcp │ busybox"
    assert normal(table.replace("80/tcp", "      "), Blind(VOCABULARY)).split("\n")[1] == "web │  │ busybox"


def test_a_line_that_does_not_fit_the_columns_is_text() -> None:
    text = "NAME      IMAGE\nError response from daemon: no such thing\nweb       busybox\n"
    assert normal(text, Blind(VOCABULARY)).split("\n")[1:3] == [
        "Error response from daemon: no such thing",
        "web │ busybox",
    ]


def test_a_blank_line_ends_a_table() -> None:
    text = "NAME      IMAGE\nweb       busybox\n\nweb       busybox\n"
    assert normal(text, Blind(VOCABULARY)).split("\n")[3] == "web       busybox"


def test_blanks_count_where_nothing_is_volatile() -> None:
    assert not same("a  b\n", "a   b\n")
    assert same("a  2.5s b\n", "a 12.25s b\n")
    assert not same("a  3efd115129ac b\n", "a    0b4c1f2d3e4a b\n"), "an id is always as long"


# Rules


def test_rules_come_before_the_kinds() -> None:
    rule = Rule(r"run_id:\S+", "run", "new with each start")
    assert normal("run_id:3efd115129ac web", Identities(VOCABULARY), Reading(VOCABULARY, (rule,))) == "<run> web"


def test_a_rule_does_not_move_the_columns_of_a_table() -> None:
    table = "NAME      IMAGE     NOTE\nweb       busybox   {}\n"
    rule = Rule(r"web|[xyz]+$", "some", "differs")
    assert same(table.format("x"), table.format("xyzzy"), rule)
    assert (
        normal(table.format("x"), Blind(VOCABULARY), Reading(VOCABULARY, (rule,))).split("\n")[1]
        == "<some> │ busybox │ <some>"
    )


def test_a_rule_over_several_lines() -> None:
    rule = Rule(r"(?s)begin.*?end", "progress", "as long as it takes")
    assert same("begin\n1\nend\nrest\n", "begin\n1\n2\nend\nrest\n", rule)
    assert not same("begin\n1\nend\nrest\n", "begin\n1\nend\nrust\n", rule)


@pytest.mark.parametrize(
    "pattern", [r'(?<="Size": )\d+', r'(?<="Size": )\d+(?=, )', r'(?<="Tag": ")\w+|(?<="Size": )\d+']
)
def test_a_rule_inside_a_structure(pattern: str) -> None:
    rule = Rule(pattern, "size", "grows")
    assert same('{"Size": 12, "Tag": "a", "Up": true}', '{"Size": 13, "Tag": "a", "Up": true}', rule)
    assert not same('{"Size": 12, "Tag": "a", "Up": true}', '{"Size": 13, "Tag": "a", "Up": false}', rule)
