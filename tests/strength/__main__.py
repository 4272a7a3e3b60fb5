"""``python -m tests.strength``: attacks every recording, prints the score and what survived."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from snippetlab.packs.docker.kinds import VOCABULARY
from snippetlab.scenario import discover

from tests.strength.attack import attacks


def main() -> int:
    """The exit code is 1 when less than 99.9 % was caught, or less than 99 % at the right line."""
    options = argparse.ArgumentParser(prog="python -m tests.strength", description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--most", type=int, default=3, help="changes of each family on each output")
    options.add_argument("--share", type=float, default=1.0, help="the share of outputs that is attacked")
    options.add_argument("scenarios", nargs="*", help="ids of scenarios; all when none is given")
    given = options.parse_args()
    scenarios = [s for s in discover(Path("snippets")) if not given.scenarios or s.id in given.scenarios]
    all_of, caught, at_line = Counter[str](), Counter[str](), Counter[str]()
    survivors = []
    for attack in attacks(scenarios, VOCABULARY, seed=given.seed, most=given.most, share=given.share):
        all_of[attack.family] += 1
        caught[attack.family] += attack.caught
        at_line[attack.family] += attack.right_line
        if not attack.caught:
            survivors.append(attack)
    for attack in survivors:
        print(attack)
    print()
    for family, number in all_of.items():
        print(
            f"{family:12} {number:6} {caught[family] / number:8.2%} caught {at_line[family] / number:8.2%} at the line"
        )
    number = all_of.total()
    shares = caught.total() / number, at_line.total() / number
    print(f"{'all':12} {number:6} {shares[0]:8.2%} caught {shares[1]:8.2%} at the line; seed {given.seed}")
    return 0 if shares[0] >= 0.999 and shares[1] >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main())
