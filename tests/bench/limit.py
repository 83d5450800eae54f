"""The limit of this job: PostgreSQL's COPY of the same rows into the same four tables, over two connections.

The rows are those that the service has stored, all columns, in the order of their arrival, two partitions for each
connection. They are written to files beforehand. Each connection then copies them in transactions of many orders:
root rows first, as the foreign keys want it.
"""

import multiprocessing
import time
from contextlib import closing

import checks
from stand import TABLES, say

CONNECTIONS = 2
CHUNK = 25_000  # orders a transaction


class Limit:
    """Made while the topic's orders are stored."""

    def __init__(self, stand, topic):
        self._stand = stand
        self._topic = topic
        self._folder = stand.folder / "limit"
        self._folder.mkdir()
        say("writes what is stored to files, for the limit")
        self._chunks = [self._write(connection) for connection in range(CONNECTIONS)]

    def _write(self, number):
        """The files of one connection: a list of chunks, each with a file for each table."""
        with closing(self._stand.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(
                "CREATE TEMP TABLE arrival AS SELECT order_uid, row_number() OVER (ORDER BY weir_stored_at, weir_position) - 1 AS n "
                "FROM orders WHERE split_part(weir_origin, '/', 3)::int %% %s = %s", (CONNECTIONS, number))
            cursor.execute("CREATE INDEX ON arrival (n); ANALYZE arrival; SELECT count(*) FROM arrival")
            count = cursor.fetchone()[0]
            return [self._write_chunk(cursor, number, first) for first in range(0, count, CHUNK)]

    def _write_chunk(self, cursor, number, first):
        files = {}
        for table in TABLES:
            files[table] = self._folder / f"{number}-{first}-{table}"
            with open(files[table], "wb") as file:
                order = "n, ordinal" if table == "items" else "n"
                cursor.copy_expert(f"COPY (SELECT t.* FROM arrival JOIN {table} t USING (order_uid) "
                                   f"WHERE n >= {first} AND n < {first + CHUNK} ORDER BY {order}) TO STDOUT", file)
        return files

    def measure(self):
        self._stand.postgres.empty()
        self._stand.settle()
        gate = multiprocessing.Barrier(CONNECTIONS + 1)
        workers = [multiprocessing.Process(target=_copy, args=(self._stand.postgres, chunks, gate))
                   for chunks in self._chunks]
        for worker in workers:
            worker.start()
        gate.wait(60)
        begun = time.monotonic()
        for worker in workers:
            worker.join()
        seconds = time.monotonic() - begun
        assert all(worker.exitcode == 0 for worker in workers), "COPY has failed"
        for table, count in self._topic.rows.items():
            found = self._stand.postgres.count(table)
            assert found == count, f"COPY left {found} rows in {table} instead of {count}"
        return {"seconds": round(seconds, 3), "orders_per_second": round(self._topic.valid / seconds)}


def _copy(postgres, chunks, gate):
    with closing(postgres.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        connection.commit()
        gate.wait(60)
        for files in chunks:
            for table in TABLES:
                with open(files[table], "rb") as file:
                    cursor.copy_expert(f"COPY {table} FROM STDIN", file, 1 << 20)
            connection.commit()
