"""Policy and evidence against verdict: statements of every kind in every form of attachment, signed here by python3-cryptography."""
import base64
import hashlib
import json
import os
import unittest

from harness import DAMAGED, NO, UNKNOWN, USAGE, YES, Case, Layout, digest_of, file, supply, tar, to_json

try:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
except ImportError:
    ec = None

NOW = "2026-11-24T12:00:00Z"
V1, V01 = "https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"
PAYLOAD = "application/vnd.in-toto+json"
BUNDLE, DSSE = "application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.dsse.envelope.v1+json"
MANIFEST, EMPTY = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.empty.v1+json"
REVIEW = "https://example.org/review/v1"
SIGN = "https://sigstore.dev/cosign/sign/v1"
SLSA1, SLSA02 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
VSA, TESTS = "https://slsa.dev/verification_summary/v1", "https://in-toto.io/attestation/test-result/v0.1"
VULN, VULNS1, VULNS2 = ("https://cosign.sigstore.dev/attestation/vuln/v1", "https://in-toto.io/attestation/vulns/v0.1",
                        "https://in-toto.io/attestation/vulns/v0.2")
VEX = "https://openvex.dev/ns/v0.2.0"
COMMIT = "c0ffee" * 6 + "abcd"
SOURCE = "https://git.example.org/app"
BUILDER = "https://ci.example.org/runner"


class Signer:
    """Keys by name, made once for all tests."""
    keys = {}

    @classmethod
    def key(cls, name):
        if name not in cls.keys:
            cls.keys[name] = ec.generate_private_key(ec.SECP256R1())
        return cls.keys[name]

    @classmethod
    def pem(cls, name):
        return cls.key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def b64(data):
    return base64.b64encode(data).decode()


def statement(predicate_type, predicate, digest, kind=V1, name="app", **more):
    algorithm, value = digest.split(":")
    return {"_type": kind, "subject": [{"name": name, "digest": {algorithm: value}}], "predicateType": predicate_type, "predicate": predicate, **more}


def envelope(payload, *signers, payload_type=PAYLOAD):
    """A DSSE envelope over these bytes, or this value."""
    data = payload if isinstance(payload, bytes) else to_json(payload)
    signed = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(data), data)
    return {"payloadType": payload_type, "payload": b64(data),
            "signatures": [{"sig": b64(Signer.key(one).sign(signed, ec.ECDSA(hashes.SHA256()))), "keyid": ""} for one in signers]}


def bundle(enveloped):
    return {"mediaType": BUNDLE, "verificationMaterial": {"publicKey": {"hint": ""}}, "dsseEnvelope": enveloped}


class Image:
    """A layout with an image, or an index of two platforms, and what is attached to them."""

    def __init__(self, path, platforms=("amd64",)):
        self.layout = Layout(path)
        self.platforms = {each: self.layout.image([("gzip", tar([file("arch", each)]))], architecture=each, config={"User": "1000"})
                          for each in platforms}
        self.root = next(iter(self.platforms.values()))
        self.extra = []
        self.path = path

    @property
    def digest(self):
        return self.root["digest"]

    def finish(self):
        if len(self.platforms) + len(self.extra) > 1:
            self.root = self.layout.index([*self.platforms.values(), *self.extra])
        self.layout.tag(self.root, "app")
        self.layout.close()
        return self

    def blob(self, value, media_type, **more):
        return self.layout.blob(value if isinstance(value, bytes) else to_json(value), media_type, **more)

    def refer(self, subject, artifact_type, layers):
        """A referrer, by an entry of index.json."""
        manifest = self.blob({"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": artifact_type, "config": self.blob(b"{}", EMPTY),
                              "layers": layers, "subject": {key: subject[key] for key in ("mediaType", "digest", "size")}}, MANIFEST)
        self.layout.entries.append({**manifest, "artifactType": artifact_type})
        self.layout.close()

    def bundle(self, enveloped, subject=None):
        self.refer(subject or self.root, BUNDLE, [self.blob(bundle(enveloped), BUNDLE)])

    def dsse(self, enveloped, subject=None):
        self.refer(subject or self.root, DSSE, [self.blob(enveloped, DSSE)])

    def att(self, *enveloped, subject=None):
        """cosign's sha256-<hex>.att: a manifest of layers under a tag."""
        digest = (subject or self.root)["digest"]
        layers = [self.blob(each, DSSE, annotations={"dev.cosignproject.cosign/signature": ""}) for each in enveloped]
        manifest = self.blob({"schemaVersion": 2, "mediaType": MANIFEST, "config": self.blob(b"{}", "application/vnd.oci.image.config.v1+json"),
                              "layers": layers}, MANIFEST)
        self.layout.tag(manifest, digest.replace(":", "-") + ".att")
        self.layout.close()

    def buildkit(self, statements, platform="amd64", oci=False):
        """An entry of the index with unsigned statements about a platform, in the classic form or the OCI one."""
        about = self.platforms[platform]
        layers = [self.blob(each, PAYLOAD, annotations={"in-toto.io/predicate-type": each["predicateType"]}) for each in statements]
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": layers}
        if oci:
            manifest.update(artifactType="application/vnd.docker.attestation.manifest.v1+json", config=self.blob(b"{}", EMPTY),
                            subject={key: about[key] for key in ("mediaType", "digest", "size")})
        else:
            manifest["config"] = self.blob({"architecture": "unknown", "os": "unknown", "config": {},
                                            "rootfs": {"type": "layers", "diff_ids": [each["digest"] for each in layers]}},
                                           "application/vnd.oci.image.config.v1+json")
        self.extra.append({**self.blob(manifest, MANIFEST), "platform": {"architecture": "unknown", "os": "unknown"},
                           "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": about["digest"]}})


class Matrix(Case):
    KEYS = ("alice", "bob", "carol", "mallory")

    def setUp(self):
        super().setUp()
        if ec is None:
            self.skipTest("python3-cryptography is not here")
        self.count = 0
        for name in self.KEYS:
            self.write(name + ".pub", Signer.pem(name))

    def image(self, platforms=("amd64",), finish=True):
        self.count += 1
        made = Image(self.path(f"image{self.count}"), platforms)
        return made.finish() if finish else made

    def rules(self, members, more="", keys="alice, bob, carol"):
        names = ", ".join(f"{each}: {each}.pub" for each in keys.split(", "))
        self.count += 1
        return self.policy(f"version: 1\nkeys: {{{names}}}\n{more}images:\n  - match: ['**']\n    {members}\n", f"policy{self.count}.yaml")

    def judged(self, expected, members, image, *options, more="", now=NOW, note="", keys="alice, bob, carol"):
        with self.subTest(members=members, note=note):
            answer = supply("gate", "--policy", self.rules(members, more, keys), "--now", now, *options, f"oci:{image.path}:app")
            self.assertEqual(expected, answer.code, f"{note}\n{members}\n{answer}")
            return answer

    def with_statement(self, expected, members, kind, predicate, *signers, note="", now=NOW, more=""):
        """One statement by each signer, as a bundle."""
        image = self.image()
        for signer in signers or ("alice",):
            image.bundle(envelope(statement(kind, predicate, image.digest), signer))
        return self.judged(expected, members, image, note=note, now=now, more=more)


REVIEWED = "attestations: [{type: '%s', keys: [alice]}]" % REVIEW


