"""The classes of faults."""

from classes import kills, points


def faults():
    """Fresh ones, the longest first."""
    return [kills.Kills(), *points.ALL]
