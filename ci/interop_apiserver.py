#!/usr/bin/env python3
"""Supply's webhook at a real API server: what it lets through, refuses, and fills in, and what happens when it is late or gone.

    ci/interop_apiserver.py [--bin DIRECTORY]

Builds kube-apiserver of a fixed version from its Go modules (the first time that takes half an hour; where there is no Go, or it
cannot be built, it says so and ends with 0), and starts it with Debian's etcd, docker-registry and `supply gate serve`, all on
loopback. The webhooks are registered as the guide has them (tools/supply/guide/kubernetes.md), with an address of this machine in
place of the service.
"""
import argparse
import base64
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

try:
    import yaml
except ImportError:
    yaml = None

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(HERE, "e2e"), HERE]
from harness import Layout, OCI, SUPPLY, environment, file, tar  # noqa: E402
from registry_servers import ENDS_WITH_US, Registry, certificates, free_port  # noqa: E402

VERSION = "34.1"  # of k8s.io/kubernetes v1.X and of its parts, which are modules v0.X
MAIN = """package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
"""
POLICY = """version: 1
keys: {k: key.pub}
images:
  - match: ['**']
    signatures: {any_of: [k]}
admission: {digests: fill}
"""


def path_of(directory):
    return os.path.join(os.path.abspath(directory), f"kube-apiserver-{VERSION}")


def is_built(directory):
    return os.path.exists(path_of(directory))


def api_server_program(directory):
    """kube-apiserver, built if need be; None without Go."""
    path = path_of(directory)
    if os.path.exists(path):
        return path
    if shutil.which("go") is None:
        return None
    env = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    with tempfile.TemporaryDirectory() as module:
        def go(*words):
            return subprocess.run(["nice", "-n", "19", "go", *words], cwd=module, env=env, capture_output=True, text=True)
        with open(f"{module}/go.mod", "w", encoding="ascii") as out:
            out.write(f"module interop\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes v1.{VERSION}\n")
        with open(f"{module}/main.go", "w", encoding="ascii") as out:
            out.write(MAIN)
        found = go("mod", "download", "-json", f"k8s.io/kubernetes@v1.{VERSION}")
        if found.returncode != 0:
            print(found.stderr[-1000:])
            return None
        with open(json.loads(found.stdout)["GoMod"], encoding="utf-8") as text:
            parts = re.findall(r"^\s*(k8s\.io/\S+) => \./staging", text.read(), re.M)
        with open(f"{module}/go.mod", "a", encoding="ascii") as out:
            out.writelines(f"replace {part} => {part} v0.{VERSION}\n" for part in parts)
        minor = VERSION.split(".")[0]
        flags = " ".join(f"-X k8s.io/component-base/version.{name}={value}"
                         for name, value in (("gitVersion", f"v1.{VERSION}"), ("gitMajor", "1"), ("gitMinor", minor)))
        for words in (["mod", "tidy", "-e"], ["build", "-p", "1", "-trimpath", "-ldflags", f"-s -w {flags}", "-o", path, "."]):
            result = go(*words)
            if result.returncode != 0 and words[0] == "build":
                print(result.stderr[-1000:])
                return None
    return path


def debian_program(name, package, where):
    """A program of a Debian package; unpacked, not installed, where it is missing: the package would start a service."""
    found = shutil.which(name) or os.path.join(where, package, "usr", "bin", name)
    if os.path.exists(found):
        return found
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        if shutil.which("apt-get") is None or subprocess.run(["apt-get", "download", "-q", package], cwd=scratch,
                                                             capture_output=True).returncode != 0:
            return None
        [archive] = os.listdir(scratch)
        os.makedirs(where, exist_ok=True)
        subprocess.run(["dpkg", "-x", os.path.join(scratch, archive), os.path.join(where, package)], check=True)
    return found


def until(what, holds, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.2)
    raise RuntimeError("it did not come to hold: " + what)