class Forms(Matrix):
    """The same statement in each form in which it can be attached."""

    def test_each_signed_form_counts_and_none_by_another_key(self):
        for kind in (V1, V01):
            for form in ("bundle", "dsse", "att"):
                for signer, expected in (("alice", YES), ("mallory", NO), ("bob", NO)):
                    image = self.image()
                    getattr(image, form)(envelope(statement(REVIEW, {"ok": True}, image.digest, kind), signer))
                    self.judged(expected, REVIEWED, image, note=f"{kind} {form} {signer}")

    def test_buildkits_unsigned_forms_are_claims_and_no_evidence(self):
        for oci in (False, True):
            image = self.image(("amd64", "arm64"), finish=False)
            for platform, about in image.platforms.items():
                image.buildkit([statement(REVIEW, {"ok": True}, about["digest"]), statement(SLSA02, PROVENANCE_02, about["digest"])], platform, oci)
            image.finish()
            self.judged(NO, REVIEWED, image, note=f"oci={oci}")
            self.judged(NO, "provenance: {keys: [alice]}", image, note=f"oci={oci}")
            # What is signed beside them counts.
            image.bundle(envelope(statement(REVIEW, {"ok": True}, image.digest), "alice"))
            self.judged(YES, REVIEWED, image, note=f"oci={oci}")

    def test_unsigned_statements_in_a_manifest_that_is_signed_are_its_signers(self):
        # As Docker's GitHub builder signs BuildKit's entries, and Docker's hardened images have their referrers.
        for form in ("classic", "oci", "referrer"):
            for about, signer, expected in ((None, "alice", YES), (None, "mallory", NO), ("0" * 64, "alice", NO)):
                with self.subTest(form=form, about=about, signer=signer):
                    image = self.image(("amd64", "arm64"), finish=False)
                    manifests = []
                    for platform, at in image.platforms.items():
                        claims = [statement(REVIEW, {"ok": True}, at["digest"]), statement(SLSA02, PROVENANCE_02, at["digest"])]
                        if form == "referrer":
                            for each in claims:
                                image.refer(at, PAYLOAD, [image.blob(each, PAYLOAD)])
                                manifests.append(image.layout.entries[-1])
                        else:
                            image.buildkit(claims, platform, form == "oci")
                            manifests.append(image.extra[-1])
                    image.finish()
                    self.judged(NO, REVIEWED, image, note="unsigned")
                    for each in manifests:
                        said = statement(SIGN, {}, "sha256:" + about if about else each["digest"])
                        image.bundle(envelope(said, signer), each)
                    self.judged(expected, REVIEWED, image)
                    self.judged(expected, "provenance: {keys: [alice]}", image)
                    self.judged(NO, "signatures: {any_of: [alice]}", image, note="nobody signed the image")
                    name = f"oci:{image.path}:app"
                    key = ["--key", self.path("alice.pub")]
                    self.answers(expected, "verify-attestation", *key, "--type", REVIEW, name)
                    self.answers(expected, "verify-provenance", *key, "--allow-parameter", "*", name)
                    self.answers(NO, "verify", *key, name)
                    # What refers to what refers is copied, and recorded.
                    copied = "oci:" + self.path(f"copied{self.count}") + ":app"
                    self.answers(YES, "copy", name, copied)
                    self.answers(expected, "verify-attestation", *key, "--type", REVIEW, copied)
                    cases = self.path(f"cases{self.count}")
                    self.answers(YES, "gate", "record", "--policy", self.rules(REVIEWED), "--now", NOW, "-o", cases, name)
                    self.answers(YES, "gate", "test", cases)

    def test_a_statement_of_an_index_is_for_each_platform_and_one_of_a_platform_for_it_alone(self):
        for about, expected in (("index", YES), ("amd64", NO), ("both", YES)):
            image = self.image(("amd64", "arm64"))
            subjects = [image.root] if about == "index" else list(image.platforms.values())[:2 if about == "both" else 1]
            for each in subjects:
                image.bundle(envelope(statement(REVIEW, {}, each["digest"]), "alice"), each)
            self.judged(expected, REVIEWED, image, note=about)
            self.judged(YES, REVIEWED, image, "--platform", "linux/amd64", note=about)

    def test_what_is_attached_to_the_wrong_manifest_or_is_about_another_is_none(self):
        image, other = self.image(("amd64", "arm64")), self.image()
        amd64 = image.platforms["amd64"]
        # Attached to the index, about a platform of it; and about another image.
        image.bundle(envelope(statement(REVIEW, {}, amd64["digest"]), "alice"))
        image.bundle(envelope(statement(REVIEW, {}, other.digest), "alice"))
        self.judged(NO, REVIEWED, image)
        # One subject of several suffices, unknown algorithms and names are ignored.
        several = statement(REVIEW, {}, image.digest)
        several["subject"] = [{"name": "x", "digest": {"sha256": "0" * 64}}, {"name": "x", "digest": {"blake9": "00", "sha256": image.digest[7:]}}]
        image.bundle(envelope(several, "alice"))
        self.judged(YES, REVIEWED, image)

    def test_hostile_envelopes_never_count(self):
        good = lambda image: statement(REVIEW, {"ok": True}, image.digest)
        cases = {
            "junk signature": lambda image: {**envelope(good(image)), "signatures": [{"sig": b64(b"junk"), "keyid": ""}]},
            "no signature": lambda image: envelope(good(image)),
            "another payload": lambda image: {**envelope(good(image), "alice"), "payload": b64(to_json({**good(image), "x": 1}))},
            "another payload type": lambda image: {**envelope(good(image), "alice"), "payloadType": "application/json"},
            "signed as another payload type": lambda image: envelope(good(image), "alice", payload_type="text/plain"),
            "another _type": lambda image: envelope({**good(image), "_type": "https://example.org/Statement/v1"}, "alice"),
            "no subject": lambda image: envelope({**good(image), "subject": []}, "alice"),
            "another predicate type": lambda image: envelope({**good(image), "predicateType": REVIEW + "/"}, "alice"),
            "capitals in the type": lambda image: envelope({**good(image), "predicateType": REVIEW.upper()}, "alice"),
            "digest in capitals": lambda image: envelope({**good(image), "subject": [{"name": "a", "digest": {"SHA256": image.digest[7:]}}]}, "alice"),
            "digest cut": lambda image: envelope({**good(image), "subject": [{"name": "a", "digest": {"sha256": image.digest[7:-2]}}]}, "alice"),
            "no JSON": lambda image: envelope(b"no JSON", "alice"),
            "a list": lambda image: envelope(b"[]", "alice"),
            "a member twice": lambda image: envelope(to_json(good(image))[:-1] + b',"predicateType":"' + REVIEW.encode() + b'"}', "alice"),
        }
        for note, make in cases.items():
            for form in ("bundle", "dsse", "att"):
                image = self.image()
                getattr(image, form)(make(image))
                self.judged(NO, REVIEWED, image, note=f"{note} {form}")
                image.dsse(envelope(good(image), "alice"))
                self.judged(YES, REVIEWED, image, note=f"{note} {form}, and a good one")

    def test_payload_types_of_the_new_form_and_unknown_members_are_taken(self):
        image = self.image()
        image.dsse(envelope(statement(REVIEW, {}, image.digest, more="x", another={"a": [1]}), "alice", payload_type="application/vnd.in-toto.review+json"))
        self.judged(YES, REVIEWED, image)

    def test_each_known_predicate_type_can_be_asked_by_its_short_name(self):
        for name, uri in {"link": "https://in-toto.io/Link/v1", "openvex": "https://openvex.dev/ns", "vuln": VULN, "vulns": VULNS2, "vsa": VSA,
                          "svr": "https://in-toto.io/attestation/svr/v0.2", "test-result": TESTS, "scai": "https://in-toto.io/attestation/scai/v0.3",
                          "release": "https://in-toto.io/attestation/release/v0.2", "reference": "https://in-toto.io/attestation/reference/v0.1",
                          "runtime-trace": "https://in-toto.io/attestation/runtime-trace/v0.1", "custom": "https://cosign.sigstore.dev/attestation/v1",
                          "slsaprovenance1": SLSA1, "slsaprovenance02": SLSA02, "spdx": "https://spdx.dev/Document",
                          "cyclonedx": "https://cyclonedx.org/bom"}.items():
            condition = "attestations: [{type: %s, keys: [alice], conditions: [{path: $.a, equals: 1}]}]" % name
            self.with_statement(YES, condition, uri, {"a": 1})
            self.with_statement(NO, condition, uri, {"a": 2})
            self.with_statement(NO, condition, uri + "x", {"a": 1})


