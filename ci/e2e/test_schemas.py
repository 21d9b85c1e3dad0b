"""What --json prints follows schemas/."""
import json
import os
import re
import subprocess
import sys
import unittest

from engine_server import Engine
from harness import DAMAGED, IMAGES, NO, ROOT, UNKNOWN, USAGE, YES, Case, supply
from registry_case import POLICY, RegistryCase
from test_trust import TufRepository
from webhook_case import WebhookCase, review

SCHEMAS = os.path.join(ROOT, "schemas")
# Verbs with one record, and verbs whose output is a document of its own, which --json changes nothing of.
SCHEMA_OF = {"gate": "gate-report", "verify-attestation": "verify", "key generate": "key", "key import": "key",
             "verify-blob-attestation": "verify-blob", "gate serve": "admission-log"}
DOCUMENTS = {"completion": "a script", "manual": "a page", "sbom": "an SBOM", "sbom convert": "an SBOM", "sbom merge": "an SBOM", "key public": "PEM", "trust root create": "a trusted root", "provenance": "a predicate", "download signature": "what is attached",
             "download attestation": "what is attached", "download sbom": "what is attached"}


def verbs_with_json():
    """Every verb that takes --json, by the program's own completion."""
    words = re.findall(r"^    '([a-z][a-z -]*)'\) words='([^']*)'", supply("completion", "bash").text, re.M)
    return [verb for verb, options in words if "--json" in options.split()]


