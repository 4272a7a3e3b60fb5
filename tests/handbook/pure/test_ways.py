"""Pictures of ways: what they say in words, and that each arrow leads from a stop to a stop."""

from __future__ import annotations

import pytest
from handbook.html.ways import Hop, Stop, ways
from snippetlab.errors import SnippetLabError

STOPS = [Stop("visitor", "another machine"), Stop("DNAT", "a rule of the engine", docker=True), Stop("web", "a server")]


def test_a_way_is_told_in_words_and_drawn_with_an_arrow_for_each_hop() -> None:
    hops = [Hop("visitor", "DNAT", "a packet for port 8080"), Hop("visitor", "web", "a question", blocked=True)]
    picture = ways(STOPS, hops, "The way in.")
    assert picture.words == (
        "visitor is another machine. DNAT is a rule of the engine. web is a server. "
        "From visitor to DNAT: a packet for port 8080. From visitor to web: a question, which does not arrive."
    )
    assert picture.caption == "The way in."
    assert picture.svg.count('class="edge"') == 2
    # Only the hop that does not arrive is dashed; what Docker makes is coloured.
    assert picture.svg.count("stroke-dasharray") == 1
    assert picture.svg.count('class="node net"') == 1


def test_each_arrow_has_a_head() -> None:
    bare = ways(STOPS, [Hop("visitor", "web", "")], "None.").svg
    assert bare.split('class="edge"')[1].count("<polygon") == 1


def test_a_hop_to_nowhere_is_an_error() -> None:
    with pytest.raises(SnippetLabError, match="names wbe, which is none of its stops"):
        ways(STOPS, [Hop("visitor", "wbe", "a packet")], "The way in.")
