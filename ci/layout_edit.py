"""Surgery on an OCI image layout: changes that leave every digest right but one, or all of them right again.

What the demo and the end-to-end tests do to an image to see it refused. Nothing here uses Supply.
"""
import base64
import hashlib
import json
import os
import zlib

REF = "org.opencontainers.image.ref.name"
INDEX_TYPES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGN = "https://sigstore.dev/cosign/sign/v1"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def to_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class LayoutEdit:
    def __init__(self, path):
        self.path = path

    # ---- reading

    def blob_path(self, digest):
        return os.path.join(self.path, "blobs", *digest.split(":"))

    def blob(self, digest):
        with open(self.blob_path(digest), "rb") as data:
            return data.read()

    def parsed(self, digest):
        return json.loads(self.blob(digest))

    def index(self):
        with open(os.path.join(self.path, "index.json"), "rb") as data:
            return json.load(data)

    def entry(self, tag):
        return next(e for e in self.index()["manifests"] if e.get("annotations", {}).get(REF) == tag)

    def manifest(self, tag):
        """The tag's image manifest; of an index its first one."""
        entry = self.entry(tag)
        while entry["mediaType"] in INDEX_TYPES:
            entry = self.parsed(entry["digest"])["manifests"][0]
        return self.parsed(entry["digest"])

    def referrers(self, subject):
        """digest -> manifest of everything among the blobs whose subject it is."""
        found = {}
        directory = os.path.join(self.path, "blobs", "sha256")
        for name in sorted(os.listdir(directory)):
            if os.path.getsize(os.path.join(directory, name)) > 1 << 20:
                continue
            try:
                value = self.parsed("sha256:" + name)
            except ValueError:
                continue
            if isinstance(value, dict) and (value.get("subject") or {}).get("digest") == subject:
                found["sha256:" + name] = value
        return found

    def statements(self, subject):
        """(digest of the referrer, its bundle, the statement) of each DSSE bundle attached to a manifest."""
        found = []
        for digest, manifest in self.referrers(subject).items():
            if manifest.get("artifactType") != BUNDLE:
                continue
            bundle = self.parsed(manifest["layers"][0]["digest"])
            found.append((digest, bundle, json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))))
        return found

    # ---- writing

    def put(self, data):
        digest = digest_of(data)
        if not os.path.exists(self.blob_path(digest)):
            with open(self.blob_path(digest), "wb") as out:
                out.write(data)
        return digest

    def put_json(self, value):
        return self.put(to_json(value))

    def save_index(self, index):
        with open(os.path.join(self.path, "index.json"), "wb") as out:
            out.write(to_json(index))

    def flip(self, digest, at=None):
        """One bit of a stored blob, which keeps its name."""
        data = bytearray(self.blob(digest))
        data[len(data) // 2 if at is None else at] ^= 1
        with open(self.blob_path(digest), "wb") as out:
            out.write(data)

    def substitute(self, old, new_bytes):
        """Puts other bytes where a manifest was named: in index.json and in the indexes that are tagged there, and
        removes the old (a manifest with a subject counts wherever it lies). Returns the new digest. Names that hold the
        old digest (`sha256-<hex>`, with .sig and the like) follow it."""
        new = self.put(new_bytes)
        if new != old:
            os.remove(self.blob_path(old))
        index = self.index()

        def change(descriptors):
            changed = False
            for descriptor in descriptors:
                if descriptor["digest"] == old:
                    descriptor["digest"], descriptor["size"] = new, len(new_bytes)
                    changed = True
            return changed

        change(index["manifests"])
        for entry in index["manifests"]:
            notes = entry.get("annotations", {})
            if notes.get(REF, "").startswith(old.replace(":", "-")):
                notes[REF] = notes[REF].replace(old.replace(":", "-"), new.replace(":", "-"))
            if entry["mediaType"] in INDEX_TYPES:
                inner = self.parsed(entry["digest"])
                if change(inner["manifests"]):
                    inner = to_json(inner)
                    os.remove(self.blob_path(entry["digest"]))
                    entry["digest"], entry["size"] = self.put(inner), len(inner)
        self.save_index(index)
        return new

    def relink(self, old, new):
        """Everything attached to `old` becomes attached to `new`, word for word the same but for its subject."""
        size = len(self.blob(new))
        for digest, manifest in self.referrers(old).items():
            manifest["subject"] = {**manifest["subject"], "digest": new, "size": size}
            self.substitute(digest, to_json(manifest))

    def replace_layer(self, tag, number, data, diff_id):
        """Another layer, with config, manifest and index made right again, and what was attached linked to the new
        manifest. Returns (old digest, new digest)."""
        old = self.entry(tag)["digest"]
        manifest = self.parsed(old)
        config = self.parsed(manifest["config"]["digest"])
        config["rootfs"]["diff_ids"][number] = diff_id
        config_bytes = to_json(config)
        manifest["config"].update(digest=self.put(config_bytes), size=len(config_bytes))
        manifest["layers"][number].update(digest=self.put(data), size=len(data))
        new = self.substitute(old, to_json(manifest))
        self.relink(old, new)
        return old, new

    def alter_layer(self, tag, number=-1):
        """One byte of one file of a layer changed, and all digests made right again."""
        layer = self.parsed(self.entry(tag)["digest"])["layers"][number]
        tar = bytearray(zlib.decompress(self.blob(layer["digest"]), 47))
        tar[_a_content_byte(tar)] ^= 1
        deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
        packed = deflate.compress(bytes(tar)) + deflate.flush()
        return self.replace_layer(tag, number, packed, digest_of(tar))

    def alter_bundle(self, subject, predicate_type, change):
        """Lets `change` alter the bundle of that type in place; the manifest that holds it and the indexes that name
        that are made right again. Returns how many there were."""
        count = 0
        for digest, bundle, statement in self.statements(subject):
            if statement["predicateType"] != predicate_type:
                continue
            change(bundle)
            data = to_json(bundle)
            manifest = self.parsed(digest)
            os.remove(self.blob_path(manifest["layers"][0]["digest"]))
            manifest["layers"][0].update(digest=self.put(data), size=len(data))
            self.substitute(digest, to_json(manifest))
            count += 1
        return count

    def attach(self, subject, bundle_bytes, predicate_type):
        """Attaches a bundle as cosign does, by an entry of index.json alone."""
        target = next(e for e in self.index()["manifests"] if e["digest"] == subject)
        empty = self.put(b"{}")
        manifest = to_json({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "artifactType": BUNDLE,
            "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": empty, "size": 2},
            "layers": [{"mediaType": BUNDLE, "digest": self.put(bundle_bytes), "size": len(bundle_bytes)}],
            "subject": {k: target[k] for k in ("mediaType", "digest", "size")},
            "annotations": {"dev.sigstore.bundle.content": "dsse-envelope",
                            "dev.sigstore.bundle.predicateType": predicate_type}})
        index = self.index()
        index["manifests"].append({"mediaType": "application/vnd.oci.image.manifest.v1+json",
                                   "digest": self.put(manifest), "size": len(manifest), "artifactType": BUNDLE})
        self.save_index(index)


