"""The process that keeps one lab: makes its mounts and cgroups, starts it, and clears all of it when its owner is gone.

It is a program of its own (``main``), which needs the standard library alone and is run by path, so that a lab costs
no import of anything else. It outlives the process that owns the lab: however that one ends, the keeper's standard
input closes, and the keeper ends every process of the lab and removes its cgroups.
"""
