"""No input under 1 MB costs more than the goal, 20 s of a processor and 1 GB of memory, whatever the verb; what would is
refused (exit 4), and no input is a fault of Supply's own (70) or kills it.

Each shape makes one input from a seeded generator, so that a failure can be made again: COSTS_SEED=N, COSTS_ROUNDS=N,
COSTS_ONLY=part of a shape's name. COSTS_FACTOR is for builds with sanitizers.
"""
import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib

from harness import SUPPLY, Case, environment

CPU_SECONDS, MEGABYTES = 20, 1000
FACTOR = float(os.environ.get("COSTS_FACTOR", "1"))
MOST_INPUT = 1 << 20
MEDIA = "application/vnd.oci.image."
# A small process starts the program: a child's peak counts what its parent held when it was made.
LAUNCH = ("import os,resource,subprocess,sys\n"
          "def limit(): resource.setrlimit(resource.RLIMIT_CPU,(int(sys.argv[1]),)*2)\n"
          "r=subprocess.call(sys.argv[2:],stdout=subprocess.DEVNULL,preexec_fn=limit)\n"
          "u=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
          "os.write(3,b'%d %.2f %d'%(r,u.ru_utime+u.ru_stime,u.ru_maxrss))")


def header(name, size=0, kind=b"0", target=""):
    """A tar header block, and a GNU long name in front where one is needed."""
    name, target, long = name.encode(), target.encode(), b""
    for text, flag in ((name, b"L"), (target, b"K")):
        if len(text) > 99:
            long += block(b"././@LongLink", len(text) + 1, flag) + text + bytes(512 - len(text) % 512)
    return long + block(name[:99], size, kind, target[:99])


def block(name, size, kind, target=b""):
    head = bytearray(512)
    head[:len(name)] = name
    head[100:108], head[108:116], head[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    head[124:136], head[136:148] = b"%011o\0" % size, b"00000000000\0"
    head[148:156], head[156:157] = b" " * 8, kind
    head[157:157 + len(target)] = target
    head[257:265] = b"ustar  \0"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def entry(name, content=b""):
    content = content if isinstance(content, bytes) else content.encode()
    return header(name, len(content)) + content + bytes(-len(content) % 512)


def gzipped(data, level=6):
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c", "-3", "--single-thread"], input=data, stdout=subprocess.PIPE, check=True).stdout


class Image:
    """An OCI layout in the making."""

    def __init__(self, directory):
        self.directory, self.tags, self.bytes = directory, [], 0
        os.makedirs(os.path.join(directory, "blobs", "sha256"))

    def blob(self, data, media_type, **more):
        digest = hashlib.sha256(data).hexdigest()
        path = os.path.join(self.directory, "blobs", "sha256", digest)
        if not os.path.exists(path):
            self.bytes += len(data)
            with open(path, "wb") as out:
                out.write(data)
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data), **more}

    def document(self, value, media_type, **more):
        return self.blob(json.dumps(value).encode(), media_type, **more)

    def layers(self, body, count=1, tails=None):
        """Layers that differ in what follows a body that is compressed once (frames can follow each other)."""
        packed, hashed, made = zstd(body), hashlib.sha256(body), []
        for i in range(count):
            tail = (tails(i) if tails else header(f"tail{i}")) + bytes(1024)
            whole = hashed.copy()
            whole.update(tail)
            made.append((self.blob(packed + zstd(tail), MEDIA + "layer.v1.tar+zstd"), "sha256:" + whole.hexdigest()))
        return made

    def image(self, layers, author="", config=None, **more):
        config = {"architecture": "amd64", "os": "linux", "author": author, "config": config or {},
                  "rootfs": {"type": "layers", "diff_ids": [diff for _, diff in layers]}}
        return self.document({"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
                              "config": self.document(config, MEDIA + "config.v1+json"),
                              "layers": [layer for layer, _ in layers]}, MEDIA + "manifest.v1+json", **more)

    def index(self, manifests):
        return self.document({"schemaVersion": 2, "mediaType": MEDIA + "index.v1+json", "manifests": manifests},
                             MEDIA + "index.v1+json")

    def tag(self, descriptor, *others):
        entries = [{**descriptor, "annotations": {"org.opencontainers.image.ref.name": "t"}}, *others]
        for name, value in (("oci-layout", {"imageLayoutVersion": "1.0.0"}),
                            ("index.json", {"schemaVersion": 2, "manifests": entries})):
            text = json.dumps(value).encode()
            self.bytes += len(text)
            with open(os.path.join(self.directory, name), "wb") as out:
                out.write(text)
        return "oci:" + self.directory + ":t"


