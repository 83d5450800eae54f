"""`weir top` beside a running service, in a terminal and without one."""

import os
import pty
import signal
import subprocess
import termios
import time

from rig import paths
from rig.orders import Orders
from rig.ports import free_port


def once(url):
    return subprocess.run([paths.weir, "top", "--once", "--url", url], capture_output=True, text=True, timeout=30)


class Screen:
    """A terminal of 24 lines and 120 columns in which it runs."""

    def __init__(self, url):
        self.ours, theirs = pty.openpty()
        termios.tcsetwinsize(self.ours, (24, 120)) if hasattr(termios, "tcsetwinsize") else _size(self.ours)
        self.process = subprocess.Popen([paths.weir, "top", "--url", url], stdin=theirs, stdout=theirs, stderr=theirs,
                                        env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        self.seen = ""

    def wait_for(self, text, seconds=30):
        """What comes next, up to this text."""
        deadline = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.seen[-3000:]!r}"
            os.set_blocking(self.ours, False)
            try:
                self.seen += os.read(self.ours, 65536).decode()
            except BlockingIOError:
                time.sleep(0.05)
        before, self.seen = self.seen.split(text, 1)
        return before

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


def _size(terminal):
    import fcntl
    import struct
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))


def test_it_prints_one_frame_where_there_is_no_terminal(service):
    orders = Orders(seed=61)
    weir = service.start()
    service.send([*dict(orders.valid() for _ in range(7)).items(), ("broken", b"{")])
    service.wait_committed()
    shown = once(weir.url)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("orders  healthy  "), shown.stdout
    assert "read 8 (0/s)" in lines[1] and "in flight 0" in lines[1], lines[1]
    assert lines[2].startswith("  stored 7   rejected 1 (12 %)") and lines[2].endswith("books balance"), lines[2]
    for stage in ("check", "store", "cache", "kafka-source"):
        assert any(line.split()[:1] == [stage] or stage in line.split()[:2] for line in lines), stage
    assert "\x1b" not in shown.stdout


def test_it_draws_in_a_terminal_survives_the_service_and_gives_the_terminal_back(service):
    listen = {"HTTP_LISTEN": f"127.0.0.1:{free_port()}"}
    weir = service.start(**listen)
    screen = Screen(weir.url)
    try:
        screen.wait_for("\x1b[?1049h")
        screen.wait_for("healthy")
        assert weir.stop() == 0
        screen.wait_for("no service answers at")
        service.start(**listen)
        screen.wait_for("\x1b[H\x1b[32morders  healthy")
        screen.process.send_signal(signal.SIGINT)
        screen.wait_for("\x1b[?25h\x1b[?1049l")
        assert screen.process.wait(timeout=10) == 0
    finally:
        screen.close()


def test_it_says_that_nobody_answers(service):
    shown = once(f"http://127.0.0.1:{free_port()}")
    assert shown.returncode == 1 and "no service answers at" in shown.stderr
    assert once("ftp://x").returncode == 2
