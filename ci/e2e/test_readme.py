"""The README's examples, run as they are there."""
import os
import re
import subprocess

from harness import ROOT, SUPPLY, Case, environment
from registry_servers import Registry

POLICY = """version: 1
keys: {release: release.pub}
builders:
  https://ci.example/runner: {keys: [release], level: 1}
images:
  - match: ["**"]
    signatures: {any_of: [release]}
    provenance: {builders: ["https://ci.example/runner"], sources: ["https://git.example/*"]}
    sbom: {agrees: true}
    config: {non_root: true, no_secrets: true, no_latest: true}
"""
COMPOSE = """services:
  web:
    image: registry.example/web:1.0
    user: "1000"
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    mem_limit: 64m
    cpus: 0.5
    healthcheck: {test: [CMD, /health]}
    networks: [back]
networks: {back: {internal: true}}
"""


class Readme(Case):
    def test_every_example_can_be_pasted(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
            (script,) = re.findall(r"```sh\n(.*?)```", readme.read(), re.S)
        self.image()
        self.write("Dockerfile", "FROM debian:12@sha256:" + "0123456789abcdef" * 4 + "\nUSER 1000\n")
        self.write("release.bin", b"a release\n" * 1000)
        os.makedirs(self.path("src"))
        self.write("src/requirements.txt", "six==1.16.0\n")
        self.write("policy.yaml", POLICY)
        self.write("compose.yaml", COMPOSE)
        os.makedirs(self.path("bin"))
        os.symlink(SUPPLY, self.path("bin", "supply"))
        registry = Registry(self.path("registry"))
        self.addCleanup(registry.stop)
        script = script.replace("localhost:5000", f"localhost:{registry.port}")
        env = environment(DOCKER_CONFIG=self.path("docker"), PATH=self.path("bin") + ":" + os.environ["PATH"])
        ran = subprocess.run(["bash", "-euxc", script], cwd=self.directory, env=env, capture_output=True, text=True)
        self.assertEqual(0, ran.returncode, ran.stdout[-3000:] + ran.stderr[-3000:])
        verbs = set(re.findall(r"^(?:echo secret \| )?supply (\S+)", script, re.M))
        listed = set(re.findall(r"^  ([a-z][a-z-]+) ", self.answers(0, "--help").text.split("Options:")[1], re.M))
        self.assertEqual(listed, verbs, "the README shows each verb once")