SBOM, FILES = ("sbom", "-o", "purls"), ("sbom", "--files", "all", "-o", "spdx-json=/dev/null")
VERIFY, TREE, GATE = ("inspect", "--verify"), ("inspect", "--files"), ("gate", "--policy", "POLICY")
DENY = ("gate", "--policy", "DENY")  # a policy by which very much is denied
SIGNED = ("verify", "KEYS")


# ------------------------------------------------------------------------------- shapes: each returns image, verbs

def one_layer(image, body, *verbs):
    image.tag(image.image(image.layers(body)))
    return verbs


def entries_of_one_name(image, rng):
    image.tag(image.image(image.layers(header("x" * rng.randint(1, 99)) * 350_000, 30)))
    return SBOM, VERIFY, GATE


def many_names(image, rng):
    names = 150_000
    image.tag(image.image(image.layers(b"".join(header(f"{i}") for i in range(names)), 2,
                                       lambda n: header(f"d{n}/" * rng.randint(1, 20)))))
    return SBOM, FILES, TREE


def zeros(image, _):
    size = 200 << 20
    image.tag(image.image(image.layers(header("zeros", size) + bytes(size), 60)))
    return VERIFY, FILES, GATE


def empty_members(image, _):
    body, member = gzipped(header("a") + bytes(1024)), gzipped(b"")
    image.tag(image.image([(image.blob(body + member * 40_000, MEDIA + "layer.v1.tar+gzip"),
                            "sha256:" + hashlib.sha256(header("a") + bytes(1024)).hexdigest())]))
    return SBOM, VERIFY


def links_in_a_deep_directory(image, rng):
    deep = "a/" * rng.randint(1_000, 4_000)
    # The deep directory's path is there once: the links reach it through a link at the root.
    body = header(deep + "package.json") + header("l", kind=b"2", target=deep)
    return one_layer(image, body + b"".join(header(f"l/{i}", kind=b"2", target="package.json") for i in range(100_000)), SBOM, TREE)


def deep_directories(image, rng):
    body = b"".join(header("/".join([f"{i}", *("a" * 4_000)])) for i in range(rng.randint(500, 1_500)))
    return one_layer(image, body, SBOM, FILES)


def chains_of_links(image, rng):
    length = rng.randint(100, 254)
    body = header("0", 0) + b"".join(header(f"l{i + 1}", kind=b"2", target=f"./././l{i}" if i else "0") for i in range(length))
    body += b"".join(header(f"{i}.dist-info/METADATA", kind=b"2", target=f"/l{length}") for i in range(60_000))
    return one_layer(image, body, SBOM, TREE)


def long_targets(image, _):
    around = "d/../" * 13_000
    body = header("d", kind=b"5") + header("l", kind=b"2", target=around) + b"".join(header(f"l/{i}") for i in range(20_000))
    body += b"".join(header(f"k{i}", kind=b"2", target=f"l/l/l/l/{i}") for i in range(20_000))
    return one_layer(image, body, SBOM)


def names_of_one_collected_file(image, rng):
    package = json.dumps({"name": "a", "version": "1", "description": "x" * rng.randint(1_000, 500_000)})
    body = entry("node_modules/a/package.json", package)
    body += b"".join(header(f"{i}/node_modules/a/package.json", kind=b"1", target="node_modules/a/package.json") for i in range(60_000))
    return one_layer(image, body, SBOM, GATE)


def links_to_one_large_file(image, rng):
    size = rng.randint(1 << 20, 60 << 20)
    body = header("large", size) + b" " * size + bytes(-size % 512)
    body += b"".join(header(f"{i}/node_modules/a/package.json", kind=b"2", target="/large") for i in range(20_000))
    return one_layer(image, body, SBOM)


