"""supply inspect: the tree of every small image, and what --verify finds."""
import os

from harness import DAMAGED, EXPECTED, IMAGES, UNKNOWN, USAGE, YES, Case, LayoutEdit, load_stacks, some, tree_of

import unpackers


class Files(Case):
    def test_the_tree_of_each_stack_is_what_real_unpackers_leave(self):
        stacks = load_stacks()
        trees = sorted(name for name in os.listdir(EXPECTED) if name.endswith(".tree"))
        self.assertGreater(len(trees), 20)
        for name in trees:
            with self.subTest(name):
                with open(os.path.join(EXPECTED, name), encoding="ascii") as text:
                    expected = unpackers.from_text(text.read())
                got = stacks.parse_files(tree_of(IMAGES, name.removesuffix(".tree")))
                self.assertEqual([], stacks.compare(expected, got))

    def test_one_platform_of_a_nested_index(self):
        stacks = load_stacks()
        with open(os.path.join(EXPECTED, "distroless.tree"), encoding="ascii") as text:
            expected = unpackers.from_text(text.read())
        got = stacks.parse_files(tree_of(IMAGES, "app", "--platform", "linux/arm/v7"))
        self.assertEqual([], stacks.compare(expected, got))
        self.answers(USAGE, "inspect", "--files", f"oci:{IMAGES}:app")  # which of four?


class Verify(Case):
    def test_every_tag_holds(self):
        for entry in some(LayoutEdit(IMAGES).index()["manifests"]):
            tag = entry["annotations"]["org.opencontainers.image.ref.name"]
            with self.subTest(tag):
                answer = self.answers(YES, "inspect", "--verify", "--json", f"oci:{IMAGES}:{tag}")
                self.assertEqual(entry["digest"], answer.json["digest"])
                self.assertTrue(answer.json["verified"])

    def test_an_index_shows_every_runnable_platform_and_no_other(self):
        images = self.answers(YES, "inspect", "--json", f"oci:{IMAGES}:app").json["images"]
        self.assertEqual(["linux/amd64", "linux/arm/v7", "linux/arm64"],
                         sorted(image["platform"].replace("arm64/v8", "arm64") for image in images)[:2] +
                         [image["platform"].replace("/v8", "") for image in images if "arm64" in image["platform"]][:1])

    def test_raw_and_digest_are_the_manifest_itself(self):
        edit = LayoutEdit(IMAGES)
        entry = edit.entry("debian")
        self.assertEqual(edit.blob(entry["digest"]), self.answers(YES, "inspect", "--raw", f"oci:{IMAGES}:debian").out)
        self.assertEqual(entry["digest"] + "\n", self.answers(YES, "inspect", "--digest", f"oci:{IMAGES}:debian").text)
        by_digest = self.answers(YES, "inspect", "--digest", f"oci:{IMAGES}@{entry['digest']}")
        self.assertEqual(entry["digest"] + "\n", by_digest.text)

    def test_nothing_that_prints_a_part_is_taken_for_a_check(self):
        for flag in ("--raw", "--digest", "--files"):
            for more in ((), ("-o", f"sarif={self.path('report')}"), ("--json",)):
                with self.subTest(flag, more=more):
                    self.answers(USAGE, "inspect", "--verify", flag, *more, f"oci:{IMAGES}:debian")

    def test_what_is_not_there_is_not_an_answer(self):
        self.says(self.answers(UNKNOWN, "inspect", f"oci:{IMAGES}:nothing"), "nothing")
        self.answers(UNKNOWN, "inspect", f"oci:{self.path('no-such-directory')}:app")
        self.answers(UNKNOWN, "inspect", f"oci:{IMAGES}@sha256:{'0' * 64}")
        self.answers(USAGE, "inspect", f"oci:{IMAGES}")  # many tags, none named
        self.answers(USAGE, "inspect")
        self.answers(USAGE, "inspect", "--no-such-flag", f"oci:{IMAGES}:app")
        self.answers(USAGE, "frobnicate")

    def test_docker_media_types(self):
        for tag in ("docker", "docker-list"):
            self.answers(YES, "inspect", "--verify", f"oci:{IMAGES}:{tag}")

    def test_a_layout_named_by_its_path_alone(self):
        layout = self.image()
        self.answers(YES, "inspect", "--verify", layout)
        self.answers(YES, "inspect", "--verify", "./image", cwd=self.directory)
        self.answers(YES, "inspect", "--verify", f"oci-dir:{layout}:app")


class Damage(Case):
    def setUp(self):
        super().setUp()
        self.layout = self.image()
        self.edit = LayoutEdit(self.layout)
        self.manifest = self.edit.manifest("app")
        self.layers = [layer["digest"] for layer in self.manifest["layers"]]

    def damaged(self, *words):
        for options in (["inspect", "--verify"], ["sbom", "--no-cache"], ["sbom", "--verify"]):
            answer = self.answers(DAMAGED, *options, f"oci:{self.layout}:app")
            self.says(answer, *words)

    def test_every_byte_of_a_layer_counts(self):
        size = len(self.edit.blob(self.layers[0]))
        for at in (0, 3, 9, 10, size // 3, size // 2, size - 9, size - 5, size - 1):
            with self.subTest(at):
                self.edit.flip(self.layers[0], at)
                self.damaged(self.layers[0])
                self.edit.flip(self.layers[0], at)
        self.answers(YES, "inspect", "--verify", f"oci:{self.layout}:app")

    def test_a_layer_cut_short_or_grown(self):
        whole = self.edit.blob(self.layers[1])
        for data in (b"", whole[:1], whole[:len(whole) // 2], whole[:-1], whole + b"\0", whole + whole):
            with self.subTest(len(data)):
                with open(self.edit.blob_path(self.layers[1]), "wb") as out:
                    out.write(data)
                self.damaged(self.layers[1])

    def test_a_layer_that_is_gone_is_an_open_question(self):
        os.remove(self.edit.blob_path(self.layers[0]))
        self.says(self.answers(UNKNOWN, "inspect", "--verify", f"oci:{self.layout}:app"), self.layers[0])

    def test_a_flipped_manifest_and_config(self):
        for digest in (self.edit.entry("app")["digest"], self.manifest["config"]["digest"]):
            with self.subTest(digest):
                self.edit.flip(digest)
                self.damaged(digest)
                self.edit.flip(digest)

    def test_a_wrong_diff_id(self):
        self.edit.replace_layer("app", 0, self.edit.blob(self.layers[0]), "sha256:" + "ab" * 32)
        answer = self.answers(DAMAGED, "inspect", "--verify", f"oci:{self.layout}:app")
        self.says(answer, self.layers[0], "diff_id", "abababab")
