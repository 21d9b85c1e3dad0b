"""What --json prints follows schemas/."""
import os
import unittest

from harness import IMAGES, NO, YES
from registry_case import POLICY, RegistryCase


class Records(RegistryCase):
    def json(self, code, *words, **more):
        return self.answers(code, *words, "--json", **more).json

    def test_copies_tags_and_deletions(self):
        registry, layout, (private, _) = self.registry(), self.index_image(), self.key()
        self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
        remote, archive = f"{registry.name}/app", f"oci-archive:{self.path('x.tar')}"
        saved = f"docker-archive:{self.path('saved.tar')}"
        self.follows("copy", self.json(YES, "copy", f"oci:{layout}:app", f"{remote}:1"), self.json(YES, "copy", f"{remote}:1", f"{remote}:2"),
                     self.json(YES, "copy", f"{remote}:1", f"{registry.name}/other:1"), self.json(YES, "copy", f"{remote}:1", f"{archive}:1"),
                     self.json(YES, "copy", "--platform", "linux/arm64", f"oci:{layout}:app", f"{saved}:app:1"))
        self.follows("tags", *(self.json(YES, "tags", image) for image in (f"oci:{layout}", f"oci:{IMAGES}", remote, archive, saved)))
        self.follows("tag", *(self.json(YES, "tag", image, "3") for image in (f"oci:{layout}:app", f"{remote}:1", f"{archive}:1")))
        digest = self.json(YES, "inspect", f"{remote}:1")["digest"]
        self.follows("delete", *(self.json(YES, "delete", image) for image in (f"oci:{layout}:3", f"{remote}@{digest}", f"{archive}:3",
                                                                               f"oci:{layout}@{digest}")))

    def test_logging_in_and_out(self):
        for registry, checked in ((self.registry(htpasswd=self.htpasswd()), True), (self.registry(), False)):
            env = {"HOME": self.path("home"), "DOCKER_CONFIG": self.path("docker")}
            record = self.json(YES, "login", "-u", "me", "--password-stdin", registry.name, stdin=b"secret", env=env)
            self.assertEqual(checked, record["checked"])
            self.assertNotIn("secret", str(record))
            self.follows("login", record)
            self.follows("logout", self.json(YES, "logout", registry.name, env=env))

    def test_images_and_verdicts(self):
        registry, layout, (private, public) = self.registry(), self.index_image(), self.key()
        policy = self.policy(POLICY.replace("KEY", public))
        remote = f"{registry.name}/app:1"
        single = f"oci:{self.image('single')}:app"
        for image in (f"oci:{layout}:app", single):
            self.follows("gate-report", self.json(NO, "gate", "--policy", policy, image))
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", "--format", "legacy", image)
            self.answers(YES, "sign", "--key", private, "-a", "env=prod", image)
            self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", self.write("p.json", "{}"), image)
        self.answers(YES, "copy", single, remote)
        saved = f"docker-archive:{self.path('saved.tar')}:app:1"
        self.answers(YES, "copy", single, saved)
        for image in (f"oci:{layout}:app", single, remote):
            self.follows("verify", self.json(YES, "verify", "--key", public, image), self.json(NO, "verify", "--key", public, "-a", "env=x", image),
                         self.json(YES, "verify-attestation", "--key", public, "--type", "custom", image),
                         self.json(NO, "verify-attestation", "--key", public, "--type", "spdxjson", image))
            self.follows("gate-report", self.json(YES, "gate", "--policy", policy, image))
            self.follows("inspect", self.json(YES, "inspect", image), self.json(YES, "inspect", "--verify", image))
        self.follows("inspect", self.json(YES, "inspect", saved))

    def test_releases(self):
        private, public = self.key()
        allows, denies = (self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages:\n  - match: ['**']\n    {rule}\n", name)
                          for name, rule in (("yes.yaml", "signatures: {any_of: [k]}"), ("no.yaml", "config: {labels: [none]}")))
        build = ("--builder-id", "https://ci.example/b", "--build-type", "https://ci.example/t", "--source", "https://git.example/a")
        ref = f"oci:{self.image('released')}:app"
        release = ("release", "--key", private, *build, ref, "--policy")
        self.follows("release", self.json(NO, *release, denies, "--judge-first"), self.json(NO, *release, denies),
                     self.json(YES, *release, allows))

    def test_every_schema_is_one_that_a_test_takes(self):
        with open(__file__, encoding="utf-8") as text:
            named = text.read()
        kinds = {name.removesuffix(".schema.json") for name in os.listdir(os.path.join(IMAGES, "../../../schemas")) if name.endswith(".json")}
        self.assertEqual({"finding", "policy"}, {kind for kind in kinds if f'follows("{kind}"' not in named})  # theirs are in C++


if __name__ == "__main__":
    unittest.main()