def _a_content_byte(tar):
    """Where a byte of the last regular file's content is: no header, no padding."""
    at, found = 0, None
    while at + 512 <= len(tar) and tar[at]:
        field = tar[at + 124:at + 136]
        size = int.from_bytes(field[1:], "big") if field[0] & 0x80 else int(field.rstrip(b"\0 ") or b"0", 8)
        if tar[at + 156:at + 157] in (b"0", b"\0") and size > 0:
            found = at + 512 + size // 2
        at += 512 + (size + 511) // 512 * 512
    if found is None:
        raise ValueError("the layer holds no file with content")
    return found


def flip_payload_byte(bundle):
    """A letter inside the signed text of a bundle, so that it stays base64, JSON and a statement."""
    envelope = bundle["dsseEnvelope"]
    payload = bytearray(base64.b64decode(envelope["payload"]))
    at = payload.index(b'"predicate":') + len(b'"predicate":')
    while not (payload[at:at + 1].isalpha() and payload[at + 1:at + 2].isalpha()):
        at += 1
    payload[at] ^= 0x20  # upper and lower case
    envelope["payload"] = base64.b64encode(payload).decode()


def flip_signature_byte(bundle):
    signature = bundle["dsseEnvelope"]["signatures"][0]
    raw = bytearray(base64.b64decode(signature["sig"]))
    raw[-1] ^= 1
    signature["sig"] = base64.b64encode(raw).decode()