class Cluster:
    """etcd and an API server, on loopback; everybody with the token may do everything."""

    def __init__(self, work, program, etcd):
        self.work, self.processes = work, []
        tls = os.path.join(work, "api")
        os.makedirs(tls)
        self.ca, certificate, key = certificates(tls)
        client, peer, self.port = free_port(), free_port(), free_port()
        with open(f"{work}/tokens", "w", encoding="ascii") as out:
            out.write("token,admin,1,system:masters\n")
        self.start("etcd", [etcd, "--data-dir", f"{work}/etcd", "--listen-client-urls", f"http://127.0.0.1:{client}",
                            "--advertise-client-urls", f"http://127.0.0.1:{client}", "--listen-peer-urls", f"http://127.0.0.1:{peer}",
                            "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}", "--initial-cluster", f"default=http://127.0.0.1:{peer}"])
        self.start("api", [program, "--etcd-servers", f"http://127.0.0.1:{client}", "--bind-address", "127.0.0.1", "--secure-port", str(self.port),
                           "--tls-cert-file", certificate, "--tls-private-key-file", key, "--token-auth-file", f"{work}/tokens",
                           "--authorization-mode", "RBAC", "--anonymous-auth=false", "--service-cluster-ip-range", "10.0.0.0/24",
                           "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", key,
                           "--service-account-signing-key-file", key, "--endpoint-reconciler-type", "none", "--cert-dir", f"{work}/certs",
                           "--disable-admission-plugins", "ServiceAccount", "--profiling=false", "--watch-cache=false"])
        try:
            until("the API server is ready", lambda: self.ask("GET", "/readyz")[0] == 200)
        except RuntimeError:
            with open(f"{work}/api.log", encoding="utf-8", errors="replace") as log:
                print(log.read()[-3000:])
            raise

    def start(self, name, command):
        with open(f"{self.work}/{name}.log", "wb") as log:
            self.processes.append(subprocess.Popen([*ENDS_WITH_US, *command], stdout=log, stderr=log, env=environment()))

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def ask(self, method, path, body=None, content="application/json"):
        """(status, answer)."""
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": "Bearer token", "Content-Type": content})
        try:
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=self.ca), timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        except OSError:
            return 0, {}
        try:
            return status, json.loads(text)
        except ValueError:
            return status, {"text": text.decode(errors="replace")}


def configurations(port, ca):
    """The guide's two configurations, for an address of this machine."""
    with open(os.path.join(ROOT, "tools", "supply", "guide", "kubernetes.md"), encoding="utf-8") as text:
        [manifests] = re.findall(r"```yaml\n(apiVersion: v1\nkind: Namespace.*?)```", text.read(), re.S)
    with open(ca, "rb") as text:
        bundle = base64.b64encode(text.read()).decode()
    for document in yaml.safe_load_all(manifests):
        if document["kind"].endswith("WebhookConfiguration"):
            for hook in document["webhooks"]:
                path = hook["clientConfig"]["service"]["path"]
                hook["clientConfig"] = {"url": f"https://127.0.0.1:{port}{path}", "caBundle": bundle}
            yield document


def pod(name, image, **metadata):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **metadata}, "spec": {"containers": [{"name": "c", "image": image}]}}


def deployment(name, image):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {
        "replicas": 1, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}}}}


class Part:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, what, good, answer):
        print(f"  {'ok  ' if good else 'FAIL'} {what}" + ("" if good else f"\n       {json.dumps(answer)[:1500]}"), flush=True)
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)


def images(work, registry):
    """A signed and an unsigned one: their names, and the digest of the first."""
    def supply(*words):
        return subprocess.run([SUPPLY, *words], cwd=work, check=True, capture_output=True, text=True, env=environment()).stdout.strip()
    layout = Layout(os.path.join(work, "image"))
    for tag in ("signed", "bare"):
        layout.tag(layout.image([("gzip", tar([file("app", tag)]))], names=OCI, config={"User": "1000"}), tag)
    layout.close()
    names = [f"{registry.name}/{tag}:1" for tag in ("signed", "bare")]
    for tag, name in zip(("signed", "bare"), names):
        supply("copy", f"oci:image:{tag}", name)
    supply("key", "generate", "--output-key-prefix", "key")
    supply("sign", "--key", "key.key", names[0])
    return names, supply("inspect", "--digest", names[0])


def serve(work, tls):
    with open(f"{work}/policy.yaml", "w", encoding="utf-8") as out:
        out.write(POLICY)
    with open(f"{work}/serve.log", "wb") as log:
        process = subprocess.Popen([*ENDS_WITH_US, SUPPLY, "gate", "serve", "--policy", "policy.yaml", "--tls-cert", tls[1], "--tls-key", tls[2],
                                    "--listen", "127.0.0.1:0", "--no-cache", "--drain", "1ms", "--keep", "1ms"],
                                   cwd=work, stdout=subprocess.PIPE, stderr=log, env=environment())
    return process, int(process.stdout.readline().split()[-1])


