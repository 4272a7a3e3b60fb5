"""Runs a program as one of the lab's own; its arguments are the program's command line.

The engine starts it where the first process of the container was born: it goes to where that one went, and gives up
the rights that no process of a lab has.
"""

import os
import sys
from glob import glob

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import boundary  # noqa: E402

# In version 2 of cgroups, the engine follows the first process by itself.
for procs in glob("/sys/fs/cgroup/*/cgroup.procs"):
    if not os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        with open(procs, "w") as file:
            file.write("0")
boundary.give_up_rights()
# What the container as a whole was given; a program of a lab has what it was started with, and nothing else.
for name in ("LAB", "HOSTNAME"):
    os.environ.pop(name, None)
try:
    os.execvp(sys.argv[1], sys.argv[1:])
except OSError as error:
    print(f"{sys.argv[1]}: {error.strerror}", file=sys.stderr)
    sys.exit(127)
