"""A second private instance of Sigstore, written out in DER field by field, so that each can be what no library would write: certificates,
SCTs, timestamps, trees of many leaves. It shares with made_sigstore.py the lengths of DER and the names of algorithms, no more.

Sources: RFC 5280, 5652, 3161, 5816, 6962, 9162; sigstore/protobuf-specs.
"""
import hashlib
import struct

import made_sigstore as made
from made_sigstore import b64, canonical, context, integer, octets, oid, sequence, sha256, spki, tlv, unix, utf8

FULCIO = made.FULCIO
ID = {"basic": "2.5.29.19", "usage": "2.5.29.15", "extended": "2.5.29.37", "names": "2.5.29.17", "subject key": "2.5.29.14",
      "authority key": "2.5.29.35", "constraints": "2.5.29.30", "policies": "2.5.29.32", "SCT": "1.3.6.1.4.1.11129.2.4.2"}
CODE_SIGNING, TIME_STAMPING, SERVER, OCSP, ANY = ("1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.9",
                                                  "2.5.29.37.0")


def utc(seconds):
    return tlv(0x17, made.at(seconds).strftime("%y%m%d%H%M%SZ").encode())


def general(seconds, fraction=""):
    return tlv(0x18, made.at(seconds).strftime("%Y%m%d%H%M%S").encode() + fraction.encode() + b"Z")


def name(text):
    return sequence(tlv(0x31, sequence(oid("2.5.4.3"), utf8(text)))) if text else sequence()


def boolean(value):
    return tlv(1, b"\xff" if value else b"\0")


def extension(kind, value, critical=False):
    return sequence(oid(ID.get(kind, kind)), boolean(True) if critical else b"", octets(value))


def basic(ca, length=None, critical=True):
    return extension("basic", sequence(boolean(True) if ca else b"", b"" if length is None else integer(length)), critical)


def usage(bits, unused, critical=True):
    return extension("usage", tlv(3, bytes([unused]) + bits), critical)


DIGITAL_SIGNATURE, CERT_SIGN = usage(b"\x80", 7), usage(b"\x06", 1)


def extended(*usages, critical=False):
    return extension("extended", sequence(*map(oid, usages)), critical)


def uri(text):
    return tlv(0x86, text.encode())


def email(text):
    return tlv(0x81, text.encode())


def dns(text):
    return tlv(0x82, text.encode())


def other(kind, value):
    return context(0, oid(kind) + context(0, value))


def names(*each, critical=True):
    return extension("names", sequence(*each), critical)


def issuer_texts(issuer=made.ISSUER):
    return [extension(FULCIO + "1", issuer.encode()), extension(FULCIO + "8", utf8(issuer))]


def algorithm(key, hash_name=None):
    kind = made.family(key)
    hash_name = hash_name or ("sha512" if kind == "ed" else made.own_hash(key))
    return sequence(oid(made.SIGNATURE_IDS[(kind, hash_name)]), tlv(5, b"") if kind == "rsa" else b"")


def to_be_signed(key, issuer, extensions, **form):
    """TBSCertificate. Each field is whole DER, which `form` can replace."""
    of = {"version": context(0, integer(2)), "serial": integer(5), "algorithm": b"", "not_before": utc(0), "not_after": utc(600),
          "subject": name(""), "spki": spki(key), "unique": b"", **form}
    return sequence(of["version"], of["serial"], of["algorithm"], issuer, sequence(of["not_before"], of["not_after"]), of["subject"],
                    of["spki"], of["unique"], context(3, sequence(*extensions)) if extensions else b"")


def certificate(key, issuer_key, issuer, extensions, outer=None, hash_name=None, signature=None, **form):
    inner = form.pop("algorithm", None) or algorithm(issuer_key, hash_name)
    tbs = to_be_signed(key, issuer, extensions, algorithm=inner, **form)
    made_by = made.sign(issuer_key, tbs, hash_name or made.own_hash(issuer_key))
    return sequence(tbs, outer or inner, tlv(3, b"\0" + (signature(made_by) if signature else made_by)))


def authority_certificate(subject, issuer, key, issuer_key, extensions=None, **form):
    return certificate(key, issuer_key, name(issuer), [basic(True), CERT_SIGN] if extensions is None else extensions,
                       **{"subject": name(subject), "not_before": utc(-9000), "not_after": utc(900_000), **form})


# ------------------------------------------------------------------------------------------------ signatures
def numbers_of(signature):
    """r and s of an ECDSA signature."""
    at = 2 if signature[1] < 128 else 3
    size = signature[at + 1]
    return int.from_bytes(signature[at + 2:at + 2 + size], "big"), int.from_bytes(signature[at + 4 + size:], "big")


