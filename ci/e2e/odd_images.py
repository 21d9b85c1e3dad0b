"""Odd indexes, manifests and archives, the same ones for the same seed: what test_runtimes_agree asks everybody about.

Each case has images of two kinds, "good" (signed, without the package that the policy denies) and "evil". `Pool` makes
the images once; a case is an index (or a lone manifest) over some of them, in a directory of its own with hard links.
"""
import json
import os
import random

from harness import DOCKER, OCI, Layout, digest_of, file, gzip, hardlink, stanza, symlink, tar, to_json

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/arm", "linux/386", "linux/amd64/v3", "linux/arm64/v8",
             "linux/amd64/v4", "linux/arm64/v9", "linux/arm64/v8.3", "linux/arm/v8", "windows/amd64")
ARCHITECTURES = ("arm", "arm", "386", "386", "x86_64", "x86-64", "aarch64", "i386", "armhf", "armel", "AMD64", "Arm64", "x64", "", None, "unknown",
                 "s390x", " amd64")
SYSTEMS = ("linux", "linux", "windows", "Linux", "", None, "unknown", "darwin", "macos")
VARIANTS = (None, None, "v1", "v2", "v3", "v5", "v6", "v7", "v8", "V8", "8", "v9", "v8.1", "", "unknown")
NEAR = ("linux/amd64", "linux/amd64", "linux/amd64", "linux/amd64/v1", "linux/amd64/v2", "linux/amd64/v3", "linux/386", "linux/x86_64", "linux/i386",
        "linux/AMD64", "Linux/amd64", "linux/arm64", "linux/arm64", "linux/arm64/v8", "linux/arm64/v9", "linux/aarch64", "linux/arm", "linux/arm/v8",
        "linux/arm/v7", "linux/arm/v6", "linux/arm/v5", "linux/armhf", "linux/armel", "linux/armhf/v6",
        "linux/arm/7", "linux/arm64/v8.2", "linux/arm64/v8.5", "linux/arm64/v8.9", "linux/arm64/v8.0", "linux/arm64/9", "/amd64", "linux/", "windows/amd64", "unknown/amd64",
        "linux/unknown", "unknown/unknown")
ENTRY_TYPES = (OCI["manifest"], OCI["manifest"], DOCKER["manifest"], "application/vnd.OCI.image.manifest.v1+json", OCI["manifest"] + "; charset=utf-8",
               OCI["manifest"] + " ", "application/x-odd", "", None, "application/json", OCI["config"], OCI["index"],
               "application/vnd.docker.distribution.manifest.v1+prettyjws", "text/html",
               "application/vnd.oci.artifact.manifest.v1+json")
CONFIG_TYPES = (OCI["config"], DOCKER["config"], "application/octet-stream", "application/json", "text/html", "",
               "application/vnd.OCI.image.config.v1+json", OCI["config"] + "; a=b", "application/x-odd",
               "application/vnd.oci.empty.v1+json", "application/vnd.cncf.helm.config.v1+json")
LAYER_TYPES = (OCI["gzip"], OCI["gzip"], OCI["plain"], DOCKER["gzip"], "application/octet-stream", OCI["gzip"] + "; a=b",
               "application/vnd.OCI.image.layer.v1.tar+gzip", "application/vnd.in-toto+json", "application/x-odd", "",
               "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", OCI["zstd"])
BUILDKIT = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "sha256:" + "0" * 64}


