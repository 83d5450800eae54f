"""Rows of the result, the arithmetic behind them, and how they are printed."""

import math
from dataclasses import dataclass, field


@dataclass
class Row:
    """One line of the table. `met` is None where there is nothing to reach."""
    name: str
    figure: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    how: str = field(default="", repr=False)

    @property
    def verdict(self):
        return {True: "ok", False: "below", None: ""}[self.met]


def percentile(values, share):
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values):
    """That of an even number of values lies between the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def at_least(name, figure, ratio, bar, how="", unit=""):
    return Row(name, figure, f"{ratio:.2f}{unit}", f"≥ {bar:g}{unit}", ratio >= bar, how)


def at_most(name, value, bar, unit, how="", digits=2, ratio=""):
    return Row(name, f"{value:,.{digits}f} {unit}", ratio, f"≤ {bar:,g} {unit}", value <= bar, how)


def table(rows):
    lines = [("", "measured", "ratio", "target", "")]
    lines += [(row.name, row.figure, row.ratio, row.target, row.verdict) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths))).rstrip() for line in lines)


def markdown(rows):
    lines = ["| row | how it was measured | measured | ratio | target | |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = (row.name, row.how, row.figure, row.ratio, row.target, row.verdict)
        lines.append("| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |")
    return "\n".join(lines)
