"""Orders for the bench: as large as real ones (about 1,050 bytes, 1 to 3 items), and cheap to make."""

import itertools

_ORDER = (
    '{"order_uid":"%s","track_number":"WBILMTESTTRACK","entry":"WBIL","delivery":{"name":"Test Testov",'
    '"phone":"+972%07d","zip":"%07d","city":"Kiryat Mozkin","address":"Ploshad Mira %d","region":"Kraiot",'
    '"email":"test%d@gmail.com"},"payment":{"transaction":"%s","request_id":"","currency":"USD","provider":"wbpay",'
    '"amount":%d,"payment_dt":%d,"bank":"alpha","delivery_cost":1500,"goods_total":%d,"custom_fee":0},'
    '"items":[%s],"locale":"en","internal_signature":"","customer_id":"customer-%d","delivery_service":"meest",'
    '"shardkey":"%d","sm_id":%d,"date_created":"2021-11-26T%02d:%02d:%02dZ","oof_shard":"1"}')
_ITEM = (
    '{"chrt_id":%d,"track_number":"WBILMTESTTRACK","price":%d,"rid":"ab4219087a764ae0btest%d","name":"Mascaras","sale":%d,'
    '"size":"0","total_price":%d,"nm_id":%d,"brand":"Vivienne Sabo","status":202}')


def made(order_uid, chance):
    """Its bytes, and how many items it has."""
    number = chance.randrange
    price = number(10_000)
    count = number(1, 4)
    items = ",".join(
        _ITEM % (number(10_000_000), price, number(10_000), number(80), price, number(10_000_000)) for _ in range(count))
    return (_ORDER % (
        order_uid, number(10_000_000), number(10_000_000), number(300), number(100_000), order_uid, price + 1500,
        1_637_907_727 + number(1_000_000), price, items, number(100_000), number(10), number(100), number(24), number(60),
        number(60))).encode(), count


def text(order_uid, chance):
    return made(order_uid, chance)[0]


def breaks():
    """Ways to spoil an order, one after the other, for ever."""
    return itertools.cycle((
        lambda value: value.replace(b'"sm_id":', b'"sm":', 1),             # a member is missing
        lambda value: value.replace(b'"amount":', b'"amount":"1","x":', 1),  # a text where a number belongs
        lambda value: value.replace(b"2021-11-26T", b"2021-13-26T", 1),    # no such month
        lambda value: value[:len(value) // 2],                             # cut off
        lambda value: value.replace(b'"locale":"en"', b'"locale":"\xff"', 1)))  # not UTF-8