class Odd:
    """A source of choices that takes the first, the usual one, but for a share of the times that is each case's own. In
    two cases of five nothing is odd but the platforms, which are all near to each other."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.platforms_only = self.random.random() < 0.4
        self.rate = 0 if self.platforms_only else self.random.choice((0.03, 0.1, 0.3))

    def choice(self, choices):
        return self.random.choice(choices) if self.random.random() < 3 * self.rate else choices[0]

    def any(self, choices):
        return self.random.choice(choices)

    def now_and_then(self):
        return self.random.random() < self.rate


def without_none(value):
    return {k: v for k, v in value.items() if v is not None}


def a_platform(odd):
    if odd.platforms_only:
        near = dict(zip(("os", "architecture", "variant"), odd.any(NEAR).split("/")))
        return {**near, "os.features": ["x"]} if odd.random.random() < 0.05 else near
    platform = {"os": odd.choice(SYSTEMS), "architecture": odd.any(("amd64", "amd64", "arm64")), "variant": odd.choice(VARIANTS)}
    if odd.now_and_then():
        platform["architecture"] = odd.any(ARCHITECTURES)
    if odd.now_and_then():
        platform.update({"os": "unknown", "architecture": "unknown"})
    if odd.now_and_then():
        platform["os.version"] = odd.any(("10.0.17763.1", "10.0.20348.2", ""))
    if odd.now_and_then():
        platform["os.features"] = ["win32k"]
    return without_none(platform)


def spelled(odd, name):
    """A member's name in another spelling that some decoders take for the same (Go's folds case), or the same again."""
    return odd.any((name.capitalize(), name.upper(), name, name.replace("s", "\u017f", 1), "\\u%04x" % ord(name[0]) + name[1:]))


def with_a_twin(odd, text, name, value):
    """The text of a JSON object with a member a second time, before or after the first."""
    twin = json.dumps(spelled(odd, name)).replace("\\\\", "\\") + ": " + json.dumps(value)
    return odd.any((text[:-1] + ", " + twin + "}", "{" + twin + ", " + text[1:]))


class Pool:
    """A layout with a number of good images, each signed by name, and what evil ones are made of."""

    def __init__(self, path, seed, count=24):
        self.layout, self.number, self.good = Layout(path), 0, []
        for number in range(count):
            self.odd = Odd(f"{seed} good {number}")
            self.good.append(self.image(self.layout, "good", a_platform(self.odd) if number > 5 else None, plain=number <= 5))
            self.layout.tag(self.good[-1], f"good-{number}")
        self.layout.close()

    def files(self, kind):
        return [file("who", self.mark(kind)), file("etc/os-release", "ID=debian\n"), file("var/lib/dpkg/status", stanza(kind, "1"))]

    def layer(self, layout, kind, media_type):
        data = tar(self.files(kind))
        return layout.blob(data if media_type == OCI["plain"] else gzip(data), media_type), digest_of(data)

    def mark(self, kind):
        self.number += 1
        return f"WHO:{kind}-{self.number};"

    def image(self, layout, kind, platform=None, plain=False):
        """A descriptor with a platform, and an image whose config may say another."""
        odd = self.odd
        choice = (lambda choices: choices[0]) if plain else odd.choice
        platform = platform or {"os": "linux", "architecture": odd.any(("amd64", "arm64"))}
        layers = [self.layer(layout, kind, choice(LAYER_TYPES)) for _ in range(choice((1, 2)))]
        told = dict(platform) if plain or not (odd.now_and_then() or odd.platforms_only and odd.any((True, False))) else a_platform(odd)
        config = {**told, "author": self.mark(kind), "config": {}, "rootfs": {"type": "layers", "diff_ids": [d for _, d in layers]}}
        manifest = {"schemaVersion": 2, "mediaType": choice((OCI["manifest"], DOCKER["manifest"], None, OCI["index"], "application/x-odd")),
                    "artifactType": choice((None, "application/x-odd", OCI["config"])),
                    "config": layout.blob(to_json(config), choice(CONFIG_TYPES)), "layers": [descriptor for descriptor, _ in layers],
                    "subject": choice((None, {"mediaType": OCI["manifest"], "digest": digest_of(b"no"), "size": 2}))}
        text = json.dumps(without_none(manifest))
        if kind == "evil" and not plain and odd.now_and_then():
            text = with_a_twin(odd, text, "layers", [self.layer(layout, "good", OCI["gzip"])[0]])
        return layout.blob(text.encode(), OCI["manifest"], platform=platform)


def entry(pool, layout, kind):
    odd, platform = pool.odd, a_platform(pool.odd)
    made = dict(odd.any(pool.good[:12] if odd.rate < 0.2 else pool.good)) if kind == "good" else pool.image(layout, kind, platform)
    if odd.any((True, False)):
        made["platform"] = platform
    if odd.choice((False, True)) or odd.platforms_only and odd.random.random() < 0.2:
        made["platform"] = None  # which is null in JSON, or no member at all
    made["mediaType"] = odd.choice(ENTRY_TYPES)
    made["annotations"] = odd.choice((None, None, dict(BUILDKIT)))
    if odd.random.random() < 0.1:
        made["annotations"] = {"io.github.containers.compression.zstd": "true"}
    made["artifactType"] = odd.choice((None, None, "application/x-odd", OCI["config"]))
    null = odd.now_and_then()
    return {k: v for k, v in made.items() if v is not None or null and k == "platform"}


def index(pool, layout):
    return index_and_entries(pool, layout)[0]


def index_and_entries(pool, layout, depth=0):
    """A descriptor of an index over good and evil entries, in any order."""
    odd = pool.odd
    kinds = odd.any((["good", "evil"], ["good", "evil"], ["good", "evil"], ["good", "good", "evil"], ["good", "evil", "evil"], ["good", "good"], ["good"]))
    entries = [entry(pool, layout, kind) for kind in kinds]
    if depth < 2 and (odd.now_and_then() or odd.platforms_only and odd.random.random() < 0.3):
        inner, inner_entries = index_and_entries(pool, layout, depth + 1)
        if odd.any((True, False)):
            inner["platform"] = a_platform(odd)
        entries.append(inner)
        if odd.any((True, False)):  # what is in one index is in the other too
            entries.append(odd.any(inner_entries))
    odd.random.shuffle(entries)
    names = odd.choice((OCI, OCI, DOCKER))
    document = {"schemaVersion": 2, "mediaType": odd.choice((names["index"], names["index"], None, OCI["manifest"], "application/x-odd")),
                "manifests": entries, "layers": odd.choice((None, None, None, []))}
    text = json.dumps(without_none(document))
    if odd.now_and_then():
        text = with_a_twin(odd, text, "manifests", odd.any((entries[:1], entries[-1:], [], None)))
    starts = [i for i in range(len(text)) if text.startswith('{"mediaType"', i)]
    if starts and odd.now_and_then():
        at = odd.any(starts)
        end = text.index("}", at) + 1
        text = text[:at] + with_a_twin(odd, text[at:end], "digest", odd.any(entries)["digest"]) + text[end:]
    if odd.now_and_then() and '{"os"' in text:
        name = odd.any(("os", "architecture", "variant"))
        text = text.replace('{"os"', '{"%s": "%s", "os"' % (spelled(odd, name), {"os": "linux", "architecture": "amd64", "variant": "v8"}[name]), 1)
    return layout.blob(text.encode(), names["index"]), entries


def case(pool, path, odd):
    """A layout under `path` whose tag `t` is odd. The good images' signatures come with it."""
    pool.odd, layout = odd, Layout(path)
    for directory, _, names in os.walk(pool.layout.path + "/blobs"):
        for name in names:
            os.link(os.path.join(directory, name), os.path.join(path, os.path.relpath(directory, pool.layout.path), name))
    with open(pool.layout.path + "/index.json", "rb") as data:
        layout.entries = json.load(data)["manifests"]
    root = index(pool, layout) if odd.any(range(6)) else {"mediaType": "", **entry(pool, layout, odd.any(("good", "evil", "evil")))}
    if odd.now_and_then():
        root["mediaType"] = odd.any(ENTRY_TYPES) or ""
    layout.tag(root, "t")
    if odd.now_and_then():  # a name that is there twice
        layout.tag(odd.any((pool.good[0], pool.image(layout, "evil", None, True))), "t")
    layout.close()
    return layout


