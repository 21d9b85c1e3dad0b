"""Verification summaries (VSA): made and signed by one gate, believed by the next under the specification's steps."""
import base64
import json
import subprocess

from harness import NO, USAGE, YES, Case, supply

VERIFIER = "https://verifier.example.org/gate"
TYPE = "https://slsa.dev/verification_summary/v1"


class Summaries(Case):
    def setUp(self):
        super().setUp()
        self.private, self.public = self.key("release")
        self.verifier, self.verifier_public = self.key("verifier")
        self.layout = self.image()
        self.ref = f"oci:{self.layout}:app"
        self.answers(YES, "sign", "--key", self.private, self.ref)
        self.answers(YES, "provenance", "--attest", "--key", self.private, "--builder-id", "https://ci.example.org/b",
                     "--build-type", "https://ci.example.org/build/v1", "--source", "git+https://git.example.org/app@" + "c0ffee" * 6 + "abcd", self.ref)
        self.first = self.policy("version: 1\nkeys: {release: release.pub}\nbuilders: {'https://ci.example.org/b': {keys: [release], level: 2}}\n"
                                 "images:\n  - {match: ['**'], signatures: {any_of: [release]}, provenance: {builders: ['https://ci.example.org/b'], level: 2}}\n",
                                 "first.yaml")
        self.second = self.next_policy()

    def next_policy(self, more="", level="SLSA_BUILD_LEVEL_2", name="second.yaml"):
        return self.policy("version: 1\nkeys: {verifier: verifier.pub}\nimages:\n  - match: ['**']\n    verification_summaries:\n"
                           f"      - {{verifiers: {{'{VERIFIER}': {{keys: [verifier]}}}}, resources: ['oci:**'], levels: [{level}]{more}}}\n", name)

    def gate(self, code, rules, *options, ref=None):
        return self.answers(code, "gate", "--policy", rules, *options, ref or self.ref)

    def summary(self, code=YES, rules=None, name="summary.json"):
        out = self.path(name)
        self.gate(code, rules or self.first, "--key", self.verifier, "--verifier-id", VERIFIER, "-o", f"vsa={out}")
        return out

    def test_a_signed_summary_is_an_envelope_by_the_key(self):
        envelope = json.loads(self.read(self.summary()))
        self.assertEqual("application/vnd.in-toto+json", envelope["payloadType"])
        self.assertEqual(1, len(envelope["signatures"]))
        payload = base64.b64decode(envelope["payload"])
        statement = json.loads(payload)
        self.assertEqual(TYPE, statement["predicateType"])
        self.assertEqual("PASSED", statement["predicate"]["verificationResult"])
        self.assertEqual(["SLSA_BUILD_LEVEL_2"], statement["predicate"]["verifiedLevels"])
        self.assertEqual(VERIFIER, statement["predicate"]["verifier"]["id"])
        # DSSE's pre-authentication encoding, verified by OpenSSL.
        self.needs("openssl")
        kind = envelope["payloadType"].encode()
        signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        with open(self.path("pae"), "wb") as out:
            out.write(signed)
        with open(self.path("sig"), "wb") as out:
            out.write(base64.b64decode(envelope["signatures"][0]["sig"]))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.verifier_public, "-signature", self.path("sig"), self.path("pae")],
                       check=True, capture_output=True)

    def test_slsa_verifier_takes_it(self):
        self.needs_large("slsa-verifier")
        out = self.summary()
        statement = json.loads(base64.b64decode(json.loads(self.read(out))["payload"]))

        def verify(verifier=VERIFIER, level="SLSA_BUILD_LEVEL_2", resource=None, key=self.verifier_public):
            return subprocess.run(
                ["slsa-verifier", "verify-vsa", "--attestation-path", out, "--verifier-id", verifier, "--verified-level", level,
                 "--subject-digest", "sha256:" + statement["subject"][0]["digest"]["sha256"],
                 "--resource-uri", resource or statement["predicate"]["resourceUri"], "--public-key-path", key],
                capture_output=True, text=True)
        done = verify()
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertNotEqual(0, verify(level="SLSA_BUILD_LEVEL_3").returncode)
        self.assertNotEqual(0, verify(verifier=VERIFIER + "x").returncode)
        self.assertNotEqual(0, verify(key=self.public).returncode)

    def test_the_next_gate_believes_what_is_attached(self):
        self.gate(NO, self.second)
        self.gate(YES, self.first, "--attest", "--key", self.verifier, "--verifier-id", VERIFIER)
        self.gate(YES, self.second)
        self.gate(NO, self.next_policy(level="SLSA_BUILD_LEVEL_3", name="three.yaml"))
        digest = json.loads(self.answers(YES, "gate", "--json", "--policy", self.first, self.ref).out)["policy"]["digest"]
        self.gate(YES, self.next_policy(f", policy: '{digest}', max_age: 1h", name="by-policy.yaml"))
        self.gate(NO, self.next_policy(f", policy: 'sha256:{'0' * 64}'", name="other-policy.yaml"))
        # The same verifier's later no takes it back.
        strict = self.policy("version: 1\nkeys: {verifier: verifier.pub}\nimages:\n  - {match: ['**'], signatures: {any_of: [verifier]}}\n", "strict.yaml")
        self.gate(NO, strict, "--attest", "--key", self.verifier, "--verifier-id", VERIFIER)
        self.gate(NO, self.second)

    def test_a_summary_by_another_key_or_of_another_image_is_none(self):
        self.gate(YES, self.first, "--attest", "--key", self.private, "--verifier-id", VERIFIER)
        self.gate(NO, self.second)
        other = self.image("other", layers=[[]])
        self.gate(NO, self.second, ref=f"oci:{other}:app")

    def test_options_that_sign_nothing_are_said(self):
        for wrong in (["--key", self.verifier], ["--attest"], ["--verifier-id", VERIFIER],
                      ["--attest", "--key", self.verifier, "--platform", "linux/amd64"],
                      ["--attest", "--key", self.verifier, "--now", "2031-01-01T00:00:00Z"],
                      ["-o", "vsa", "--key", self.verifier, "--now", "2031-01-01T00:00:00Z"],
                      ["-o", "vsa", "--key", self.path("nowhere.key")]):
            with self.subTest(wrong=wrong):
                self.gate(USAGE, self.first, *wrong)