ORDER = {256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
         384: int("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)}


def twin(signature, bits=256):
    """The other one that holds for the same key and bytes: (r, n - s)."""
    r, s = numbers_of(signature)
    return sequence(integer(r), integer(ORDER[bits] - s))


def with_long_length(signature):
    """The same in BER, with a length that could be shorter."""
    return bytes([0x30, 0x81]) + signature[1:]


def with_zero(signature):
    """The same with a zero before r that DER does not allow."""
    r, s = numbers_of(signature)
    plain = integer(r)
    return sequence(tlv(2, b"\0" + plain[2:]), integer(s))


# ------------------------------------------------------------------------------------------------ trees
def tree_hash(leaves):
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:]))


def tree_path(index, leaves):
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return tree_path(index, leaves[:split]) + [tree_hash(leaves[split:])]
    return tree_path(index - split, leaves[split:]) + [tree_hash(leaves[:split])]


class Tree(made.Log):
    """A log of `size` leaves, of which the entry is the one at `index`."""

    def __init__(self, version, host, size=7, index=3, shard=77, name=None, **more):
        super().__init__(version, host, **more)
        self.size, self.index, self.shard, self.name = size, index, shard, name or host

    def note(self, root, size=None, lines=None, origin=None, digits=None):
        origin = origin or (f"{self.name} - {self.shard}" if self.version == 1 else self.name)
        text = f"{origin}\n{digits or size or self.size}\n{b64(root)}\n"
        line = f"\u2014 {self.name} " + b64(self.id[:4] + self.sign(text.encode())) + "\n"
        return text + "\n" + (lines(line) if lines else line)

    def entry(self, body, kind, version, size=None, index=None, **note):
        size, index = size or self.size, self.index if index is None else index
        leaves = [b"leaf %d" % i for i in range(size)]
        leaves[index] = body
        root = tree_hash(leaves)
        entry = {"logIndex": str(index + (40_000 if self.version == 1 else 0)), "logId": {"keyId": b64(self.id)},
                 "kindVersion": {"kind": kind, "version": version}, "canonicalizedBody": b64(body), "inclusionProof": {
                     "logIndex": str(index), "rootHash": b64(root), "treeSize": str(size),
                     "hashes": [b64(one) for one in tree_path(index, leaves)], "checkpoint": {"envelope": self.note(root, size, **note)}}}
        if self.version == 1:
            self.promise(entry, 100)
        return entry


# ------------------------------------------------------------------------------------------------ timestamps
def attribute(kind, *values):
    return sequence(oid(kind), tlv(0x31, b"".join(values)))


CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, ESS_1, ESS_2 = ("1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5",
                                                            "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47")
TST_INFO, SIGNED_DATA = "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.2"


def ess(of, version=2, hash_name="sha256", stated=False, serial=b""):
    """SigningCertificate: which certificate signed. `stated`: with the algorithm though it is the usual one, or since it is another."""
    named = sequence(oid(made.HASH_IDS[hash_name])) if version == 2 and (stated or hash_name != "sha256") else b""
    identity = sequence(named, octets(hashlib.new("sha1" if version == 1 else hash_name, of).digest()), serial)
    return attribute(ESS_2 if version == 2 else ESS_1, sequence(sequence(identity)))


def response(stamped, key, issuer, serial=integer(7), **form):
    """TimeStampResp. Each field is whole DER, which `form` can replace; `attributes` is given contentType and messageDigest."""
    of = {"imprint": "sha256", "imprint_bytes": None, "time": general(100), "info_version": integer(1), "policy": oid("1.2.3.4.1"),
          "after_time": b"", "digest": made.own_hash(key) if made.family(key) != "ed" else "sha512", "attributes": lambda two: two,
          "unsorted": False, "signature_algorithm": None, "signature": lambda one: one, "embedded": None, "lists": b"", "signer": None,
          "unsigned": b"", "signer_version": integer(1), "data_version": integer(3), "digests": None, "again": False, "type": TST_INFO,
          "status": sequence(integer(0)), "signed_type": SIGNED_DATA, "wrap": octets, "digest_name": None, "after": b"",
          "signed_digest": None, **form}
    hashed = hashlib.new(of["imprint"], stamped).digest() if of["imprint_bytes"] is None else of["imprint_bytes"]
    info = sequence(of["info_version"], of["policy"], sequence(sequence(oid(made.HASH_IDS[of["imprint"]])), octets(hashed)), integer(4711),
                    of["time"], of["after_time"])
    digest = of["digest"]
    of_info = hashlib.new(digest, info).digest()
    listed = of["attributes"]([attribute(CONTENT_TYPE, oid(of["type"])), attribute(MESSAGE_DIGEST, octets(of_info))])
    attributes = b"".join(listed if of["unsorted"] else sorted(listed))
    signature = of["signature"](made.sign(key, tlv(0x31, attributes), of["signed_digest"] or digest))
    named = sequence(oid(of["digest_name"] or made.HASH_IDS[digest]))
    signer = sequence(of["signer_version"], of["signer"] or sequence(issuer, serial), named, context(0, attributes) if listed else b"",
                      of["signature_algorithm"] or algorithm(key, of["signed_digest"] or digest), octets(signature), of["unsigned"])
    data = sequence(of["data_version"], named and (of["digests"] or tlv(0x31, named)),
                    sequence(oid(of["type"]), context(0, of["wrap"](info))),
                    b"" if of["embedded"] is None else context(0, b"".join(of["embedded"])), of["lists"],
                    tlv(0x31, signer + (signer if of["again"] else b"")))
    return sequence(of["status"], sequence(oid(of["signed_type"]), context(0, data))) + of["after"]


