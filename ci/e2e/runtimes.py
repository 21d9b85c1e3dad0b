"""What runtimes take of the bytes that Supply judges: skopeo, umoci and buildah are asked, containerd and Docker's own
store are modelled, since they need a daemon.

Every image of these tests carries WHO:<kind>-<number>; in its config and in a file `who` of its layers, so that whatever
a tool made of the bytes says which image it is. What is taken is a set of kinds ("good", "evil"); nothing is taken where
a tool refuses.

The models follow containerd core/images/image.go (Manifest, validateMediaType, ConfigPlatform), containerd platforms
compare.go (Only, platformVector), database.go (normalizeOS, normalizeArch), and moby distribution/pull_v2_unix.go
(filterManifests). Where versions differ, whatever one of them may take counts.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import zlib

MARK = re.compile(rb"WHO:([a-z]+)-[0-9]+;")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")


def kinds_in(data):
    if data[:2] == b"\x1f\x8b":
        data = zlib.decompressobj(31).decompress(data)
    return {mark.decode() for mark in MARK.findall(data)}


def _run(*command, cwd=None):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, timeout=120)


# ------------------------------------------------------------------------------------------------- tools

def skopeo(source, platform, scratch):
    """The kinds that skopeo copies for a platform; podman and CRI-O choose with the same library."""
    directory = tempfile.mkdtemp(dir=scratch)
    system, architecture, variant = (platform + "/").split("/")[:3]
    more = ["--override-variant", variant] if variant else []
    done = _run("skopeo", "--insecure-policy", "--override-os", system, "--override-arch", architecture, *more, "copy", "--quiet",
                source, f"dir:{directory}/image")
    taken = set()
    if done.returncode == 0:
        for path in glob.glob(directory + "/image/*"):
            with open(path, "rb") as data:
                taken |= kinds_in(data.read())
    shutil.rmtree(directory)
    return taken


def umoci(layout, tag, scratch):
    """The kinds that umoci unpacks; it takes a name only where it leads to one manifest."""
    directory = tempfile.mkdtemp(dir=scratch)
    options = [] if os.getuid() == 0 else ["--rootless"]
    done = _run("umoci", "unpack", *options, "--image", f"{layout}:{tag}", directory + "/bundle")
    taken = _who(directory + "/bundle/rootfs") if done.returncode == 0 else set()
    _run("chmod", "-R", "u+rwx", directory)
    shutil.rmtree(directory)
    return taken


def buildah(layout, tag, platform, scratch):
    """The kinds that a container of buildah's sees."""
    directory = tempfile.mkdtemp(dir=scratch)
    tool = ["buildah", "--storage-driver", "vfs", "--root", directory + "/root", "--runroot", directory + "/run"]
    system, architecture, variant = (platform + "/").split("/")[:3]
    more = ["--variant", variant] if variant else []
    os.symlink(os.path.abspath(layout), directory + "/image")  # buildah makes a name of the path: lower case
    done = _run(*tool, "from", "--quiet", "--os", system, "--arch", architecture, *more, "--name", "it", f"oci:image:{tag}", cwd=directory)
    taken = set()
    if done.returncode == 0:
        mounted = _run(*tool, "mount", "it")
        if mounted.returncode == 0:
            taken = _who(mounted.stdout.decode().split()[-1])
            _run(*tool, "umount", "it")
    subprocess.run(["umount", "-q", directory + "/root/vfs"], stderr=subprocess.DEVNULL)  # its private bind mount
    shutil.rmtree(directory, ignore_errors=True)
    return taken


def _who(root):
    path = os.path.join(root, "who")
    if not os.path.isfile(path):
        return set()
    with open(path, "rb") as data:
        return kinds_in(data.read())


# ------------------------------------------------------------------------------------------------ models