class Signers(Matrix):
    def test_distinct_signers_are_counted_by_their_keys(self):
        two = "signatures: {of: [alice, again, bob], threshold: 2}"
        self.write("again.pub", Signer.pem("alice"))
        keys = "alice, again, bob"

        def signed(expected, *signers, members=two, note="", keys=keys):
            image = self.image()
            for signer in signers:
                image.bundle(envelope(statement(SIGN, {}, image.digest, annotations={}), signer))
            self.judged(expected, members, image, note=f"{note} {signers}", keys=keys)

        signed(NO)
        signed(NO, "alice", "alice")
        signed(YES, "alice", "bob")
        signed(NO, "alice", "mallory")
        signed(USAGE, "alice", members="signatures: {all_of: [alice, again]}")  # one key twice can never be all
        signed(USAGE, "alice", members="signatures: {of: [alice, again], threshold: 2}")
        signed(YES, "alice", members="signatures: {any_of: [again]}")
        signed(NO, "alice", members="signatures: {all_of: [again, bob]}")
        signed(YES, "bob", "alice", members="signatures: {all_of: [again, bob]}")
        # One envelope with two signatures is by two.
        image = self.image()
        image.dsse(envelope(statement(SIGN, {}, image.digest), "alice", "bob"))
        self.judged(YES, two, image, keys=keys)
        # An attestation is no signature, and a signature no attestation of another type.
        image = self.image()
        image.bundle(envelope(statement(REVIEW, {}, image.digest), "alice"))
        image.bundle(envelope(statement(REVIEW, {}, image.digest), "bob"))
        self.judged(NO, two, image, keys=keys)
        self.judged(YES, "attestations: [{type: '%s', keys: [alice, again, bob], threshold: 2}]" % REVIEW, image, keys=keys)
        self.judged(USAGE, "attestations: [{type: '%s', keys: [alice, again], threshold: 2}]" % REVIEW, image, keys=keys)
        self.judged(NO, "attestations: [{type: '%s', keys: [alice, carol], threshold: 2}]" % REVIEW, image)

    def test_a_signature_of_a_tag_says_which_annotations(self):
        def of(expected, annotations, asked):
            image = self.image()
            signed = statement(SIGN, {}, image.digest)
            signed["subject"][0]["annotations"] = annotations
            image.bundle(envelope(signed, "alice"))
            self.judged(expected, "signatures: {any_of: [alice], annotations: {%s}}" % asked, image, note=str(annotations))
        of(YES, {"env": "prod"}, "env: prod")
        of(YES, {"env": "prod", "x": "y"}, "env: prod")
        of(NO, {"env": "Prod"}, "env: prod")
        of(NO, {}, "env: prod")
        of(NO, {"env": "prod"}, "env: prod, x: y")


