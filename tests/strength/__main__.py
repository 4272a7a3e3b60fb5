"""``python -m tests.strength``: attacks every recording, prints the score and what survived, by reason."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario import discover

from tests.strength.attack import attacks
from tests.strength.meaningless import drifts_of_another_run
from tests.strength.survivors import reason

_CAUGHT, _AT_LINE = 0.999, 0.99


def main() -> int:
    """The exit code is 1 when too little was caught, a survivor has no reason, or a meaningless change is drift."""
    options = argparse.ArgumentParser(prog="python -m tests.strength", description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--most", type=int, default=3, help="changes of each family on each output")
    options.add_argument("--share", type=float, default=1.0, help="the share of outputs that is attacked")
    options.add_argument("--runs", type=int, default=3, help="meaningless runs of each track of each scenario")
    given = options.parse_args()
    scenarios = discover(Path("snippets"))
    of_family, caught, at_line, reasons = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    unexplained = []
    for attack in attacks(scenarios, VOCABULARY, seed=given.seed, most=given.most, share=given.share):
        of_family[attack.family] += 1
        caught[attack.family] += attack.caught
        at_line[attack.family] += attack.right_line
        if not attack.caught and reason(attack):
            reasons[reason(attack)] += 1
        elif not attack.caught:
            unexplained.append(attack)
    for family, number in of_family.items():
        print(
            f"{family:12} {number:6} {caught[family] / number:9.2%} caught {at_line[family] / number:9.2%} at the line"
        )
    number = of_family.total()
    shares = caught.total() / number, at_line.total() / number
    print(f"{'all':12} {number:6} {shares[0]:9.2%} caught {shares[1]:9.2%} at the line; seed {given.seed}")
    for words, count in reasons.most_common():
        print(f"survived {count:4}: {words}")
    for attack in unexplained:
        print(f"survived without a reason: {attack}")
    runs = [(s, track, seed) for s in scenarios for track in s.tracks for seed in range(given.runs)]
    alarms = sum(bool(drifts_of_another_run(s, VOCABULARY, track, seed)) for s, track, seed in runs)
    print(f"meaningless runs: {alarms} alarms of {len(runs)}")
    return 0 if shares[0] >= _CAUGHT and shares[1] >= _AT_LINE and not unexplained and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
