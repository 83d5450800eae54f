"""What a run will do, decided before it begins: the same seed decides the same."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One fault: how many seconds after the one before, which, and its particulars."""
    after: float
    what: str
    how: dict = field(default_factory=dict)

    def __str__(self):
        particulars = ", ".join(f"{name} {value}" for name, value in self.how.items())
        return f"{self.what} ({particulars})" if particulars else self.what


@dataclass(frozen=True)
class Form:
    """How much of it: CI's form, or the nightly one, with outages and backlogs of full length."""
    kills: int = 25
    full: bool = False


@dataclass(frozen=True)
class Run:
    """One class of faults, once."""
    name: str
    seed: str
    form: Form

    def chance(self):
        return random.Random(self.seed)


def runs(names, seed, cycles):
    """Each 25 random kills are a round, in which every class runs once."""
    form = Form(min(cycles, 25), full=cycles > 25)
    rounds = max(1, round(cycles / 25))
    return [Run(name, f"{seed}/{number}/{name}", form) for number in range(rounds) for name in names]
