"""Everything that works on a layout works the same on a registry, and a failure is never an answer."""
import os
import subprocess
import unittest

from harness import DAMAGED, IMAGES, NO, UNKNOWN, USAGE, YES
from registry_case import POLICY, RegistryCase
from registry_servers import Answer


class Names(RegistryCase):
    def test_a_host_is_one_host_however_it_is_spelled(self):
        registry = self.registry()
        reference, _, public = self.signed(registry)
        port = registry.port
        hosts = (f"localhost:{port}", f"LOCALHOST:{port}", f"localhost.:{port}", f"LocalHost:0{port}", f"localhost:000{port}")
        for pattern in hosts:
            policy = self.policy(POLICY.replace("KEY", public).replace("**", f"{pattern}/app:1"))
            for typed in hosts:
                with self.subTest(pattern=pattern, typed=typed):
                    self.answers(YES, "gate", "--policy", policy, f"{typed}/app:1")
            self.says(self.answers(NO, "gate", "--policy", policy, reference), "none of 1 entries matches 127.0.0.1")
        for wrong in ("localhost:99999/app", "localhost:x/app", "local..host:5000/app", f"localhost:{port}/App", f"https://localhost:{port}/app"):
            with self.subTest(wrong):
                self.says(self.answers(USAGE, "gate", "--policy", self.policy(POLICY.replace("KEY", public).replace("**", wrong)), reference),
                          "line 4, column ")