# ------------------------------------------------------------------------------------------------ archives

def odd_name(random, name):
    return random.choice((name,) * 3 + ("./" + name, "/" + name, "//" + name, "x/../" + name, name + "/", "././" + name, "../" + name,
                                        name.upper(), name.replace("/", "//") if "/" in name else "x//../" + name))


def members(random, wanted, other):
    """The members of an archive of `wanted`, some of which are twice with `other`'s content, under odd names."""
    before = "./" if random.random() < 0.2 else ""
    listed = [file(before + name, data) for name, data in wanted.items()]
    if random.random() < 0.3:
        random.shuffle(listed)
    if random.random() < 0.25:
        return listed
    links = [name for name in wanted if name.endswith("/layer.tar") and name not in other]
    if links and random.random() < 0.2:  # a layer that is a link, as old versions of docker save wrote them
        to = next(n for n in other if n.endswith("/layer.tar"))
        at = next(i for i, each in enumerate(listed) if each.name.endswith(b"/layer.tar"))
        listed[at] = symlink(links[0], "../" + to) if random.random() < 0.5 else hardlink(links[0], to)
        return [file(n, data) for n, data in other.items() if n not in wanted] + listed
    doubled = random.sample(sorted(set(other)), 1) if random.random() < 0.3 else [n for n in ("index.json", "manifest.json") if n in other]
    for name in doubled:
        data = other[name]
        again = file(odd_name(random, name), data)
        listed.insert(random.choice((0, len(listed), random.randrange(len(listed) + 1))), again)
    present = set(wanted)
    return listed + [file(name, data) for name, data in other.items() if name not in present and name not in doubled]


