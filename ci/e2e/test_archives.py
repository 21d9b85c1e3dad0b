"""The same image in a layout, in a tar of it, and in what docker saves."""
import json
import os
import subprocess

from harness import DAMAGED, IMAGES, NO, UNKNOWN, USAGE, YES, Case, LayoutEdit, supply


class Archives(Case):
    def test_a_tar_of_a_layout_is_signed_and_judged_like_a_layout(self):
        layout, (private, public) = self.index_image(), self.key()
        archive = f"oci-archive:{self.path('image.tar')}:app"
        self.answers(YES, "copy", f"oci:{layout}:app", archive)
        self.answers(NO, "verify", "--key", public, archive)
        self.answers(YES, "sign", "--key", private, archive)
        self.answers(YES, "sign", "--key", private, "--format", "legacy", archive)
        self.answers(YES, "verify", "--key", public, archive)
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        self.answers(YES, "gate", "--policy", policy, archive)
        self.answers(YES, "inspect", "--verify", archive)
        stream = self.read(self.path("image.tar"))
        self.answers(YES, "verify", "--key", public, "oci-archive:-:app", stdin=stream)
        self.answers(USAGE, "sign", "--key", private, "oci-archive:-:app", stdin=stream)
        self.answers(YES, "copy", archive, f"oci:{self.path('back')}:1")
        self.answers(YES, "verify", "--key", public, f"oci:{self.path('back')}:1")
        subprocess.run(["skopeo", "copy", "-q", "--all", f"{archive}", f"oci:{self.path('skopeo')}:1"], check=True)
        self.assertEqual([], [name for name in os.listdir(self.directory) if "staging" in name])

    def test_what_skopeo_writes_is_read(self):
        layout = self.image()
        for form in ("oci-archive", "docker-archive"):
            archive = f"{form}:{self.path(form)}:app:1" if form == "docker-archive" else f"{form}:{self.path(form)}:app"
            subprocess.run(["skopeo", "copy", "-q", f"oci:{layout}:app", archive], check=True)
            packages = [self.answers(YES, "sbom", "-o", "purls", image).out for image in (f"oci:{layout}:app", archive)]
            self.assertEqual(packages[0], packages[1])
            with open(self.path(form), "rb") as saved:
                self.assertEqual(packages[0], self.answers(YES, "sbom", "-o", "purls", f"{form}:-", stdin=saved.read()).out)

    def test_skopeo_finds_the_same_config_and_layers_in_what_is_written(self):
        one, many = self.image(), self.index_image()
        for source, tag, options in ((one, "app", []), (many, "app", ["--platform", "linux/arm64"]), (IMAGES, "debian", []),
                                     (IMAGES, "hard-links", [])):
            with self.subTest(f"{source}:{tag}"):
                name = f"{os.path.basename(source)}-{tag}"
                saved, back = f"docker-archive:{self.path(name + '.tar')}:team/{name}:1.0", self.path(name + "-back")
                self.answers(YES, "copy", f"oci:{source}:{tag}", saved, *options)
                subprocess.run(["skopeo", "copy", "--quiet", saved, f"oci:{back}:{tag}"], check=True, capture_output=True)
                ours = self.answers(YES, "inspect", "--verify", "--json", f"oci:{source}:{tag}", *options).json["images"][0]
                theirs = self.answers(YES, "inspect", "--verify", "--json", f"oci:{back}:{tag}").json["images"][0]
                diff_ids = [[layer["diffId"] for layer in image["layers"]] for image in (ours, theirs)]
                self.assertEqual(diff_ids[0], diff_ids[1])
                self.assertEqual(LayoutEdit(source).parsed(ours["config"]["digest"]), LayoutEdit(back).parsed(theirs["config"]["digest"]))
                # A layout's config skopeo writes anew; in a directory it leaves what was saved.
                subprocess.run(["skopeo", "copy", "--quiet", saved, f"dir:{back}.dir"], check=True, capture_output=True)
                with open(f"{back}.dir/manifest.json", encoding="utf-8") as manifest:
                    self.assertEqual(ours["config"]["digest"], json.load(manifest)["config"]["digest"])

    def test_what_docker_saves_has_no_digest_to_sign_or_judge(self):
        layout, (private, public) = self.image(), self.key()
        saved = f"docker-archive:{self.path('saved.tar')}:team/app:1.0"
        self.answers(YES, "copy", f"oci:{layout}:app", saved)
        subprocess.run(["skopeo", "inspect", saved], check=True, stdout=subprocess.DEVNULL)
        policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n")
        for command in (["sign", "--key", private], ["verify", "--key", public], ["gate", "--policy", policy],
                        ["verify-attestation", "--key", public, "--type", "spdxjson"], ["download", "signature"],
                        ["inspect", "--digest"], ["inspect", "--raw"]):
            self.says(self.answers(USAGE, *command, saved), "supply copy")
        self.answers(YES, "inspect", "--verify", saved)
        self.answers(YES, "base", "check", saved, "--base", f"oci:{layout}:app")
        self.answers(YES, "copy", saved, f"oci:{self.path('again')}:1")
        self.answers(YES, "inspect", "--verify", f"oci:{self.path('again')}:1")
        many = self.index_image()
        self.answers(USAGE, "copy", f"oci:{many}:app", f"docker-archive:{self.path('many.tar')}:many:1")
        self.assertFalse(os.path.exists(self.path("many.tar")))
        self.answers(YES, "copy", "--platform", "linux/arm64", f"oci:{many}:app", f"docker-archive:{self.path('many.tar')}:many:1")

    def test_a_damaged_or_missing_archive_is_said_to_be_that(self):
        layout = self.image()
        archive = self.path("image.tar")
        self.answers(UNKNOWN, "inspect", f"oci-archive:{archive}")
        self.answers(YES, "copy", f"oci:{layout}:app", f"oci-archive:{archive}:app")
        whole = self.read(archive)
        blob = max((os.path.join(layout, "blobs/sha256", name) for name in os.listdir(os.path.join(layout, "blobs/sha256"))),
                   key=os.path.getsize)
        place = whole.index(self.read(blob)[-40:])
        self.write("image.tar", whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        self.answers(DAMAGED, "inspect", "--verify", f"oci-archive:{archive}:app")
        self.write("image.tar", whole[:len(whole) // 2])
        self.assertIn(supply("inspect", "--verify", f"oci-archive:{archive}:app").code, (UNKNOWN, DAMAGED))
        self.write("image.tar", b"no tar at all" * 100)
        self.answers(DAMAGED, "inspect", f"oci-archive:{archive}")
