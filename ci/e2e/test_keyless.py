"""Signing by an identity: a certificate authority, logs and a timestamp authority of a private instance on loopback
(libsupply/testing/sigstore_services), and what Supply writes of their answers verified by Supply, with and without them."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from harness import NO, SUPPLY, UNKNOWN, USAGE, YES, Case

SERVICES = os.path.join(os.path.dirname(SUPPLY), "testing", "sigstore_services")
IDENTITY, ISSUER = "https://ci.test/job", "https://issuer.test"


class Keyless(Case):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists(SERVICES):
            raise unittest.SkipTest(f"the program {SERVICES} is not here")
        cls.instance = tempfile.mkdtemp(prefix="supply-sigstore-")
        cls.server = subprocess.Popen([SERVICES, cls.instance], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        cls.server.stdout.readline()
        with open(os.path.join(cls.instance, "url"), encoding="utf-8") as text:
            cls.url = text.read()

    @classmethod
    def tearDownClass(cls):
        cls.server.stdin.close()
        cls.server.wait()
        cls.server.stdout.close()
        shutil.rmtree(cls.instance, ignore_errors=True)

    def setUp(self):
        super().setUp()
        self.fault("none")

    def fault(self, name):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/fault/{name}", data=b"", method="POST")).close()

    def certificates(self):
        with urllib.request.urlopen(f"{self.url}/certificates") as answer:
            return json.load(answer)["certificates"]

    def of_instance(self, name):
        return os.path.join(self.instance, name)

    def signing(self, rekor=1):
        return ["--identity-token", self.of_instance("token"), "--signing-config", self.of_instance(f"signing-config-v{rekor}.json"),
                "--trusted-root", self.of_instance("trusted_root.json")]

    def verifying(self, identity=IDENTITY):
        return ["--offline", "--certificate-identity", identity, "--certificate-oidc-issuer", ISSUER,
                "--trusted-root", self.of_instance("trusted_root.json")]

    def test_a_release_file_through_either_rekor(self):
        file = self.write("app.tar", b"release")
        for rekor in (1, 2):
            with self.subTest(rekor):
                signed = self.answers(YES, "sign-blob", *self.signing(rekor), "--json", file)
                self.says(signed, f"signed as {IDENTITY} of issuer {ISSUER}")
                self.answers(YES, "verify-blob", *self.verifying(), file)
                self.answers(NO, "verify-blob", *self.verifying("https://ci.test/other"), file)
                bundle = json.loads(self.read(file + ".sigstore.json"))
                material = bundle["verificationMaterial"]
                self.assertEqual(1, len(material["tlogEntries"]))
                self.assertEqual(1, len(material["timestampVerificationData"]["rfc3161Timestamps"]))

    def test_the_gate_judges_an_image_that_an_identity_signed(self):
        ref = f"oci:{self.image()}:app"
        self.answers(YES, "sign", *self.signing(), ref)
        predicate = self.write("p.json", json.dumps({
            "buildDefinition": {"buildType": "https://ci.test/build", "externalParameters": {"source": "https://git.example.org/app"}},
            "runDetails": {"builder": {"id": "https://ci.test/builder"}}}))
        self.answers(YES, "attest", *self.signing(2), "--type", "slsaprovenance1", "--predicate", predicate, ref)
        head = f"version: 1\ntrusted_root: {self.of_instance('trusted_root.json')}\nidentities: {{job: {{%s}}}}\n"
        signed = "images:\n  - {match: ['**'], signatures: {any_of: [job]}}\n"
        built = ("builders: {'https://ci.test/builder': {keys: [job], level: 3}}\n"
                 "images:\n  - {match: ['**'], provenance: {builders: ['https://ci.test/builder'], level: %d, sources: ['https://git.example.org/app']}}\n")
        good = f"subject: '{IDENTITY}', issuer: '{ISSUER}'"
        for code, who, rules in (
                (YES, good, signed),
                (YES, f"subject_regexp: 'https://ci\\.test/[a-z]+', issuer: '{ISSUER}'", signed),
                (NO, f"subject_regexp: 'https://ci\\.test/', issuer: '{ISSUER}'", signed),  # the whole text
                (YES, f"subject: ['{IDENTITY}x', '{IDENTITY}'], issuer: ['{ISSUER}', '{ISSUER}x']", signed),  # any of them
                (NO, f"subject: '{IDENTITY}x', issuer: '{ISSUER}'", signed),
                (NO, f"subject: '{IDENTITY}', issuer: '{ISSUER}x'", signed),
                (NO, good + ", extensions: {source_repository_uri: 'https://github.com/o/r'}", signed),
                (YES, good, built % 3),
                (NO, f"subject: '{IDENTITY}x', issuer: '{ISSUER}'", built % 3),
                (YES, good, "images:\n  - {match: ['**'], evidence_age: {keys: [job], signatures: true, proven: true, max: 1h}}\n")):
            with self.subTest(who=who, rules=rules):
                self.answers(code, "gate", "--offline", "--policy", self.policy(head % who + rules), ref)
        # By the public-good instance nobody of these is known.
        self.answers(NO, "gate", "--offline", "--policy", self.policy("version: 1\n" + (head % good).split("\n")[2] + "\n" + signed), ref)
        # What is not signed by it is no answer to it, and what was signed long ago is told by the log's time.
        other = f"oci:{self.image('other', layers=[[]])}:app"
        self.answers(NO, "gate", "--offline", "--policy", self.policy(head % good + signed), other)
        self.answers(NO, "gate", "--offline", "--now", "2040-01-01T00:00:00Z", "--policy",
                     self.policy(head % good + "images:\n  - {match: ['**'], evidence_age: {keys: [job], signatures: true, max: 30d}}\n"), ref)

    def test_an_attestation_of_a_release_file_is_a_statement_v1(self):
        file = self.write("app.tar", b"release")
        predicate = self.write("p.json", b'{"a": 1}')
        self.answers(YES, "attest-blob", *self.signing(), "--predicate", predicate, "--type", "https://example.org/t", file)
        self.answers(YES, "verify-blob-attestation", *self.verifying(), "--type", "https://example.org/t", file)
        envelope = json.loads(self.read(file + ".sigstore.json"))["dsseEnvelope"]
        statement = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual("https://in-toto.io/Statement/v1", statement["_type"])
        self.assertEqual("app.tar", statement["subject"][0]["name"])

    def test_a_digest_is_signed_without_the_file(self):
        import hashlib
        digest = "sha256:" + hashlib.sha256(b"release").hexdigest()
        bundle, signature = self.path("b.json"), self.path("b.sig")
        self.answers(USAGE, "sign-blob", *self.signing(), digest)
        self.answers(YES, "sign-blob", *self.signing(), "--bundle", bundle, "--output-signature", signature, digest)
        self.answers(YES, "verify-blob", *self.verifying(), "--bundle", bundle, digest)
        self.answers(YES, "verify-blob", *self.verifying(), "--bundle", bundle, self.write("f", b"release"))
        self.assertEqual(json.loads(self.read(bundle))["messageSignature"]["signature"], self.read(signature).decode())
        self.answers(USAGE, "sign-blob", *self.signing(), "--bundle", bundle, "sha256:12")

    def test_an_index_and_its_images_by_one_certificate_and_again_adds_nothing(self):
        image = f"oci:{self.index_image()}:app"
        before = self.certificates()
        first = self.answers(YES, "sign", "--recursive", "--json", *self.signing(), image)
        self.assertEqual(3, len(first.json["signatures"]))
        self.assertEqual(before + 1, self.certificates())
        again = self.answers(YES, "sign", "--recursive", "--json", *self.signing(), image)
        self.assertEqual(first.json, again.json)
        self.answers(YES, "verify", *self.verifying(), image)
        # Another Rekor holds the first signature's entry as well as this one would.
        self.answers(YES, "sign", *self.signing(2), image)
        self.answers(YES, "verify", *self.verifying(), image)

    def test_the_first_form_holds_certificate_promise_and_timestamp_and_again_adds_nothing(self):
        image = f"oci:{self.image()}:app"
        predicate = self.write("p.json", b'{"a": 1}')
        custom = ["--type", "https://example.org/t"]
        before = self.certificates()
        sign = ["sign", "--format", "legacy", "--json", *self.signing(), image]
        attest = ["attest", "--format", "legacy", "--json", *self.signing(), *custom, "--predicate", predicate, image]
        first = [self.answers(YES, *words).json for words in (sign, attest)]
        self.assertEqual(first, [self.answers(YES, *words).json for words in (sign, attest)])
        self.assertLessEqual(self.certificates(), before + 4)
        signed = self.answers(YES, "verify", *self.verifying(), "--use-signed-timestamps", "--json", image).json
        self.assertIn('"tlog-set"', json.dumps(signed))
        self.answers(YES, "verify-attestation", *self.verifying(), "--use-signed-timestamps", *custom, image)
        self.answers(NO, "verify", *self.verifying("https://ci.test/other"), image)
        self.answers(NO, "verify-attestation", *self.verifying("https://ci.test/other"), image)
        # Another annotation is another signature, beside the first.
        self.answers(YES, *sign[:-1], "-a", "release=1", image)
        self.answers(YES, "verify", *self.verifying(), "-a", "release=1", image)
        self.answers(YES, "verify", *self.verifying(), image)
        # What that form has no room for is said before anybody is asked.
        asked = self.certificates()
        self.says(self.answers(USAGE, "sign", "--format", "legacy", *self.signing(2), image), "Rekor v1")
        self.assertEqual(asked, self.certificates())
        # A key's is logged and stamped in it, too.
        private, public = self.key()
        self.answers(YES, "sign", "--format", "legacy", "--key", private, *self.signing()[2:], image)
        self.answers(YES, "verify", "--offline", "--key", public, "--trusted-root", self.of_instance("trusted_root.json"),
                     "--use-signed-timestamps", image)

    def test_an_attestation_and_provenance_of_an_image(self):
        layout = self.image()
        image = f"oci:{layout}:app"
        predicate = self.write("p.json", b'{"a": 1}')
        first = self.answers(YES, "attest", *self.signing(), "--json", "--predicate", predicate, "--type", "https://example.org/t", image)
        again = self.answers(YES, "attest", *self.signing(), "--json", "--predicate", predicate, "--type", "https://example.org/t", image)
        self.assertEqual(first.json, again.json)
        self.answers(YES, "verify-attestation", *self.verifying(), "--type", "https://example.org/t", image)
        self.answers(YES, "provenance", "--attest", *self.signing(2), "--builder-id", "https://ci.test", "--build-type",
                     "https://ci.test/type", "--source", "git+https://example.org/app@" + "a" * 40, image)
        self.answers(YES, "verify-attestation", *self.verifying(), "--type", "slsaprovenance1", image)

    def test_a_key_is_logged_and_stamped_where_services_are_named(self):
        file = self.write("app.tar", b"release")
        private, public = self.key()
        self.answers(YES, "sign-blob", "--key", private, "--signing-config", self.of_instance("signing-config-v2.json"),
                     "--trusted-root", self.of_instance("trusted_root.json"), file)
        self.answers(YES, "verify-blob", "--key", public, "--trusted-root", self.of_instance("trusted_root.json"), file)
        self.assertIn("tlogEntries", json.loads(self.read(file + ".sigstore.json"))["verificationMaterial"])

    def test_services_by_their_urls(self):
        file = self.write("app.tar", b"release")
        words = ["--identity-token", self.of_instance("token"), "--trusted-root", self.of_instance("trusted_root.json"),
                 "--fulcio-url", self.url]
        stamp = ["--timestamp-server-url", self.url + "/api/v1/timestamp"]
        self.answers(USAGE, "sign-blob", *words, file)  # nothing proves a time
        self.answers(YES, "sign-blob", *words, "--rekor-url", self.url, file)
        self.answers(YES, "verify-blob", *self.verifying(), file)
        self.answers(YES, "sign-blob", *words, *stamp, "--rekor-url", self.url, "--tlog-upload=false", file)
        self.assertNotIn("tlogEntries", json.loads(self.read(file + ".sigstore.json"))["verificationMaterial"])
        self.answers(NO, "verify-blob", *self.verifying(), file)
        self.answers(YES, "verify-blob", *self.verifying(), "--insecure-ignore-tlog", file)

    def test_what_a_service_answers_wrong_is_not_written(self):
        file = self.write("app.tar", b"release")
        for fault in ("other-key", "other-authority", "no-sct", "other-entry", "bad-promise", "bad-proof", "bad-checkpoint",
                      "other-nonce", "other-stamper", "junk", "unauthorized", "redirect"):
            with self.subTest(fault):
                self.fault(fault)
                answer = self.answers(3 if fault in ("unauthorized", "redirect") else 4, "sign-blob", *self.signing(), file)
                self.assertFalse(os.path.exists(file + ".sigstore.json"))
                self.assertNotIn(self.read(self.of_instance("token")).decode(), answer.err)
        self.fault("busy-once")
        self.answers(YES, "sign-blob", *self.signing(), file)

    def test_what_cannot_be_is_said_before_anybody_is_asked(self):
        image = f"oci:{self.image()}:app"
        before = self.certificates()
        private, _ = self.key()
        old = self.write("old", b"e30." + base64.urlsafe_b64encode(b'{"iss":"i","aud":"sigstore","sub":"s","exp":1}').rstrip(b"=") + b".eA")
        for words, code in ((["--key", private, "--identity-token", self.of_instance("token")], USAGE),
                            ([*self.signing(), "--rekor-url", self.url], USAGE),
                            (["--identity-token", self.of_instance("token"), "--signing-config", old], USAGE),
                            (["--identity-token", old, *self.signing()[2:]], UNKNOWN),
                            (["--identity-token", self.path("nothing"), *self.signing()[2:]], USAGE),
                            (self.signing()[2:], UNKNOWN),  # no token anywhere
                            ([*self.signing(), "--offline"], UNKNOWN),
                            ([*self.signing(2), "--format", "legacy"], USAGE),
                            (["--sk"], USAGE), (["--replace"], USAGE), (["--oidc-issuer", "x"], USAGE)):
            with self.subTest(" ".join(words)):
                self.answers(code, "sign", *words, image)
        self.assertEqual(before, self.certificates())

    def test_what_may_be_a_token_is_not_shown(self):
        token, file = self.read(self.of_instance("token")).decode().strip(), self.write("app.tar", b"release")
        for given in (f'"{token}"', f"Bearer {token}", token.rsplit(".", 1)[0], token + ".x", "x/" + token):
            with self.subTest(given[:12]):
                answer = self.answers(USAGE, "sign-blob", "--identity-token", given, *self.signing()[2:], file)
                self.assertIn("three parts", answer.err)
                for part in token.split("."):
                    self.assertNotIn(part[:16], answer.err)

    def test_the_token_of_github_actions_is_found(self):
        file = self.write("app.tar", b"release")
        answer = self.answers(UNKNOWN, "sign-blob", *self.signing()[2:], file, env={"GITHUB_ACTIONS": "true"})
        self.says(answer, "id-token: write")
        token = self.read(self.of_instance("token")).decode()
        self.answers(YES, "sign-blob", *self.signing()[2:], file, env={"SIGSTORE_ID_TOKEN": token})
        self.answers(YES, "verify-blob", *self.verifying(), file)
