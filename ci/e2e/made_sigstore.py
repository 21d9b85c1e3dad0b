"""A private instance of Sigstore, written with python3-cryptography alone, so that Supply is not tested with its own code: an authority,
a CT log, Rekor v1 and v2, a timestamp authority, and bundles by them. What is made here is good, unless it is told otherwise.

Sources: sigstore/protobuf-specs; RFC 3161, 5652, 6962; C2SP signed-note, tlog-checkpoint.
"""
import base64
import copy
import datetime
import hashlib
import json
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

EPOCH = datetime.datetime(2026, 6, 1, 12, 0, 0)
ARTIFACT = b"a release\n"
STATEMENT_TYPE = "application/vnd.in-toto+json"
WORKFLOW = "https://github.com/o/r/.github/workflows/w.yml@refs/heads/main"
ISSUER = "https://issuer.test"
FULCIO = "1.3.6.1.4.1.57264.1."
MEDIA_TYPES = {1: "application/vnd.dev.sigstore.bundle+json;version=0.1", 2: "application/vnd.dev.sigstore.bundle+json;version=0.2",
               3: "application/vnd.dev.sigstore.bundle.v0.3+json"}
HASHES = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
HASH_IDS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}
SIGNATURE_IDS = {("ec", "sha256"): "1.2.840.10045.4.3.2", ("ec", "sha384"): "1.2.840.10045.4.3.3", ("ec", "sha512"): "1.2.840.10045.4.3.4",
                 ("rsa", "sha256"): "1.2.840.113549.1.1.11", ("ed", "sha512"): "1.3.101.112"}


def at(seconds):
    return EPOCH + datetime.timedelta(seconds=seconds)


def iso(seconds):
    return at(seconds).isoformat() + "Z"


def unix(time):
    return int(time.replace(tzinfo=datetime.timezone.utc).timestamp())


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


# ------------------------------------------------------------------------------------------------ keys
def new_key(kind="p256"):
    if kind == "ed":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:] or 2048))
    return ec.generate_private_key({"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1}[kind]())


def family(key):
    return "ec" if isinstance(key, ec.EllipticCurvePrivateKey) else "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ed"


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def own_hash(key):
    """The hash with which Sigstore's algorithm registry has a key sign."""
    return {384: "sha384", 521: "sha512"}.get(key.curve.key_size, "sha256") if family(key) == "ec" else "sha256"


def sign(key, message, hash_name="sha256", pss=False):
    if family(key) == "ed":
        return key.sign(message)
    algorithm = HASHES[hash_name]()
    if family(key) == "ec":
        return key.sign(message, ec.ECDSA(algorithm))
    return key.sign(message, padding.PSS(padding.MGF1(algorithm), 32) if pss else padding.PKCS1v15(), algorithm)


def key_details(key, hash_name):
    if family(key) == "ed":
        return "PKIX_ED25519_PH"
    if family(key) == "ec":
        return f"PKIX_ECDSA_P{key.curve.key_size}_SHA_{hash_name[3:]}"
    return f"PKIX_RSA_PKCS1V15_{key.key_size}_SHA{hash_name[3:]}"


# ------------------------------------------------------------------------------------------------ DER
def tlv(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(digits)]) + digits + content


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(data):
    return tlv(4, data)


def utf8(text):
    return tlv(12, text.encode())


def context(number, content):
    return tlv(0xA0 | number, content)


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([first * 40 + second])
    for arc in rest:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.append(128 | arc & 127)
        out += bytes(reversed(digits))
    return tlv(6, out)


# ------------------------------------------------------------------------------------------------ certificates
def extension(dotted, value, critical=False):
    return x509.UnrecognizedExtension(ObjectIdentifier(dotted), value), critical


def fulcio_text(number, text):
    return extension(FULCIO + str(number), text.encode() if number < 7 else utf8(text))


def uri(text):
    return x509.UniformResourceIdentifier(text)


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)] if text else [])


