"""Orders made here, in Python, and not by the project's own generator: valid ones of many kinds, and broken ones."""

import json
import random

# Text that has gone wrong in some system before.
_TEXTS = [
    "", " ", "Test Testov", "Grüße aus Köln", "Олена Коваль", "愛知県", "🚚 first floor", "O'Brien", 'say "hi"', "a\\b",
    "line\nbreak", "tab\there", "\u007f", "\u2028", "{}", "[]", "null", "NULL", "\\N", "1e5", "'; DROP TABLE orders; --",
    "<script>alert(1)</script>", "%00", "${HOME}", "e\u0301", "\ufeffstarts with a mark", "x" * 250,
]
_WHOLE = [0, 1, -1, 30, 202, 1817, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)]
_DATES = ["2021-11-26T06:22:19Z", "2021-11-26T06:22:19.5Z", "1999-12-31T23:59:59.999999Z", "2024-02-29T00:00:00+03:00",
          "2021-11-26T06:22:19.120Z", "2021-11-26T06:22:19.1234567Z"]

# Written into the finished text, because Python's own numbers could not carry them.
_DECIMALS = {"@long@": "1234567890.12345678901", "@point@": "1.50", "@exponent@": "25e-1"}

_ITEM_TEXTS = ("track_number", "rid", "name", "size", "brand")
_ITEM_NUMBERS = ("chrt_id", "price", "sale", "total_price", "nm_id", "status")


class Orders:
    """The same seed makes the same orders. All ids are different."""

    def __init__(self, seed=1, prefix="it"):
        self._random = random.Random(seed)
        self._prefix = prefix
        self._made = 0

    def next_id(self):
        self._made += 1
        return f"{self._prefix}-{self._made:06d}-{self._random.randrange(16**8):08x}"

    def _text(self):
        return self._random.choice(_TEXTS)

    def _whole(self):
        if self._random.random() < 0.2:
            return self._random.choice(_WHOLE)
        return self._random.randrange(10_000_000)

    def _item(self):
        return {**{name: self._text() for name in _ITEM_TEXTS}, **{name: self._whole() for name in _ITEM_NUMBERS}}

    def plain(self, order_uid=None):
        """An order like the sample: all of it has its columns."""
        delivery = ("name", "phone", "zip", "city", "address", "region", "email")
        return {
            "order_uid": order_uid or self.next_id(),
            **{name: self._text() for name in ("track_number", "entry", "locale", "internal_signature", "customer_id",
                                               "delivery_service", "shardkey", "oof_shard")},
            "sm_id": self._whole(),
            "date_created": self._random.choice(_DATES),
            "delivery": {name: self._text() for name in delivery},
            "payment": {
                **{name: self._text() for name in ("transaction", "request_id", "currency", "provider", "bank")},
                **{name: self._whole() for name in ("amount", "payment_dt", "delivery_cost", "goods_total", "custom_fee")},
            },
            "items": [self._item() for _ in range(self._random.randrange(1, 5))],
        }

    def odd(self, order_uid=None):
        """A valid order of which the columns alone cannot give everything back."""
        order = self.plain(order_uid)
        oddity = self._random.randrange(5)
        if oddity == 0:
            order["items"] = []
        elif oddity == 1:
            order["gift"] = {"wrapped": True, "words": None, "tags": ["a", 1, 2.5]}
        elif oddity == 2:
            order["items"][0]["colour"] = self._text()
        elif oddity == 3:
            order["payment"]["vat"] = self._random.choice(list(_DECIMALS))
        else:
            order["delivery"]["door"] = None
        return order

    def valid(self, order_uid=None):
        """The bytes of a valid order, and its id: another version of it, where one is given."""
        order = self.odd(order_uid) if self._random.random() < 0.1 else self.plain(order_uid)
        return order["order_uid"], self.text(order)

    def text(self, order):
        """Its bytes, in one of the styles that senders have."""
        style = self._random.randrange(3)
        if style == 0:
            text = json.dumps(order, ensure_ascii=False)
        elif style == 1:
            text = json.dumps(order, separators=(",", ":"))
        else:
            text = json.dumps(order, indent=3, sort_keys=True)
        for mark, number in _DECIMALS.items():
            text = text.replace(f'"{mark}"', number)
        return text.encode()

    def broken(self, order_uid=None):
        """The bytes of something that must be refused, and the id that stands in it."""
        order = self.plain(order_uid)
        kind = self._random.choice(_BREAKS)
        return order["order_uid"], kind(order, self._random)


def _dump(order):
    return json.dumps(order, ensure_ascii=False).encode()


def _without_a_member(order, chance):
    del order[chance.choice(["order_uid", "payment", "items", "sm_id", "date_created"])]
    return _dump(order)


def _of_another_kind(order, chance):
    order[chance.choice(["track_number", "locale", "delivery", "items"])] = 17
    return _dump(order)


def _number_as_text(order, _chance):
    order["payment"]["amount"] = "1817"
    return _dump(order)


def _half_of_it(order, _chance):
    text = _dump(order)
    return text[: len(text) // 2]


def _not_a_date(order, chance):
    order["date_created"] = chance.choice(["yesterday", "2021-02-30T00:00:00Z", "2021-11-26", ""])
    return _dump(order)


def _beyond_64_bits(order, _chance):
    order["payment"]["amount"] = 2**63
    return _dump(order)


def _not_utf8(order, _chance):
    return _dump(order).replace(b'"entry": "', b'"entry": "\xff\xfe', 1)


def _nul_in_text(order, _chance):
    order["delivery"]["name"] = "a\0b"
    return json.dumps(order).encode()


def _member_twice(order, _chance):
    return _dump(order).replace(b"{", b'{"locale": "en", ', 1)


def _not_a_number(order, _chance):
    return _dump(order).replace(b'"sm_id": ', b'"sm_id": NaN, "x": ', 1)


def _too_deep(order, _chance):
    order["nest"] = "HERE"
    return _dump(order).replace(b'"HERE"', b"[" * 5000 + b"]" * 5000, 1)


def _lone_surrogate(order, _chance):
    return _dump(order).replace(b'"entry": "', b'"entry": "\\ud800', 1)


def _something_else(_order, chance):
    return chance.choice([b"", b"hello", b"[]", b"null", b"42", b"\x00\x01\x02", b"{}", b"{}{}", b'"text"'])


_BREAKS = [_without_a_member, _of_another_kind, _number_as_text, _half_of_it, _not_a_date, _beyond_64_bits, _not_utf8,
           _nul_in_text, _member_twice, _not_a_number, _too_deep, _lone_surrogate, _something_else]
