"""PostgreSQL is taken away, in all the ways in which that happens, and its sessions are hurt."""

import threading
from contextlib import closing, suppress

import psycopg2

from classes.fault import Fault
from rig.waiting import wait_until
from suite.plan import Step
from suite.service import crash_points


class Restarts(Fault):
    """Immediate shutdowns and a killed postmaster: no goodbye, and a recovery afterwards."""
    name = "postgres-restarts"

    def plan(self, chance, form):
        kinds = ["immediate shutdown", "kill -9 of the postmaster"] * (2 if form.full else 1)
        return [Step(chance.uniform(1, 2), kind, {"away": round(chance.uniform(0.5, 60 if form.full else 3), 2)})
                for kind in kinds]

    def inject(self, trial, step):
        database = trial.site.postgres
        database.stop_at_once() if step.what == "immediate shutdown" else database.kill()
        trial.pass_time(step.how["away"])
        database.start_again()


class Sessions(Fault):
    """pg_terminate_backend, again and again."""
    name = "postgres-sessions"

    def plan(self, chance, form):
        return [Step(chance.uniform(0.05, 0.6), "pg_terminate_backend of all sessions", {"number": number + 1})
                for number in range(60 if form.full else 15)]

    def inject(self, trial, step):
        trial.site.postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'weir_orders_service'")


class InsideCommit(Fault):
    """The server process is hit when COMMIT is on its way to it: nobody knows how it ends."""
    times = 3

    def __init__(self, name, action):
        self.name = name
        self._action = action

    outlives = False

    def plan(self, chance, form):
        return [Step(0.5, self._action, {"passing": chance.randint(1, 10), "delay_us": chance.choice([0, 300, 1000, 3000]),
                                         "lasting": round(chance.uniform(1, 13), 1)}) for _ in range(self.times)]

    def prepare(self, trial):
        trial.serve()
        self._record = trial.folder / "reached"

    def inject(self, trial, step):
        service = trial.service
        number = self._reached() + 1
        member = service.join(**service.armed(self._record, "commit-sent", step.how["passing"], self._action,
                                              step.how["delay_us"]))
        wait_until(lambda: self._reached() == number, "COMMIT is sent", 45, member.has_ended)
        if self._action == "stop-backend":
            trial.pass_time(step.how["lasting"])
            self._continue_backend(trial)
        wait_until(lambda: member.get("/readyz").status == 200, "it is ready again", 30, member.has_ended)
        trial.pass_time(1)
        service.leave()

    def mend(self, trial):
        trial.service.join()

    def _reached(self):
        return len(self._record.read_text().splitlines()) if self._record.exists() else 0

    def _continue_backend(self, trial):
        import os
        import signal
        backend = int(self._record.read_text().splitlines()[-1].split()[2])
        with suppress(ProcessLookupError):  # ended meanwhile, by the service's own request
            os.kill(backend, signal.SIGCONT)


class SideWriter(Fault):
    """Somebody else works on the same rows: deadlocks, or serialization failures."""

    def __init__(self, name, evidence, isolation):
        self.name = name
        self._evidence = evidence  # what the server's log must hold afterwards
        self._isolation = isolation

    load = {"rate": 400, "again": 0.7}

    def plan(self, chance, form):
        return [Step(1, "a side writer works on the newest orders", {"lasting": 60 if form.full else 10})]

    def prepare(self, trial):
        database = trial.site.postgres
        self._before = database.server_log().count(self._evidence)
        database.execute(f"ALTER ROLE weir_orders_service SET default_transaction_isolation = '{self._isolation}'")
        database.execute("ALTER ROLE weir_orders_service SET deadlock_timeout = '20ms'")
        super().prepare(trial)

    def inject(self, trial, step):
        stopping = threading.Event()
        thread = threading.Thread(target=self._work, args=(trial, stopping))
        thread.start()
        trial.pass_time(step.how["lasting"])
        stopping.set()
        thread.join(60)

    def _work(self, trial, stopping):
        """Locks against the order in which the service does, so that each waits for the other."""
        with closing(trial.site.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '10s'")
            connection.commit()
            while not stopping.is_set():
                with suppress(psycopg2.errors.DeadlockDetected, psycopg2.errors.SerializationFailure):
                    cursor.execute("SELECT order_uid FROM orders ORDER BY weir_stored_at DESC LIMIT 40")
                    for [key] in sorted(cursor.fetchall(), reverse=True):
                        cursor.execute("UPDATE orders SET entry = entry WHERE order_uid = %s", (key,))
                        stopping.wait(0.002)
                    connection.commit()
                    continue
                connection.rollback()

    def mend(self, trial):
        for setting in ("default_transaction_isolation", "deadlock_timeout"):
            trial.site.postgres.execute(f"ALTER ROLE weir_orders_service RESET {setting}")
        self._count = trial.site.postgres.server_log().count(self._evidence) - self._before
        trial.journal.note(f"the server said {self._count} times: {self._evidence}")
        assert self._count > 0, f"the server never said \"{self._evidence}\": the fault was not injected"


ALL = [Restarts(), Sessions(), InsideCommit("postgres-killed-in-commit", "kill-backend"),
       InsideCommit("postgres-frozen-in-commit", "stop-backend"),
       SideWriter("postgres-deadlocks", "deadlock detected", "read committed"),
       SideWriter("postgres-serialization", "could not serialize access", "repeatable read")]
