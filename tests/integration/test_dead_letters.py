"""The dead letters of a running service: page by page, one by one, as a download, and on the command line."""

import base64
import http.client
import json
import signal
import subprocess
from urllib.parse import urlencode

import pytest

from rig import paths
from rig.dead_letters import original_bytes
from rig.orders import Orders
from rig.waiting import wait_until

path = "/api/pipelines/orders/dead-letters"


def get(weir, what=path, **query):
    answer = weir.get(f"{what}?{urlencode(query)}")
    assert answer.status == 200, answer.body
    return answer


def pages(weir, **query):
    """All of them, and how many there were on each page."""
    letters, sizes, after = [], [], {}
    while True:
        page = get(weir, **query, **after).json()
        letters += page["letters"]
        sizes.append(len(page["letters"]))
        if page["next"] is None:
            return letters, sizes
        after = {"after": page["next"]}


def lines(body):
    assert body == b"" or body.endswith(b"\n")
    return [json.loads(line) for line in body.splitlines()]


def command(weir, *words):
    return subprocess.run([paths.weir, "dead-letters", *words, "--url", weir.url], capture_output=True, timeout=60, check=False)


def value_of(letter):
    return base64.b64decode(letter["value_base64"]) if "value_base64" in letter else letter["value"].encode()


def refusal(answer, status):
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json"), answer.body
    return answer.json()["detail"]


def test_letters_are_found_by_what_is_in_them(service):
    orders = Orders(seed=81)
    weir = service.start()
    broken = dict(orders.broken() for _ in range(60))
    strange = b'{"entry": "\xff\x00 \xe2\x80\xae<script>alert(1)</script>'
    service.send([*broken.items(), ("strange", strange), *(orders.valid() for _ in range(40))])
    service.wait_committed()
    letters = get(weir, limit=500).json()["letters"]
    kept = service.letters.all()
    assert {letter["key"]: value_of(letter) for letter in letters} == {**broken, "strange": strange}
    shared = ("origin", "position", "key", "stage", "code", "reason", "pointer", "written_at")
    assert [[letter[name] for name in shared] for letter in letters] == [[one[name] for name in shared] for one in reversed(kept)]
    assert all(letter["value_bytes"] == len(value_of(letter)) and letter["replayed_at"] is None for letter in letters)

    for code in {letter["code"] for letter in letters}:
        assert get(weir, code=code, limit=500).json()["letters"] == [one for one in letters if one["code"] == code]
    assert get(weir, stage="check", limit=500).json()["letters"] == [one for one in letters if one["stage"] == "check"]
    assert get(weir, stage="chec").json() == {"letters": [], "next": None}
    one = letters[20]
    assert one in get(weir, text=one["key"]).json()["letters"]
    assert [found["key"] for found in get(weir, text=b"\xff\x00 \xe2\x80\xae<script>").json()["letters"]] == ["strange"]
    since = get(weir, **{"from": one["written_at"]}, limit=500).json()["letters"]
    before = get(weir, to=one["written_at"], limit=500).json()["letters"]
    assert one in since and since + before == letters
    assert get(weir, order="oldest", limit=500).json()["letters"] == letters[::-1]
    assert get(weir, f"{path}/{one['place']}").json() == one
    key, = (letter["key"] for letter in weir.get(f"/api/pipelines/orders/trace?{urlencode({'key': one['key']})}").json()["letters"])
    assert key == one["key"]

    told = command(weir, "list", "--text", one["key"], "--code", one["code"])
    assert told.returncode == 0 and f"{one['place']}  {one['written_at']}".encode() in told.stdout, told
    assert lines(command(weir, "list", "--all", "--json").stdout) == letters
    place = next(letter["place"] for letter in letters if letter["key"] == "strange")
    assert command(weir, "show", place, "--value").stdout == strange
    told = command(weir, "show", place)
    assert told.returncode == 0 and b"\x00" not in told.stdout and "\u202e".encode() not in told.stdout
    told = command(weir, "show", "1")
    assert told.returncode == 1 and b"no dead letter is at this place" in told.stderr
    assert weir.stop() == 0


def test_a_thousand_letters_in_many_files_come_once_each_while_more_are_written(service):
    file = service.variant(("orders.dead.jsonl\" }", "orders.dead.jsonl\", rotate: 64KiB }"), ("shards: 2", "shards: 2\nbatch: { messages: 50 }"))
    weir = service.start(file)
    service.send([(f"k{i}", b"no order %d" % i) for i in range(1_200)])
    service.wait_committed()
    assert len(list(service.folder.glob("orders.dead.jsonl.*"))) > 3, "or this tests less than it says"
    first = get(weir, limit=100).json()
    service.send([(f"later{i}", b"later") for i in range(200)])
    service.wait_committed()
    letters, after = first["letters"], first["next"]
    while after is not None:
        page = get(weir, limit=100, after=after).json()
        assert len(page["letters"]) == 100
        letters += page["letters"]
        after = page["next"]
    assert sorted(int(letter["key"][1:]) for letter in letters) == list(range(1_200))
    places = [int(letter["place"]) for letter in letters]
    assert places == sorted(set(places), reverse=True)

    everything, sizes = pages(weir, limit=500)
    assert sizes == [500, 500, 400] and everything[200:] == letters
    download = get(weir, path + ".jsonl")
    assert download.headers["content-type"] == "application/x-ndjson" and download.headers["transfer-encoding"] == "chunked"
    assert download.headers["content-disposition"].startswith("attachment")
    assert lines(download.body) == everything
    assert lines(get(weir, path + ".jsonl", text="later").body) == everything[:200]
    assert lines(command(weir, "list", "--json", "--limit", "777").stdout) == everything[:777]
    assert weir.get(path + ".jsonl", method="HEAD").status == 200

    number = min(int(one.suffix[1:]) for one in service.folder.glob("orders.dead.jsonl.*"))
    oldest = everything[-1]["place"]
    (service.folder / f"orders.dead.jsonl.{number:06}").unlink()
    assert "removed with its file" in refusal(weir.get(f"{path}?after={oldest}"), 400)
    rest, _ = pages(weir, limit=500)
    assert rest == everything[:len(rest)] and len(rest) < len(everything)
    assert weir.stop() == 0


