"""Equality of JSON documents, exact: numbers by decimal value, no member lost, none twice."""

import json
from decimal import Decimal


def _members(pairs):
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError(f"a member stands twice among {[name for name, _ in pairs]}")
    return document


def parse(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_members)


def difference(expected, actual, place=""):
    """Where the two differ first, in words; None when they are equal."""
    if type(expected) is not type(actual):  # True is not 1
        return f"{place or '/'}: {expected!r} became {actual!r}"
    if isinstance(expected, dict):
        for name in expected.keys() | actual.keys():
            if name not in actual:
                return f"{place}/{name} is missing"
            if name not in expected:
                return f"{place}/{name} was added"
            found = difference(expected[name], actual[name], f"{place}/{name}")
            if found:
                return found
        return None
    if isinstance(expected, list):
        if len(expected) != len(actual):
            return f"{place}: {len(expected)} elements became {len(actual)}"
        for index, (left, right) in enumerate(zip(expected, actual)):
            found = difference(left, right, f"{place}/{index}")
            if found:
                return found
        return None
    return None if expected == actual else f"{place or '/'}: {expected!r} became {actual!r}"
