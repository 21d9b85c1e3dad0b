"""Keys, signatures and attestations, as the user types them, and as other tools read them."""
import base64
import hashlib
import json
import os
import subprocess

from harness import (DAMAGED, NO, PASSWORD, PEERS, UNKNOWN, USAGE, YES, Case, LayoutEdit, environment, gzip, supply)
from layout_edit import BUNDLE, SIGN, flip_payload_byte, flip_signature_byte

PROVENANCE = "https://slsa.dev/provenance/v1"
KEY_TYPES = ("ecdsa-p256", "ecdsa-p384", "ed25519", "rsa")


def pae(envelope):
    kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


class Keys(Case):
    def test_every_type_is_encrypted_pkcs8_that_openssl_reads(self):
        for kind in KEY_TYPES:
            with self.subTest(kind):
                private, public = self.key(kind, "--type", kind)
                self.assertIn(b"BEGIN ENCRYPTED PRIVATE KEY", self.read(private))
                self.assertEqual(0o600, os.stat(private).st_mode & 0o777)
                result = subprocess.run(["openssl", "pkey", "-in", private, "-passin", f"pass:{PASSWORD}", "-pubout"],
                                        capture_output=True)
                self.assertEqual(0, result.returncode, result.stderr)
                self.assertEqual(self.read(public), result.stdout)

    def test_default_is_ecdsa_p256_under_the_name_supply(self):
        self.answers(YES, "key", "generate", cwd=self.directory)
        text = subprocess.run(["openssl", "pkey", "-pubin", "-in", self.path("supply.pub"), "-text", "-noout"],
                              capture_output=True, check=True).stdout
        self.assertIn(b"prime256v1", text)

    def test_never_overwrites_and_never_writes_a_plain_key(self):
        private, _ = self.key("mine")
        before = self.read(private)
        self.answers(USAGE, "key", "generate", "--output-key-prefix", self.path("mine"))
        self.assertEqual(before, self.read(private))
        env = environment()
        del env["SUPPLY_PASSWORD"]
        from harness import SUPPLY
        result = subprocess.run([SUPPLY, "key", "generate", "--output-key-prefix", self.path("plain")], env=env,
                                stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True)
        self.assertEqual(USAGE, result.returncode, result.stderr)
        self.assertFalse(os.path.exists(self.path("plain.key")))
        self.assertFalse(os.path.exists(self.path("plain.pub")))

    def test_a_wrong_passphrase_is_refused_without_echo(self):
        private, _ = self.key()
        answer = supply("sign", "--key", private, f"oci:{self.image()}:app", env={"SUPPLY_PASSWORD": "guess me"})
        self.assertIn(answer.code, (USAGE, UNKNOWN), str(answer))  # no credentials: never damage, never a no
        self.assertNotIn("guess me", answer.err)
        self.assertEqual(1, len(LayoutEdit(self.path("image")).index()["manifests"]))

    def test_cosigns_encrypted_keys(self):
        for name, password in (("ecdsa-p256", "pass pub"), ("rsa", "pass pub"), ("p384", "pass pub"),
                               ("ed25519", "pass pub"), ("empty-password", "")):
            with self.subTest(name):
                key = os.path.join(PEERS, name + ".key")
                answer = self.answers(YES, "key", "public", "--key", key, env={"SUPPLY_PASSWORD": password})
                self.assertEqual(self.read(os.path.join(PEERS, name + ".pub")), answer.out)

    def test_cosign_format_round_trip(self):
        private, public = self.key("cosign", "--format", "cosign")
        self.assertIn(b"ENCRYPTED SIGSTORE PRIVATE KEY", self.read(private))
        self.assertEqual(self.read(public), self.answers(YES, "key", "public", "--key", private).out)

    def test_plain_pem_keys_are_imported(self):
        for name in ("rsa", "p384", "ed25519"):
            with self.subTest(name):
                self.answers(YES, "key", "import", "--key", os.path.join(PEERS, name + ".pem"),
                             "--output-key-prefix", self.path(name))
                self.assertEqual(self.read(os.path.join(PEERS, name + ".pub")), self.read(self.path(name + ".pub")))

    def test_a_key_from_the_environment(self):
        private, public = self.key()
        layout = self.image()
        self.answers(YES, "sign", "--key", "env://SIGNING_KEY", f"oci:{layout}:app",
                     env={"SIGNING_KEY": self.read(private).decode()})
        self.answers(YES, "verify", "--key", "env://VERIFY_KEY", f"oci:{layout}:app",
                     env={"VERIFY_KEY": self.read(public).decode()})
        self.answers(USAGE, "verify", "--key", "env://NO_SUCH_KEY", f"oci:{layout}:app")