def long_names(image, rng):
    length = rng.randint(1_000, 60_000)
    return one_layer(image, b"".join(header(f"{i}" + "x" * length) for i in range(200_000_000 // (length + 2_000))), SBOM, TREE)


def pax_records(image, rng):
    record = rng.choice([b"5 a=\n", b"9 uid=10\n", b"11 path=ab\n"])
    size = (1_000_000 // len(record)) * len(record)
    one = block(b"pax", size, rng.choice([b"x", b"g"])) + record * (size // len(record)) + bytes(-size % 512)
    return one_layer(image, (one + header("a")) * 100, SBOM, VERIFY)


def sparse_maps(image, rng):
    count = 60_000
    numbers = b"%d\n" % count + b"".join(b"%d\n0\n" % (i * rng.randint(1, 3)) for i in range(count))
    numbers = (b"%d\n" % count + b"0\n0\n" * count)
    numbers += bytes(-len(numbers) % 512)
    records = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n21 GNU.sparse.name=a\n24 GNU.sparse.realsize=1\n"
    records = b"".join(b"%d %s" % (len(r) + 4, r + b"\n") for r in
                       (b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=a", b"GNU.sparse.realsize=1"))
    one = block(b"pax", len(records), b"x") + records + bytes(-len(records) % 512) + header("s", len(numbers)) + numbers
    return one_layer(image, one * 200, SBOM, FILES)


def holes(image, _):
    # Old GNU: a file of 8 GB of which nothing is stored.
    head = bytearray(block(b"hole", 0, b"S"))
    head[483:495] = b"%011o\0" % (8 * 1000**3)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return one_layer(image, bytes(head) * 100, FILES, SBOM)


def whiteouts(image, rng):
    count = rng.randint(10_000, 30_000)
    lower = image.layers(b"".join(header(f"d/{i}") for i in range(count)))
    upper = image.layers(b"".join(header(rng.choice(["d/.wh..wh..opq", f"d/.wh.{i}", f"d/{i}"])) for i in range(count)), 3)
    aufs = image.layers(b"", 300, lambda n: header(f".wh..wh.{n}") + header(f"d/.wh..wh..opq{n}"))
    image.tag(image.image(lower + upper + aufs))
    return SBOM,


def one_tree_for_many_images(image, rng):
    layers = image.layers(b"".join(header(f"{i}/node_modules/a/package.json") for i in range(rng.randint(5_000, 30_000))))
    images = [image.image(layers, str(i), platform={"os": "linux", "architecture": "amd64", "variant": f"v{i}"}) for i in range(400)]
    image.tag(image.index(images))
    return GATE, ("sbom", "-o", "purls"), VERIFY


def packages_of_one_name(image, rng):
    count = rng.randint(50_000, 120_000)
    body = entry("var/lib/dpkg/status", "".join(f"Package: a\nStatus: install ok installed\nVersion: {i}\nArchitecture: amd64\n\n"
                                                for i in range(count)))
    return one_layer(image, body, SBOM, GATE)


def node_modules_below_each_other(image, rng):
    depth = rng.randint(300, 1_000)
    body = b"".join(entry("node_modules/a/" * i + "package.json", '{"name":"a","version":"1","dependencies":{"a":"1"}}')
                    for i in range(1, depth))
    return one_layer(image, body, SBOM, FILES)


def many_node_packages(image, _):
    body = b"".join(entry(f"node_modules/p/package.json/../../{i}/package.json".replace("p/package.json/../../", ""),
                          '{"name":"a","version":"1"}') for i in range(60_000))
    return one_layer(image, body, SBOM)


def images_of_one_index(image, rng):
    one = image.image([])
    image.tag(image.index([{**one, "platform": {"os": "linux", "architecture": f"a{i}"}} for i in range(rng.randint(2_000, 4_000))]))
    return SIGNED, GATE, ("inspect",)


def referrers_in_a_layout(image, rng):
    count = rng.randint(500, 900)
    images = [image.image([], str(i), platform={"os": "linux", "architecture": "amd64", "variant": f"v{i}"}) for i in range(200)]
    empty = image.blob(b"{}", "application/vnd.oci.empty.v1+json")
    whole = image.index(images)
    others = [image.document({"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json", "artifactType": "application/x",
                              "config": empty, "layers": [empty], "subject": whole, "annotations": {"n": str(i)}},
                             MEDIA + "manifest.v1+json") for i in range(count)]
    image.tag(whole, *others)
    return SIGNED, GATE, ("inspect",)


def well_formed(rng):
    """An ECDSA signature by nobody: what only a verification can tell."""
    return base64.b64encode(b"\x30\x44\x02\x20\x01" + rng.randbytes(31) + b"\x02\x20\x01" + rng.randbytes(31)).decode()


def simple_signings(image, rng):
    """A payload with many signatures beside it, and payloads that differ."""
    one = image.image([])
    config = image.blob(b"{}", MEDIA + "config.v1+json")
    others = []
    for number in range(2):
        payloads = [image.blob(b"{}" + b" " * rng.randint(0, 100), "application/vnd.dev.cosign.simplesigning.v1+json")
                    for _ in range(20)]
        layers = [{**rng.choice(payloads), "annotations": {"dev.cosignproject.cosign/signature": well_formed(rng)}}
                  for _ in range(rng.randint(800, 1_000))]
        others.append(image.document(
            {"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json", "config": config, "layers": layers,
             "subject": {k: one[k] for k in ("mediaType", "digest", "size")},
             "artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json"}, MEDIA + "manifest.v1+json",
            annotations={"org.opencontainers.image.ref.name": one["digest"].replace(":", "-") + ".sig"} if number == 0 else {}))
    image.tag(one, *others)
    return ("verify", "KEYS"), GATE, ("inspect",)


def envelopes(image, rng):
    """Junk envelopes of many signatures, listed many times: anyone who can push a tag may."""
    one = image.image([])
    payload = "eyJ" + "A" * 400
    envelopes = [image.document({"payload": payload + "A" * number, "payloadType": "application/vnd.in-toto+json",
                                 "signatures": [{"sig": well_formed(rng)} for _ in range(rng.randint(100, 999))]},
                                "application/vnd.dsse.envelope.v1+json") for number in range(0, 24, 4)]
    attached = image.document({"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
                               "config": image.blob(b"{}", MEDIA + "config.v1+json"),
                               "layers": [{**envelopes[i % len(envelopes)], "annotations": {"predicateType": f"https://e/{i}"}}
                                          for i in range(900)]},
                              MEDIA + "manifest.v1+json",
                              annotations={"org.opencontainers.image.ref.name": one["digest"].replace(":", "-") + ".att"})
    image.tag(one, attached)
    return ("verify-attestation", "KEYS", "--type", "custom"), GATE, ("inspect",)


def large_config(image, rng):
    env = [f"A{i}={'x' * rng.randint(0, 8)}" for i in range(20_000)]
    image.tag(image.image([], config={"Env": env, "Labels": {f"l{i}": "x" for i in range(20_000)}}))
    return GATE, ("inspect",)


def docker_archive(image, rng):
    path = os.path.join(image.directory, "archive.tar.gz")
    body = b"".join(header(f"{i}") for i in range(rng.randint(50_000, 100_000)))
    with open(path, "wb") as out:
        out.write(gzipped(body + header("zeros", 200 << 20) + bytes(200 << 20)))
    image.bytes = os.path.getsize(path)
    return ("inspect", "docker-archive:" + path), ("sbom", "-o", "purls", "oci-archive:" + path)


def compressed_archives(image, rng):
    """Archives of an OCI layout and of docker save that are nearly nothing but members: empty ones, or zeros."""
    layout = entry("oci-layout", '{"imageLayoutVersion":"1.0.0"}') + entry("index.json", '{"schemaVersion":2,"manifests":[]}')
    paths = []
    for number, body in enumerate((header("d%d/" % rng.randrange(1000), kind=b"5") * 350_000,
                                   entry("blobs/sha256/" + "0" * 64, bytes(512 << 20)))):
        path = os.path.join(image.directory, "members%d.tar.gz" % number)
        with open(path, "wb") as file:
            file.write(gzipped(layout + entry("manifest.json", "[]") + body + bytes(1024), 9))
        image.bytes = max(image.bytes, os.path.getsize(path))
        paths.append(path)
    return tuple(verb for path in paths
                 for verb in (("inspect", "oci-archive:" + path), ("inspect", "docker-archive:" + path),
                              ("sbom", "oci-archive:" + path)))


def dockerfile(image, rng):
    path = os.path.join(image.directory, "Dockerfile")
    lines = ["ARG A0=" + "x" * 60] + [f"ARG A{i}=${{A{i - 1}}}${{A{i - 1}}}" for i in range(1, 40)]
    lines += ["FROM a:${A39} AS s%d" % i for i in range(rng.randint(1_000, 9_000))]
    with open(path, "w", encoding="ascii") as out:
        out.write("\n".join(lines))
    image.bytes = os.path.getsize(path)
    return ("pins", "check", image.directory),


def requirements(image, rng):
    path = os.path.join(image.directory, "requirements.txt")
    with open(path, "w", encoding="ascii") as out:
        out.write("".join(f"a{rng.randint(0, 9)}=={i} --hash=sha256:{'a' * 8}\n" for i in range(25_000)))
    image.bytes = os.path.getsize(path)
    return ("pins", "check", image.directory),


def requirements_without_hashes(image, rng):
    for number in range(3):
        with open(os.path.join(image.directory, f"requirements{number}.txt"), "w", encoding="ascii") as out:
            out.write("".join(f"a{rng.randint(0, 999)}\n" for _ in range(65_000)))
        image.bytes += os.path.getsize(out.name)
    return tuple(("pins", "check", image.directory, "-o", form) for form in ("text", "json", "sarif", "junit", "html"))


def database_of_many_packages(count):
    status = "".join(f"Package: p{i}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n" for i in range(count))
    return entry("var/lib/dpkg/status", status) + entry("etc/os-release", "ID=debian\n")


def many_denied_packages(image, rng):
    image.tag(image.image(image.layers(database_of_many_packages(85_000 + rng.randint(0, 9)))))
    return tuple((*DENY, "-o", form) for form in ("text", "json", "sarif", "junit", "html"))


def many_packages_that_the_sbom_lacks(image, rng):
    one = image.image(image.layers(database_of_many_packages(85_000 + rng.randint(0, 9))))
    statement = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://spdx.dev/Document",
                 "subject": [{"name": "a", "digest": {"sha256": one["digest"].split(":")[1]}}],
                 "predicate": {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": []}}
    attached = image.document({"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
                               "artifactType": "application/vnd.in-toto+json",
                               "config": image.blob(b"{}", "application/vnd.oci.empty.v1+json"),
                               "layers": [image.document(statement, "application/vnd.in-toto+json")],
                               "subject": one}, MEDIA + "manifest.v1+json")
    image.tag(one, attached)
    return tuple(("sbom", "check", "-o", form) for form in ("text", "json", "sarif", "junit", "html"))


def many_secrets(image, rng):
    image.tag(image.image([], config={"Labels": {f"a{i}_token": "x" for i in range(40_000 + rng.randint(0, 9))}}))
    return tuple((*DENY, "-o", form) for form in ("text", "json", "sarif"))


SHAPES = [entries_of_one_name, many_names, zeros, empty_members, links_in_a_deep_directory, deep_directories, chains_of_links,
          long_targets, names_of_one_collected_file, links_to_one_large_file, long_names, pax_records, sparse_maps, holes,
          whiteouts, one_tree_for_many_images, packages_of_one_name, node_modules_below_each_other, many_node_packages,
          images_of_one_index, referrers_in_a_layout, simple_signings,
          envelopes, large_config, docker_archive, compressed_archives, dockerfile, requirements,
          requirements_without_hashes, many_denied_packages, many_packages_that_the_sbom_lacks, many_secrets]


def measured(command):
    """(exit, CPU seconds, peak MB, what it said)."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as said:
        seconds = str(int(4 * CPU_SECONDS * FACTOR))
        launcher = subprocess.Popen([sys.executable, "-c", LAUNCH.replace("os.write(3", f"os.write({writing}"), seconds, *command],
                                    stdin=subprocess.DEVNULL, stderr=said, env=environment(SUPPLY_NO_CACHE="1"), pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading, "rb") as figures:
            code, cpu, kib = figures.read().split()
        launcher.wait()
        said.seek(0)
        return int(code), float(cpu), int(kib) / 1024, said.read().decode(errors="replace")[-500:]


class Costs(Case):
    def ec_key(self, name, curve):
        """The public half of a key whose verifications cost something."""
        private, public = self.path(name + ".pem"), self.path(name + ".pub")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-out", private],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return public

    def test_no_small_input_costs_more_than_the_goal(self):
        seed, rounds = int(os.environ.get("COSTS_SEED", "1")), int(os.environ.get("COSTS_ROUNDS", "1"))
        keys = {name: self.ec_key(name, curve) for name, curve in (("a", "P-256"), ("b", "P-384"), ("c", "P-521"), ("d", "P-256"))}
        policy = self.policy(f"version: 1\nkeys: {json.dumps(keys)}\nimages:\n  - match: ['**']\n"
                             f"    signatures: {{any_of: {json.dumps(list(keys))}}}\n"
                             "    packages: {deny: ['pkg:deb/debian/never']}\n")
        deny = self.path("deny.yaml")
        with open(deny, "w", encoding="ascii") as out:
            out.write("version: 1\nimages:\n  - match: ['**']\n    licenses: {unknown: deny}\n"
                      "    packages: {deny: ['pkg:deb/**', 'pkg:*/**']}\n    config: {no_secrets: true}\n")
        policies = {"POLICY": policy, "DENY": deny}
        for number in range(seed, seed + rounds):
            for shape in SHAPES:
                if os.environ.get("COSTS_ONLY", "") not in shape.__name__:
                    continue
                directory = self.path("input")
                image = Image(directory)
                verbs = shape(image, random.Random(f"{shape.__name__} {number}"))
                self.assertLess(image.bytes, MOST_INPUT, f"{shape.__name__}: not a small input")
                for verb in verbs:
                    command = [policies.get(word, word) for word in verb if word != "KEYS"]
                    if "KEYS" in verb:
                        command += [word for public in keys.values() for word in ("--key", public)]
                    if not any(word.startswith(("docker-archive:", "oci-archive:", directory)) for word in command):
                        command.append("oci:" + directory + ":t")
                    code, cpu, megabytes, said = measured([SUPPLY, *command])
                    what = (f"{shape.__name__}, seed {number}, {image.bytes >> 10} KiB: {' '.join(verb)[:60]}: exit {code}, "
                            f"{cpu} s, {megabytes:.0f} MB: {said[:300].strip()}")
                    if os.environ.get("COSTS_SHOW"):
                        print(what, flush=True)
                    with self.subTest(shape=shape.__name__, verb=verb[0]):
                        self.assertIn(code, (0, 1, 2, 3, 4), what)
                        self.assertLess(cpu, CPU_SECONDS * FACTOR, what)
                        self.assertLess(megabytes, MEGABYTES * FACTOR, what)
                shutil.rmtree(directory)

    def test_very_many_pins_are_a_limit_and_no_crash(self):
        """Each file is within its limits, and all together would take gigabytes."""
        directory = self.path("many")
        os.mkdir(directory)
        for number in range(14):
            with open(os.path.join(directory, f"requirements{number}.txt"), "w", encoding="ascii") as out:
                out.write("".join(f"a{i}\n" for i in range(99_000)))
        for form in ("text", "json", "sarif", "junit", "html"):
            limited = ["sh", "-c", 'ulimit -v 3000000; exec "$@"', "sh"] if FACTOR == 1 else []
            code, cpu, megabytes, said = measured([*limited, SUPPLY, "pins", "check", directory, "-o", form])
            if os.environ.get("COSTS_SHOW"):
                print(f"very many pins, {form}: exit {code}, {cpu} s, {megabytes:.0f} MB", flush=True)
            with self.subTest(form=form):
                self.assertEqual(code, 4, said)
                self.assertLess(megabytes, MEGABYTES * FACTOR)
                self.assertLess(cpu, CPU_SECONDS * FACTOR)


if __name__ == "__main__":
    unittest.main()
