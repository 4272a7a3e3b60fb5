"""A machine with cgroup v2 to run checks in: Debian's user space under User Mode Linux, which is an ordinary process.

``python -m tests.machine`` builds it (once), boots it, and runs the trials in it; ``disks`` makes what it boots from,
``machine`` is the running one, ``trials`` are what is run in it.
"""