class Records(RegistryCase):
    def json(self, code, *words, **more):
        return self.answers(code, *words, "--json", **more).json

    def test_copies_tags_and_deletions(self):
        registry, layout, (private, _) = self.registry(), self.index_image(), self.key()
        self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
        remote, archive = f"{registry.name}/app", f"oci-archive:{self.path('x.tar')}"
        saved = f"docker-archive:{self.path('saved.tar')}"
        self.follows("copy", self.json(YES, "copy", f"oci:{layout}:app", f"{remote}:1"), self.json(YES, "copy", f"{remote}:1", f"{remote}:2"),
                     self.json(YES, "copy", f"{remote}:1", f"{registry.name}/other:1"), self.json(YES, "copy", f"{remote}:1", f"{archive}:1"),
                     self.json(YES, "copy", "--platform", "linux/arm64", f"oci:{layout}:app", f"{saved}:app:1"))
        self.follows("tags", *(self.json(YES, "tags", image) for image in (f"oci:{layout}", f"oci:{IMAGES}", remote, archive, saved)))
        self.follows("tag", *(self.json(YES, "tag", image, "3") for image in (f"oci:{layout}:app", f"{remote}:1", f"{archive}:1")))
        digest = self.json(YES, "inspect", f"{remote}:1")["digest"]
        self.follows("delete", *(self.json(YES, "delete", image) for image in (f"oci:{layout}:3", f"{remote}@{digest}", f"{archive}:3",
                                                                               f"oci:{layout}@{digest}")))

    def test_logging_in_and_out(self):
        for registry, checked in ((self.registry(htpasswd=self.htpasswd()), True), (self.registry(), False)):
            env = {"HOME": self.path("home"), "DOCKER_CONFIG": self.path("docker")}
            record = self.json(YES, "login", "-u", "me", "--password-stdin", registry.name, stdin=b"secret", env=env)
            self.assertEqual(checked, record["checked"])
            self.assertNotIn("secret", str(record))
            self.follows("login", record)
            self.follows("logout", self.json(YES, "logout", registry.name, env=env))

    def test_images_and_verdicts(self):
        registry, layout, (private, public) = self.registry(), self.index_image(), self.key()
        policy = self.policy(POLICY.replace("KEY", public))
        remote = f"{registry.name}/app:1"
        single = f"oci:{self.image('single')}:app"
        for image in (f"oci:{layout}:app", single):
            self.follows("gate-report", self.json(NO, "gate", "--policy", policy, image))
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", "--format", "legacy", image)
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", image)
            self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", self.write("p.json", "{}"), image)
        self.answers(YES, "copy", single, remote)
        saved = f"docker-archive:{self.path('saved.tar')}:app:1"
        self.answers(YES, "copy", single, saved)
        for image in (f"oci:{layout}:app", single, remote):
            self.follows("verify", self.json(YES, "verify", "--key", public, image), self.json(NO, "verify", "--key", public, "-a", "env=x", image),
                         self.json(YES, "verify-attestation", "--key", public, "--type", "custom", image),
                         self.json(NO, "verify-attestation", "--key", public, "--type", "spdxjson", image))
            self.follows("gate-report", self.json(YES, "gate", "--policy", policy, image))
            self.follows("inspect", self.json(YES, "inspect", image), self.json(YES, "inspect", "--verify", image))
        self.follows("inspect", self.json(YES, "inspect", saved))

    def test_releases(self):
        private, public = self.key()
        allows, denies = (self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages:\n  - match: ['**']\n    {rule}\n", name)
                          for name, rule in (("yes.yaml", "signatures: {any_of: [k]}"), ("no.yaml", "config: {labels: [none]}")))
        build = ("--builder-id", "https://ci.example/b", "--build-type", "https://ci.example/t", "--source", "https://git.example/a")
        ref = f"oci:{self.image('released')}:app"
        release = ("release", "--key", private, *build, ref, "--policy")
        gone = self.json(UNKNOWN, *release[:-2], f"oci:{self.path('gone')}:app", "--policy", allows)
        self.follows("release", gone)
        self.assertEqual(("undecided", f"oci:{self.path('gone')}:app"), (gone["verdict"], gone["image"]))
        self.follows("release", self.json(NO, *release, denies, "--judge-first"), self.json(NO, *release, denies),
                     self.json(YES, *release, allows))

    def test_keys_signing_and_files(self):
        private, public = self.key("one")
        _, other = self.key("two")
        ref, blob, predicate = f"oci:{self.image()}:app", self.write("f", b"x"), self.write("p.json", "{}")
        self.follows("version", self.json(YES, "version"))
        self.answers(YES, "sbom", ref)
        pruned = self.json(YES, "cache", "prune", "--all")
        self.assertGreater(pruned["removed"], 0)
        self.follows("cache-prune", pruned)
        self.follows("key", self.json(YES, "key", "generate", "--output-key-prefix", self.path("a")),
                     self.json(YES, "key", "import", "--key", private, "--output-key-prefix", self.path("b")))
        self.follows("key-inspect", self.json(YES, "key", "inspect", "--key", private), self.json(YES, "key", "inspect", "--key", public))
        self.follows("sign", self.json(YES, "sign", "--key", private, ref))
        self.follows("attest", self.json(YES, "attest", "--key", private, "--type", "custom", "--predicate", predicate, ref))
        bundle = ("--bundle", self.path("f.bundle"))
        self.follows("sign-blob", self.json(YES, "sign-blob", "--key", private, blob))
        self.follows("attest-blob", self.json(YES, "attest-blob", "--key", private, "--type", "custom", "--predicate", predicate, *bundle, blob))
        self.follows("verify-blob", self.json(YES, "verify-blob", "--key", public, blob), self.json(NO, "verify-blob", "--key", other, blob),
                     self.json(YES, "verify-blob-attestation", "--key", public, "--type", "custom", *bundle, blob),
                     self.json(NO, "verify-blob-attestation", "--key", other, "--type", "custom", *bundle, blob))

    def test_what_an_image_holds(self):
        private, public = self.key()
        ref, other = f"oci:{self.image()}:app", f"oci:{self.image('other', layers=[[]])}:app"
        self.write("src/Dockerfile", "FROM debian:12\nFROM x@sha256:" + "ab" * 32 + "\nRUN --mount=from=y true\n")
        self.write("src/requirements.txt", "idna==3.7\n")
        self.write("src/Dockerfile.odd", b"\xff\xfe")
        self.follows("pins-check", self.json(NO, "pins", "check", self.path("src")), self.json(NO, "pins", "check", self.path("src", "Dockerfile")))
        self.follows("base-check", self.json(YES, "base", "check", ref, "--base", ref), self.json(NO, "base", "check", ref, "--base", other),
                     self.json(NO, "base", "check", f"oci:{IMAGES}:app", "--base", ref))
        missing = f"oci:{self.path('image')}:none"
        for verb in (("base", "check", "--base", ref), ("sbom", "check"), ("inspect", "--verify")):
            self.follows("run", self.answers(UNKNOWN, *verb, missing, "-o", "json").json)
        sbom = self.write("a.json", self.answers(YES, "sbom", ref).out)
        self.follows("sbom-check", self.json(NO, "sbom", "check", ref))
        self.answers(YES, "attest", "--key", private, "--predicate", sbom, ref)
        self.follows("sbom-check", self.json(YES, "sbom", "check", ref), self.json(YES, "sbom", "check", "--key", public, ref))
        self.follows("sbom-lint", self.json(YES, "sbom", "lint", ref), self.json(NO, "sbom", "lint", "--profile", "bsi", f"sbom:{sbom}"))
        self.follows("sbom-diff", self.json(YES, "sbom", "diff", sbom, sbom), self.json(YES, "sbom", "diff", ref, other))

    def test_deployments(self):
        compose = self.write("compose.yaml", "services: {web: {image: x, networks: [n]}}\nnetworks: {n: {internal: true}}\n")
        record = self.json(NO, "dashboard", compose)
        self.follows("dashboard", record)
        self.follows("deployment", record["deployment"])
        self.follows("inventory", {"version": 1})

    def test_what_an_engine_runs(self):
        engine = Engine(self.path("s"))
        self.addCleanup(engine.close)
        self.follows("dashboard", self.json(NO, "dashboard", "--host", engine.host, "--history", self.path("h")))
        self.follows("dashboard-history", json.loads(self.read(self.path("h"))))

    def test_a_gate_of_a_deployment_and_its_lock(self):
        name, never = f"{self.registry().name}/web:1", "version: 1\nimages: [{match: ['**'], packages: {deny: ['pkg:npm/never']}}]\n"
        self.push(self.image(), name)
        compose = self.write("compose.yaml", f"services: {{web: {{image: '{name}', user: '1'}}}}\n")
        gate = ("gate", "--policy", self.policy(never), "--deployment", compose)
        record = self.json(NO, *gate)
        self.assertEqual([name], [container["image"] for one in record["deployment"]["workloads"] for container in one["containers"]])
        self.follows("deployment", record["deployment"])
        self.json(YES, *gate, "--audit", "--lock", self.path("lock.json"))
        self.follows("deployment-lock", json.loads(self.read(self.path("lock.json"))))

    def test_provenance(self):
        (private, public), blob = self.quick_key("release"), self.write("app.tar.gz", b"app\n")
        self.answers(YES, "provenance", blob, "--builder-id", "https://ci.example/b", "--build-type", "https://ci.example/t",
                     "--source", "git+https://git.example/app@refs/tags/v1", "--attest", "--key", private)
        ask = ("verify-provenance", "--key", public, "--source-uri", "git.example/app")
        self.follows("verify-provenance", self.json(YES, *ask, blob), self.json(NO, *ask, "--source-tag", "v2", blob),
                     self.json(UNKNOWN, *ask, self.write("alone", b"x")))

    def test_cases_of_the_gate(self):
        private, public = self.key()
        ref = f"oci:{self.image()}:app"
        policy = self.write("policy.yaml", f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        other = self.write("other.yaml", "version: 1\nimages: [{match: ['**'], config: {max_layers: 100}}]\n")
        self.answers(YES, "sign", "--key", private, ref)
        cases = self.path("cases")
        self.follows("gate-record", self.json(YES, "gate", "record", "--policy", policy, "-o", cases, ref))
        self.follows("gate-test", self.json(YES, "gate", "test", cases), self.json(NO, "gate", "test", "--policy", other, cases))
        self.follows("gate-diff", self.json(YES, "gate", "diff", policy, policy, "--cases", cases), self.json(YES, "gate", "diff", policy, other, "--cases", cases))
        self.follows("gate-explain", self.json(YES, "gate", "explain", "vulnerabilities"))
        self.follows("gate-explain", self.json(YES, "gate", "explain", "deploy/roles"))

    def test_trusted_roots(self):
        repository, cache = TufRepository(self), ["--cache", self.path("cache")]
        repository.targets["trusted_root.json"] = self.answers(YES, "trust", "show", "--raw").out
        repository.publish_all()
        root = self.write("1.root.json", repository.files["/1.root.json"])
        self.follows("trust-init", self.json(YES, "trust", "init", "--mirror", repository.url, "--root", root, *cache))
        self.follows("trust-update", self.json(YES, "trust", "update", *cache))
        self.follows("trust-show", self.json(YES, "trust", "show", *cache), self.json(YES, "trust", "show", "--no-cache"))

    def test_policies_in_other_words(self):
        policy = self.policy("version: 1\nimages: []\n")
        self.follows("policy-export", self.json(YES, "policy", "export", "--containers-policy", policy, "--output-dir", self.path("made")))

    def test_every_verb_that_takes_json_has_a_schema_that_a_test_takes(self):
        with open(__file__, encoding="utf-8") as text:
            named = text.read()
        verbs = verbs_with_json()
        self.assertIn("gate", verbs)
        self.assertIn("sbom check", verbs)
        for verb in verbs:
            with self.subTest(verb):
                if verb in DOCUMENTS:
                    continue
                name = SCHEMA_OF.get(verb, verb.replace(" ", "-"))
                self.assertTrue(os.path.exists(os.path.join(SCHEMAS, name + ".schema.json")), f"{verb} --json has no schema")
                self.assertIn(f'follows("{name}"', named)
        self.assertEqual(set(), (set(DOCUMENTS) | set(SCHEMA_OF)) - set(verbs), "the lists above name verbs that there are")

    def test_members_are_in_camel_case(self):
        def members(value):
            if isinstance(value, dict):
                for name, inner in value.get("properties", {}).items():
                    yield name
                    yield from members(inner)
                for name, inner in value.items():
                    if name != "properties":
                        yield from members(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from members(inner)
        for name in sorted(os.listdir(SCHEMAS)):
            if name.endswith(".json") and name != "policy.schema.json":  # a policy is YAML, in the words of its users
                with open(os.path.join(SCHEMAS, name), encoding="utf-8") as schema:
                    for member in members(json.load(schema)):
                        self.assertRegex(member, r"^[a-z][a-zA-Z0-9]*$", name)

    def test_every_schema_has_an_example_that_follows_it(self):
        for name in sorted(os.listdir(SCHEMAS)):
            kind = name.removesuffix(".schema.json")
            if name == kind or kind == "policy":  # its example is YAML, which a test in C++ reads
                continue
            with self.subTest(kind):
                example = os.path.join(SCHEMAS, "examples", kind + ".json")
                told = subprocess.run([sys.executable, os.path.join(ROOT, "ci", "validate_schema.py"), os.path.join(SCHEMAS, name), example],
                                      capture_output=True, text=True)
                self.assertEqual(0, told.returncode, told.stdout + told.stderr)

    def test_every_schema_is_one_that_a_test_takes(self):
        with open(__file__, encoding="utf-8") as text:
            named = text.read()
        kinds = {name.removesuffix(".schema.json") for name in os.listdir(os.path.join(IMAGES, "../../../schemas")) if name.endswith(".json")}
        self.assertEqual({"finding", "policy", "trusted-keys"}, {kind for kind in kinds if f'follows("{kind}"' not in named})  # theirs are in C++


class Failures(Case):
    """With --json a verb that gives no answer prints one record: its own that says so, else that of error.schema.json."""
    def test_a_command_line_that_any_verb_refuses(self):
        verbs = verbs_with_json()
        records = [self.answers(USAGE, *verb.split(), "--json", "--no-such-option").json for verb in verbs]
        for words, variables in ((("--json",), {}), (("verfy", "x", "--json"), {}), (("--json", "verify"), {}), (("version", "x", "--json=yes"), {}),
                                 (("version", "x"), {"SUPPLY_JSON": "1"}), ((), {"SUPPLY_JSON": "true"}), (("manual", "nothing", "--json"), {}),
                                 (("gate", "-o", "json", "x"), {}), (("gate", "-ojson", "x"), {}), (("gate", "--output=json", "x"), {})):
            records.append(self.answers(USAGE, *words, env=variables).json)
        self.assertEqual({"usage"}, {record["error"]["code"] for record in records})
        self.follows("error", *records)
        for words, variables in ((("version", "x"), {}), (("version", "x", "--json=false"), {"SUPPLY_JSON": "1"}), (("version", "x"), {"SUPPLY_JSON": "0"}),
                                 (("version", "--", "--json"), {}), (("gate", "-o", f"json={self.path('x')}", "x"), {})):
            self.assertEqual(b"", self.answers(USAGE, *words, env=variables).out)

    def test_what_is_not_there_or_damaged(self):
        private, public = self.quick_key("release")
        gone, file = f"oci:{self.path('gone')}:app", self.path("gone")
        policy, wrong = self.policy("version: 1\nimages: []\n"), self.policy("version: 1\nimages: {}\n", "wrong.yaml")
        damaged = self.write("damaged.json", "{")
        key, build = ("--key", private), ("--builder-id", "https://b.example", "--build-type", "https://t.example", "--source", "git+https://s.example/s@main")
        predicate = ("--type", "custom", "--predicate", self.write("p.json", "{}"))
        codes = {}
        for code, *words in ((UNKNOWN, "inspect", gone), (UNKNOWN, "copy", gone, f"oci:{self.path('to')}:1"), (UNKNOWN, "tags", f"oci:{self.path('gone')}"), (UNKNOWN, "tag", gone, "2"),
                             (UNKNOWN, "delete", gone), (UNKNOWN, "sbom", gone), (USAGE, "sbom", "convert", file), (USAGE, "sbom", "merge", file, file),
                             (USAGE, "sbom", "diff", file, gone), (USAGE, "sbom", "lint", file), (DAMAGED, "sbom", "convert", damaged),
                             (UNKNOWN, "download", "sbom", gone), (UNKNOWN, "download", "signature", gone), (UNKNOWN, "download", "attestation", gone),
                             (USAGE, "key", "inspect", "--key", file), (USAGE, "key", "public", "--key", file), (UNKNOWN, "sign", *key, gone),
                             (UNKNOWN, "attest", *key, *predicate, gone), (USAGE, "sign-blob", *key, file), (USAGE, "attest-blob", *key, *predicate, file),
                             (UNKNOWN, "provenance", *build, "--attest", *key, gone), (USAGE, "verify", "--key", file, gone),
                             (USAGE, "gate", gone), (USAGE, "gate", "--policy", wrong, gone), (USAGE, "gate", "--policy", self.path("none.yaml"), gone),
                             (UNKNOWN, "gate", "record", "-o", self.path("cases"), gone), (USAGE, "gate", "diff", policy, wrong, "--cases", self.path("cases")),
                             (USAGE, "gate", "explain", "nothing"), (USAGE, "policy", "export", "--containers-policy", wrong, "--output-dir", self.path("made")),
                             (USAGE, "dashboard", self.path("none.yaml"))):
            with self.subTest(words=words):
                answer = self.answers(code, *words, "--json")
                self.assertIn(answer.json["error"]["message"], answer.err)
                codes[" ".join(words)] = answer.json
        self.follows("error", *codes.values())

    def test_a_result_that_was_begun_is_followed_by_no_other_document(self):
        answer = self.answers(UNKNOWN, "sbom", f"oci:{self.image()}:app", "-o", "purls", "-o", f"table={self.path('none', 'x')}", "--json")
        self.assertNotIn("error", answer.text)
        self.assertIn("pkg:deb/debian/one@1.0-1", answer.text)


class Lines(WebhookCase):
    def test_a_webhooks_log(self):
        self.serve("version: 1\nimages: []\n")
        for document in ({}, review(["app:1"]), review(["app:1"], uid="u-2", operation="DELETE")):
            self.ask(document, status=200 if document else 400)
        self.until(lambda: len(self.lines("review")) == 3)
        self.follows("admission-log", *self.lines("review"))


if __name__ == "__main__":
    unittest.main()