class Conditions(Matrix):
    def test_operators_types_and_what_is_missing(self):
        def of(expected, condition, predicate):
            self.with_statement(expected, "attestations: [{type: '%s', keys: [alice], conditions: [{%s}]}]" % (REVIEW, condition), REVIEW, predicate,
                                note=json.dumps(predicate))
        for expected, condition, predicate in (
                (YES, "path: $.a.b, equals: x", {"a": {"b": "x"}}), (NO, "path: $.a.b, equals: x", {"a": [{"b": "x"}]}),
                (NO, "path: $.a.b, equals: x", {"a.b": "x"}), (YES, "path: \"$['a.b']\", equals: x", {"a.b": "x"}),
                (NO, "path: $.a, equals: '1'", {"a": 1}), (NO, "path: $.a, equals: 1", {"a": "1"}), (NO, "path: $.a, equals: 1", {"a": True}),
                (NO, "path: $.a, equals: 0", {"a": False}), (NO, "path: $.a, equals: 0", {"a": None}), (YES, "path: $.a, equals: null", {"a": None}),
                (NO, "path: $.a, equals: null", {}), (NO, "path: $.a, equals: ''", {}), (YES, "path: $.a, equals: 1", {"a": 1.0}),
                (YES, "path: $.a, equals: 0", {"a": -0.0}), (NO, "path: $.a, not_equals: 1", {}), (NO, "path: $.a, not_equals: 1", {"a": "1"}),
                (NO, "path: $.a, not_equals: 1", {"a": 1.0}), (YES, "path: $.a, not_equals: 1, or_absent: true", {}),
                (NO, "path: '$.a[*]', not_equals: 1", {"a": [2, 1]}), (YES, "path: '$.a[*]', not_equals: 1, of: any", {"a": [2, 1]}),
                (NO, "path: '$.a[*]', equals: 1", {"a": []}), (NO, "path: '$.a[0]', equals: 1", {"a": {"0": 1}}), (YES, "path: '$.a[1]', equals: 1", {"a": [0, 1]}),
                (NO, "path: '$.a[2]', equals: 1", {"a": [0, 1]}), (NO, "path: '$.a[2]', not_equals: 1", {"a": [0, 1]}),
                (YES, "path: $.a, in: [1, x, true]", {"a": True}), (NO, "path: $.a, in: [1, x]", {"a": True}), (NO, "path: $.a, not_in: [1]", {}),
                (NO, "path: $.a, in: [x]", {"a": ["x"]}), (NO, "path: $.a, not_in: [x]", {"a": ["x"]}),
                (YES, "path: $.a, at_least: 7", {"a": 7}), (NO, "path: $.a, at_least: 7", {"a": "9"}), (NO, "path: $.a, at_least: 7", {"a": 6.999}),
                (NO, "path: $.a, at_most: 7", {"a": None}), (NO, "path: $.a, at_most: 7", {"a": []}), (YES, "path: $.a, at_most: 7", {"a": -1e300}),
                (NO, "path: $.a, at_most: 9007199254740992", {"a": 9007199254740993}), (NO, "path: $.a, equals: 9007199254740992", {"a": 9007199254740993}),
                (NO, "path: $.a, at_most: 9223372036854775807", {"a": 18446744073709551615}), (NO, "path: $.a, equals: -1", {"a": 18446744073709551615}),
                (YES, "path: $.a, matches: 'v[0-9]+'", {"a": "v12"}), (NO, "path: $.a, matches: 'v[0-9]+'", {"a": "v12\n"}),
                (NO, "path: $.a, matches: 'v[0-9]+'", {"a": "v12.1"}), (NO, "path: $.a, matches: 'a|b'", {"a": "ab"}), (NO, "path: $.a, matches: '1'", {"a": 1}),
                (NO, "path: $.a, not_matches: 'x'", {"a": 1}), (YES, "path: $.a, not_matches: 'x'", {"a": "xx"}), (NO, "path: $.a, matches: '.*'", {}),
                (YES, "path: $.a, contains: é", {"a": "café"}), (NO, "path: $.a, contains: é", {"a": "cafe\u0301"}), (YES, "path: $.a, contains: 1", {"a": [1]}),
                (NO, "path: $.a, contains: 1", {"a": ["1"]}), (NO, "path: $.a, contains: 1", {"a": "1"}), (NO, "path: $.a, contains: x", {"a": {"x": 1}}),
                (NO, "path: $.a, exists: true", {"a": None}), (NO, "path: $.a, exists: false", {"a": None}), (YES, "path: $.a, exists: false", {"b": 1}),
                (NO, "path: $.a.b, exists: true", {"a": None}), (YES, "path: \"$['ключ']\", equals: да", {"ключ": "да"}), (YES, "path: $.ключ, equals: да", {"ключ": "да"}),
                (YES, "path: $.a, max_age: 7d", {"a": "2026-11-20T00:00:00Z"}), (NO, "path: $.a, max_age: 7d", {"a": "2026-11-01T00:00:00Z"}),
                (YES, "path: $.a, max_age: 7d", {"a": "2026-11-20T02:00:00+02:00"}), (NO, "path: $.a, max_age: 7d", {"a": 1763600000}),
                (NO, "path: $.a, max_age: 7d", {"a": "2026-11-20"}), (YES, "path: $.a, max_age: 7d", {"a": "2026-11-24T12:04:59Z"}),
                (NO, "path: $.a, max_age: 7d", {"a": "2026-11-24T12:05:01Z"}), (NO, "path: $.a, max_age: 7d", {}),
                (NO, "path: '$.*', equals: 1", {"a": 1, "b": 2}), (YES, "path: '$.*', equals: 1, of: any", {"a": 1, "b": 2}), (YES, "path: $, exists: true", {})):
            of(expected, condition, predicate)
        for condition in ("path: a, equals: 1", "path: $..a, equals: 1", "path: '$[?(@.a)]', equals: 1", "path: $.a", "path: $.a, equals: 1, in: [1]",
                          "path: $.a, equals: [1]", "path: $.a, at_least: '1'", "path: $.a, matches: '('", "path: $.a, exists: 1", "path: $.a, max_age: 7",
                          "path: $.a, equals: 1, of: some", "path: $.a, in: []", "path: $.a, equals: 1, x: 1", "path: $.a, matches: '(?=a)'"):
            of(USAGE, condition, {})

    def test_all_conditions_are_of_one_attestation(self):
        asked = "attestations: [{type: '%s', keys: [alice], conditions: [{path: $.a, equals: 1}, {path: $.b, equals: 1}]}]" % REVIEW
        image = self.image()
        for predicate in ({"a": 1}, {"b": 1}):
            image.bundle(envelope(statement(REVIEW, predicate, image.digest), "alice"))
        self.judged(NO, asked, image)
        image.bundle(envelope(statement(REVIEW, {"a": 1, "b": 1}, image.digest), "bob"))
        self.judged(NO, asked, image)
        image.bundle(envelope(statement(REVIEW, {"a": 1, "b": 1}, image.digest), "alice"))
        self.judged(YES, asked, image)


PROVENANCE_02 = {"builder": {"id": BUILDER}, "buildType": "https://ci.example.org/build/v1",
                 "invocation": {"configSource": {"uri": f"git+{SOURCE}@refs/heads/main", "digest": {"sha1": COMMIT}, "entryPoint": "build"}},
                 "materials": [{"uri": f"git+{SOURCE}@refs/heads/main", "digest": {"sha1": COMMIT}}]}


def provenance(source=SOURCE, ref="refs/heads/main", commit=COMMIT, builder=BUILDER, kind="https://ci.example.org/build/v1", **parameters):
    uri = f"git+{source}" + (f"@{ref}" if ref else "")
    return {"buildDefinition": {"buildType": kind, "externalParameters": {"source": uri, **parameters},
                                "resolvedDependencies": [{"uri": uri, "digest": {"gitCommit": commit}}]},
            "runDetails": {"builder": {"id": builder}}}


