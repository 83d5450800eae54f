"""wrk, and nginx with one static file: how fast this machine can serve these bytes at all."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from rig import child, paths
from rig.ports import free_port
from rig.waiting import wait_until

from client import Client

_CONFIGURATION = """
{user}
daemon off;
worker_processes 2;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_timeout 60s;
  keepalive_requests 100000000;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=16;
  default_type application/json;
  client_body_temp_path {prefix}/body;
  proxy_temp_path {prefix}/proxy;
  fastcgi_temp_path {prefix}/fastcgi;
  uwsgi_temp_path {prefix}/uwsgi;
  scgi_temp_path {prefix}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {prefix}/files; }}
}}
"""
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def wrk(url, connections, seconds):
    """Requests a second, the latency's percentiles in ms, and what failed."""
    said = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", url],
                          capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    latency = {f"p{share}_ms": float(value) * _UNITS[unit]
               for share, value, unit in re.findall(r"^ +(50|99)% +([\d.]+)(us|ms|s|m)$", said, re.MULTILINE)}
    requests = int(re.search(r"(\d+) requests in", said)[1])
    errors = re.search(r"Socket errors: (.*)", said)
    errors = {kind: int(count) for kind, count in re.findall(r"(\w+) (\d+)", errors[1])} if errors else {}
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return {"requests_per_second": round(float(re.search(r"Requests/sec: +([\d.]+)", said)[1])), "requests": requests, **latency,
            "errors": errors, "failed": sum(errors.values()), "refused": int(refused[1]) if refused else 0}


@contextmanager
def nginx(body):
    """Serves these bytes at the URL that is given."""
    prefix = paths.root / "var" / "bench" / "nginx"
    shutil.rmtree(prefix, ignore_errors=True)
    (prefix / "files").mkdir(parents=True)
    (prefix / "files" / "order").write_bytes(body)
    port = free_port()
    configuration = prefix / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(
        prefix=prefix, port=port, user="user root root;" if os.geteuid() == 0 else ""))  # who may read below the checkout
    process = child.start([_program(), "-p", prefix, "-c", configuration, "-e", prefix / "error.log"], prefix / "log")
    try:
        def answers():
            with Client(("127.0.0.1", port)) as client:
                return client.get("/order").body == body
        wait_until(answers, "nginx serves the file", 20)
        yield f"http://127.0.0.1:{port}/order"
    finally:
        child.end(process)


def _program():
    """The one that ./dev bench has fetched, where none is installed; /usr/sbin is not on everybody's path."""
    found = [place for place in ("nginx", "/usr/sbin/nginx", str(paths.root / "build" / "nginx" / "usr" / "sbin" / "nginx"))
             if shutil.which(place)]
    assert found, "found no nginx: ./dev bench fetches it"
    return found[0]
