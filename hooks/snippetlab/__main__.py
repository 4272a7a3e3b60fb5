"""``python -m snippetlab``: the same as the command ``snippetlab``."""

from snippetlab.cli import main

if __name__ == "__main__":
    main()
