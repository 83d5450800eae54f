"""The classes of faults."""

from classes import broker, database, kills, members, network, points


def faults():
    """Fresh ones, the longest first."""
    return [kills.Kills(), *members.ALL, *database.ALL, broker.Broker(), *network.ALL, *points.ALL]
