"""What htdocs/openapi.yaml promises, against the real service: requests that schemathesis makes up, the same each time."""

import subprocess

from rig import paths

schemathesis = paths.root / "build" / "schemathesis" / "bin" / "schemathesis"
# Neither ends by itself, and whoever makes requests up waits for an end.
endless = r"(/events|/tap)$"
# Not its check of methods: it sends a GET with a body, which is refused as such, before anybody looks at the path.
checks = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance"]


def test_the_service_answers_as_its_description_says(service):
    assert schemathesis.exists(), f"{schemathesis} is missing; ./dev test makes it"
    weir = service.start()
    service.send([("k", paths.sample_order.read_bytes()), ("broken", b"{")])
    service.wait_committed()
    answer = weir.get("/openapi.yaml")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/yaml")
    description = service.folder / "openapi.yaml"
    description.write_bytes(answer.body)
    run = subprocess.run(
        [schemathesis, "run", description, "--url", weir.url, "--seed", "51", "--max-examples", "30", "--phases",
         "examples,coverage,fuzzing", "--checks", ",".join(checks), "--exclude-path-regex", endless, "--no-color",
         "--generation-database", "none"],
        cwd=service.folder, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert weir.has_ended() is None
