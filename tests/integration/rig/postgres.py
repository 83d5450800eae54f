"""A real PostgreSQL cluster of its own, made by db/cluster and db/setup as an operator would."""

import subprocess
from contextlib import closing

import psycopg2

from rig import paths
from rig.ports import free_port
from rig.waiting import wait_until


class Postgres:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.admin_dsn = None
        self.dsn = None  # the service's

    def start(self):
        """The first time it makes the database as well."""
        self.admin_dsn = self._run("cluster", "start", str(self.folder), str(self.port))
        if not self.dsn:
            self.dsn = self._run("setup", self.admin_dsn)

    def stop(self):
        self._run("cluster", "stop", str(self.folder))

    def remove(self):
        self._run("cluster", "drop", str(self.folder))

    def empty(self):
        """All tables, as if nothing had ever been stored."""
        self.execute("TRUNCATE orders, weir_positions, weir_rejects CASCADE")

    def connect(self):
        """As the administrator, with a transaction open from the first statement on."""
        database = self.admin_dsn.rsplit("/", 1)[0] + "/weir_orders"
        return psycopg2.connect(database, options="-c statement_timeout=60s")

    def execute(self, statement):
        with closing(self.connect()) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def rows(self, query):
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def wait_for_waiting_session(self):
        """Until some session of the service waits for a lock."""
        wait_until(lambda: self.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
                   "a session waits for a lock")

    def count(self, table="orders"):
        return self.rows(f"SELECT count(*) FROM {table}")[0][0]

    @staticmethod
    def _run(script, *arguments):
        done = subprocess.run([paths.root / "db" / script, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"db/{script} {arguments[0]} failed: {done.stderr}")
        return done.stdout.strip()
