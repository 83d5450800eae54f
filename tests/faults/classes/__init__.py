"""The classes of faults."""

from classes import broker, database, kills, limits, members, memory, network, points, poison, proof, protocol


def faults():
    """Fresh ones, the longest first, so that no lane has much left when the other has nothing."""
    breaking = [*protocol.ALL, kills.Kills(), memory.Backlog(), *members.ALL, *database.ALL, broker.Broker(), *network.ALL,
                *limits.ALL, poison.Poison(), *points.ALL]
    return [*breaking, proof.Proof(), proof.Replay(breaking)]
