"""What the tests with registries share: servers that end with the test, images and signatures in them."""
import http.client
import json
import os
import ssl
import subprocess

from harness import YES, Case
from registry_servers import Proxy, Registry

POLICY = """version: 1
keys: {release: KEY}
images:
  - match: ["**"]
    signatures: {any_of: [release]}
"""
INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")


class RegistryCase(Case):
    def registry(self, **more):
        registry = Registry(self.path(f"registry-{len(os.listdir(self.directory))}"), **more)
        self.addCleanup(registry.stop)
        return registry

    def proxy(self, registry=None, **more):
        proxy = Proxy(registry or self.registry(), **more)
        self.addCleanup(proxy.stop)
        return proxy

    def push(self, layout, to, tag="app", *options):
        return self.answers(YES, "copy", f"oci:{layout}:{tag}", to, *options)

    def signed(self, registry, repository="app"):
        """An image in the registry, signed there: (reference, private key, public key)."""
        reference = f"{registry.name}/{repository}:1"
        self.push(self.image(f"image-{registry.port}"), reference)
        private, public = self.key(f"{repository}-{registry.port}")
        self.answers(YES, "sign", "--key", private, reference)
        return reference, private, public

    def htpasswd(self, user="me", password="secret"):
        """A password file with the hash that docker-registry takes."""
        script = "import crypt, sys; print(crypt.crypt(sys.argv[1], crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))"
        made = subprocess.run(["python3", "-W", "ignore", "-c", script, password], capture_output=True, text=True, check=True)
        return self.write("htpasswd", f"{user}:{made.stdout}")


def skopeo(*arguments):
    subprocess.run(["skopeo", *arguments], check=True, capture_output=True)


def put_layout(layout, server, repository, authorization=None):
    """Every blob, manifest and tag of a layout into a repository, as it is, without Supply's help. Referrers that no tag
    of the layout lists are listed as clients do it for a registry without the referrers API."""
    if server.tls:
        trusted = ssl.create_default_context(cafile=server.tls[0])
        connection = http.client.HTTPSConnection("localhost", server.port, context=trusted)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
    always = {"Authorization": authorization} if authorization else {}

    def ask(method, path, body=None, headers={}):
        connection.request(method, path, body, {**always, **headers})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (201, 202):
            raise AssertionError(f"{method} {path}: {answer.status}")
        return answer

    def blob(digest):
        with open(os.path.join(layout, "blobs", *digest.split(":")), "rb") as data:
            return data.read()

    manifests = {}
    directory = os.path.join(layout, "blobs", "sha256")
    for name in os.listdir(directory):
        content = blob("sha256:" + name)
        try:
            parsed = json.loads(content)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict) and parsed.get("schemaVersion") == 2 and ("config" in parsed or "manifests" in parsed):
            kind = parsed.get("mediaType") or (INDEXES[0] if "manifests" in parsed else "application/vnd.oci.image.manifest.v1+json")
            manifests["sha256:" + name] = (kind, content)
        else:
            location = ask("POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
            path = location.split(str(server.port), 1)[1]
            ask("PUT", f"{path}&digest=sha256:{name}", content, {"Content-Type": "application/octet-stream"})
    for digest, (kind, content) in sorted(manifests.items(), key=lambda m: m[1][0] in INDEXES):  # indexes last
        ask("PUT", f"/v2/{repository}/manifests/{digest}", content, {"Content-Type": kind})
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as index:
        entries = json.load(index)["manifests"]
    tags = {entry.get("annotations", {}).get("org.opencontainers.image.ref.name"): manifests[entry["digest"]]
            for entry in entries}
    tags.pop(None, None)
    lists = {}
    for digest, (kind, content) in manifests.items():
        parsed = json.loads(content)
        if "subject" in parsed:
            lists.setdefault(parsed["subject"]["digest"].replace(":", "-"), []).append(
                {"mediaType": kind, "digest": digest, "size": len(content), "annotations": parsed.get("annotations", {}),
                 "artifactType": parsed.get("artifactType") or parsed["config"]["mediaType"]})
    for tag, listed in lists.items():
        tags.setdefault(tag, (INDEXES[0], json.dumps({"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": listed}).encode()))
    for tag, (kind, content) in tags.items():
        ask("PUT", f"/v2/{repository}/manifests/{tag}", content, {"Content-Type": kind})
    connection.close()
    return entries
