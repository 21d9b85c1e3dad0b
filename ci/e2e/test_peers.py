"""Every verdict of testdata/peers/ORIGIN.md: images, bundles and keys that cosign and others made."""
import os

from harness import DAMAGED, NO, PEERS, USAGE, YES, Case, supply

KEYS = ("ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "attest-only", "ed25519")
SLSA, CUSTOM = "slsaprovenance1", "https://example.org/custom/v1"


def pub(key):
    return os.path.join(PEERS, key + ".pub")


def peer(name):
    return os.path.join(PEERS, name)


def digest(name):
    with open(peer("digest-" + name), encoding="ascii") as text:
        return text.read().strip()


class Images(Case):
    @classmethod
    def named(cls, layout, rest=""):
        """How Supply is told to take an image of that layout; where it is elsewhere too (test_registry_peers), another way."""
        return f"oci:{peer(layout)}{rest}"

    def verify(self, code, key, image, *options):
        answer = supply("verify", "--key", pub(key), *options, image)
        self.assertEqual(code, answer.code, f"{key} {image} {options}\n{answer}")

    def test_image_1_0_with_bundles_found_in_both_places(self):
        for layout, image in (("layout-bundle", self.named("layout-bundle", ":1.0")),
                              ("layout-cosign-save", self.named("layout-cosign-save"))):
            with self.subTest(layout):
                signed = {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384"}
                for key in KEYS:
                    self.verify(YES if key in signed else NO, key, image)
                self.verify(YES, "ecdsa-p256", image, "-a", "release=1.0")
                self.verify(YES, "ecdsa-p256", image, "-a", "release=1.0", "-a", "env=prod")
                self.verify(NO, "ecdsa-p256", image, "-a", "release=2.0")
                for key in ("ecdsa-p256-other", "rsa"):
                    self.verify(NO, key, image, "-a", "release=1.0")

    def test_the_index_and_its_platforms(self):
        image = self.named("layout-bundle", ":multi")
        for key in KEYS:
            self.verify(YES if key == "ecdsa-p256-other" else NO, key, image)
            self.verify(YES if key == "ecdsa-p256-other" else NO, key, image, "--platform", "linux/arm64")
        self.verify(YES, "ecdsa-p256", image, "--platform", "linux/amd64")

    def test_legacy_signatures(self):
        image = self.named("layout-legacy", "@" + digest("1.0"))
        for key in KEYS:
            self.verify(YES if key in ("ecdsa-p256", "rsa") else NO, key, image)
        self.verify(YES, "ecdsa-p256", image, "-a", "release=1.0")
        self.verify(NO, "rsa", image, "-a", "release=1.0")

    def test_attestations(self):
        wanted = {("ecdsa-p256", SLSA), ("ecdsa-p256", "spdxjson"), ("rsa", CUSTOM), ("attest-only", "cyclonedx")}
        for key in KEYS:
            for kind in (SLSA, "spdxjson", CUSTOM, "cyclonedx"):
                for name, image in (("layout-bundle", self.named("layout-bundle", ":1.0")),
                                    ("layout-cosign-save", self.named("layout-cosign-save")),
                                    ("layout-legacy", self.named("layout-legacy", "@" + digest("1.0")))):
                    expected = (key, kind) in (wanted if name != "layout-legacy" else {("ecdsa-p256", SLSA)})
                    answer = supply("verify-attestation", "--key", pub(key), "--type", kind, image)
                    self.assertEqual(YES if expected else NO, answer.code, f"{name} {key} {kind}\n{answer}")

    def test_oras_leaves_referrers_as_entries(self):
        image = self.named("layout-oras", "@" + digest("1.0"))
        self.verify(YES, "ecdsa-p256", image, "-a", "release=1.0")
        self.assertEqual(YES, supply("verify-attestation", "--key", pub("ecdsa-p256"), "--type", SLSA, image).code)
        for key in set(KEYS) - {"ecdsa-p256"}:
            self.verify(NO, key, image)

    def test_ed25519_of_both_forms(self):
        for tag in ("bundle", "legacy"):
            image = f"oci:{peer('layout-ed25519')}:{tag}"
            self.verify(YES, "ed25519", image)
            self.verify(YES, "ed25519", image, "-a", "release=1.0")
            for key in set(KEYS) - {"ed25519"}:
                self.verify(NO, key, image)

    def test_a_swapped_manifest_is_damage(self):
        for key in KEYS:
            self.verify(DAMAGED, key, self.named("layout-swapped"))
        self.answers(DAMAGED, "inspect", "--verify", self.named("layout-swapped"))

    def test_the_apk_image_has_what_syft_found(self):
        import json
        from harness import purl_bases
        with open(peer("sbom.apk.spdx.json"), encoding="utf-8") as text:
            theirs = {p for p in purl_bases(json.load(text)) if not p.startswith("oci/")}
        ours = {p for p in purl_bases(self.answers(YES, "sbom", f"oci:{peer('layout-apk')}:1").json)}
        self.assertEqual(set(), theirs - ours)


class ReleaseFile(Case):
    def test_bundles(self):
        for signer in ("ecdsa-p256", "rsa", "p384"):
            for key in KEYS:
                answer = supply("verify-blob", "--key", pub(key), "--bundle", peer(f"release.bin.{signer}.sigstore.json"),
                                peer("release.bin"))
                self.assertEqual(YES if key == signer else NO, answer.code, f"{signer} {key}\n{answer}")

    def test_the_old_form(self):
        for key in KEYS:
            answer = supply("verify-blob", "--key", pub(key), "--bundle", peer("release.bin.ecdsa-p256.legacy.json"),
                            peer("release.bin"))
            self.assertEqual(YES if key == "ecdsa-p256" else NO, answer.code, f"{key}\n{answer}")

    def test_ghsa_w6c6_c85g_mmv6_an_attestation_of_another_type_is_none_of_the_type_that_is_asked_for(self):
        image = f"oci:{peer('layout-bundle')}:1.0"
        self.answers(YES, "verify-attestation", "--key", pub("attest-only"), "--type", "cyclonedx", image)
        for kind in ("spdxjson", "slsaprovenance1", "custom", "https://example.org/other"):
            self.answers(NO, "verify-attestation", "--key", pub("attest-only"), "--type", kind, image)
        bundle = peer("release.bin.provenance.sigstore.json")
        of_file = ("verify-blob-attestation", "--key", pub("ecdsa-p256"), "--bundle", bundle, peer("release.bin"))
        self.answers(YES, *of_file, "--type", "slsaprovenance1")
        self.answers(NO, *of_file, "--type", "spdxjson")

    def test_what_is_asked_for_beside_a_key_is_not_passed_over(self):
        image = f"oci:{peer('layout-bundle')}:1.0"
        self.answers(YES, "verify", "--key", pub("ecdsa-p256"), "--insecure-ignore-tlog", image)
        for more in (["--use-signed-timestamps"], ["--log-threshold", "2"], ["--time-threshold", "2"]):
            self.answers(NO, "verify", "--offline", "--key", pub("ecdsa-p256"), *more, image)
        self.answers(USAGE, "verify", "--key", pub("ecdsa-p256"), "--sct-threshold", "2", image)

    def test_an_incomplete_ed25519_bundle_is_refused_or_accepted_saying_so(self):
        bundle = peer("release.bin.ed25519.sigstore.json")
        answer = supply("verify-blob", "--key", pub("ed25519"), "--bundle", bundle, peer("release.bin"))
        self.assertIn(answer.code, (YES, NO, DAMAGED), str(answer))
        self.assertRegex(answer.err.lower(), "digest", str(answer))
        for key in set(KEYS) - {"ed25519"}:
            answer = supply("verify-blob", "--key", pub(key), "--bundle", bundle, peer("release.bin"))
            self.assertIn(answer.code, (NO, DAMAGED), str(answer))

    def test_an_attestation_of_the_file_is_not_its_signature(self):
        for bundle in ("provenance", "altered"):
            bundle = peer(f"release.bin.{bundle}.sigstore.json")
            attestation = ["verify-blob-attestation", "--bundle", bundle, "--type", SLSA]
            self.answers(YES, *attestation, "--key", pub("ecdsa-p256"), peer("release.bin"))
            for key in set(KEYS) - {"ecdsa-p256"}:
                self.answers(NO, *attestation, "--key", pub(key), peer("release.bin"))
            self.answers(NO, "verify-blob", "--key", pub("ecdsa-p256"), "--bundle", bundle, peer("release.bin"))