def certificate(subject, issuer, key, issuer_key, start, end, ca=False, path_length=None, usages=(ExtendedKeyUsageOID.CODE_SIGNING,),
                usages_critical=False, names=None, names_critical=True, extensions=(), serial=None, key_usage=True, constraints=False):
    builder = (x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer)).public_key(key.public_key())
               .serial_number(serial or x509.random_serial_number()).not_valid_before(start).not_valid_after(end))
    if ca or constraints:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), True)
    if key_usage:
        builder = builder.add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), True)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), usages_critical)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), names_critical)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(issuer_key, None if family(issuer_key) == "ed" else HASHES[own_hash(issuer_key)]())


def der(one):
    return one.public_bytes(serialization.Encoding.DER)


def pem(one):
    return one.public_bytes(serialization.Encoding.PEM)


# ------------------------------------------------------------------------------------------------ logs
class Log:
    """Rekor v1, or v2, with any key. An entry is the second of two leaves, or the only one."""

    def __init__(self, version, host, key=None, details=None, hash_name="sha256", pss=False):
        self.version, self.host, self.hash_name, self.pss = version, host, hash_name, pss
        self.key = key or new_key("ed" if version == 2 else "p256")
        kind = family(self.key)
        if version == 1 or kind == "ec":
            self.id = sha256(spki(self.key))
        elif kind == "ed":
            self.id = sha256(host.encode() + b"\n\x01" + spki(self.key)[12:])
        else:
            self.id = sha256(host.encode() + b"\n\xffPKIX-RSA-PKCS#1v1.5" + spki(self.key))
        self.details = details or ("PKIX_ED25519" if kind == "ed" else f"PKIX_RSA_PSS_{self.key.key_size}_SHA256" if pss
                                   else key_details(self.key, own_hash(self.key)))

    def trusted(self):
        return {"baseUrl": "https://" + self.host, "hashAlgorithm": "SHA2_256", "logId": {"keyId": b64(self.id)},
                "publicKey": {"rawBytes": b64(spki(self.key)), "keyDetails": self.details, "validFor": {"start": iso(-5000)}}}

    def sign(self, message):
        return sign(self.key, message, self.hash_name, self.pss)

    def line(self, text):
        return f"\u2014 {self.host} " + b64(self.id[:4] + self.sign(text.encode())) + "\n"

    def entry(self, body, kind, version, before="", after="", more="", only=False):
        leaf, other = sha256(b"\0" + body), sha256(b"\0the leaf before")
        root, path, index, size = (leaf, [], 0, 1) if only else (sha256(b"\x01" + other + leaf), [other], 1, 2)
        text = f"{self.host}{' - 77' if self.version == 1 else ''}\n{size}\n{b64(root)}\n{more}"
        proof = {"logIndex": str(index), "rootHash": b64(root), "treeSize": str(size), "hashes": [b64(one) for one in path],
                 "checkpoint": {"envelope": text + "\n" + before + self.line(text) + after}}
        entry = {"logIndex": str(index + (1000 if self.version == 1 and not only else 0)), "logId": {"keyId": b64(self.id)},
                 "kindVersion": {"kind": kind, "version": version}, "inclusionProof": proof, "canonicalizedBody": b64(body)}
        if self.version == 1:
            self.promise(entry, 100)
        return entry

    def promise(self, entry, seconds):
        entry["integratedTime"] = str(unix(at(seconds)))
        promised = canonical({"body": entry["canonicalizedBody"], "integratedTime": int(entry["integratedTime"]),
                              "logID": self.id.hex(), "logIndex": int(entry["logIndex"])})
        entry["inclusionPromise"] = {"signedEntryTimestamp": b64(self.sign(promised))}