class Provenances(Matrix):
    BUILDERS = f"builders: {{'{BUILDER}': {{keys: [alice], level: 3}}}}\n"

    def built(self, expected, members, predicate, *signers, kind=SLSA1, note="", more=BUILDERS):
        self.with_statement(expected, "provenance: {%s}" % members, kind, predicate, *signers, note=note or json.dumps(predicate)[:300], more=more)

    def test_a_builder_is_whole_and_by_its_own_key(self):
        asked = f"builders: ['{BUILDER}'], level: 3"
        self.built(YES, asked, provenance())
        self.built(YES, asked, PROVENANCE_02, kind=SLSA02)
        self.built(NO, asked, provenance(), "bob")
        self.built(NO, asked, provenance(), "mallory")
        for builder in (BUILDER + "/evil", BUILDER + "@v1", BUILDER + "/", BUILDER[:-1], BUILDER.upper(), BUILDER + "?", BUILDER + "#x",
                        "https://ci.example.org/x/../runner", "https://ci.example.org:443/runner", "https://user@ci.example.org/runner", "", " " + BUILDER):
            self.built(NO, asked, provenance(builder=builder), note=builder)
        self.built(YES, "keys: [alice], builder_ids: ['%s']" % BUILDER, provenance(builder=BUILDER + "@refs/tags/v1.0.0"))
        self.built(NO, "keys: [alice], builder_ids: ['%s@v2.0.0']" % BUILDER, provenance(builder=BUILDER + "@refs/tags/v1.0.0"))
        self.built(YES, "keys: [alice], builder_ids: ['%s@v1.0.0']" % BUILDER, provenance(builder=BUILDER + "@refs/tags/v1.0.0"))
        self.built(NO, "keys: [alice], builder_ids: ['%s@v1.0.0']" % BUILDER, provenance(builder=BUILDER + "@refs/heads/v1.0.0"))
        self.built(USAGE, "keys: [alice], level: 2", provenance())

    def test_a_source_by_a_path_trick_is_no_source(self):
        asked = "keys: [alice], sources: ['https://git.example.org/org/*']"
        self.built(YES, asked, provenance("https://git.example.org/org/app"))
        for same in ("https://git.example.org/org/app.git", "https://user@git.example.org/org/app", "https://git.example.org:443/org/app",
                     "https://GIT.example.org/org/app", "https://git.example.org./org/app", "ssh://git@git.example.org/org/app"):
            self.built(YES, asked, provenance(same), note=same)
        for other in ("https://git.example.org/org/../evil", "https://git.example.org/org/%2e%2e/evil", "https://git.example.org/org%2Fapp",
                      "https://git.example.org/org/x/app", "https://git.example.org/evil/org/app", "https://git.example.org.evil.example/org/app",
                      "https://evil.example/git.example.org/org/app", "https://git.example.org@evil.example/org/app", "https://git.example.org:8443/org/app",
                      "http://git.example.org/org/app", "https://git.example.org/Org/app", "https://git.example.org/org", "https://git.example.org/org/",
                      "https://git.example.org//org/app", "https://git.example.org/org/app?x=y", "https://git.example.org/org/./app",
                      "https://git.example.org/оrg/app", "https://git.example.org/org/app.git.git", "https://git.example.org\\@evil.example/org/app", "file:///org/app"):
            self.built(NO, asked, provenance(other), note=other)

    def test_a_branch_a_tag_and_a_version_are_told_apart(self):
        for expected, members, ref in (
                (YES, "branch: main", "refs/heads/main"), (NO, "branch: main", "refs/tags/main"), (NO, "branch: main", "main"), (NO, "branch: main", ""),
                (NO, "branch: main", "refs/heads/main2"), (NO, "branch: main", "refs/heads/x/main"), (NO, "branch: main", "refs/remotes/origin/main"),
                (NO, "branch: main", "refs/pull/1/merge"), (YES, "branch: refs/heads/main", "refs/heads/main"),
                (YES, "tag: v1", "refs/tags/v1"), (NO, "tag: v1", "refs/heads/v1"), (NO, "tag: v1", "v1"), (NO, "tag: v1", "refs/tags/v1.0"), (NO, "tag: v1", ""),
                (YES, "versioned_tag: v1", "refs/tags/v1.2.3"), (NO, "versioned_tag: v1", "refs/heads/v1.2.3"), (NO, "versioned_tag: v1", "refs/tags/v10.2.3"),
                (NO, "versioned_tag: v1", "refs/tags/v1.2.3-rc.1"), (YES, "versioned_tag: v1.2", "refs/tags/v1.2.0"), (NO, "versioned_tag: v1.2", "refs/tags/v1.20.0"),
                (NO, "versioned_tag: v1.2.3-rc.1", "refs/tags/v1.2.3-rc.2"), (YES, "versioned_tag: v1.2.3-rc.1", "refs/tags/v1.2.3-rc.1"),
                (NO, "versioned_tag: v1.2.3", "refs/tags/v1.2.3-rc.1"), (NO, "versioned_tag: v1", "refs/tags/1.2.3"), (NO, "versioned_tag: v1", "refs/tags/vv1.2.3"),
                (NO, "versioned_tag: v1", "refs/tags/v01.2.3"), (NO, "versioned_tag: v1.0", "refs/tags/v1.0.0-alpha"),
                (USAGE, "versioned_tag: latest", "refs/tags/v1"), (USAGE, "versioned_tag: 'v1.2.3.4'", "refs/tags/v1"),
                (YES, f"commit: {COMMIT}", "refs/heads/main"), (NO, f"commit: {'d' * 40}", "refs/heads/main"), (USAGE, "commit: c0ffee", "refs/heads/main"),
                (YES, f"sources: ['{SOURCE}@refs/heads/*']", "refs/heads/main"), (NO, f"sources: ['{SOURCE}@refs/heads/*']", "refs/tags/main"),
                (NO, f"sources: ['{SOURCE}@refs/heads/main']", ""), (YES, f"sources: ['{SOURCE}@{COMMIT}']", "")):
            self.built(expected, "keys: [alice], " + members, provenance(ref=ref), note=ref)

    def test_unknown_parameters_refuse_and_unknown_members_do_not(self):
        self.built(NO, "keys: [alice]", provenance(target="release"))
        self.built(YES, "keys: [alice], parameters: [target]", provenance(target="release"))
        self.built(NO, "keys: [alice], parameters: [target]", provenance(target="release", other=1))
        self.built(YES, "keys: [alice], parameters: ['*']", provenance(target="release", other=1))
        odd = provenance()
        odd["buildDefinition"]["vendor_x"] = odd["runDetails"]["vendor_y"] = odd["z"] = {"a": [1]}
        self.built(YES, "keys: [alice]", odd)

    def test_what_contradicts_itself_counts_for_nothing(self):
        other = provenance()
        other["buildDefinition"]["resolvedDependencies"][0]["digest"]["gitCommit"] = COMMIT
        other["buildDefinition"]["resolvedDependencies"].append({"uri": f"git+{SOURCE}@refs/heads/main", "digest": {"gitCommit": "d" * 40}})
        self.built(NO, "keys: [alice]", other)
        ref = provenance()
        ref["buildDefinition"]["resolvedDependencies"][0]["uri"] = f"git+{SOURCE}@refs/heads/other"
        self.built(NO, "keys: [alice]", ref)
        both = provenance()
        both["buildDefinition"]["resolvedDependencies"][0]["digest"]["sha1"] = "d" * 40
        self.built(NO, "keys: [alice]", both)
        evil = provenance()
        evil["buildDefinition"]["resolvedDependencies"][0]["uri"] = "git+https://evil.example/app@refs/heads/main"
        self.built(NO, "keys: [alice]", evil)
        first = json.loads(json.dumps(PROVENANCE_02))
        first["materials"][0]["digest"]["sha1"] = "d" * 40
        self.built(NO, "keys: [alice]", first, kind=SLSA02)

    def test_provenance_that_lacks_what_it_must_have_is_none(self):
        for cut in (("buildDefinition",), ("runDetails",), ("runDetails", "builder"), ("buildDefinition", "buildType"), ("buildDefinition", "externalParameters")):
            predicate = provenance()
            inner = predicate
            for step in cut[:-1]:
                inner = inner[step]
            del inner[cut[-1]]
            self.built(NO, "keys: [alice]", predicate, note=".".join(cut))
        self.built(NO, "keys: [alice]", provenance(), kind=SLSA02)
        self.built(NO, "keys: [alice]", PROVENANCE_02, kind=SLSA1)

    def test_real_shapes_are_read_as_they_are(self):
        buildkit = {"builder": {"id": ""}, "buildType": "https://mobyproject.org/buildkit@v1",
                    "invocation": {"configSource": {"uri": "https://github.com/example/app.git#" + COMMIT, "digest": {"sha1": COMMIT}, "entryPoint": "Dockerfile"},
                                   "parameters": {"frontend": "dockerfile.v0", "args": {}}, "environment": {"platform": "linux/amd64"}},
                    "materials": [{"uri": "https://github.com/example/app.git#" + COMMIT, "digest": {"sha1": COMMIT}}],
                    "metadata": {"buildInvocationID": "x", "completeness": {"parameters": True}, "reproducible": False}}
        self.built(YES, "keys: [alice], sources: ['https://github.com/example/app']", buildkit, kind=SLSA02)
        self.built(NO, "keys: [alice], sources: ['https://github.com/example/other']", buildkit, kind=SLSA02)
        gitlab = {"buildDefinition": {"buildType": "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/2408ecab/PROVENANCE.md",
                                      "externalParameters": {"source": "https://gitlab.com/group/app", "entryPoint": "build", "variables": {"CI_COMMIT_SHA": "[MASKED]"}},
                                      "internalParameters": {"executor": "docker"},
                                      "resolvedDependencies": [{"uri": "https://gitlab.com/group/app", "digest": {"sha256": COMMIT}}]},
                  "runDetails": {"builder": {"id": "https://gitlab.com/group/app/-/runners/1"}}}
        self.built(YES, f"keys: [alice], sources: ['https://gitlab.com/group/app'], commit: {COMMIT}", gitlab)
        self.built(NO, f"keys: [alice], commit: {'d' * 40}", gitlab)
        cloud = {"buildDefinition": {"buildType": "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
                                     "externalParameters": {"buildConfigSource": {"path": "cloudbuild.yaml", "ref": "refs/heads/main",
                                                                                  "repository": "git+https://github.com/example/app"}, "substitutions": {}},
                                     "internalParameters": {},
                                     "resolvedDependencies": [{"uri": "git+https://github.com/example/app@refs/heads/main", "digest": {"gitCommit": COMMIT}}]},
                 "runDetails": {"builder": {"id": "https://cloudbuild.googleapis.com/GoogleHostedWorker"}}}
        self.built(YES, "keys: [alice], sources: ['https://github.com/example/app'], branch: main", cloud)
        cloud["buildDefinition"]["resolvedDependencies"][0]["uri"] = "git+https://github.com/example/app@@refs/heads/main"
        self.built(YES, "keys: [alice], sources: ['https://github.com/example/app'], branch: main", cloud)

    def test_a_public_builder_counts_by_its_own_signer_alone(self):
        generator = provenance("https://github.com/example/app", "refs/tags/v1.0.0",
                               builder="https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.0.0",
                               kind="https://github.com/slsa-framework/slsa-github-generator/container@v1")
        self.built(NO, "keys: [alice], public_builders: true, level: 3", generator)
        self.built(NO, "keys: [alice], public_builders: true", provenance())


