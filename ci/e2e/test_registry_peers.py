"""Every verdict on what other tools signed is the same wherever it is: in registries of both kinds, in an archive, and
where Supply copied it to. The tests are those of test_peers."""
import json
import os
import shutil
import tarfile
import tempfile
import unittest

import test_peers
from harness import DAMAGED, PEERS, YES, supply
from registry_case import RegistryCase, put_layout
from registry_servers import Answer, Proxy, Registry

LAYOUTS = ("layout-bundle", "layout-cosign-save", "layout-legacy", "layout-oras", "layout-ed25519", "layout-apk")


class Elsewhere(test_peers.Images):
    """The layouts, each in a place that is made once for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.mkdtemp(prefix="supply-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.only = {}
        for name in LAYOUTS:
            with open(os.path.join(PEERS, name, "index.json"), encoding="utf-8") as index:
                entries = [e for e in json.load(index)["manifests"] if "sha256-" not in str(e.get("annotations"))]
            cls.only[name] = "@" + entries[0]["digest"]  # what a layout without a tag means
            cls.put(name)

    test_a_swapped_manifest_is_damage = None  # nothing but a directory can hold that; see Swapped


class InRegistries(Elsewhere):
    referrers = False

    @classmethod
    def setUpClass(cls):
        cls.directory_of_registry = tempfile.mkdtemp(prefix="supply-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.directory_of_registry, ignore_errors=True)
        registry = Registry(cls.directory_of_registry)
        cls.addClassCleanup(registry.stop)
        cls.server = Proxy(registry, referrers=cls.referrers, page=2)
        cls.addClassCleanup(cls.server.stop)
        super().setUpClass()

    @classmethod
    def put(cls, name):
        put_layout(os.path.join(PEERS, name), cls.server, f"peers/{name}")

    @classmethod
    def named(cls, layout, rest=""):
        return f"{cls.server.name}/peers/{layout}{rest or cls.only[layout]}"


class InRegistriesWithTheReferrersApi(InRegistries):
    referrers = True


class InArchives(Elsewhere):
    @classmethod
    def put(cls, name):
        with tarfile.open(os.path.join(cls.place, name + ".tar"), "w") as archive:
            archive.add(os.path.join(PEERS, name), arcname="")

    @classmethod
    def named(cls, layout, rest=""):
        return f"oci-archive:{os.path.join(cls.place, layout)}.tar{rest}"


class Copied(InRegistries):
    """By Supply, from the layout to a registry without the referrers API, one with it, and from there to an archive."""

    @classmethod
    def put(cls, name):
        with open(os.path.join(PEERS, name, "index.json"), encoding="utf-8") as index:
            names = [e.get("annotations", {}).get("org.opencontainers.image.ref.name") for e in json.load(index)["manifests"]]
        tags = [n for n in names if n and not n.startswith("sha256-")]
        for tag in tags or ["x"]:
            source = f"oci:{os.path.join(PEERS, name)}" + (":" + tag if tags else cls.only[name])
            places = [source, f"{cls.server.registry.name}/a/{name}:{tag}", f"{cls.server.name}/b/{name}:{tag}",
                      f"oci-archive:{os.path.join(cls.place, name)}.tar:{tag}"]
            for one, other in zip(places, places[1:]):
                answer = supply("copy", one, other)
                if answer.code != YES:
                    raise AssertionError(str(answer))

    @classmethod
    def named(cls, layout, rest=""):
        return f"oci-archive:{os.path.join(cls.place, layout)}.tar{rest}"


class Swapped(RegistryCase):
    def test_a_registry_that_gives_another_manifest_than_was_asked_for_is_not_believed(self):
        proxy = self.proxy()
        put_layout(os.path.join(PEERS, "layout-bundle"), proxy, "app")
        digest = test_peers.digest("1.0")
        with open(os.path.join(PEERS, "layout-swapped", "blobs", *digest.split(":")), "rb") as swapped:
            other = swapped.read()
        proxy.meddle = lambda asked: (Answer(200, other, {
            "Content-Type": "application/vnd.oci.image.manifest.v1+json", "Docker-Content-Digest": digest})
            if asked.path.endswith(f"/manifests/{digest}") else None)
        for key in test_peers.KEYS:
            self.answers(DAMAGED, "verify", "--key", test_peers.pub(key), f"{proxy.name}/app@{digest}")
            self.answers(DAMAGED, "verify", "--key", test_peers.pub(key), f"{proxy.name}/app:1.0@{digest}")
        self.answers(DAMAGED, "inspect", f"{proxy.name}/app@{digest}")


del Elsewhere  # a ground, not a test

if __name__ == "__main__":
    unittest.main()