# ------------------------------------------------------------------------------------------------ the instance
class Instance:
    def __init__(self, ca="p256", ct="p256", tsa="p256", logs=None):
        self.anchor_key, self.ca_key, self.ct_key = new_key(ca), new_key(ca), new_key(ct)
        self.tsa_anchor_key, self.tsa_key = new_key(), new_key(tsa)
        of_authority = {"start": at(-9000), "end": at(900_000)}
        self.anchor = certificate("root", "root", self.anchor_key, self.anchor_key, ca=True, usages=(), **of_authority)
        self.ca = certificate("ca", "root", self.ca_key, self.anchor_key, ca=True, path_length=0, **of_authority)
        self.tsa_anchor = certificate("tsa root", "tsa root", self.tsa_anchor_key, self.tsa_anchor_key, ca=True, usages=(), **of_authority)
        self.tsa = certificate("tsa", "tsa root", self.tsa_key, self.tsa_anchor_key, usages=(ExtendedKeyUsageOID.TIME_STAMPING,),
                               usages_critical=True, serial=7, **of_authority)
        self.logs = logs or [Log(1, "rekor.test"), Log(2, "rekor2.test")]

    def log(self, version):
        return next(log for log in self.logs if log.version == version)

    def trusted(self):
        def authority(url, *chain):
            return {"subject": {"organization": "o", "commonName": "c"}, "uri": url, "validFor": {"start": iso(-5000)},
                    "certChain": {"certificates": [{"rawBytes": b64(der(one))} for one in chain]}}
        return {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [log.trusted() for log in self.logs],
                "ctlogs": [Log(1, "ct.test", self.ct_key).trusted()],
                "certificateAuthorities": [authority("https://fulcio.test", self.ca, self.anchor)],
                "timestampAuthorities": [authority("https://tsa.test", self.tsa, self.tsa_anchor)]}

    def leaf(self, key, names=None, extensions=None, logged=0, **form):
        """A certificate with a good SCT, whose extensions are not empty. Valid for ten minutes from EPOCH on; logged milliseconds later."""
        form = {"names": [uri(WORKFLOW)] if names is None else names, "serial": x509.random_serial_number(), "start": at(0), "end": at(600),
                "extensions": [fulcio_text(1, ISSUER), fulcio_text(8, ISSUER)] if extensions is None else extensions, **form}
        bare = certificate("", "ca", key, self.ca_key, **form).tbs_certificate_bytes
        time, more = unix(at(0)) * 1000 + logged, b"\0\x02ab"
        signed = (struct.pack(">BBQH", 0, 0, time, 1) + sha256(spki(self.ca_key)) + len(bare).to_bytes(3, "big") + bare + more)
        signature = sign(self.ct_key, signed)
        sct = (b"\0" + sha256(spki(self.ct_key)) + struct.pack(">Q", time) + more + bytes([4, 3 if family(self.ct_key) == "ec" else 1]) +
               struct.pack(">H", len(signature)) + signature)
        listed = struct.pack(">H", len(sct) + 2) + struct.pack(">H", len(sct)) + sct
        form["extensions"] = [*form["extensions"], extension("1.3.6.1.4.1.11129.2.4.2", octets(listed))]
        return certificate("", "ca", key, self.ca_key, **form)

    def timestamp(self, stamped, seconds=100, imprint="sha256", digest="sha256", embed=False, status=0, fraction=""):
        time = tlv(0x18, at(seconds).strftime(f"%Y%m%d%H%M%S{fraction}Z").encode())
        info = sequence(integer(1), oid("1.3.6.1.4.1.57264.2"),
                        sequence(sequence(oid(HASH_IDS[imprint])), octets(hashlib.new(imprint, stamped).digest())), integer(123456), time,
                        integer(99))
        content = oid("1.2.840.113549.1.9.16.1.4")
        attributes = (sequence(oid("1.2.840.113549.1.9.3"), tlv(0x31, content)) +
                      sequence(oid("1.2.840.113549.1.9.4"), tlv(0x31, octets(hashlib.new(digest, info).digest()))))
        signer = sequence(integer(1), sequence(self.tsa_anchor.subject.public_bytes(), integer(7)), sequence(oid(HASH_IDS[digest])),
                          context(0, attributes), sequence(oid(SIGNATURE_IDS[(family(self.tsa_key), digest)])),
                          octets(sign(self.tsa_key, tlv(0x31, attributes), digest)))
        data = sequence(integer(3), tlv(0x31, sequence(oid(HASH_IDS[digest]))), sequence(content, context(0, octets(info))),
                        context(0, der(self.tsa)) if embed else b"", tlv(0x31, signer))
        return sequence(sequence(integer(status)), sequence(oid("1.2.840.113549.1.7.2"), context(0, data)))

    def bundle(self, key, leaf=None, rekor=1, payload=None, hash_name="sha256", version=3, log=None, kind="dsse", stamped=None, **form):
        """The artifact's signature, or with a payload an attestation; by the certificate, or where there is none by the key."""
        if payload is None:
            signed = ARTIFACT
        else:
            signed = b"DSSEv1 %d %s %d %s" % (len(STATEMENT_TYPE), STATEMENT_TYPE.encode(), len(payload), payload)
        signature = sign(key, signed, hash_name)
        material = {"publicKey": {"hint": b64(sha256(spki(key)))}}
        if leaf is not None and version == 3:
            material = {"certificate": {"rawBytes": b64(der(leaf))}}
        elif leaf is not None:
            material = {"x509CertificateChain": {"certificates": [{"rawBytes": b64(der(leaf))}]}}
        bundle = {"mediaType": MEDIA_TYPES[version], "verificationMaterial": material}
        digest = hashlib.new(hash_name, signed)
        name = "SHA2_" + hash_name[3:]
        if payload is None:
            bundle["messageSignature"] = {"messageDigest": {"algorithm": name, "digest": b64(digest.digest())}, "signature": b64(signature)}
        else:
            bundle["dsseEnvelope"] = {"payload": b64(payload), "payloadType": STATEMENT_TYPE, "signatures": [{"sig": b64(signature)}]}
        if rekor:
            log = log or self.log(rekor)
            material["tlogEntries"] = [log.entry(*body_of(rekor, kind, key, leaf, signature, payload, digest, name), **form)]
        if stamped or (stamped is None and rekor == 2 and leaf is not None):
            material["timestampVerificationData"] = {"rfc3161Timestamps": [{"signedTimestamp": b64(self.timestamp(signature))}]}
        return bundle