class Signatures(Case):
    def test_each_key_type_and_form_is_found_and_verified(self):
        _, other = self.key("other")
        for kind in KEY_TYPES:
            private, public = self.key(kind, "--type", kind)
            for form in ("bundle", "legacy"):
                with self.subTest(kind=kind, form=form):
                    layout = self.image(f"{kind}-{form}")
                    self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")
                    self.answers(YES, "sign", "--key", private, "--format", form, "-a", "release=1.0", f"oci:{layout}:app")
                    self.answers(YES, "verify", "--key", public, f"oci:{layout}:app")
                    self.answers(YES, "verify", "--key", public, "-a", "release=1.0", f"oci:{layout}:app")
                    self.answers(NO, "verify", "--key", public, "-a", "release=2.0", f"oci:{layout}:app")
                    self.answers(NO, "verify", "--key", public, "-a", "env=prod", f"oci:{layout}:app")
                    self.answers(NO, "verify", "--key", other, f"oci:{layout}:app")
                    self.answers(YES, "verify", "--key", other, "--key", public, f"oci:{layout}:app")
                    self.skopeo_takes(layout, "app")

    def test_openssl_accepts_the_signature_over_the_pre_authentication_bytes(self):
        for kind in ("ecdsa-p256", "ecdsa-p384", "rsa"):
            with self.subTest(kind):
                private, public = self.key(kind, "--type", kind)
                layout = self.image(kind)
                self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
                edit = LayoutEdit(layout)
                [(_, bundle, statement)] = edit.statements(edit.entry("app")["digest"])
                self.assertEqual(SIGN, statement["predicateType"])
                envelope = bundle["dsseEnvelope"]
                signature = self.write(kind + ".sig", base64.b64decode(envelope["signatures"][0]["sig"]))
                signed = self.write(kind + ".pae", pae(envelope))
                result = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, signed],
                                        capture_output=True)
                self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    def test_what_cosign_expects_of_a_bundle_and_its_manifest(self):
        private, public = self.key()
        layout = self.image()
        self.answers(YES, "sign", "--key", private, "-a", "k=v", f"oci:{layout}:app")
        edit = LayoutEdit(layout)
        image = edit.entry("app")
        [(digest, manifest)] = edit.referrers(image["digest"]).items()
        self.assertEqual(BUNDLE, manifest["artifactType"])
        self.assertEqual("application/vnd.oci.empty.v1+json", manifest["config"]["mediaType"])
        self.assertEqual("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", manifest["config"]["digest"])
        self.assertEqual([BUNDLE], [layer["mediaType"] for layer in manifest["layers"]])
        self.assertEqual({"mediaType": image["mediaType"], "digest": image["digest"], "size": image["size"]},
                         {k: manifest["subject"][k] for k in ("mediaType", "digest", "size")})
        self.assertEqual("dsse-envelope", manifest["annotations"]["dev.sigstore.bundle.content"])
        self.assertEqual(SIGN, manifest["annotations"]["dev.sigstore.bundle.predicateType"])
        self.assertRegex(manifest["annotations"]["org.opencontainers.image.created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        bundle = edit.parsed(manifest["layers"][0]["digest"])
        self.assertEqual(BUNDLE, bundle["mediaType"])
        der = base64.b64decode("".join(self.read(public).decode().splitlines()[1:-1]))
        self.assertEqual({"publicKey": {"hint": base64.b64encode(hashlib.sha256(der).digest()).decode()}},
                         bundle["verificationMaterial"])
        envelope = bundle["dsseEnvelope"]
        self.assertEqual("application/vnd.in-toto+json", envelope["payloadType"])
        self.assertEqual([["sig"]], [list(signature) for signature in envelope["signatures"]])
        statement = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual("https://in-toto.io/Statement/v1", statement["_type"])
        self.assertEqual([{"digest": {"sha256": image["digest"][7:]}, "annotations": {"k": "v"}}], statement["subject"])
        # It is there as an entry, and in the index under the tag that other tools look for.
        entries = edit.index()["manifests"]
        self.assertIn((digest, BUNDLE), [(e["digest"], e.get("artifactType")) for e in entries])
        listed = edit.parsed(edit.entry(image["digest"].replace(":", "-"))["digest"])
        self.assertEqual([(digest, BUNDLE)], [(m["digest"], m["artifactType"]) for m in listed["manifests"]])
        self.assertEqual(manifest["annotations"], listed["manifests"][0]["annotations"])

    def test_what_cosign_2_expects_of_a_simple_signature(self):
        private, public = self.key()
        layout = self.image()
        self.answers(YES, "sign", "--key", private, "--format", "legacy", "-a", "k=v", f"oci:{layout}:app")
        edit = LayoutEdit(layout)
        image = edit.entry("app")
        manifest = edit.parsed(edit.entry(image["digest"].replace(":", "-") + ".sig")["digest"])
        [layer] = manifest["layers"]
        self.assertEqual("application/vnd.dev.cosign.simplesigning.v1+json", layer["mediaType"])
        payload = edit.blob(layer["digest"])
        self.assertEqual(image["digest"], json.loads(payload)["critical"]["image"]["docker-manifest-digest"])
        self.assertEqual("cosign container image signature", json.loads(payload)["critical"]["type"])
        self.assertEqual({"k": "v"}, json.loads(payload)["optional"])
        signature = self.write("sig", base64.b64decode(layer["annotations"]["dev.cosignproject.cosign/signature"]))
        result = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature,
                                 edit.blob_path(layer["digest"])], capture_output=True)
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    def test_both_forms_stand_together(self):
        (one, one_public), (two, two_public) = self.key("one"), self.key("two")
        layout = self.image()
        self.answers(YES, "sign", "--key", one, "--format", "legacy", f"oci:{layout}:app")
        self.answers(YES, "sign", "--key", two, f"oci:{layout}:app")
        self.answers(YES, "verify", "--key", one_public, f"oci:{layout}:app")
        self.answers(YES, "verify", "--key", two_public, f"oci:{layout}:app")

    def test_a_damaged_manifest_is_never_a_yes(self):
        private, public = self.key()
        layout = self.image()
        self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
        edit = LayoutEdit(layout)
        for digest in (edit.entry("app")["digest"], edit.manifest("app")["layers"][0]["digest"],
                       edit.manifest("app")["config"]["digest"]):
            with self.subTest(digest):
                edit.flip(digest)
                self.says(self.answers(DAMAGED, "verify", "--key", public, f"oci:{layout}:app"), digest)
                edit.flip(digest)
        [(referrer, manifest)] = edit.referrers(edit.entry("app")["digest"]).items()
        for digest in (referrer, manifest["layers"][0]["digest"]):
            with self.subTest(digest):
                edit.flip(digest)
                self.assertIn(supply("verify", "--key", public, f"oci:{layout}:app").code, (NO, DAMAGED))
                edit.flip(digest)

    def test_a_changed_signature_or_statement_is_a_no(self):
        private, public = self.key()
        for change in (flip_payload_byte, flip_signature_byte):
            with self.subTest(change.__name__):
                layout = self.image(change.__name__)
                self.answers(YES, "sign", "--key", private, "-a", "word=release", f"oci:{layout}:app")
                edit = LayoutEdit(layout)
                flip = change if change is flip_signature_byte else flip_annotation
                self.assertEqual(1, edit.alter_bundle(edit.entry("app")["digest"], SIGN, flip))
                self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")

    def test_old_signatures_on_another_image_are_a_no(self):
        private, public = self.key()
        for form in ("bundle", "legacy"):
            with self.subTest(form):
                layout = self.image(form)
                self.answers(YES, "sign", "--key", private, "--format", form, f"oci:{layout}:app")
                LayoutEdit(layout).alter_layer("app")
                self.answers(YES, "inspect", "--verify", f"oci:{layout}:app")
                self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")

    def test_a_reader_of_an_untagged_layout_still_sees_one_image(self):
        private, public = self.key()
        layout = self.image()
        edit = LayoutEdit(layout)
        index = edit.index()
        del index["manifests"][0]["annotations"]
        edit.save_index(index)
        self.answers(YES, "sign", "--key", private, f"oci:{layout}")
        self.answers(YES, "verify", "--key", public, f"oci:{layout}")
        self.answers(YES, "verify", "--key", public, layout)

    def test_every_runnable_platform_or_the_index_must_be_signed(self):
        private, public = self.key()
        many = self.index_image()
        self.answers(NO, "verify", "--key", public, f"oci:{many}:app")
        first = LayoutEdit(many).parsed(LayoutEdit(many).entry("app")["digest"])["manifests"][0]["digest"]
        self.answers(YES, "sign", "--key", private, f"oci:{many}@{first}")
        self.answers(YES, "verify", "--key", public, "--platform", "linux/amd64", f"oci:{many}:app")
        self.answers(NO, "verify", "--key", public, "--platform", "linux/arm64", f"oci:{many}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{many}:app")
        self.answers(YES, "sign", "--key", private, f"oci:{many}:app")
        self.answers(YES, "verify", "--key", public, f"oci:{many}:app")
        self.answers(YES, "verify", "--key", public, "--platform", "linux/arm64", f"oci:{many}:app")
        again = self.index_image("again")
        self.answers(YES, "sign", "-r", "--key", private, f"oci:{again}:app")
        self.answers(YES, "verify", "--key", public, f"oci:{again}:app")
        self.skopeo_takes(again, "app")

    def test_several_images_in_one_run_take_the_worst_answer(self):
        private, public = self.key()
        signed, unsigned = self.image("signed"), self.image("unsigned", layers=[[]])
        self.answers(YES, "sign", "--key", private, f"oci:{signed}:app")
        self.answers(YES, "verify", "--key", public, f"oci:{signed}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{signed}:app", f"oci:{unsigned}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{unsigned}:app", f"oci:{signed}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{unsigned}:app", f"oci:{unsigned}:no-such-tag")
        self.answers(UNKNOWN, "verify", "--key", public, f"oci:{signed}:app", f"oci:{unsigned}:no-such-tag")

    def test_a_wrong_name_is_found_before_anything_is_signed(self):
        private, public = self.key()
        ref = f"oci:{self.image()}:app"
        for wrong in ("oci:", "oci-archive:-", "docker-archive:x.tar", "registry.example/UPPER:1"):
            with self.subTest(wrong):
                self.answers(USAGE, "sign", "--key", private, ref, wrong)
                self.answers(NO, "verify", "--key", public, ref)

    def test_usage(self):
        layout = self.image()
        _, public = self.key()
        self.answers(USAGE, "verify", f"oci:{layout}:app")
        self.answers(USAGE, "verify", "--key", self.path("no.pub"), f"oci:{layout}:app")
        self.answers(USAGE, "verify", "--key", self.write("junk.pub", "junk"), f"oci:{layout}:app")
        self.answers(USAGE, "sign", "--key", public, f"oci:{layout}:app")
        self.answers(USAGE, "verify", "--key", public, "-a", "novalue", f"oci:{layout}:app")