def test_what_is_not_asked_well_is_refused_with_words(service):
    weir = service.start()
    service.send([("k", b"{")])
    service.wait_committed()
    place = int(get(weir).json()["letters"][0]["place"])
    for query in ("after=0", "after=x", f"after={place + 1}", f"after={2**64 - 1}", f"after={2**64}", "limit=0", "limit=501",
                  "order=up", "from=now", "to=2025-13-01T00:00:00Z", "text=%2", "text=" + "x" * 513):
        assert refusal(weir.get(f"{path}?{query}"), 400), query
    assert refusal(weir.get(path + ".jsonl?from=now"), 400)
    assert refusal(weir.get(f"{path}/{place + 1}"), 404)
    assert refusal(weir.get(path + "/first"), 400)
    for what in ("dead-letters", "dead-letters.jsonl", "dead-letters/1"):
        assert "no pipeline is called" in refusal(weir.get(f"/api/pipelines/none/{what}"), 404)
    assert weir.stop() == 0


def test_a_damaged_file_shows_what_is_whole_and_a_missing_one_is_told(service):
    weir = service.start()
    service.send([("a", b"{"), ("b", b"[")])
    service.wait_committed()
    letters = get(weir).json()["letters"]
    file = service.letters.path
    whole = file.read_bytes()
    moved = file.with_suffix(".moved")
    file.rename(moved)
    first = whole.index(b"\n") + 1
    file.write_bytes(b'\x00\xff\n{"origin":\n' + whole[:first] + b"\n" * 50 + b"[" * 100_000 + b"\n" + whole[first:] + whole[:30])
    found = get(weir).json()["letters"]
    same = ("origin", "position", "key", "value")
    assert [[one[name] for name in same] for one in found] == [[one[name] for name in same] for one in letters]
    file.unlink()
    assert get(weir).json() == {"letters": [], "next": None}
    file.mkdir()
    for what in (path, path + ".jsonl", path + "/1"):
        answer = weir.get(what)
        assert "not a regular file" in refusal(answer, 503) and answer.headers["retry-after"]
    assert command(weir, "list").returncode == 1
    file.rmdir()
    moved.rename(file)
    assert get(weir).json()["letters"] == letters
    assert weir.stop() == 0


def test_large_letters_end_a_page(service):
    weir = service.start()
    values = [b"%d " % i + b"x" * 900_000 for i in range(7)]
    service.send([(f"k{i}", value) for i, value in enumerate(values)])
    service.wait_committed()
    letters, sizes = pages(weir)
    assert sizes == [4, 3]
    assert sorted(map(value_of, letters)) == values
    assert lines(get(weir, path + ".jsonl").body) == letters
    assert weir.stop() == 0


def test_letters_are_there_while_the_database_is_away(service):
    orders = Orders(seed=82)
    weir = service.start()
    service.send([("old", b"{")])
    service.wait_committed()
    order_id, order = orders.valid()
    service.postgres.stop()
    try:
        service.send([(order_id, b"["), (order_id, order)])  # of one lane, and the letter comes first
        wait_until(lambda: len(get(weir, text=order_id).json()["letters"]) == 1, "the new letter is listed", 60, weir.has_ended)
        assert {one["key"] for one in lines(get(weir, path + ".jsonl").body)} == {"old", order_id}
        assert command(weir, "list").returncode == 0
    finally:
        service.postgres.start()
    service.wait_committed()
    assert {one["key"] for one in get(weir).json()["letters"]} == {"old", order_id}
    assert weir.stop() == 0


@pytest.mark.parametrize("clients", [20])
def test_downloads_that_nobody_reads_hold_up_neither_lookups_nor_a_stop(service, clients):
    orders = Orders(seed=83)
    order_id, order = orders.valid()
    weir = service.start()
    service.send([(order_id, order), *((f"k{i}", b"x" * 900_000) for i in range(60))])
    service.wait_committed()
    stuck = []
    for _ in range(clients):
        connection = http.client.HTTPConnection(*weir.address, timeout=30)
        connection.request("GET", path + ".jsonl")
        stuck.append((connection, connection.getresponse()))
    assert all(answer.status == 200 for _, answer in stuck)
    assert max(weir.order(order_id).seconds for _ in range(50)) < 2
    assert len(get(weir, limit=3).json()["letters"]) == 3
    weir.signal(signal.SIGTERM)
    assert weir.wait(20) == 0
    with pytest.raises(http.client.IncompleteRead):
        stuck[0][1].read()
    for connection, _ in stuck:
        connection.close()
