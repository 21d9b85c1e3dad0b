"""Whatever goes wrong while the gate collects what it judges by, its answer is no yes: step by step, over a registry and a layout."""
import hashlib
import json
import os
import queue
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import USAGE, YES, some, supply
from registry_case import RegistryCase
from registry_servers import Answer, Proxy

JSON = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
HUGE = 9 << 20  # over kMaxManifestBytes


def changed(body):
    return lambda real: Answer(real.status, body(real.body), real.headers)


FAULTS = {
    "401": Answer(401), "403": Answer(403), "429": Answer(429), "500": Answer(500),
    "no answer in time": Answer(503, headers={"Retry-After": "100"}),
    "a login page": Answer(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
    "a cut body": lambda real: Answer(real.status, real.body, real.headers, cut=len(real.body) // 2),
    "other bytes": changed(lambda body: bytes([body[0] ^ 1]) + body[1:] if body else b"x"),
    "too many bytes": changed(lambda body: body + b" " * HUGE),
    "JSON of another kind": Answer(200, b'{"schemaVersion":2,"manifests":7,"layers":{}}', JSON),
    "an empty list": Answer(200, b'{"schemaVersion":2,"manifests":[]}', JSON),
    "404": Answer(404),
}
POLICY = """version: 1
keys: {release: KEY}
images:
  - match: ["**"]
    signatures: {any_of: [release]}
    sbom: {agrees: true}
    attestations: [{type: custom, keys: [release]}]
    packages: {deny: ["pkg:deb/debian/never"]}
"""


class Faults(RegistryCase):
    def released(self, reference, key="release"):
        """Signs and attests all that POLICY asks for; the policy's path."""
        private, public = self.key(key)
        self.answers(YES, "sign", "--key", private, reference)
        sbom = self.path("sbom.json")
        self.answers(YES, "sbom", reference, "-o", f"spdx-json={sbom}")
        self.answers(YES, "attest", "--key", private, "--type", "spdxjson", "--predicate", sbom, reference)
        self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", self.write("custom.json", "{}"), reference)
        return self.policy(POLICY.replace("KEY", public))

    def test_over_a_registry(self):
        for referrers in (True, False):
            proxy = self.proxy(referrers=referrers)
            reference = f"{proxy.name}/app:1"
            self.push(self.image(f"image-{referrers}"), reference)
            policy = self.released(reference, f"release-{referrers}")
            proxy.asked.clear()
            self.answers(YES, "gate", "--no-cache", "--policy", policy, reference)
            steps = {(one.method, one.path): one.status for one in proxy.asked}
            self.assertGreater(len(steps), 10, steps)
            cases = [(step, fault) for step, status in steps.items() for fault in FAULTS
                     # What is not there, and is said in other words not to be there, is a fact.
                     if not (status == 404 and (fault in ("404", "an empty list") or callable(FAULTS[fault])))]
            free = queue.Queue()
            for _ in range(12):
                one = Proxy(proxy.registry, referrers=referrers)
                one.subjects = proxy.subjects
                self.addCleanup(one.stop)
                free.put(one)

            def run(case):
                step, fault = case
                one = free.get()
                one.meddle = lambda now: FAULTS[fault] if (now.method, now.path) == step else None
                answer = supply("gate", "--no-cache", "--deadline", "1s", "--policy", policy, f"{one.name}/app:1")
                free.put(one)
                return case, answer

            with ThreadPoolExecutor(12) as pool:
                for case, answer in some(pool.map(run, cases)):
                    with self.subTest(referrers=referrers, case=case):
                        self.assertNotIn(answer.code, (YES, USAGE, 70), str(answer))

    def reached(self, layout):
        """The blobs that lead to the answer: not the empty configs of attached manifests, nor what an older list left."""
        wanted, found = json.loads(self.read(os.path.join(layout, "index.json")))["manifests"], set()
        while wanted:
            one = wanted.pop()
            if one["mediaType"] == "application/vnd.oci.empty.v1+json":
                continue
            path = os.path.join(layout, "blobs", *one["digest"].split(":"))
            found.add(path)
            if "manifest" in one["mediaType"] or "index" in one["mediaType"]:
                document = json.loads(self.read(path))
                wanted += document.get("manifests", []) + document.get("layers", []) + [document[k] for k in ("config",) if k in document]
        return found

    def test_over_a_layout(self):
        layout = self.image()
        policy = self.released(f"oci:{layout}:app")
        self.answers(YES, "gate", "--no-cache", "--policy", policy, f"oci:{layout}:app")
        files = {os.path.join(layout, name) for name in ("index.json", "oci-layout")} | self.reached(layout)
        faults = {"gone": None, "empty": lambda b: b"", "cut": lambda b: b[:len(b) // 2], "a byte more": lambda b: b + b" ",
                  "another byte": lambda b: bytes([b[0] ^ 1]) + b[1:], "JSON of another kind": lambda b: b'{"manifests":7}',
                  "too many bytes": lambda b: b + b" " * HUGE}
        for path in some(sorted(files)):
            kept = self.read(path)
            for name, change in faults.items():
                if name == "a byte more" and not path.startswith(os.path.join(layout, "blobs")):
                    continue  # white space behind JSON
                if name == "too many bytes" and path.endswith("oci-layout"):
                    continue
                with self.subTest(file=os.path.relpath(path, layout), fault=name):
                    if change is None:
                        os.remove(path)
                    else:
                        with open(path, "wb") as out:
                            out.write(change(kept))
                    answer = supply("gate", "--no-cache", "--policy", policy, f"oci:{layout}:app")
                    self.assertNotIn(answer.code, (YES, USAGE, 70), str(answer))
                with open(path, "wb") as out:
                    out.write(kept)
        self.answers(YES, "gate", "--no-cache", "--policy", policy, f"oci:{layout}:app")

    def test_of_a_policy_and_what_it_includes(self):
        layout = self.image()
        self.released(f"oci:{layout}:app")
        base = self.read(self.path("policy.yaml"))
        self.write("base.yaml", base)
        key = self.read(self.path("release.pub"))
        digest = "sha256:" + hashlib.sha256(base).hexdigest()
        policy = self.policy(f"version: 1\ninclude: [{{path: base.yaml, digest: {digest}}}]\nimages: []\n")
        gate = ("gate", "--no-cache", "--policy", policy, f"oci:{layout}:app")
        self.answers(YES, *gate)
        for name, kept in (("base.yaml", base), ("release.pub", key), ("policy.yaml", self.read(policy))):
            for fault, content in (("gone", None), ("empty", b""), ("cut", kept[:len(kept) // 2]), ("junk", b"\xff\xfe{"),
                                   ("JSON of another kind", b"[7]"), ("too many bytes", kept + b"#" * HUGE)):
                with self.subTest(file=name, fault=fault):
                    os.remove(self.path(name))
                    if content is not None:
                        self.write(name, content)
                    answer = supply(*gate)
                    self.assertNotIn(answer.code, (YES, 1, 70), str(answer))
                self.write(name, kept)
        os.chmod(self.path("base.yaml"), 0)
        os.remove(self.path("base.yaml"))
        os.mkdir(self.path("base.yaml"))
        self.answers(USAGE, *gate)


if __name__ == "__main__":
    unittest.main()