class Same(RegistryCase):
    def test_every_verb_answers_as_on_a_layout(self):
        registry = self.registry()
        layout = self.image()
        remote, local = f"{registry.name}/team/app:1", f"oci:{layout}:app"
        self.push(layout, remote)
        private, public = self.key()
        policy = self.policy(POLICY.replace("KEY", public))
        for image in (remote, local):
            self.answers(NO, "verify", "--key", public, image)
            self.answers(NO, "gate", "--policy", policy, image)
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", image)
            self.answers(YES, "verify", "--key", public, "-a", "env=prod", image)
            self.answers(NO, "verify", "--key", public, "-a", "env=test", image)
            self.answers(YES, "gate", "--policy", policy, image)
            self.answers(YES, "sbom", image, "-o", "spdx-json=" + self.path("sbom.json"))
            self.answers(YES, "attest", "--key", private, "--predicate", self.path("sbom.json"), image)
            self.answers(YES, "verify-attestation", "--key", public, "--type", "spdxjson", image)
            self.answers(NO, "verify-attestation", "--key", public, "--type", "cyclonedx", image)
            self.answers(YES, "sbom", "check", "--key", public, image)
            self.answers(YES, "base", "check", image, "--base", image)
            self.answers(YES, "inspect", "--verify", image)
            self.answers(YES, "download", "signature", image)
            self.answers(YES, "provenance", "--attest", "--key", private, "--builder-id", "https://b.example", "--build-type",
                         "https://b.example/t", "--source", "git+https://g.example/a", image)
        self.assertEqual(self.answers(YES, "inspect", "--raw", local).out, self.answers(YES, "inspect", "--raw", remote).out)
        packages = [self.answers(YES, "sbom", image, "-o", "purls").out for image in (local, remote)]
        self.assertEqual(packages[0], packages[1])
        trees = [self.answers(YES, "inspect", "--files", image).out for image in (local, remote)]
        self.assertEqual(trees[0], trees[1])

    def test_what_is_attached_is_in_the_repository_that_cosign_is_told(self):
        for referrers in (False, True):
            with self.subTest(referrers_api=referrers):
                registry, other = self.registry(), self.proxy(referrers=referrers)
                image, elsewhere = f"{registry.name}/team/app:1", f"{other.name}/signatures"
                self.push(self.image(f"image-{registry.port}"), image)
                private, public = self.key(f"key-{registry.port}")
                policy = self.policy(POLICY.replace("KEY", public))
                told = {"COSIGN_REPOSITORY": elsewhere}
                note = f"what is attached is in {elsewhere} (COSIGN_REPOSITORY)"
                for env in (told, {"COSIGN_REPOSITORY": "a/b:1"}):  # an SBOM is made of nothing attached
                    self.assertNotIn("COSIGN", self.answers(YES, "sbom", image, "-o", "spdx-json=" + self.path("sbom.json"), env=env).err)
                for words in (("sign", "--key", private), ("sign", "--key", private, "--format", "legacy"),
                              ("attest", "--key", private, "--predicate", self.path("sbom.json"))):
                    for _ in range(2):  # the second adds nothing
                        self.assertEqual(self.answers(YES, *words, image, env=told).err.count(note), 1)
                self.assertEqual(self.answers(YES, "tags", f"{registry.name}/team/app").text.split(), ["1"])
                digest = self.answers(YES, "inspect", "--digest", image).text.strip().replace(":", "-")
                self.assertEqual(self.answers(YES, "tags", elsewhere).text.split(), [*([] if referrers else [digest]), digest + ".sig"])
                for words in (("verify", "--key", public), ("verify-attestation", "--key", public, "--type", "spdxjson"), ("gate", "--policy", policy),
                              ("sbom", "check", "--key", public)):
                    self.says(self.answers(YES, *words, image, env=told), note)
                    self.answers(NO, *words, image)
                self.assertEqual(len(self.answers(YES, "download", "signature", image, env=told).text.splitlines()), 2)
                self.assertEqual(len(self.answers(YES, "--json", "inspect", image, env=told).json["attached"]), 3)
                self.assertEqual(len(self.answers(YES, "--json", "inspect", image).json["attached"]), 0)
                self.answers(YES, "tag", image, "2", env=told)
                self.assertEqual(self.answers(YES, "tags", f"{registry.name}/team/app", env=told).text.split(), ["1", "2"])
                self.says(self.answers(YES, "copy", image, f"oci:{self.path(f'copied-{registry.port}')}:1", env=told), "which copy does not use")
                other.meddle = lambda asked: Answer(403)
                self.answers(UNKNOWN, "verify", "--key", public, image, env=told)

    def test_a_document_is_the_same_bytes_from_a_registry_a_layout_and_an_archive(self):
        registry = self.registry()
        for tag in ("debian", "alpine"):
            layout, archive = f"oci:{IMAGES}:{tag}", f"oci-archive:{self.path(tag + '.tar')}"
            repository = f"{registry.name}/team/{tag}"
            for to in (f"{repository}:1", archive + ":other"):
                self.answers(YES, "copy", layout, to)
            digest = self.answers(YES, "inspect", "--digest", layout).text.strip()
            for form in ("spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json"):
                whole = self.answers(YES, "sbom", "--files", "all", "-o", form, layout).out
                for image in (f"{repository}:1", f"{repository}@{digest}", archive):
                    for cache in ((), ("--no-cache",)):
                        with self.subTest(tag=tag, form=form, image=image, cache=cache):
                            self.assertEqual(whole, self.answers(YES, "sbom", *cache, "--files", "all", "-o", form, image).out)

    def test_both_signature_formats_are_found_on_both_kinds_of_registry(self):
        for referrers in (False, True):
            with self.subTest(referrers_api=referrers):
                proxy = self.proxy(referrers=referrers)
                for form in ("bundle", "legacy"):
                    reference = f"{proxy.name}/{form}:1"
                    layout = self.image(f"{form}-{referrers}")
                    self.push(layout, reference)
                    private, public = self.key(f"{form}-{referrers}-key")
                    self.answers(YES, "sign", "--key", private, "--format", form, reference)
                    answer = self.answers(YES, "verify", "--key", public, "--json", reference).json
                    self.assertTrue(answer["images"][0]["satisfied"])

    def test_what_is_not_there_could_not_be_found_out(self):
        registry = self.registry()
        self.answers(UNKNOWN, "inspect", f"{registry.name}/nothing:1")
        self.push(self.image(), f"{registry.name}/app:1")
        self.answers(UNKNOWN, "inspect", f"{registry.name}/app:2")
        self.answers(UNKNOWN, "verify", "--key", self.key()[1], f"{registry.name}/app@sha256:{'a' * 64}")

    def test_tags_are_listed_made_and_deleted(self):
        registry = self.registry()
        repository = f"{registry.name}/app"
        self.push(self.image(), f"{repository}:1")
        self.answers(YES, "tag", f"{repository}:1", "2")
        self.assertEqual("1\n2\n", self.answers(YES, "tags", repository).text)
        digest = self.answers(YES, "inspect", "--digest", f"{repository}:2").text.strip()
        self.answers(USAGE, "tag", f"{repository}:1", "a/b")
        self.answers(USAGE, "delete", repository)
        self.answers(UNKNOWN, "delete", f"{repository}:2")  # docker-registry does not delete by tag
        self.answers(YES, "delete", f"{repository}@{digest}")
        self.answers(UNKNOWN, "inspect", f"{repository}:1")


