"""verify-provenance: of files and images, by keys; what is expected, what is known of builders, what stays open."""
import base64
import json
import subprocess

from harness import DAMAGED, NO, UNKNOWN, USAGE, YES, Case, digest_of, supply

SOURCE = "git+https://github.com/example/app@refs/tags/v1.2.3"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BUILDER = "https://ci.example/builder"
BUILD = ["--builder-id", BUILDER, "--build-type", "https://ci.example/type", "--source", f"{SOURCE}@{COMMIT}", "--param", "flavour=small"]


class VerifyProvenance(Case):
    def setUp(self):
        super().setUp()
        self.private, self.public = self.quick_key("release")
        self.file = self.write("app.tar.gz", "app\n")
        self.answers(YES, "provenance", self.file, *BUILD, "--attest", "--key", self.private)

    def asked(self, *words, key=None, subject=None):
        return ["verify-provenance", subject or self.file, "--key", key or self.public, "--allow-parameter", "parameters", *words]

    def test_a_file_is_as_expected_or_the_answer_says_what_it_is(self):
        good = ["--source-uri", "github.com/example/app", "--source-tag", "v1.2.3", "--source-commit", COMMIT, "--builder-id", BUILDER,
                "--build-type", "https://ci.example/*", "--build-workflow-input", "flavour=small", "--level", "1"]
        answer = self.answers(YES, *self.asked(*good))
        self.says(answer, "SLSA build level 1", COMMIT)
        for source in ("https://github.com/example/app", "git+https://github.com/example/app", "https://github.com/example/*"):
            self.answers(YES, *self.asked("--source-uri", source))
        for word, wrong in {"--source-uri": "github.com/example/app2", "--source-tag": "v1.2", "--source-versioned-tag": "v1.3",
                            "--source-branch": "main", "--source-commit": "b" * 40, "--builder-id": BUILDER + "2",
                            "--build-type": "https://ci.example/other", "--build-workflow-input": "flavour=large", "--trigger": "push",
                            "--level": "2"}.items():
            with self.subTest(word):
                self.says(self.answers(NO, *self.asked(word, wrong)), "not as expected")
        self.answers(YES, *self.asked("--source-versioned-tag", "v1"))
        self.says(self.answers(NO, "verify-provenance", self.file, "--key", self.public), "parameters")  # that nobody defines

    def test_a_builder_is_worth_what_the_user_says_of_it_and_its_signer(self):
        self.answers(YES, *self.asked("--builder-id", BUILDER, "--builder-level", "3", "--level", "3"))
        self.answers(NO, *self.asked("--builder-id", BUILDER + "x", "--builder-level", "3", "--level", "3"))
        self.says(self.answers(USAGE, *self.asked("--builder-level", "3")), "--builder-id")
        self.answers(USAGE, *self.asked("--builder-id", BUILDER, "--builder-level", "4"))

    def test_another_key_and_another_file_are_no(self):
        _, other = self.quick_key("other")
        answer = self.answers(NO, *self.asked("--json", key=other))
        self.assertIs(False, answer.json["satisfied"])
        replayed = self.write("other.tar.gz", "other\n")
        self.answers(NO, *self.asked("--provenance-path", self.file + ".provenance.sigstore.json", subject=replayed))

    def test_what_nothing_could_meet_is_a_wrong_command(self):
        for words in (["--source-versioned-tag", "latest"], ["--source-commit", COMMIT[:12]], ["--level", "4"],
                      ["--source-tag", "v1", "--source-versioned-tag", "v1"], ["--source-uri", "github.com/example/../app"],
                      ["--build-workflow-input", "flavour"], ["--platform", "linux/amd64"]):
            with self.subTest(words):
                self.answers(USAGE, *self.asked(*words))
        self.says(self.answers(USAGE, *self.asked("--source-commit", "xyz")), '--source-commit "xyz": want 40 or 64 hex digits')
        self.says(self.answers(USAGE, *self.asked("--build-workflow-input", "flavour")), '--build-workflow-input "flavour": want key=value')
        self.says(self.answers(USAGE, "verify-provenance", self.file), "--source-uri or --builder-id")
        self.says(self.answers(USAGE, *self.asked("--package-name", "x")), "built in")

    def test_an_old_envelope_without_log_entry_stays_open(self):
        envelope = {"payloadType": "application/vnd.in-toto+json", "payload": base64.b64encode(b"{}").decode(),
                    "signatures": [{"keyid": "", "sig": "AAAA", "cert": "-----BEGIN CERTIFICATE-----\n"}]}
        self.write("app.tar.gz.intoto.jsonl", json.dumps(envelope) + "\n")
        answer = self.answers(UNKNOWN, *self.asked("--json"))
        self.assertIsNone(answer.json["satisfied"])
        self.says(answer, "log entry")
        # With a second line that is good, it is a yes.
        with open(self.file + ".provenance.sigstore.json", encoding="utf-8") as good:
            self.write("app.tar.gz.intoto.jsonl", json.dumps(envelope) + "\n" + good.read() + "\n")
        self.answers(YES, *self.asked())
        self.write("app.tar.gz.intoto.jsonl", "no JSON\n")
        self.answers(DAMAGED, *self.asked())
        self.answers(UNKNOWN, *self.asked(subject=self.write("alone", "x")))  # nothing is beside it

    def test_an_image_is_judged_on_every_platform(self):
        image = f"oci:{self.image()}:app"
        self.answers(NO, *self.asked(subject=image))
        self.answers(YES, "provenance", image, *BUILD, "--attest", "--key", self.private)
        self.answers(YES, *self.asked("--source-uri", "github.com/example/app", subject=image))
        many = f"oci:{self.index_image()}:app"
        self.answers(YES, "provenance", many, *BUILD, "--attest", "--key", self.private)
        answer = self.answers(YES, *self.asked("--json", subject=many))
        self.assertLess(1, len(answer.json["subjects"]))
        self.answers(NO, *self.asked("--source-tag", "v9", subject=many))
        self.answers(USAGE, *self.asked("--provenance-path", "x", subject=image))
        self.answers(UNKNOWN, *self.asked(subject=image.replace(":app", ":none")))

    def test_provenance_in_a_file_is_taken_of_a_digest_and_of_an_image(self):
        beside = ["--provenance-path", self.file + ".provenance.sigstore.json"]
        digest = digest_of(b"app\n")
        other = digest_of(b"other\n")
        for name in ("", "registry.invalid/app@", "registry.invalid/app:1@"):
            self.answers(YES, *self.asked(*beside, "--offline", subject=name + digest))
            self.answers(NO, *self.asked(*beside, "--offline", subject=name + other))
        self.answers(UNKNOWN, *self.asked(*beside, "--offline", subject="registry.invalid/app:1"))  # a tag would have to be asked for
        self.says(self.answers(USAGE, *self.asked(subject=digest)), "--provenance-path")
        self.answers(USAGE, *self.asked(*beside, subject="sha256:ab"))
        self.answers(USAGE, *self.asked(*beside, "--platform", "linux/amd64", subject="registry.invalid/app@" + digest))
        image = f"oci:{self.image()}:app"
        self.answers(NO, *self.asked(*beside, subject=image))
        manifest = supply("inspect", "--raw", image).out
        built = self.write("manifest.json", manifest)
        self.answers(YES, "provenance", built, *BUILD, "--attest", "--key", self.private)
        self.answers(YES, *self.asked("--provenance-path", built + ".provenance.sigstore.json", subject=image))

    def test_what_gcloud_prints_counts_by_googles_keys_alone(self):
        with open(self.file + ".provenance.sigstore.json", encoding="utf-8") as text:
            envelope = json.load(text)["dsseEnvelope"]
        digest = digest_of(b"app\n")
        element = {"envelope": envelope, "kind": "BUILD", "resourceUri": "https://r.example/app@" + digest}
        printed = {"image_summary": {"digest": digest}, "provenance_summary": {"provenance": [element]}}
        path = self.write("printed.json", json.dumps(printed))
        command = ["verify-provenance", "--source-uri", "github.com/example/app", "--provenance-path", path, "r.invalid/app@" + digest]
        self.says(self.answers(NO, *command), "no signature names a key of Google Cloud Build")
        self.answers(YES, *command, "--key", self.public, "--allow-parameter", "parameters")
        for change in (lambda made: made["image_summary"].update(digest=digest_of(b"other")),
                       lambda made: made["provenance_summary"]["provenance"][0].update(kind="IMAGE"),
                       lambda made: made["provenance_summary"]["provenance"][0].update(resourceUri="https://r.example/app@" + digest_of(b"x"))):
            made = json.loads(json.dumps(printed))
            change(made)
            self.write("printed.json", json.dumps(made))
            self.says(self.answers(NO, *command, "--key", self.public, "--allow-parameter", "parameters"), "gcloud's")

    def summary(self, key, name, level=3, commit=COMMIT):
        """A VSA about a commit, in an envelope that OpenSSL signs."""
        statement = json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"gitCommit": commit}}],
                                "predicateType": "https://slsa.dev/verification_summary/v1",
                                "predicate": {"verifier": {"id": "https://forge.example"}, "timeVerified": "2020-01-01T00:00:00Z",
                                              "resourceUri": "git+https://github.com/example/app", "policy": {"uri": "https://p.example"},
                                              "verificationResult": "PASSED", "verifiedLevels": [f"SLSA_SOURCE_LEVEL_{level}"]}}).encode()
        kind = b"application/vnd.in-toto+json"
        pae = self.write(name + ".pae", b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(statement), statement))
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", pae], check=True, capture_output=True).stdout
        return self.write(name, json.dumps({"payloadType": kind.decode(), "payload": base64.b64encode(statement).decode(),
                                            "signatures": [{"keyid": "", "sig": base64.b64encode(signature).decode()}]}) + "\n")

    def test_the_source_was_verified_by_who_signs_for_the_verifier(self):
        forge, forge_public = self.quick_key("forge")
        good, low = self.summary(forge, "source.json"), self.summary(forge, "low.json", 2)
        track = ["--source-level", "3", "--source-verifier-id", "https://forge.example"]
        whom = [*track, "--source-key", forge_public]
        image = f"oci:{self.image()}:app"
        self.answers(YES, "provenance", image, *BUILD, "--attest", "--key", self.private)
        for subject in (self.file, image):
            self.answers(YES, *self.asked(*whom, "--source-vsa-path", good, subject=subject))
            answer = self.answers(NO, *self.asked(*whom, "--source-vsa-path", low, subject=subject))
            self.says(answer, "not as expected", "SLSA_SOURCE_LEVEL_2")
            self.says(self.answers(NO, *self.asked(*whom, subject=subject)), "no verification summary of it counts")
            self.answers(NO, *self.asked(*whom, "--source-vsa-path", self.summary(self.private, "own.json"), subject=subject))
            self.answers(NO, *self.asked(*whom, "--source-vsa-path", good, "--source-max-age", "30d", subject=subject))
            self.answers(DAMAGED, *self.asked(*whom, "--source-vsa-path", self.write("junk.json", "junk"), subject=subject))
            self.answers(USAGE, *self.asked(*whom, "--source-vsa-path", self.path("gone.json"), subject=subject))
        # Without a signer of its own it is whom --key names; what that one signs of itself is no provenance by the other.
        self.answers(YES, *self.asked(*track, "--source-vsa-path", self.path("own.json")))
        self.answers(NO, *self.asked(*whom, "--source-vsa-path", good, key=forge_public))
        # Beside the provenance it is found; attached to the image it is too.
        with open(self.file + ".provenance.sigstore.json", encoding="utf-8") as built:
            self.write("app.tar.gz.intoto.jsonl", built.read() + "\n" + self.read(good).decode())
        self.answers(YES, *self.asked(*whom))
        for words in (["--source-level", "3"], ["--source-level", "5", *whom[2:]], ["--source-level", "0", *whom[2:]], whom[2:], [*whom, "--source-max-age", "soon"],
                      [*whom, "--source-certificate-identity", "x"], [*track, "--source-certificate-identity", "x"], ["--source-vsa-path", good]):
            with self.subTest(words):
                self.answers(USAGE, *self.asked(*words))
        self.says(self.answers(USAGE, "verify-provenance", self.file, "--builder-id", BUILDER, *track), "--source-key")
        self.follows("verify-provenance", supply(*self.asked("--json", *whom, "--source-vsa-path", low)).json)

    def test_the_record_follows_its_schema(self):
        records = [supply(*self.asked("--json", *more)).json for more in ([], ["--source-tag", "v2"])]
        records.append(supply(*self.asked("--json", key=self.quick_key("other")[1])).json)
        self.follows("verify-provenance", *records)
        self.assertEqual("consistency", records[0]["subjects"][0]["statements"][0]["checks"][1]["check"])