class Reports(Matrix):
    """Vulnerabilities, tests, summaries, ages."""

    @staticmethod
    def trivy(*findings, finished="2026-11-24T10:00:00Z"):
        found = [{"VulnerabilityID": name, "PkgName": "lamp", "InstalledVersion": "1", "PkgIdentifier": {"PURL": "pkg:deb/debian/lamp@1"},
                  "Severity": severity, "FixedVersion": "2"} for name, severity in findings]
        return {"invocation": {"uri": "", "builder.id": "", "event_id": "", "parameters": []},
                "scanner": {"uri": "trivy", "version": "0.50", "db": {"uri": "", "version": ""},
                            "result": {"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x", "Vulnerabilities": found}]}},
                "metadata": {"scanStartedOn": finished, "scanFinishedOn": finished}}

    def test_vulnerabilities_in_each_form(self):
        asked = "vulnerabilities: {keys: [alice], severity: high}"
        flat = lambda score: {"scanner": {"uri": "x", "result": [{"id": "CVE-1", "severity": [{"method": "nvd", "score": score}]}]}}
        nested = lambda score: {"scanner": {"uri": "x", "result": [{"vulnerability": {"id": "CVE-1", "severity": {"method": "nvd", "score": score}}}]}}
        self.with_statement(YES, asked, VULN, self.trivy())
        self.with_statement(YES, asked, VULN, self.trivy(("CVE-1", "MEDIUM")))
        self.with_statement(NO, asked, VULN, self.trivy(("CVE-1", "HIGH")))
        self.with_statement(NO, asked, VULN, self.trivy(), "bob")
        self.with_statement(UNKNOWN, asked, VULN, {"scanner": {"result": {"unheard": []}}})
        for kind in (VULNS1, VULNS2):
            for score, expected in (("9.8", NO), ("critical", NO), ("HIGH", NO), ("5.2", YES), ("low", YES), ("who knows", NO), ("7.0", NO), ("6.9", YES)):
                self.with_statement(expected, asked, kind, flat(score), note=score)
                self.with_statement(expected, asked, kind, nested(score), note=score)
        self.with_statement(UNKNOWN, asked, "https://in-toto.io/attestation/vulns/v9", flat("low"))

    def test_vex_excuses_what_it_is_about(self):
        asked = "vulnerabilities: {keys: [alice], severity: high, vex: {keys: [bob]}}"

        def of(expected, status, product, time="2026-11-24T11:00:00Z", signer="bob", note="", **more):
            image = self.image()
            image.bundle(envelope(statement(VULN, self.trivy(("CVE-1", "HIGH")), image.digest), "alice"))
            image.bundle(envelope(statement(VEX, {"@context": VEX, "@id": "x", "author": "a", "timestamp": time, "version": 1, "statements": [
                {"vulnerability": {"name": "CVE-1"}, "products": [product(image)], "status": status, **more}]}, image.digest), signer))
            self.judged(expected, asked, image, note=note or f"{status} {time} {signer} {more}")
        package = lambda image: {"@id": "pkg:deb/debian/lamp@1"}
        whole = lambda image: {"@id": "pkg:oci/app@" + image.digest.replace(":", "%3A"), "subcomponents": [{"@id": "pkg:deb/debian/lamp@1"}]}
        why = {"justification": "vulnerable_code_not_present"}
        of(YES, "not_affected", package, **why)
        of(YES, "not_affected", whole, **why)
        of(YES, "fixed", package)
        of(NO, "not_affected", package)
        of(NO, "affected", package)
        of(NO, "under_investigation", package)
        of(NO, "not_affected", package, signer="mallory", **why)
        of(NO, "not_affected", package, signer="carol", **why)
        of(NO, "not_affected", lambda image: {"@id": "pkg:deb/debian/lamp@2"}, **why)
        of(NO, "not_affected", lambda image: {"@id": "pkg:oci/app@sha256%3A" + "0" * 64}, **why)
        of(NO, "not_affected", package, time="2027-11-24T11:00:00Z", **why)

    def test_tests_that_passed(self):
        asked = "tests: {keys: [alice], required: ['unit']}"
        result = lambda word, **more: {"result": word, "configuration": [{"uri": "git+https://git.example/ci", "digest": {"sha1": "0" * 40}}], **more}
        self.with_statement(YES, asked, TESTS, result("PASSED", passedTests=["unit"]))
        self.with_statement(NO, asked, TESTS, result("PASSED", passedTests=[]))
        self.with_statement(NO, asked, TESTS, result("PASSED"))
        self.with_statement(NO, asked, TESTS, result("WARNED", passedTests=["unit"]))
        self.with_statement(NO, asked, TESTS, result("FAILED", passedTests=["unit"]))
        self.with_statement(NO, asked, TESTS, result("passed", passedTests=["unit"]))
        self.with_statement(NO, asked, TESTS, result("PASSED", passedTests=["unit"], failedTests=["x"]))
        self.with_statement(NO, asked, TESTS, result("PASSED", passedTests=["unit"]), "mallory")

    def test_summaries_by_the_seven_steps(self):
        verifier = "https://verifier.example"
        asked = "verification_summaries: [{verifiers: {'%s': {keys: [bob]}}, resources: ['pkg:oci/app', 'oci://r.example/**'], levels: [SLSA_BUILD_LEVEL_2]%s}]"

        def of(expected, more="", signer="bob", drop=None, **change):
            predicate = {"verifier": {"id": verifier}, "timeVerified": "2026-11-24T11:00:00Z", "resourceUri": "oci://r.example/app",
                         "policy": {"uri": "https://p.example", "digest": {"sha256": "a" * 64}}, "verificationResult": "PASSED",
                         "verifiedLevels": ["SLSA_BUILD_LEVEL_3"], **change}
            if drop:
                del predicate[drop]
            self.with_statement(expected, asked % (verifier, more), VSA, predicate, signer, note=f"{drop} {change}")
        of(YES)
        of(YES, resourceUri="pkg:oci/app")
        of(YES, verifiedLevels=["SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_4", "SLSA_BUILD_REPRODUCED", "SLSA_SOURCE_TWO_PARTY_REVIEWED", "EXAMPLE_X"])
        of(YES, dependencyLevels={}, slsaVersion="1.2", inputAttestations=[{"uri": "x", "digest": {"sha256": "0" * 64}}])
        of(NO, signer="alice")
        of(NO, verifier={"id": verifier + "/"})
        of(NO, verifier={})
        of(NO, resourceUri="oci://r.example.evil/app")
        of(NO, resourceUri="")
        of(NO, verificationResult="FAILED")
        of(NO, verificationResult="passed")
        of(NO, verifiedLevels=[])
        of(NO, verifiedLevels=["SLSA_BUILD_LEVEL_1"])
        of(NO, verifiedLevels=["SLSA_BUILD_LEVEL_UNEVALUATED"])
        of(NO, verifiedLevels=["SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_1"])
        of(NO, verifiedLevels=["SLSA_BUILD_LEVEL_33"])
        of(NO, verifiedLevels=["slsa_build_level_3"])
        of(NO, timeVerified="2026-11-25T11:00:00Z")
        of(NO, ", max_age: 30m")
        of(YES, ", max_age: 2h")
        of(NO, ", max_age: 2h", drop="timeVerified")
        of(YES, drop="timeVerified")
        of(NO, drop="policy")
        of(YES, f", policy: 'sha256:{'a' * 64}'")
        of(NO, f", policy: 'sha256:{'b' * 64}'")
        of(NO, f", policy: 'sha256:{'a' * 64}'", policy={"uri": "https://p.example"})
        of(NO, ", dependency_level: 1")
        of(YES, ", dependency_level: 3", dependencyLevels={"SLSA_BUILD_LEVEL_3": 7})
        of(NO, ", dependency_level: 3", dependencyLevels={"SLSA_BUILD_LEVEL_3": 7, "SLSA_BUILD_LEVEL_2": 1})
        of(NO, ", dependency_level: 1", dependencyLevels={"SLSA_BUILD_LEVEL_3": 7, "FAILED": 1})

    def test_age_of_evidence_by_what_it_says(self):
        asked = "evidence_age: {max: 7d, types: ['%s'], keys: [alice]}"
        for kind, predicate in ((VULN, lambda t: {"metadata": {"scanFinishedOn": t}}), (SLSA1, lambda t: {"runDetails": {"metadata": {"finishedOn": t}}}),
                                (SLSA02, lambda t: {"metadata": {"buildFinishedOn": t}}), (VSA, lambda t: {"timeVerified": t}), (VEX, lambda t: {"timestamp": t}),
                                ("https://in-toto.io/attestation/svr/v0.2", lambda t: {"timeCreated": t}), ("https://cosign.sigstore.dev/attestation/v1", lambda t: {"Timestamp": t}),
                                ("https://spdx.dev/Document", lambda t: {"spdxVersion": "SPDX-2.3", "creationInfo": {"created": t}}),
                                ("https://cyclonedx.org/bom", lambda t: {"bomFormat": "CycloneDX", "metadata": {"timestamp": t}})):
            for time, expected in (("2026-11-20T00:00:00Z", YES), ("2026-11-10T00:00:00Z", NO), ("2026-12-10T00:00:00Z", NO), ("soon", UNKNOWN)):
                self.with_statement(expected, asked % kind, kind, predicate(time), note=f"{kind} {time}")
        self.with_statement(UNKNOWN, asked % REVIEW, REVIEW, {})