class FewRequests(RegistryCase):
    def test_an_image_is_looked_at_with_two_requests(self):
        proxy = self.proxy()
        self.push(self.image(), f"{proxy.name}/app:1")
        proxy.asked.clear()
        self.answers(YES, "inspect", "--platform", "linux/amd64", "--no-referrers", f"{proxy.name}/app:1")
        self.assertEqual(2, len(proxy.asked), proxy.asked)

    def test_a_platform_of_an_index_costs_one_request_more_when_its_config_is_shown(self):
        proxy = self.proxy()
        self.push(self.index_image(), f"{proxy.name}/many:1")
        for options, requests in {"--no-referrers": 3, "--raw": 2, "--digest": 2}.items():
            proxy.asked.clear()
            self.answers(YES, "inspect", "--platform", "linux/amd64", options, f"{proxy.name}/many:1")
            self.assertEqual(requests, len(proxy.asked), proxy.asked)

    def asked_for(self, proxy, code, *command):
        """How many requests a command makes."""
        proxy.asked.clear()
        self.answers(code, *command)
        self.assertFalse([a for a in proxy.asked if "tags/list" in a.path])
        return len(proxy.asked)

    def test_only_what_can_matter_is_fetched_for_a_verification(self):
        for referrers in (False, True):
            with self.subTest(referrers_api=referrers):
                proxy = self.proxy(referrers=referrers)
                reference = f"{proxy.name}/counted:1"
                self.push(self.image(f"counted-{referrers}"), reference)
                sbom = self.path("sbom.json")
                self.answers(YES, "sbom", reference, "-o", "spdx-json=" + sbom)
                keys = [self.key(f"{n}-{referrers}") for n in range(3)]
                public, other = keys[0][1], self.key(f"other-{referrers}")[1]
                verify = ("verify", "--key", public, reference)
                attested = ("verify-attestation", "--type", "spdxjson", "--key", public, reference)
                least = 2 if referrers else 3  # manifest, referrers API, and without that the tag that stands for it
                # With nothing attached and no API it cannot be fewer than four: what cosign's tag could hold is asked too.
                for command in (verify, attested):
                    self.assertEqual(least + 1, self.asked_for(proxy, NO, *command), proxy.asked)
                for k, (private, _) in enumerate(keys, 1):
                    self.answers(YES, "sign", "--key", private, reference)
                    self.answers(YES, "attest", "--key", private, "--predicate", sbom, reference)
                    for command in (verify, attested):
                        self.assertEqual(least + 2 * k, self.asked_for(proxy, YES, *command), proxy.asked)
                        self.assertLessEqual(len(proxy.asked), 3 + 2 * k)
                        no = [other if word == public else word for word in command]
                        # Before a no, those too are read of which the list says that they are something else.
                        self.assertEqual(least + 4 * k + 1, self.asked_for(proxy, NO, *no), proxy.asked)

    def test_a_signed_index_is_no_more_work_than_a_signed_image(self):
        for referrers in (False, True):
            with self.subTest(referrers_api=referrers):
                proxy = self.proxy(referrers=referrers)
                reference = f"{proxy.name}/index:1"
                self.push(self.index_image(f"index-{referrers}"), reference)
                private, public = self.key(f"index-{referrers}")
                self.answers(YES, "sign", "--key", private, "-r", reference)
                self.assertLessEqual(self.asked_for(proxy, YES, "verify", "--key", public, reference), 3 + 2, proxy.asked)

    def test_what_only_the_old_tags_hold_is_found_with_two_requests_more(self):
        proxy = self.proxy(referrers=True)
        reference = f"{proxy.name}/old:1"
        self.push(self.image(), reference)
        private, public = self.key()
        self.answers(YES, "sign", "--key", private, "--format", "legacy", reference)
        self.assertEqual(2 + 2, self.asked_for(proxy, YES, "verify", "--key", public, reference), proxy.asked)


