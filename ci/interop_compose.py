#!/usr/bin/env python3
"""Supply and compose-go make the same of compose files: variables, merges, extends, includes, profiles.

    ci/interop_compose.py [--bin DIRECTORY]

Builds ci/interop_compose.go where a Go toolchain is there (else says so and ends with 0), and compares both on the cases of
ci/compose_cases.py: the services and what they say. Where compose-go refuses a project, so must Supply.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "e2e"), HERE]
from compose_cases import cases  # noqa: E402
from go_program import go_program  # noqa: E402
from harness import SUPPLY, environment  # noqa: E402

COMPOSE_GO = "github.com/compose-spec/compose-go/v2/cli@v2.16.2"


def of_compose_go(program, directory, words):
    """name -> service, or None where it refuses."""
    ran = subprocess.run([program, "compose.yaml", *words], cwd=directory, capture_output=True, text=True, env={"PATH": "/usr/bin", "HOME": directory})
    if ran.returncode != 0:
        return None, ran.stderr
    return {one["name"]: one for one in map(json.loads, ran.stdout.splitlines())}, ""


def of_supply(directory, words):
    files, options = ["compose.yaml"], []
    for word in words:
        name, cut, value = word.partition("=")
        if cut and name == "PROFILE":
            options += ["--profile", value]
        elif cut and name == "ENV_FILE":
            options += ["--env-file", value]
        else:
            files.append(word)
    ran = subprocess.run([SUPPLY, "dashboard", *files, *options, "--json"], cwd=directory, capture_output=True, text=True, env=environment())
    record = json.loads(ran.stdout)
    if "deployment" not in record:
        return None, ran.stderr
    services = {}
    for workload in record["deployment"]["workloads"]:
        one = workload["containers"][0]
        services[workload["name"]] = {
            "name": workload["name"], "image": one.get("image", ""), "user": one.get("user", ""), "readOnly": bool(one["readOnly"]),
            "privileged": bool(one["privileged"]), "capAdd": sorted(set(one["capAdd"])), "capDrop": sorted(set(one["capDrop"])),
            "environment": sorted(one["environment"]),
            "targets": sorted(f"{mount['target']} {str(mount['readOnly']).lower()}" for mount in one["mounts"] if mount["source"] or mount["target"] != "/tmp"),
            "ports": sorted(f"{port['hostIp']}:{port['published']}:{port['first']}" for port in one["ports"]),
            "networks": sorted(workload.get("networks", []))}
    return services, ran.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.path.join(os.path.dirname(HERE), "build", "interop", "bin"))
    directory = parser.parse_args().bin
    os.makedirs(directory, exist_ok=True)
    program = go_program(directory, "interop_compose", COMPOSE_GO)
    if program is None:
        print("interop: compose-go: skipped, there is no Go toolchain that can build it")
        return 0
    same, different = 0, 0
    for number, (files, words) in enumerate(cases(), 1):
        with tempfile.TemporaryDirectory(prefix="supply-compose-") as work:
            for name, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(work, name)), exist_ok=True)
                with open(os.path.join(work, name), "w", encoding="utf-8") as out:
                    out.write(text)
            theirs, why = of_compose_go(program, work, words)
            ours, our_why = of_supply(work, words)
            if theirs == ours:
                same += 1
                continue
            different += 1
            print(f"  case {number} differs: {files} {words}\n    compose-go {theirs if theirs is not None else why}\n    supply     "
                  f"{ours if ours is not None else our_why}")
    print(f"interop: compose-go: {same} of {same + different} projects agree")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
