"""Writes tars and OCI image layouts byte by byte, the same bytes for the same input.

Used by make.py here, and by the tests in ci/. It knows no package of Python that writes tars, so that what it writes is
what it was told: names in any bytes and any order, no headers that were not asked for, entries that no tool would make.
"""
import hashlib
import json
import os
import subprocess
import zlib

# ---------------------------------------------------------------------------------------------------- tar

FILE, HARDLINK, SYMLINK, CHARACTER, BLOCK, DIRECTORY, FIFO = b"0", b"1", b"2", b"3", b"4", b"5", b"6"


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def _octal(value, width):
    return b"%0*o\0" % (width - 1, value)


def _header(name, kind, size=0, mode=0o644, uid=0, gid=0, mtime=0, target=b"", major=0, minor=0, gnu=False):
    head = bytearray(512)
    head[0:len(name)] = name
    head[100:108] = _octal(mode, 8)
    head[108:116] = _octal(uid, 8)
    head[116:124] = _octal(gid, 8)
    head[124:136] = _octal(size, 12) if size < 8**11 else b"\x80" + size.to_bytes(11, "big")
    head[136:148] = _octal(mtime, 12)
    head[148:156] = b" " * 8
    head[156:157] = kind
    head[157:157 + len(target)] = target
    head[257:265] = b"ustar  \0" if gnu else b"ustar\x0000"
    head[329:337] = _octal(major, 8)
    head[337:345] = _octal(minor, 8)
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def _padded(data):
    return data + bytes(-len(data) % 512)


def _pax_record(key, value):
    size = len(key) + len(value) + 3
    while len(b"%d " % size) + len(key) + len(value) + 2 != size:
        size = len(b"%d " % size) + len(key) + len(value) + 2
    return b"%d %s=%s\n" % (size, key, value)


class Entry:
    """One entry of a tar. `long` says how a name over 100 bytes is written: "pax" or "gnu"; `pax` adds records."""

    def __init__(self, name, kind=FILE, data=b"", mode=None, target=b"", uid=0, gid=0, mtime=0, major=0, minor=0,
                 long="pax", pax=None):
        self.name, self.kind, self.data, self.target = _bytes(name), kind, _bytes(data), _bytes(target)
        self.mode = mode if mode is not None else 0o755 if kind == DIRECTORY else 0o777 if kind == SYMLINK else 0o644
        self.uid, self.gid, self.mtime, self.major, self.minor = uid, gid, mtime, major, minor
        self.long, self.pax = long, {_bytes(k): _bytes(v) for k, v in (pax or {}).items()}

    def bytes(self):
        out, pax, name, target = b"", dict(self.pax), self.name, self.target
        for field, key, kind in (("name", b"path", b"L"), ("target", b"linkpath", b"K")):
            value = getattr(self, field)
            if len(value) <= 100:
                continue
            if self.long == "gnu":
                out += _header(b"././@LongLink", kind, len(value) + 1, mode=0, gnu=True) + _padded(value + b"\0")
            else:
                pax[key] = value
        if pax:
            records = b"".join(_pax_record(k, v) for k, v in sorted(pax.items()))
            out += _header(b"PaxHeaders/entry", b"x", len(records)) + _padded(records)
        return out + _header(name[:100], self.kind, len(self.data), self.mode, self.uid, self.gid, self.mtime,
                             target[:100], self.major, self.minor, self.long == "gnu") + _padded(self.data)


def file(name, data=b"", **more): return Entry(name, FILE, data, **more)
def directory(name, **more): return Entry(_bytes(name) + b"/", DIRECTORY, **more)
def symlink(name, target, **more): return Entry(name, SYMLINK, target=target, **more)
def hardlink(name, target, **more): return Entry(name, HARDLINK, target=target, **more)
def whiteout(name):
    head, _, tail = _bytes(name).rpartition(b"/")
    return Entry((head + b"/" if head else b"") + b".wh." + tail, FILE, mode=0)