def oci_archive(pool, path):
    random = pool.odd.random
    contents = {}
    for kind in ("good", "evil"):
        layout = Layout(f"{path}.{kind}")
        layout.tag(pool.image(layout, kind, None, True), "t")
        layout.close()
        contents[kind] = {os.path.relpath(os.path.join(directory, name), layout.path): open(os.path.join(directory, name), "rb").read()
                          for directory, _, names in sorted(os.walk(layout.path)) for name in sorted(names)}
    order = ["good", "evil"] if random.random() < 0.7 else ["evil", "good"]
    with open(path, "wb") as out:
        out.write(tar(members(random, *(contents[kind] for kind in order))))
    return f"oci-archive:{path}:t"


def docker_archive(pool, path):
    random = pool.odd.random
    contents = {}
    for kind in ("good", "evil"):
        layer = tar(pool.files(kind))
        config = to_json({"os": "linux", "architecture": "amd64", "author": pool.mark(kind), "config": {},
                          "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]}})
        name = digest_of(config)[7:] + ".json"
        shared = "layer" if random.random() < 0.3 else kind
        record = {"Config": name, "RepoTags": ["a:1"], "Layers": [shared + "/layer.tar"]}
        contents[kind] = {name: config, shared + "/layer.tar": layer, "manifest.json": to_json([record])}
    text = contents["good"]["manifest.json"].decode()
    other = json.loads(contents["evil"]["manifest.json"])[0]
    if random.random() < 0.3:
        for name in random.sample(("Config", "Layers", "RepoTags"), random.choice((1, 2))):
            spelled = random.choice((name, name.lower(), name.upper(), name.replace("s", "\u017f")))
            addition = f'"{spelled}":{json.dumps(other[name])}'
            text = text.replace("[{", "[{" + addition + ",", 1) if random.random() < 0.5 else text[:-2] + "," + addition + "}]"
    elif random.random() < 0.2:  # two records of one name
        records = json.loads(text) + [other]
        random.shuffle(records)
        text = json.dumps(records)
    contents["good"]["manifest.json"] = text.encode()
    order = ["good", "evil"] if random.random() < 0.7 else ["evil", "good"]
    with open(path, "wb") as out:
        out.write(tar(members(random, *(contents[kind] for kind in order))))
    return f"docker-archive:{path}:a:1"