def ask_all(part, cluster, work, registry, names, digest, webhook):
    pods, deployments = "/api/v1/namespaces/shop/pods", "/apis/apps/v1/namespaces/shop/deployments"
    signed, bare = names
    full = f"{signed}@{digest}"
    status, answer = cluster.ask("POST", pods, pod("by-digest", full))
    part.check("a pod with a signed image is created, as it is", status == 201 and answer["spec"]["containers"][0]["image"] == full, answer)
    status, answer = cluster.ask("POST", deployments, deployment("web", signed))
    image = answer.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [{}])[0].get("image")
    part.check("the digest is filled in where a deployment names a tag", status == 201 and image == full, answer)
    status, answer = cluster.ask("POST", pods, pod("bare", bare))
    part.check("a pod with an unsigned image is refused, with the reason", status == 403 and answer["reason"] == "Forbidden" and
               "admission webhook" in answer["message"] and "bare" in answer["message"], answer)
    status, answer = cluster.ask("POST", deployments + "?dryRun=All", deployment("dry", bare))
    part.check("so is a dry run of a deployment", status == 403, answer)
    status, answer = cluster.ask("PATCH", deployments + "/web", {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": bare}]}}}},
                                 "application/strategic-merge-patch+json")
    part.check("so is a deployment that changes its image", status == 403, answer)
    status, answer = cluster.ask("PATCH", deployments + "/web", {"spec": {"replicas": 3}}, "application/merge-patch+json")
    part.check("a deployment may get more replicas", status == 200 and answer["spec"]["replicas"] == 3, answer)
    status, answer = cluster.ask("PATCH", pods + "/by-digest/ephemeralcontainers",
                                 {"spec": {"ephemeralContainers": [{"name": "debug", "image": bare}]}}, "application/strategic-merge-patch+json")
    part.check("an ephemeral container with an unsigned image is refused", status == 403 and "bare" in answer["message"], answer)
    status, answer = cluster.ask("POST", "/api/v1/namespaces/kube-system/pods", pod("system", bare))
    part.check("a namespace outside of the selector is not asked about", status == 201, answer)
    status, answer = cluster.ask("DELETE", pods + "/by-digest", {"gracePeriodSeconds": 0})
    part.check("a pod may be deleted", status == 200, answer)
    # A registry that takes connections and says nothing: what could not be found out in time is no yes.
    registry.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    status, answer = cluster.ask("POST", pods, pod("late", full))
    took = time.monotonic() - begin
    registry.process.send_signal(signal.SIGCONT)
    part.check(f"what is not known in time is refused by the gate itself, before the webhook's time is up ({took:.1f} s of 10 s)",
               status in (503, 504) and "admission webhook" in answer["message"] and took < 10, answer)
    webhook.kill()
    webhook.wait()
    status, answer = cluster.ask("POST", pods, pod("gone", full))
    part.check("where nobody answers, failurePolicy Fail refuses", status == 500 and "failed calling webhook" in answer["message"], answer)
    for kind in ("mutating", "validating"):
        path = f"/apis/admissionregistration.k8s.io/v1/{kind}webhookconfigurations/supply-gate"
        status, answer = cluster.ask("PATCH", path, [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}],
                                     "application/json-patch+json")
        part.check(f"the {kind} webhook may be ignored", status == 200, answer)

    def ignored():
        return cluster.ask("POST", pods + "?dryRun=All", pod("gone", full))[0] == 201
    until("the configurations are read again", ignored)
    part.check("then a pod is created without being asked about", cluster.ask("POST", pods, pod("gone", full))[0] == 201, {})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default=os.path.join(ROOT, "build", "interop", "bin"))
    options = parser.parse_args()
    os.makedirs(options.bin, exist_ok=True)
    where = os.path.join(ROOT, "build", "interop")
    etcd, docker_registry = debian_program("etcd", "etcd-server", where), debian_program("docker-registry", "docker-registry", where)
    program = api_server_program(options.bin) if etcd and docker_registry and yaml else None
    if program is None:
        print("interop: SKIPPED the API server (needs a Go toolchain, and Debian's etcd-server, docker-registry and python3-yaml)")
        return 0
    part = Part()
    with tempfile.TemporaryDirectory(prefix="supply-interop-") as work:
        registry = Registry(os.path.join(work, "registry"), program=docker_registry)
        names, digest = images(work, registry)
        os.makedirs(f"{work}/webhook")
        tls = certificates(f"{work}/webhook")
        webhook, port = serve(work, tls)
        cluster = Cluster(work, program, etcd)
        try:
            cluster.ask("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
            for document in configurations(port, tls[0]):
                path = f"/apis/{document['apiVersion']}/{document['kind'].lower()}s"
                status, answer = cluster.ask("POST", path, document)
                part.check(f"the API server takes the guide's {document['kind']}", status == 201, answer)
            until("the webhooks are asked", lambda: cluster.ask("POST", "/api/v1/namespaces/shop/pods?dryRun=All", pod("bare", names[1]))[0] == 403)
            ask_all(part, cluster, work, registry, names, digest, webhook)
        finally:
            cluster.stop()
            webhook.kill()
            webhook.wait()
            registry.stop()
    print(f"{part.passed} passed, {part.failed} failed")
    return 1 if part.failed else 0


if __name__ == "__main__":
    sys.exit(main())