# ------------------------------------------------------------------------------------------------ the instance
KEYS = {}


def key_of(kind):
    """One key of a kind and number, "p256 2", for all tests: what matters here is never the key."""
    if kind not in KEYS:
        KEYS[kind] = made.new_key(kind.split()[0])
    return KEYS[kind]


class Instance:
    """A root, one authority below it, a CT log, two Rekors and a timestamp authority with its root."""

    def __init__(self, ca="p256 ca", root="p256 root", tsa="p256 tsa", logs=None, ca_form=None, root_form=None, tsa_form=None,
                 tsa_chain=None, fulcio_chain=None):
        self.ca_key, self.root_key, self.ct_key = key_of(ca), key_of(root), key_of("p256 ct")
        self.tsa_key, self.tsa_root_key = key_of(tsa), key_of("p256 tsa root")
        self.root = authority_certificate("root", "root", self.root_key, self.root_key, **(root_form or {}))
        self.ca = authority_certificate("ca", "root", self.ca_key, self.root_key, **(ca_form or {}))
        self.tsa_root = authority_certificate("tsa root", "tsa root", self.tsa_root_key, self.tsa_root_key)
        self.tsa = self.tsa_certificate(**(tsa_form or {}))
        self.logs = logs or [Tree(1, "rekor.der", key=key_of("p256 log")), Tree(2, "rekor2.der", key=key_of("ed log"))]
        self.fulcio_chain = fulcio_chain or [self.ca, self.root]
        self.tsa_chain = tsa_chain or [self.tsa, self.tsa_root]

    def tsa_certificate(self, extensions=None, issuer="tsa root", issuer_key=None, **form):
        listed = [DIGITAL_SIGNATURE, extended(TIME_STAMPING, critical=True), extension("subject key", octets(b"of the tsa"))]
        return certificate(self.tsa_key, issuer_key or self.tsa_root_key, name(issuer), listed if extensions is None else extensions,
                           **{"serial": integer(7), "subject": name("tsa"), "not_before": utc(-9000), "not_after": utc(900_000), **form})

    def log(self, version):
        return next(log for log in self.logs if log.version == version)

    def trusted(self):
        def listed(url, chain):
            return {"uri": url, "validFor": {"start": made.iso(-9000)}, "subject": {"organization": "o", "commonName": "c"},
                    "certChain": {"certificates": [{"rawBytes": b64(one)} for one in chain]}}
        return {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [log.trusted() for log in self.logs],
                "ctlogs": [made.Log(1, "ct.der", self.ct_key).trusted()],
                "certificateAuthorities": [listed("https://fulcio.der", self.fulcio_chain)],
                "timestampAuthorities": [listed("https://tsa.der", self.tsa_chain)]}

    def sct(self, tbs, issuer_key=None, key=None, time=None, more=b"", version=0, algorithms=None, change=None, extra=b""):
        key, milliseconds = key or self.ct_key, unix(made.at(0)) * 1000 if time is None else time
        signed = (struct.pack(">BBQH", 0, 0, milliseconds, 1) + sha256(spki(issuer_key or self.ca_key)) +
                  len(tbs).to_bytes(3, "big") + tbs + struct.pack(">H", len(more)) + more)
        signature = made.sign(key, signed)
        signature = change(signature) if change else signature
        return (bytes([version]) + sha256(spki(key)) + struct.pack(">QH", milliseconds, len(more)) + more +
                bytes(algorithms or (4, 3 if made.family(key) == "ec" else 1)) + struct.pack(">H", len(signature)) + signature + extra)

    def leaf(self, key, extensions=None, scts=None, at=None, issuer="ca", issuer_key=None, outer_list=None, **form):
        """A leaf with an SCT as its extension `at`, by default the last. `scts` makes the SCTs of what is signed."""
        issuer_key = issuer_key or self.ca_key
        listed = [DIGITAL_SIGNATURE, extended(CODE_SIGNING), names(uri(made.WORKFLOW)),
            *issuer_texts()] if extensions is None else extensions
        fields = {key_: value for key_, value in form.items() if key_ not in ("outer", "hash_name", "signature", "algorithm")}
        inner = form.get("algorithm") or algorithm(issuer_key, form.get("hash_name"))
        tbs = to_be_signed(key, name(issuer), listed, algorithm=inner, **fields)
        each = scts(tbs) if scts else [self.sct(tbs, issuer_key)]
        inside = b"".join(struct.pack(">H", len(one)) + one for one in each)
        whole = outer_list(inside) if outer_list else struct.pack(">H", len(inside)) + inside
        at = len(listed) if at is None else at
        return certificate(key, issuer_key, name(issuer), [*listed[:at], extension("SCT", octets(whole)), *listed[at:]], **form)

    def stamp(self, stamped, **form):
        return response(stamped, self.tsa_key, name("tsa root"), **form)

    def bundle(self, key, leaf=None, rekor=1, payload=None, hash_name="sha256", version=3, kind="dsse", stamps=None, change=None,
               logged=None, payload_type=made.STATEMENT_TYPE, log=None, **entry):
        """`change` is made to the signature before it is logged, `logged` to that alone which the log is given."""
        signed = made.ARTIFACT if payload is None else b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(payload),
            payload)
        signature = made.sign(key, signed, hash_name)
        signature = change(signature) if change else signature
        material = {"publicKey": {"hint": b64(sha256(spki(key)))}}
        if leaf is not None:
            material = {"certificate": {"rawBytes": b64(leaf)}} if version == 3 else {
                "x509CertificateChain": {"certificates": [{"rawBytes": b64(leaf)}]}}
        bundle = {"mediaType": made.MEDIA_TYPES[version], "verificationMaterial": material}
        digest, named = hashlib.new(hash_name, signed), "SHA2_" + hash_name[3:]
        if payload is None:
            bundle["messageSignature"] = {"messageDigest": {"algorithm": named, "digest": b64(digest.digest())},
                "signature": b64(signature)}
        else:
            bundle["dsseEnvelope"] = {"payload": b64(payload), "payloadType": payload_type, "signatures": [{"sig": b64(signature)}]}
        if rekor:
            log = log or self.log(rekor)
            body = self.body(rekor, kind, key, leaf, logged(signature) if logged else signature, payload, digest, named)
            material["tlogEntries"] = [log.entry(*body, **entry)]
        if stamps is not None or (rekor == 2 and leaf is not None):
            each = [self.stamp(signature)] if stamps is None else stamps(signature)
            material["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": b64(one)} for one in each]}
        return bundle

    @staticmethod
    def body(rekor, kind, key, leaf, signature, payload, digest, named):
        pem = made.public_pem(key) if leaf is None else b"-----BEGIN CERTIFICATE-----\n" + b"".join(
            b64(leaf)[i:i + 64].encode() + b"\n" for i in range(0, len(b64(leaf)), 64)) + b"-----END CERTIFICATE-----\n"
        if rekor == 2:
            by = {"publicKey": {"rawBytes": b64(spki(key))}} if leaf is None else {"x509Certificate": {"rawBytes": b64(leaf)}}
            return canonical({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": {
                "data": {"algorithm": named, "digest": b64(digest.digest())},
                "signature": {"content": b64(signature), "verifier": {"keyDetails": made.key_details(key, digest.name), **by}}}}}
            ), "hashedrekord", "0.0.2"
        if payload is None:
            return canonical({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {
                "data": {"hash": {"algorithm": digest.name, "value": digest.hexdigest()}},
                "signature": {"content": b64(signature), "publicKey": {"content": b64(pem)}}}}), "hashedrekord", "0.0.1"
        of_payload = {"algorithm": "sha256", "value": sha256(payload).hex()}
        if kind == "intoto":
            return canonical({"apiVersion": "0.0.2", "kind": "intoto", "spec": {"content": {
                "envelope": {"payloadType": made.STATEMENT_TYPE,
                             "signatures": [{"publicKey": b64(pem), "sig": b64(b64(signature).encode())}]},
                "hash": of_payload, "payloadHash": of_payload}}}), "intoto", "0.0.2"
        return canonical({"apiVersion": "0.0.1", "kind": "dsse", "spec": {
            "envelopeHash": of_payload, "payloadHash": of_payload,
            "signatures": [{"signature": b64(signature), "verifier": b64(pem)}]}}), "dsse", "0.0.1"
