"""Pull, push and copy beside skopeo and curl, from and to docker-registry on this machine, all in one run. curl moves the
blobs with four connections and hashes nothing: about what the network and the registry cost by themselves."""
import json
import os
import shutil
import statistics
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from measure import timed  # noqa: E402
from registry_servers import Registry  # noqa: E402

# Where skopeo remembers which registry has which blob: with it a second push sends nothing.
CACHES = ("/var/lib/containers/cache/blob-info-cache-v1.boltdb",
          os.path.expanduser("~/.local/share/containers/cache/blob-info-cache-v1.boltdb"))


def skopeo(*arguments):
    for cache in CACHES:
        if os.path.exists(cache):
            os.unlink(cache)
    return timed(["skopeo", "copy", "-q", *arguments])


class Moves:
    def __init__(self, supply, layout, tag, work):
        self.supply, self.layout, self.tag, self.work = supply, layout, tag, work
        self.registries = [Registry(os.path.join(work, "one")), Registry(os.path.join(work, "two"))]
        self.count = 0
        with open(os.path.join(layout, "index.json"), encoding="utf-8") as index:
            entry = next(e for e in json.load(index)["manifests"]
                         if e.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag)
        with open(self.blob(entry["digest"]), encoding="utf-8") as manifest:
            parsed = json.load(manifest)
        self.blobs = [parsed["config"]["digest"], *(layer["digest"] for layer in parsed["layers"])]
        skopeo("--dest-tls-verify=false", f"oci:{layout}:{tag}", f"docker://{self.one}/from:1")

    one = property(lambda self: self.registries[0].name)
    two = property(lambda self: self.registries[1].name)

    def blob(self, digest):
        return os.path.join(self.layout, "blobs", *digest.split(":"))

    def stop(self):
        for registry in self.registries:
            registry.stop()

    def fresh(self):
        """A directory and a repository that nobody has used."""
        self.count += 1
        directory = os.path.join(self.work, "out")
        shutil.rmtree(directory, ignore_errors=True)
        return directory, f"to{self.count}"

    def curl_pull(self, directory):
        os.makedirs(directory)
        command = ["curl", "-sS", "-f", "-Z", "--parallel-max", "4"]
        for digest in self.blobs:
            command += ["-o", os.path.join(directory, digest[7:]), f"http://{self.one}/v2/from/blobs/{digest}"]
        return timed(command)

    def curl_push(self, registry, repository):
        command = ["curl", "-sS", "-f", "-Z", "--parallel-max", "4"]
        for digest in self.blobs:
            begin = urllib.request.Request(f"http://{registry}/v2/{repository}/blobs/uploads/", method="POST")
            with urllib.request.urlopen(begin) as answer:
                location = answer.headers["Location"]
            command += ["-T", self.blob(digest), f"{location}&digest={digest}"]
        return timed(command + ["-H", "Content-Type: application/octet-stream"])

    def pull(self, tool):
        directory, _ = self.fresh()
        if tool == "curl":
            return self.curl_pull(directory)
        if tool == "skopeo":
            return skopeo("--src-tls-verify=false", f"docker://{self.one}/from:1", f"oci:{directory}:1")
        return timed([self.supply, "copy", "--quiet", f"{self.one}/from:1", f"oci:{directory}:1"])

    def push(self, tool):
        _, repository = self.fresh()
        if tool == "curl":
            return self.curl_push(self.one, repository)
        if tool == "skopeo":
            return skopeo("--dest-tls-verify=false", f"oci:{self.layout}:{self.tag}",
                          f"docker://{self.one}/{repository}:1")
        return timed([self.supply, "copy", "--quiet", f"oci:{self.layout}:{self.tag}", f"{self.one}/{repository}:1"])

    def copy(self, tool):
        directory, repository = self.fresh()
        if tool == "curl":  # one after the other: it cannot send what it has not got
            first, second = self.curl_pull(directory), self.curl_push(self.two, repository)
            return first[0] + second[0], max(first[1], second[1])
        if tool == "skopeo":
            return skopeo("--src-tls-verify=false", "--dest-tls-verify=false",
                          f"docker://{self.one}/from:1", f"docker://{self.two}/{repository}:1")
        return timed([self.supply, "copy", "--quiet", f"{self.one}/from:1", f"{self.two}/{repository}:1"])


def measure(supply, layout, tag, rounds, row):
    work = tempfile.mkdtemp(prefix="registry-", dir=os.path.dirname(os.path.abspath(layout)))
    moves = Moves(supply, os.path.abspath(layout), tag, work)
    try:
        for name in ("pull", "push", "copy"):
            move = getattr(moves, name)
            runs = {tool: [] for tool in ("curl", "skopeo", "supply")}
            for turn in range(rounds + 1):  # in turn, so that what else the machine does meets all of them alike
                for tool, taken in runs.items():
                    taken.append(move(tool))
            figures = {tool: (statistics.median(run[0] for run in taken[1:]), max(run[1] for run in taken[1:]))
                       for tool, taken in runs.items()}
            curl, skopeo = figures["curl"][0], figures["skopeo"][0]
            row(f"{name}: curl, 4 connections", *figures["curl"], 1.0)
            row(f"{name}: skopeo / curl", *figures["skopeo"], skopeo / curl)
            row(f"{name} / curl", *figures["supply"], figures["supply"][0] / curl, "at most 1.15, 24 MB")
            row(f"{name} / skopeo", *figures["supply"], figures["supply"][0] / skopeo, "at most 0.60")
    finally:
        moves.stop()
        shutil.rmtree(work, ignore_errors=True)
