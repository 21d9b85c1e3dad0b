"""A running `supply gate serve` with a certificate of its own, for the tests that ask it."""
import http.client
import json
import os
import ssl
import subprocess
import time

from harness import SUPPLY, YES, environment
from registry_case import RegistryCase
from registry_servers import ENDS_WITH_US, certificates

POLICY = "version: 1\nkeys: {k: key.pub}\nimages:\n  - match: ['**']\n    signatures: {any_of: [k]}\n"


def review(images, kind="Pod", operation="CREATE", uid="u-1", **more):
    spec = {"containers": [{"name": f"c{i}", "image": image} for i, image in enumerate(images)]}
    api, metadata = ("v1" if kind == "Pod" else "apps/v1"), {"name": "web", "namespace": "shop"}
    body = {"kind": kind, "apiVersion": api, "metadata": metadata, "spec": spec if kind == "Pod" else {"template": {"spec": spec}}}
    group = "" if kind == "Pod" else "apps"
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": uid, "kind": {"group": group, "version": "v1", "kind": kind},
        "resource": {"group": group, "version": "v1", "resource": kind.lower() + "s"}, "name": "web", "namespace": "shop",
        "operation": operation, "userInfo": {"username": "kubectl"}, "object": body, "oldObject": None, "dryRun": False, **more}}

# The address sanitizer keeps 256 MB of freed memory, which would look like growth.
MEMORY = {"ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=4"]))}


class WebhookCase(RegistryCase):
    def serve(self, policy, *options, files=None, env=None):
        """A running webhook; its port is known when it is ready."""
        if files is None:
            directory = self.path("tls")
            os.makedirs(directory, exist_ok=True)
            files = self.tls = certificates(directory)
        self.policy_file = self.write("policy.yaml", policy)
        self.log = self.path("serve.log")
        command = [SUPPLY, "gate", "serve", "--policy", self.policy_file, "--tls-cert", files[1], "--tls-key", files[2],
                   "--listen", "127.0.0.1:0", "--reload", "100ms", "--no-cache", *(() if "--drain" in options else ("--drain", "1ms")), *options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*ENDS_WITH_US, *command], stdout=subprocess.PIPE, stderr=log,
                                            env=environment(**{**MEMORY, **(env or {})}))
        self.addCleanup(self.end)
        line = self.process.stdout.readline().decode()
        self.assertTrue(line.startswith("listening at port "), line + self.read(self.log).decode())
        self.port = int(line.split()[-1])

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def connection(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=ssl.create_default_context(cafile=self.tls[0]), timeout=60)

    def ask(self, document, path="/validate?timeout=10s", connection=None, status=200, content_type="application/json"):
        link = connection or self.connection()
        body = document if isinstance(document, (bytes, str)) else json.dumps(document)
        link.request("POST", path, body, {"Content-Type": content_type})
        answer = link.getresponse()
        data = answer.read()
        if not connection:
            link.close()
        self.assertEqual(status, answer.status, data)
        return json.loads(data)["response"] if status == 200 else data.decode()

    def get(self, path):
        link = self.connection()
        link.request("GET", path)
        answer = link.getresponse()
        text = answer.read().decode()
        link.close()
        return answer.status, text

    def metric(self, name):
        status, text = self.get("/metrics")
        self.assertEqual(200, status)
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.split(" ")[0] == name)

    def lines(self, event):
        return [one for one in map(json.loads, self.read(self.log).decode().splitlines()) if one["event"] == event]

    def until(self, holds):
        for _ in range(600):
            if holds():
                return
            time.sleep(0.05)
        self.fail("it did not come to hold\n" + self.read(self.log).decode()[-2000:])

    def signed_image(self, registry=None):
        """An image behind a counting proxy: (the proxy, name with digest, an unsigned one, the tag)."""
        registry = registry or self.registry()
        signed, self.private, public = self.signed(registry)
        self.write("key.pub", self.read(public))
        proxy = self.proxy(registry)
        bare = signed.replace("/app:", "/bare:")
        self.push(self.image("bare"), bare)
        with_digest = []
        for name in (signed, bare):
            digest = self.answers(YES, "inspect", "--digest", name).text.strip()
            with_digest.append(name.replace(registry.name, proxy.name).rsplit(":", 1)[0] + "@" + digest)
        return proxy, *with_digest, signed.replace(registry.name, proxy.name)