def opaque(name): return Entry(_bytes(name) + b"/.wh..wh..opq", FILE, mode=0)


def tar(entries):
    return b"".join(entry.bytes() for entry in entries) + bytes(1024)


# ------------------------------------------------------------------------------------------- compression

def gzip(data, level=9):
    """One gzip member without a time, so that the bytes depend on the data and on zlib alone."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, 31)
    return deflate.compress(data) + deflate.flush()


def zstd(data, level=19):
    return subprocess.run(["zstd", "-q", "-c", f"-{level}", "--no-check"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


def unpacked(data):
    if data[:2] == b"\x1f\x8b":
        out, rest = b"", data
        while rest:
            inflate = zlib.decompressobj(31)
            out += inflate.decompress(rest) + inflate.flush()
            rest = inflate.unused_data
        return out
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-q", "-d", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout
    return data


# ------------------------------------------------------------------------------------------------ layout

OCI = {
    "index": "application/vnd.oci.image.index.v1+json",
    "manifest": "application/vnd.oci.image.manifest.v1+json",
    "config": "application/vnd.oci.image.config.v1+json",
    "plain": "application/vnd.oci.image.layer.v1.tar",
    "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
}
DOCKER = {
    "index": "application/vnd.docker.distribution.manifest.list.v2+json",
    "manifest": "application/vnd.docker.distribution.manifest.v2+json",
    "config": "application/vnd.docker.container.image.v1+json",
    "plain": "application/vnd.docker.image.rootfs.diff.tar",
    "gzip": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}
PACK = {"plain": lambda data: data, "gzip": gzip, "zstd": zstd}
CREATED = "2026-11-24T00:00:00Z"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def to_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Layout:
    """An OCI image layout that is written as it is described."""

    def __init__(self, path):
        self.path, self.entries = path, []
        os.makedirs(os.path.join(path, "blobs", "sha256"), exist_ok=True)
        with open(os.path.join(path, "oci-layout"), "wb") as out:
            out.write(b'{"imageLayoutVersion":"1.0.0"}')

    def blob(self, data, media_type, **more):
        digest = digest_of(data)
        with open(os.path.join(self.path, "blobs", "sha256", digest[7:]), "wb") as out:
            out.write(data)
        return {"mediaType": media_type, "digest": digest, "size": len(data), **more}

    def image(self, layers, names=OCI, architecture="amd64", variant=None, config=None, annotations=None):
        """`layers`: (packing, tar bytes) each; packing is plain, gzip or zstd. Returns the manifest's descriptor."""
        descriptors = [self.blob(PACK[how](data), names[how]) for how, data in layers]
        platform = {"architecture": architecture, "os": "linux", **({"variant": variant} if variant else {})}
        image_config = {"created": CREATED, **platform, "config": config or {},
                        "rootfs": {"type": "layers", "diff_ids": [digest_of(data) for _, data in layers]},
                        "history": [{"created": CREATED, "created_by": f"layer {i}"} for i in range(len(layers))]}
        manifest = {"schemaVersion": 2, "mediaType": names["manifest"],
                    "config": self.blob(to_json(image_config), names["config"]), "layers": descriptors}
        if annotations:
            manifest["annotations"] = annotations
        return self.blob(to_json(manifest), names["manifest"], platform=platform)

    def index(self, manifests, names=OCI):
        return self.blob(to_json({"schemaVersion": 2, "mediaType": names["index"], "manifests": manifests}),
                         names["index"])

    def tag(self, descriptor, name):
        entry = {k: v for k, v in descriptor.items() if k != "platform"}
        entry["annotations"] = {**descriptor.get("annotations", {}), "org.opencontainers.image.ref.name": name}
        self.entries.append(entry)

    def close(self):
        with open(os.path.join(self.path, "index.json"), "wb") as out:
            out.write(to_json({"schemaVersion": 2, "mediaType": OCI["index"], "manifests": self.entries}))