def body_of(rekor, kind, key, leaf, signature, payload, digest, name):
    """What a log keeps: the body, its kind and version."""
    verifier = b64(pem(leaf) if leaf is not None else public_pem(key))
    if rekor == 2:
        made_by = {"publicKey": {"rawBytes": b64(spki(key))}} if leaf is None else {"x509Certificate": {"rawBytes": b64(der(leaf))}}
        spec = {"hashedRekordV002": {"data": {"algorithm": name, "digest": b64(digest.digest())}, "signature": {
            "content": b64(signature), "verifier": {"keyDetails": key_details(key, digest.name), **made_by}}}}
        return canonical({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": spec}), "hashedrekord", "0.0.2"
    if payload is None:
        spec = {"data": {"hash": {"algorithm": digest.name, "value": digest.hexdigest()}},
                "signature": {"content": b64(signature), "publicKey": {"content": verifier}}}
        return canonical({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec}), "hashedrekord", "0.0.1"
    submitted, of_payload = {"algorithm": "sha256", "value": "00" * 32}, {"algorithm": "sha256", "value": sha256(payload).hex()}
    if kind == "intoto":
        one = {"publicKey": verifier, "sig": b64(b64(signature).encode())}
        spec = {"content": {"envelope": {"payloadType": STATEMENT_TYPE, "signatures": [one]}, "hash": submitted, "payloadHash": of_payload}}
        return canonical({"apiVersion": "0.0.2", "kind": "intoto", "spec": spec}), "intoto", "0.0.2"
    spec = {"envelopeHash": submitted, "payloadHash": of_payload, "signatures": [{"signature": b64(signature), "verifier": verifier}]}
    return canonical({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec}), "dsse", "0.0.1"


def statement(subjects=None):
    subjects = subjects if subjects is not None else [{"name": "a", "digest": {"sha256": sha256(ARTIFACT).hex()}}]
    return json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": subjects, "predicateType": "https://slsa.dev/provenance/v1",
                       "predicate": {"x": 1}}).encode()


def changed(value, change):
    """A copy in which `change` has been made."""
    value = copy.deepcopy(value)
    change(value)
    return value