class Verdicts(Matrix):
    """How rules, entries, exceptions and records come together."""
    ALLOWS, DENIES = "signatures: {any_of: [alice]}", "attestations: [{type: '%s', keys: [alice]}]" % REVIEW
    OPEN = "evidence_age: {max: 1d, types: ['%s'], keys: [alice]}" % TESTS

    def signed(self, *more, sign=True):
        image = self.image()
        if sign:
            image.bundle(envelope(statement(SIGN, {}, image.digest), "alice"))
        for kind, predicate, signer in more:
            image.bundle(envelope(statement(kind, predicate, image.digest), signer))
        return image

    def test_deny_beats_undecided_beats_allow(self):
        image = self.signed((TESTS, {}, "alice"))
        self.judged(YES, self.ALLOWS, image)
        self.judged(NO, self.DENIES, image)
        self.judged(UNKNOWN, self.OPEN, image)
        self.judged(UNKNOWN, f"{self.ALLOWS}\n    {self.OPEN}", image)
        self.judged(NO, f"{self.ALLOWS}\n    {self.OPEN}\n    {self.DENIES}", image)
        entry = "\n  - match: ['**']\n    "
        self.judged(NO, self.ALLOWS + entry + self.DENIES, image)
        self.judged(UNKNOWN, self.ALLOWS + entry + self.OPEN, image)
        self.judged(NO, self.OPEN + entry + self.DENIES, image)
        warned = entry + "effect: warn\n    "
        self.judged(YES, self.ALLOWS + warned + self.DENIES, image)
        self.judged(YES, self.ALLOWS + warned + self.OPEN, image)
        self.judged(NO, "effect: warn\n    " + self.ALLOWS, image)
        later = entry + "effective_from: '%s'\n    "
        self.judged(YES, self.ALLOWS + later % "2026-11-24T12:00:01Z" + self.DENIES, image)
        self.judged(NO, self.ALLOWS + later % "2026-11-24T12:00:00Z" + self.DENIES, image)
        self.judged(NO, self.ALLOWS + later % "2026-11-24" + self.DENIES, image)
        self.judged(USAGE, self.ALLOWS + later % "soon" + self.DENIES, image)
        # --audit turns a deny into 0, and nothing else.
        self.judged(YES, self.DENIES, image, "--audit")
        self.judged(UNKNOWN, self.OPEN, image, "--audit")
        self.judged(YES, self.ALLOWS, image, "--audit")

    def test_nothing_is_no_yes(self):
        image = self.signed(sign=False)
        self.judged(NO, self.ALLOWS, image)
        for text in ("images: []", "images:\n  - {match: ['registry.example.org/**'], signatures: {any_of: [alice]}}"):
            policy = self.policy(f"version: 1\nkeys: {{alice: alice.pub}}\n{text}\n", "none.yaml")
            self.answers(NO, "gate", "--policy", policy, f"oci:{image.path}:app")
        self.answers(USAGE, "gate", "--policy", self.rules(self.ALLOWS))
        self.answers(UNKNOWN, "gate", "--policy", self.rules(self.ALLOWS), f"oci:{image.path}:gone")
        self.answers(UNKNOWN, "gate", "--policy", self.rules(self.ALLOWS), f"oci:{self.path('gone')}:app")
        self.answers(UNKNOWN, "gate", "--policy", self.rules(self.ALLOWS), "--platform", "linux/s390x", f"oci:{image.path}:app")
        signed = self.signed()
        self.answers(NO, "gate", "--policy", self.rules(self.ALLOWS), f"oci:{signed.path}:app", f"oci:{image.path}:app", f"oci:{image.path}:gone")
        self.answers(UNKNOWN, "gate", "--policy", self.rules(self.ALLOWS), f"oci:{signed.path}:app", f"oci:{image.path}:gone")

    def test_an_index_without_a_runnable_platform_is_no_yes(self):
        image = self.image(("unknown", "unknown2"), finish=False)
        for each in image.platforms.values():
            each["platform"] = {"architecture": "unknown", "os": "unknown"}
        image.finish()
        image.bundle(envelope(statement(SIGN, {}, image.digest), "alice"))
        answer = supply("gate", "--policy", self.rules(self.ALLOWS), f"oci:{image.path}:app")
        self.assertIn(answer.code, (NO, UNKNOWN, DAMAGED), answer)

    def test_exceptions_cover_what_they_name_until_they_end(self):
        image = self.signed()
        other = self.image(("arm64",))

        def of(expected, rule="attestations", images=None, expires="2026-12-01", findings="", members=self.ALLOWS + "\n    " + self.DENIES, extra=""):
            more = (f"exceptions:\n  - {{rule: {rule}, images: ['{images or image.digest}'], reason: r, owner: o, expires: '{expires}'{findings}}}\n" + extra)
            self.judged(expected, members, image, more=more, note=f"{rule} {images} {expires} {findings}")
        of(YES)
        of(NO, rule="signatures")
        of(NO, images=other.digest)
        of(YES, images=f"oci:{image.path}")
        of(YES, images=f"oci:{os.path.dirname(image.path)}/*")
        of(NO, images="registry.example.org/**")
        of(NO, expires="2026-11-24")
        of(NO, expires="2026-11-24T12:00:00Z")
        of(YES, expires="2026-11-24T12:00:01Z")
        of(YES, findings=f", findings: ['{REVIEW}']")
        of(NO, findings=f", findings: ['{REVIEW}x']")
        of(USAGE, images="**")
        of(USAGE, rule="attestation")
        of(USAGE, expires="never")
        of(UNKNOWN, rule="evidence_age", members=self.ALLOWS + "\n    evidence_age: {max: 1d, signatures: true, keys: [alice]}")  # nobody excuses what is not known
        for lacking in ("reason: r, ", "owner: o, ", ", expires: '2026-12-01'"):
            more = f"exceptions:\n  - {{rule: attestations, images: ['{image.digest}'], reason: r, owner: o, expires: '2026-12-01'}}\n".replace(lacking, "")
            self.judged(USAGE, self.DENIES, image, more=more, note=lacking)

    def test_a_record_breaks_the_glass_for_this_policy_and_time(self):
        glass = "break_glass: {keys: [bob], longest: 4h}\n"
        policy = self.rules(self.DENIES, glass)
        digest = hashlib.sha256(self.read(policy)).hexdigest()
        record = {"reason": "outage", "owner": "ops", "issued": "2026-11-24T11:00:00Z", "expires": "2026-11-24T14:00:00Z", "policy": {"sha256": digest}}
        for expected, change, signer in ((YES, {}, "bob"), (NO, {}, "alice"), (NO, {}, "mallory"), (NO, {"expires": "2026-11-24T12:00:00Z"}, "bob"),
                                         (NO, {"issued": "2026-11-24T12:00:01Z"}, "bob"), (NO, {"expires": "2026-11-24T15:00:01Z"}, "bob"), (NO, {"reason": ""}, "bob"),
                                         (NO, {"owner": None}, "bob"), (NO, {"policy": {"sha256": "0" * 64}}, "bob"), (NO, {"policy": {}}, "bob"),
                                         (NO, {"expires": "2026-11-24T10:00:00Z"}, "bob"), (NO, {"expires": 1}, "bob")):
            image = self.image()
            image.bundle(envelope(statement("urn:supply:break-glass:v1", {**record, **change}, image.digest), signer))
            with self.subTest(change=change, signer=signer):
                answer = supply("gate", "--policy", policy, "--now", NOW, f"oci:{image.path}:app")
                self.assertEqual(expected, answer.code, answer)
        other = self.image(("arm64",))
        image.bundle(envelope(statement("urn:supply:break-glass:v1", record, other.digest), "bob"))  # replayed
        self.answers(NO, "gate", "--policy", policy, "--now", NOW, f"oci:{image.path}:app")

    def test_an_included_policy_adds_and_is_what_its_digest_says(self):
        image = self.signed()
        base = f"version: 1\nkeys: {{alice: alice.pub}}\nimages:\n  - match: ['**']\n    {self.DENIES}\n"
        self.policy(base, "base.yaml")
        digest = "sha256:" + hashlib.sha256(base.encode()).hexdigest()
        self.judged(NO, self.ALLOWS, image, more=f"include: [{{path: base.yaml, digest: '{digest}'}}]\n")
        self.judged(USAGE, self.ALLOWS, image, more=f"include: [{{path: base.yaml, digest: 'sha256:{'0' * 64}'}}]\n")
        self.judged(USAGE, self.ALLOWS, image, more="include: [{path: base.yaml}]\n")
        self.judged(USAGE, self.ALLOWS, image, more=f"include: [{{path: gone.yaml, digest: '{digest}'}}]\n")
        signed_by = f"include: [{{path: base.yaml, digest: '{digest}', signed_by: [bob]}}]\n"
        self.judged(USAGE, self.ALLOWS, image, more=signed_by)
        data = hashlib.sha256(base.encode()).digest()

        def sign(name):
            self.write("base.yaml.sigstore.json", json.dumps({
                "mediaType": BUNDLE, "verificationMaterial": {"publicKey": {"hint": ""}},
                "messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": b64(data)},
                                     "signature": b64(Signer.key(name).sign(base.encode(), ec.ECDSA(hashes.SHA256())))}}))
        sign("mallory")
        self.judged(USAGE, self.ALLOWS, image, more=signed_by)
        sign("carol")
        self.judged(USAGE, self.ALLOWS, image, more=signed_by)
        sign("bob")
        self.judged(NO, self.ALLOWS, image, more=signed_by)
        allowed = f"version: 1\nkeys: {{alice: alice.pub}}\nimages:\n  - match: ['**']\n    {self.ALLOWS}\n"
        self.policy(allowed, "allows.yaml")
        self.judged(YES, self.ALLOWS, image, more=f"include: [{{path: allows.yaml, digest: 'sha256:{hashlib.sha256(allowed.encode()).hexdigest()}'}}]\n")

    def test_evidence_is_replayed_from_no_other_image(self):
        one, other = self.image(), self.image(("arm64",))
        signature = envelope(statement(SIGN, {}, one.digest), "alice")
        for form in ("bundle", "dsse", "att"):
            getattr(other, form)(signature)
        self.judged(NO, self.ALLOWS, other)
        one.bundle(signature)
        self.judged(YES, self.ALLOWS, one)


if __name__ == "__main__":
    unittest.main()
