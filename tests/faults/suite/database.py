"""A PostgreSQL cluster that can be hurt, and that keeps an audit of what the service stores."""

import os
import signal
from contextlib import contextmanager

import psycopg2

from rig.postgres import Postgres
from rig.waiting import wait_until

# An upsert hides that a message was stored twice; this shows it. In the service's own transaction, so that both happen or none.
_AUDIT = """
CREATE TABLE fault_audit (number bigserial, order_uid text, origin text, position bigint);
CREATE FUNCTION fault_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF session_user = 'weir_orders_service' THEN
    INSERT INTO fault_audit (order_uid, origin, position) VALUES (NEW.order_uid, NEW.weir_origin, NEW.weir_position);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fault_audit AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION fault_audit();
"""


class Database(Postgres):
    def start(self):
        fresh = self.dsn is None
        super().start()
        if fresh:
            self.execute(_AUDIT)

    def empty(self):
        super().empty()
        self.execute("TRUNCATE " + ", ".join(["fault_audit", *self.ledger_tables()]))

    def ledger_tables(self):
        """Those of the engine's own that this checkout's migrations make."""
        return [name for [name] in self.rows(
            "SELECT relname FROM pg_class WHERE relname IN ('weir_positions', 'weir_rejects') ORDER BY 1")]

    @contextmanager
    def put_back(self):
        """Whatever is done to the rows meanwhile, they are as before afterwards."""
        tables = ["orders", "deliveries", "payments", "items", "fault_audit", *self.ledger_tables()]
        quietly = "SET session_replication_role = replica; "  # no triggers, no foreign keys
        for table in tables:
            self.execute(f"CREATE TABLE saved_{table} AS TABLE {table}")
        try:
            yield
        finally:
            for table in tables:
                self.execute(f"{quietly}DELETE FROM {table}; INSERT INTO {table} TABLE saved_{table}; DROP TABLE saved_{table}")

    def proxied_dsn(self, port):
        return self.dsn.replace(f":{self.port}/", f":{port}/")

    def set_role(self, **settings):
        """Defaults of the service's next sessions."""
        for name, value in settings.items():
            self.execute(f"ALTER ROLE weir_orders_service SET {name} = '{value}'")

    def reset_role(self):
        self.execute("ALTER ROLE weir_orders_service RESET ALL")

    def end_sessions(self):
        """Those of the service."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'weir_orders_service'")

    def server_log(self):
        return (self._data() / "server.log").read_text(errors="replace")

    def stop_at_once(self):
        """As `pg_ctl -m immediate` does: no checkpoint, sessions are cut off; start() recovers."""
        self._end_postmaster(signal.SIGQUIT)

    def kill(self):
        """The postmaster alone dies at once; its children notice by themselves."""
        self._end_postmaster(signal.SIGKILL)

    def start_again(self):
        """As soon as the children of a killed postmaster have let go of its memory, and nobody takes it for alive."""
        def started():
            try:
                self.start()
                return self.answers()
            except RuntimeError:
                return False
        wait_until(started, "PostgreSQL starts again", 60, pause=0.2)

    def answers(self):
        try:
            return bool(self.rows("SELECT 1"))
        except psycopg2.OperationalError:
            return False

    def _data(self):
        return (self.folder / "server").resolve() / "data"

    def _end_postmaster(self, number):
        pid = int((self._data() / "postmaster.pid").read_text().split()[0])
        os.kill(pid, number)
        wait_until(lambda: not _alive(pid), "the postmaster is gone", 30)


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