def normal(platform):
    """(os, architecture, variant) as containerd normalises them on a machine that runs Linux."""
    system = str(platform.get("os") or "linux").lower()
    architecture, variant = str(platform.get("architecture") or "").lower(), str(platform.get("variant") or "").lower()
    system = {"macos": "darwin"}.get(system, system)
    if architecture in ("i386",):
        architecture, variant = "386", ""
    elif architecture in ("x86_64", "x86-64", "amd64"):
        architecture, variant = "amd64", "" if variant == "v1" else variant
    elif architecture in ("aarch64", "arm64"):
        architecture, variant = "arm64", {"8": "", "v8": "", "v8.0": "", "9": "v9", "9.0": "v9", "v9.0": "v9"}.get(variant, variant)
    elif architecture in ("armhf", "armel"):
        architecture, variant = "arm", "v7" if architecture == "armhf" else "v6"
    elif architecture == "arm":
        variant = {"": "v7", "5": "v5", "6": "v6", "7": "v7", "8": "v8"}.get(variant, variant)
    return system, architecture, variant


def runs(wanted, old=False):
    """What a machine of that platform runs, best first (platformVector), also of containerd before 1.7.14."""
    system, architecture, variant = wanted
    found = [wanted]
    number = int(variant[1:]) if variant[1:].isdigit() else 0
    if architecture == "amd64":
        found += [(system, "amd64", f"v{n}" if n > 1 else "") for n in range(number - 1, 0, -1)] + [(system, "386", "")]
    elif architecture == "arm":
        found += [(system, "arm", f"v{n}") for n in range(number - 1, 4, -1)]
    elif architecture == "arm64":
        major, _, minor = (variant or "v8")[1:].partition(".")
        names = {"8": lambda n: f"v8.{n}" if n else "", "9": lambda n: f"v9.{n}" if n else "v9"}
        if not old and major in names:
            below = int(minor) if minor.isdigit() else 0
            found += [(system, "arm64", names[major](n)) for n in range(below - 1, -1, -1)]
            if major == "9":
                found += [(system, "arm64", names["8"](n)) for n in range(below + 5, -1, -1)]
        arm = variant if old and variant else "v8" if not variant or "." in variant else variant
        found += runs((system, "arm", arm))
    return found


def containers_lists(platform):
    """What containers/image wants, best first, in its versions (WantedPlatforms); it knows no other names."""
    system, architecture, variant = (platform + "/").split("/")[:3]
    orders = {"arm": ["v8", "v7", "v6", "v5"], "arm64": ["v8"], "amd64": ["v4", "v3", "v2"]}
    order = orders.get(architecture, [])
    lists = [[variant, ""]]
    if variant in order:
        lists.append(order[order.index(variant):] + [""])
    if not variant and architecture != "amd64":
        lists += [order[start:] + [""] for start in range(len(order))]  # of machines, and of whom --override-arch was given
    return [[(system, architecture, each) for each in some] for some in lists]