def flip_annotation(bundle):
    envelope = bundle["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    assert payload.count(b"release") == 1
    envelope["payload"] = base64.b64encode(payload.replace(b"release", b"Release")).decode()


class Attestations(Case):
    def test_the_predicate_is_signed_byte_for_byte(self):
        private, public = self.key()
        layout = self.image()
        text = b'{ "z" : 9007199254740993, "a": [1.0, 1e2, "\\u00e9"],\n "n": null }'
        predicate = self.write("predicate.json", text)
        self.answers(YES, "attest", "--key", private, "--type", "https://example.org/custom/v1", "--predicate", predicate,
                     f"oci:{layout}:app")
        edit = LayoutEdit(layout)
        [(_, bundle, _)] = edit.statements(edit.entry("app")["digest"])
        self.assertIn(text, base64.b64decode(bundle["dsseEnvelope"]["payload"]))
        self.answers(YES, "verify-attestation", "--key", public, "--type", "https://example.org/custom/v1", f"oci:{layout}:app")
        self.answers(NO, "verify-attestation", "--key", public, "--type", "slsaprovenance1", f"oci:{layout}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")  # an attestation is no signature
        self.skopeo_takes(layout, "app")

    def test_where_an_image_lies_is_in_nothing_that_is_signed(self):
        layout = self.image("layout-name")
        private, public = self.key()
        image = f"oci:{layout}:app"
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", self.write("p.json", "{}"), image)
        for form in ("bundle", "legacy"):
            self.answers(YES, "sign", "--key", private, "--format", form, image)
        self.answers(YES, "release", "--key", private, "--policy", policy, "--builder-id", "https://b.example", "--build-type", "https://b.example/t",
                     "--source", "git+https://g.example/a", image)
        statements = list(LayoutEdit(layout).statements(LayoutEdit(layout).entry("app")["digest"]))
        self.assertGreaterEqual(len(statements), 4)
        for _, _, statement in statements:
            self.assertIn(statement["subject"][0].get("name", ""), ("", "layout-name"))
            self.assertNotIn(self.directory, json.dumps(statement))
        blobs = os.path.join(layout, "blobs", "sha256")
        for name in os.listdir(blobs):
            self.assertNotIn(self.directory.encode(), self.read(os.path.join(blobs, name)))

    def test_short_names_and_content(self):
        private, public = self.key()
        layout = self.image()
        for name, source, uri in (("spdxjson", "sbom.spdx.json", "https://spdx.dev/Document"),
                                  ("cyclonedx", "sbom.cdx.json", "https://cyclonedx.org/bom"),
                                  ("slsaprovenance1", "provenance.json", PROVENANCE)):
            with self.subTest(name):
                given = os.path.join(PEERS, source)
                self.answers(YES, "attest", "--key", private, "--predicate", given, f"oci:{layout}:app")
                self.answers(YES, "verify-attestation", "--key", public, "--type", name, f"oci:{layout}:app")
                self.answers(YES, "verify-attestation", "--key", public, "--type", uri, f"oci:{layout}:app")
        self.answers(USAGE, "attest", "--key", private, "--predicate", self.write("odd.json", "{}"), f"oci:{layout}:app")
        self.answers(NO, "verify-attestation", "--key", public, "--type", "openvex", f"oci:{layout}:app")

    def test_standard_input_and_the_legacy_form(self):
        private, public = self.key()
        layout = self.image()
        provenance = self.read(os.path.join(PEERS, "provenance.json"))
        self.answers(YES, "attest", "--key", private, "--format", "legacy", "--type", "slsaprovenance1", "--predicate", "-",
                     f"oci:{layout}:app", stdin=provenance)
        edit = LayoutEdit(layout)
        manifest = edit.parsed(edit.entry(edit.entry("app")["digest"].replace(":", "-") + ".att")["digest"])
        self.assertEqual(["application/vnd.dsse.envelope.v1+json"], [layer["mediaType"] for layer in manifest["layers"]])
        self.answers(YES, "verify-attestation", "--key", public, "--type", "slsaprovenance1", f"oci:{layout}:app")
        self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")

    def test_what_is_no_predicate(self):
        private, _ = self.key()
        layout = self.image()
        for text in ("[]", "7", "not json", '{"a":1,"a":2}', "", "[" * 100000):
            with self.subTest(text[:20]):
                answer = supply("attest", "--key", private, "--type", "custom", "--predicate", self.write("p", text),
                                f"oci:{layout}:app")
                self.assertEqual(USAGE, answer.code, str(answer))
        self.assertEqual(1, len(LayoutEdit(layout).index()["manifests"]))

    def test_no_attestation_is_made_a_signature(self):
        private, public = self.key()
        layout = self.image()
        signs = "https://sigstore.dev/cosign/sign/v1"
        for form in ("bundle", "legacy"):
            self.answers(USAGE, "attest", "--key", private, "--type", signs, "--format", form, "--predicate",
                         self.write("p.json", "{}"), f"oci:{layout}:app")
        self.answers(USAGE, "attest-blob", "--key", private, "--type", signs, "--predicate", self.path("p.json"), self.path("p.json"))
        self.answers(NO, "verify", "--key", public, f"oci:{layout}:app")

    def test_an_sbom_in_another_form_is_named(self):
        private, public = self.key()
        layout = self.image()
        given = self.read(os.path.join(PEERS, "sbom.spdx.json"))
        for text, name in ((b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>', "CycloneDX in XML"),
                           (b"SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n", "tag-value"), (given.decode().encode("utf-16"), "UTF-16")):
            for verb in (["attest", f"oci:{layout}:app"], ["attest-blob", self.write("blob", "x")]):
                answer = self.answers(USAGE, *verb, "--key", private, "--predicate", self.write("sbom", text))
                self.assertIn(name, answer.err)
        self.answers(YES, "attest", "--key", private, "--predicate", self.write("sbom", b"\xef\xbb\xbf" + given), f"oci:{layout}:app")
        self.answers(YES, "attest", "--key", private, "--predicate", self.write("sbom", given), f"oci:{layout}:app")
        statements = list(LayoutEdit(layout).statements(LayoutEdit(layout).entry("app")["digest"]))
        self.assertEqual([json.loads(given)], [statement["predicate"] for _, _, statement in statements])

    def test_without_a_type_any_attestation_counts_and_is_named(self):
        private, public = self.key()
        layout = self.image()
        self.answers(NO, "verify-attestation", "--key", public, f"oci:{layout}:app")
        self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
        self.answers(NO, "verify-attestation", "--key", public, f"oci:{layout}:app")  # a signature is no attestation
        self.answers(YES, "attest", "--key", private, "--type", "openvex", "--predicate", self.write("p.json", "{}"), f"oci:{layout}:app")
        self.assertIn("https://openvex.dev/ns", self.answers(YES, "verify-attestation", "--key", public, f"oci:{layout}:app").text)
        self.answers(NO, "verify-attestation", "--key", self.key("other")[1], f"oci:{layout}:app")

    def test_annotations_are_typed_as_for_cosign(self):
        private, public = self.key()
        image = f"oci:{self.image()}:app"
        self.answers(YES, "sign", "--key", private, "-a", "a=b,c=d", "-a", "list=x,y", image)
        for asked, code in ((["a=b"], YES), (["c=d", "a=b"], YES), (["a=b,c=d"], YES), (["list=x,y"], YES), (["a=b,c=e"], NO), (["a=b,c=d,e=f"], NO),
                            (["list=x"], NO)):
            self.answers(code, "verify", "--key", public, *[word for each in asked for word in ("-a", each)], image)
        self.answers(USAGE, "verify", "--key", public, "-a", "a=b,a=c", image)
        self.answers(USAGE, "verify", "--key", public, "-a", "x,y", image)

    def test_download_gives_what_is_attached(self):
        private, _ = self.key()
        layout = self.image()
        given = self.read(os.path.join(PEERS, "sbom.spdx.json"))
        self.answers(UNKNOWN, "download", "sbom", f"oci:{layout}:app")
        self.answers(YES, "attest", "--key", private, "--predicate", os.path.join(PEERS, "sbom.spdx.json"), f"oci:{layout}:app")
        self.assertEqual(json.loads(given), json.loads(self.answers(YES, "download", "sbom", f"oci:{layout}:app").out))
        self.answers(UNKNOWN, "download", "signature", f"oci:{layout}:app")
        vex = self.write("p.json", "{}")
        self.answers(YES, "attest", "--key", private, "--type", "openvex", "--predicate", vex, f"oci:{layout}:app")
        self.assertEqual(2, len(self.answers(YES, "download", "attestation", f"oci:{layout}:app").out.splitlines()))
        for option in ("--type", "--predicate-type"):
            self.assertEqual(1, len(self.answers(YES, "download", "attestation", option, "openvex", f"oci:{layout}:app").out.splitlines()))
        self.answers(UNKNOWN, "download", "attestation", "--type", "vuln", f"oci:{layout}:app")
        many = f"oci:{self.index_image()}:app"
        self.answers(YES, "attest", "--key", private, "--platform", "linux/arm64", "--type", "openvex", "--predicate", vex, many)
        self.answers(UNKNOWN, "download", "attestation", many)
        self.answers(YES, "download", "attestation", "--platform", "linux/arm64", many)
        self.answers(UNKNOWN, "download", "attestation", "--platform", "linux/amd64", many)
        self.answers(UNKNOWN, "download", "sbom", "--platform", "linux/arm64", many)


class Blobs(Case):
    def test_sign_and_verify_a_release_file(self):
        release = self.write("release.tar", os.urandom(100_000))
        _, other = self.key("other")
        for kind in KEY_TYPES:
            with self.subTest(kind):
                private, public = self.key(kind, "--type", kind)
                bundle = self.path(kind + ".json")
                self.answers(YES, "sign-blob", "--key", private, "--bundle", bundle, release)
                self.answers(YES, "verify-blob", "--key", public, "--bundle", bundle, release)
                self.answers(NO, "verify-blob", "--key", other, "--bundle", bundle, release)
                self.answers(NO, "verify-blob", "--key", public, "--bundle", bundle, self.write("changed", b"x"))
                value = json.loads(self.read(bundle))
                digest = base64.b64decode(value["messageSignature"]["messageDigest"]["digest"])
                self.assertEqual(hashlib.sha256(self.read(release)).digest(), digest)
                if kind in ("ecdsa-p256", "rsa"):
                    signature = self.write("s", base64.b64decode(value["messageSignature"]["signature"]))
                    result = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, release],
                                            capture_output=True)
                    self.assertEqual(0, result.returncode, result.stdout)

    def test_a_signature_over_another_hash_is_verified_by_that_digest(self):
        release = self.write("release.tar", b"a release")
        private, public = self.path("p384.pem"), self.path("p384.pub")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        for bits in ("256", "384", "512"):
            with self.subTest(bits):
                signature = subprocess.run(["openssl", "dgst", "-sha" + bits, "-sign", private, release], check=True, capture_output=True).stdout
                digest = hashlib.new("sha" + bits, b"a release")
                bundle = self.write("bundle.json", json.dumps({
                    "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"publicKey": {"hint": ""}},
                    "messageSignature": {"messageDigest": {"algorithm": "SHA2_" + bits, "digest": base64.b64encode(digest.digest()).decode()},
                                         "signature": base64.b64encode(signature).decode()}}))
                asked = ["verify-blob", "--key", public, "--bundle", bundle]
                self.answers(YES, *asked, release)
                self.answers(YES, *asked, f"sha{bits}:{digest.hexdigest()}")
                self.answers(NO, *asked, f"sha{bits}:{hashlib.new('sha' + bits, b'x').hexdigest()}")
        for digest in ("sha384:", "sha384:" + "a" * 95, "sha384:" + "A" * 96, "sha384:" + "a" * 97):
            self.answers(USAGE, "verify-blob", "--key", public, "--bundle", bundle, digest)
        self.answers(USAGE, "sign-blob", "--key", private, "--bundle", bundle, "sha384:" + "a" * 96)

    def test_a_bundle_of_another_name_is_named_where_the_usual_one_is_not_there(self):
        _, public = self.quick_key("k")
        release = self.write("release.tar", b"a release")
        self.assertNotIn("write --", self.answers(USAGE, "verify-blob", "--key", public, release).err)
        for ending, option in ((".sig", "--signature"), (".intoto.jsonl", "--bundle"), (".sigstore", "--bundle")):
            other = self.write("release.tar" + ending, b"{}")
            self.says(self.answers(USAGE, "verify-blob", "--key", public, release), f"write {option} {other}")

    def test_a_release_file_has_a_limit(self):
        private, public = self.key()
        large, bundle = self.write("large", b"small"), self.path("large.json")
        self.answers(YES, "sign-blob", "--key", private, "--bundle", bundle, large)
        signed = self.read(bundle)
        os.truncate(large, (4 << 30) + 1)  # all hole: what signs it refuses it by its size, before it is read
        answer = self.answers(DAMAGED, "sign-blob", "--key", private, "--bundle", bundle, large)
        self.assertIn(str(4 << 30), answer.err)
        self.assertEqual(signed, self.read(bundle))
        # Verified, it is hashed as it is read, whatever its size.
        self.assertIn("other bytes", self.answers(NO, "verify-blob", "--key", public, "--bundle", bundle, large).err)

    def test_attest_a_release_file(self):
        private, public = self.key()
        release = self.write("release.bin", b"bytes")
        self.answers(YES, "attest-blob", "--key", private, "--predicate", os.path.join(PEERS, "provenance.json"),
                     "--type", "slsaprovenance1", "--bundle", self.path("att.json"), release)
        verify = ["verify-blob-attestation", "--key", public, "--bundle", self.path("att.json")]
        self.answers(YES, *verify, "--type", "slsaprovenance1", release)
        self.answers(NO, *verify, "--type", "spdxjson", release)
        self.answers(NO, *verify, "--type", "slsaprovenance1", self.write("other.bin", b"other"))
        self.answers(NO, "verify-blob", "--key", public, "--bundle", self.path("att.json"), release)

    def test_the_default_bundle_stands_beside_the_file(self):
        private, public = self.key()
        release = self.write("release.bin", b"bytes")
        self.answers(YES, "sign-blob", "--key", private, release)
        self.assertTrue(os.path.exists(release + ".sigstore.json"))
        self.answers(YES, "verify-blob", "--key", public, release)

    def test_a_bundle_that_is_none(self):
        private, public = self.key()
        release = self.write("release.bin", b"bytes")
        self.answers(YES, "sign-blob", "--key", private, "--bundle", self.path("good.json"), release)
        good = self.read(self.path("good.json"))
        verbs = (["verify-blob"], ["verify-blob-attestation", "--type", "custom"])
        for content, code in {b"": DAMAGED, b"{": DAMAGED, b"[]": DAMAGED, b"{}": DAMAGED, b"\xef\xbb\xbf" + good: DAMAGED,
                              good.decode().encode("utf-16"): DAMAGED, good + b"\n" + good: DAMAGED, b"[" + good + b"]": DAMAGED,
                              good[:-9]: DAMAGED, good.replace(b"v0.3", b"v0.\xff"): DAMAGED, b"\xe7" * 99: DAMAGED,
                              os.urandom(5000): DAMAGED, gzip(good): DAMAGED, b"<html></html>": DAMAGED,
                              b'{"mediaType":"application/vnd.dev.sigstore.bundle.v9+json"}': UNKNOWN}.items():
            for verb in verbs:
                # Several bundles may be in a file, one a line: here signatures, no attestations.
                several = content == good + b"\n" + good
                want = code if not several else YES if verb[0] == "verify-blob" else NO
                with self.subTest(f"{verb[0]}: {content[:30]}"):
                    answer = self.answers(want, *verb, "--key", public, "--bundle", self.write("b.json", content), release)
                    self.assertNotIn("is not by key", answer.err)
                    self.assertEqual(b"", answer.out)