class Copies(RegistryCase):
    def test_all_that_refers_to_an_image_travels_with_it(self):
        one, two = self.registry(), self.proxy(referrers=True)
        layout = self.index_image()
        private, public = self.key()
        self.answers(YES, "sign", "--key", private, "-r", f"oci:{layout}:app")
        self.answers(YES, "sign", "--key", private, "--format", "legacy", f"oci:{layout}:app")
        places = [f"oci:{layout}:app", f"{one.name}/a:1", f"{two.name}/b:1", f"oci:{self.path('out')}:x"]

        def signatures(place):
            """By what each platform or the index is signed: (its digest, the form and digest of each signature)."""
            return sorted((target["digest"], sorted((one["form"], one["evidence"], one["subject"]) for one in target["signatures"]))
                          for options in ([], ["--platform", "linux/amd64"], ["--platform", "linux/arm64"])
                          for target in self.answers(YES, "verify", "--key", public, "--json", *options, place).json["images"][0]["targets"])

        def attached(place):
            record = self.answers(YES, "inspect", "--json", place).json
            return sorted((image["digest"], one["kind"], one["manifest"], one["blob"])
                          for image in [record, *record["images"]] for one in image["attached"])

        digest = self.answers(YES, "inspect", "--digest", places[0]).text
        signed, all_of_it = signatures(places[0]), attached(places[0])
        self.assertEqual(4, len(signed))  # both platforms by the index's, and each by its own
        self.assertTrue(all(found for _, found in signed))
        self.assertEqual(["bundle"] * 3 + ["simple-signing"], sorted(kind for _, kind, _, _ in all_of_it))
        for source, destination in zip(places, places[1:]):
            self.answers(YES, "copy", source, destination)
            self.assertEqual(digest, self.answers(YES, "inspect", "--digest", destination).text)
            self.assertEqual(signed, signatures(destination))
            self.assertEqual(all_of_it, attached(destination))
        self.answers(YES, "copy", "--no-referrers", places[1], f"{one.name}/bare:1")
        self.answers(NO, "verify", "--key", public, f"{one.name}/bare:1")
        self.answers(YES, "copy", "--platform", "linux/arm64", places[1], f"{one.name}/arm:1")
        self.answers(YES, "verify", "--key", public, f"{one.name}/arm:1")

    def test_skopeo_reads_what_was_pushed_and_the_other_way_round(self):
        registry = self.registry()
        layout = self.index_image()
        self.push(layout, f"{registry.name}/ours:1")
        skopeo = ["skopeo", "copy", "--quiet", "--all", "--preserve-digests"]
        subprocess.run([*skopeo, "--src-tls-verify=false", f"docker://{registry.name}/ours:1", f"oci:{self.path('back')}:1"],
                       check=True, capture_output=True)
        self.answers(YES, "inspect", "--verify", f"oci:{self.path('back')}:1")
        subprocess.run([*skopeo, "--dest-tls-verify=false", f"oci:{layout}:app", f"docker://{registry.name}/theirs:1"],
                       check=True, capture_output=True)
        digests = {self.answers(YES, "inspect", "--digest", f"{registry.name}/{name}:1").text for name in ("ours", "theirs")}
        self.assertEqual(1, len(digests))
        self.answers(YES, "inspect", "--verify", f"{registry.name}/theirs:1")

    def test_a_damaged_blob_of_the_destination_is_repaired(self):
        registry = self.registry()
        self.push(self.image(), f"{registry.name}/app:1")
        out = self.path("out")
        self.answers(YES, "copy", f"{registry.name}/app:1", f"oci:{out}:1")
        blobs = os.path.join(out, "blobs", "sha256")
        largest = max((os.path.join(blobs, name) for name in os.listdir(blobs)), key=os.path.getsize)
        with open(largest, "r+b") as blob:
            blob.truncate(10)
        self.answers(DAMAGED, "inspect", "--verify", f"oci:{out}:1")
        self.answers(YES, "copy", f"{registry.name}/app:1", f"oci:{out}:1")
        self.answers(YES, "inspect", "--verify", f"oci:{out}:1")


if __name__ == "__main__":
    unittest.main()