class Model:
    """A layout's blobs, read as Go's decoder reads them: names of members in any case, the last of equals counts."""

    def __init__(self, layout):
        self.blobs = os.path.join(layout, "blobs")
        self.entries = self._parsed(os.path.join(layout, "index.json")).get("manifests") or []

    def containerd(self, tag, wanted, limit=True):
        """What containerd's images.Manifest may take. Without `limit`, as versions that do not stop at the best entry but
        go on where its config is for another platform."""
        taken = set()
        for root in self.entries:
            if (root.get("annotations") or {}).get("org.opencontainers.image.ref.name") != tag:
                continue
            for order in (runs(wanted), runs(wanted, old=True)):
                for features in (True, False):  # whether the machine has them
                    chosen = self._walk(root, order, limit, root, 0, features)
                    best = min((rank for rank, _ in chosen), default=0)
                    for rank, manifest in chosen[:1] if limit else chosen:
                        taken |= self._kinds(manifest) if rank == best else set()
        return taken

    def containers(self, tag, platform):
        """What containers/image may take, in any version, of layouts: the first, or the first of either compression."""
        taken = set()
        for root in self.entries:
            if (root.get("annotations") or {}).get("org.opencontainers.image.ref.name") == tag:
                for wanted in containers_lists(platform):
                    for prefer_zstd in (None, True, False):
                        taken |= self._chosen(root, wanted, prefer_zstd, 0)
        return taken

    def _chosen(self, entry, wanted, prefer_zstd, depth):
        document = self._json(entry)
        if entry.get("mediaType") in MANIFESTS:
            return self._kinds(document)
        if entry.get("mediaType") not in INDEXES or depth > 8:
            return set()
        best = None
        for position, each in enumerate(document.get("manifests") or []):
            if not isinstance(each, dict):
                return set()
            said, rank = each.get("platform"), len(wanted)
            if said is not None:
                name = tuple(str(said.get(part) or "") for part in ("os", "architecture", "variant"))
                if name not in wanted:
                    continue
                rank = wanted.index(name)
            elif entry.get("mediaType") == INDEXES[1]:
                continue  # Docker's lists have no such entries
            zstd = (each.get("annotations") or {}).get("io.github.containers.compression.zstd") == "true"
            key = (rank, prefer_zstd is not None and zstd != prefer_zstd, position)
            if best is None or key < best[0]:
                best = (key, each)
        return self._chosen(best[1], wanted, prefer_zstd, depth + 1) if best else set()

    def docker(self, tag, wanted):
        """What Docker's own store takes: of one index, and never an entry without a platform."""
        for root in self.entries:
            if (root.get("annotations") or {}).get("org.opencontainers.image.ref.name") != tag or root.get("mediaType") not in INDEXES:
                continue
            entries = [e for e in self._json(root).get("manifests") or [] if isinstance(e, dict) and isinstance(e.get("platform"), dict)]
            order = runs(wanted)
            matches = [e for e in entries if normal(e["platform"]) in order]
            matches.sort(key=lambda e: order.index(normal(e["platform"])))
            if not matches and wanted[1] == "arm":
                matches = [e for e in entries if (e["platform"].get("os"), e["platform"].get("architecture")) == wanted[:2]]
            if matches and matches[0].get("mediaType") in MANIFESTS:
                return self._kinds(self._json(matches[0]))
        return set()

    def _walk(self, entry, order, limit, root, depth, features):
        if depth > 8 or not isinstance(entry, dict):
            return []
        document = self._json(entry)
        if entry.get("mediaType") in MANIFESTS:
            if document.get("manifests") or document.get("mediaType") in INDEXES:
                return []
            if entry is not root:
                platform = entry.get("platform")
                if platform is None:
                    platform = self._json(document.get("config") or {})
                if normal(platform) not in order or (platform.get("os.features") and not features):
                    return []
                return [(order.index(normal(platform)), document)]
            return [(0, document)]
        if entry.get("mediaType") in INDEXES:
            if document.get("config") or document.get("layers") or document.get("fsLayers") or document.get("mediaType") in MANIFESTS:
                return []
            place = lambda e: len(order) if e.get("platform") is None else order.index(normal(e["platform"]))
            entries = [e for e in document.get("manifests") or [] if isinstance(e, dict)]
            fits = lambda e: e.get("platform") is None or (normal(e["platform"]) in order and (features or not e["platform"].get("os.features")))
            entries = sorted((e for e in entries if fits(e)), key=place)
            return [m for e in (entries[:1] if limit else entries) for m in self._walk(e, order, limit, root, depth + 1, features)]
        return []

    def _kinds(self, manifest):
        taken = set()
        for descriptor in [manifest.get("config") or {}] + (manifest.get("layers") or []):
            data = self._bytes(descriptor)
            if data is None:
                return set()
            taken |= kinds_in(data)
        return taken

    def _bytes(self, descriptor):
        path = os.path.join(self.blobs, *str(descriptor.get("digest")).split(":"))
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as data:
            content = data.read()
        return content if len(content) == descriptor.get("size") else None

    def _json(self, descriptor):
        data = self._bytes(descriptor)
        return {} if data is None else self._decoded(data)

    def _parsed(self, path):
        with open(path, "rb") as data:
            return self._decoded(data.read())

    @staticmethod
    def _decoded(data):
        fold = str.maketrans("\u017f\u212a", "sk")
        known = {"mediatype": "mediaType", "fslayers": "fsLayers"}

        def members(pairs):
            made = {}
            for name, value in pairs:
                lower = name.translate(fold).lower()
                lower = known.get(lower, lower)
                if value is not None or lower not in made:
                    made[lower] = value
            return made
        try:
            value = json.loads(data.decode(errors="replace"), object_pairs_hook=members)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}
