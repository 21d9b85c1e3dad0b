"""What is judged is what runs: odd indexes, manifests and archives, of the same bytes for everybody.

Supply says yes for what it read; skopeo, umoci, buildah, and models of containerd and Docker say what they would take of
the same bytes. A yes where one of them takes another image than those that were judged, or where none of them takes
anything for the platform that was asked about, is a failure. A no or an error is always right here, but for the legal
images at the end, of which everybody takes the good one.

    CASES=2000 SEED=7 SUPPLY=build/release/supply python3 -m unittest test_runtimes_agree       from ci/e2e
"""
import collections
import concurrent.futures
import os
import shutil
import unittest

import odd_images
import runtimes
from harness import DOCKER, OCI, Case, Layout, digest_of, file, gzip, how_many, supply, tar, to_json

CASES, ARCHIVES, SEED = how_many("cases", 240), how_many("archives", 120), how_many("seed", 21)
ANSWERS = (0, 1, 2, 3, 4)


class RuntimesAgree(Case):
    @classmethod
    def setUpClass(cls):
        missing = [tool for tool in ("skopeo", "umoci") if not shutil.which(tool)]
        if missing:
            raise unittest.SkipTest(f"no {' and no '.join(missing)} on this machine")

    def setUp(self):
        super().setUp()
        self.private, self.public = self.quick_key("release")
        head = "version: 1\n"
        self.signed = self.policy(head + f"keys: {{k: {self.public}}}\nimages: [{{match: ['**'], signatures: {{any_of: [k]}}}}]\n", "signed.yaml")
        self.denied = self.policy(head + "images: [{match: ['**'], packages: {deny: ['pkg:deb/*/evil']}}]\n", "denied.yaml")

    def signed_pool(self, seed):
        pool = odd_images.Pool(self.path("pool"), seed)
        for good in pool.good:
            self.answers(0, "sign", "--key", self.private, f"oci:{pool.layout.path}@{good['digest']}")
        return pool

    def question(self, choice, source, platform):
        """One way to ask: (what it is called, the answer, whether packages rather than signatures decide it)."""
        more = ["--platform", platform] if platform else []
        if choice == "verify":
            return supply("verify", "--key", self.public, *more, source)
        if choice == "sbom":
            return supply("sbom", "-o", "purls", *more, source)
        if choice == "release":
            return supply("release", "--key", self.private, "--policy", self.denied, "--builder-id", "https://ci.example/r", "--build-type",
                          "https://ci.example/b", "--source", "git+https://git.example/a@" + "0" * 40, source)
        return supply("gate", "--policy", self.signed if choice == "signed" else self.denied, *more, source)

    @staticmethod
    def says_yes(choice, answer):
        return answer.code == 0 and (choice != "sbom" or "evil" not in answer.text)

    def taken(self, layout, platforms, with_buildah):
        """platform -> who takes what: name of a runtime -> kinds."""
        model, found = runtimes.Model(layout), {}
        for platform in platforms:
            wanted = runtimes.normal(dict(zip(("os", "architecture", "variant"), platform.split("/"))))
            found[platform] = {"skopeo": runtimes.skopeo(f"oci:{layout}:t", platform, self.directory),
                               "containerd": model.containerd("t", wanted), "containerd, any": model.containerd("t", wanted, False),
                               "containers/image": model.containers("t", platform), "docker": model.docker("t", wanted)}
        found[platforms[0]]["umoci"] = runtimes.umoci(layout, "t", self.directory)
        if with_buildah:
            found[platforms[0]]["buildah"] = runtimes.buildah(layout, "t", platforms[0], self.directory)
        return found

    def judge(self, number, layout, asked, platforms, with_buildah):
        """What is wrong with the answers about one case, and how often who took what."""
        source, wrong, count = f"oci:{layout}:t", [], collections.Counter()
        taken = self.taken(layout, platforms, with_buildah)
        for who in {who for of in taken.values() for who in of}:
            count.update((who, kind) for of in taken.values() for kind in of.get(who, ()))
        for choice, platform in asked:
            answer = self.question(choice, source, platform)
            yes = self.says_yes(choice, answer)
            count[f"{choice}: {'yes' if yes else 'no'}"] += 1
            if answer.code not in ANSWERS:
                wrong.append(f"case {number}: {choice} {platform}: {answer}")
            if not yes:
                continue
            concerned = {p: of for p, of in taken.items() if platform in (None, p)}
            evil = [f"{who} for {p}" for p, of in concerned.items() for who, kinds in of.items() if "evil" in kinds]
            if evil:
                wrong.append(f"case {number}: yes to {choice} {platform or '(all platforms)'}, evil is taken by {', '.join(evil)}")
            elif platform and not any(kinds for of in concerned.values() for kinds in of.values()):
                count["yes to what nobody takes"] += 1
        if wrong and os.environ.get("KEEP"):
            shutil.copytree(layout, os.path.join(os.environ["KEEP"], f"case-{number}"), dirs_exist_ok=True)
        shutil.rmtree(layout)
        return wrong, count

    def test_no_yes_for_an_image_of_an_odd_index_that_a_runtime_does_not_take(self):
        pool, wrong, count = self.signed_pool(SEED), [], collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as workers:
            waiting = []
            for number in range(CASES):
                odd = odd_images.Odd(f"{SEED} {number}")
                layout = odd_images.case(pool, self.path(f"case-{number}"), odd).path
                platforms = list(dict.fromkeys(["linux/amd64", "linux/arm64", *odd.random.sample(odd_images.PLATFORMS, 2)]))
                asked = [(choice, None) for choice in ("verify", "denied", odd.any(("signed", "sbom")))]
                asked += [(odd.any(("verify", "signed", "denied", "sbom")), platform) for platform in platforms]
                if number % 4 == 0:
                    asked.append(("release", None))  # last, since it writes
                waiting.append(workers.submit(self.judge, number, layout, asked, platforms, number % 12 == 0))
            for each in waiting:
                found, counted = each.result()
                wrong += found
                count.update(counted)
        print("\n" + "".join(f"  {count[key]:6} {key if isinstance(key, str) else ' takes '.join(key)}\n" for key in sorted(count, key=str)))
        self.assertEqual([], wrong, f"{len(wrong)} wrong answers, SEED={SEED} CASES={CASES}:\n" + "\n".join(wrong))
        # A comparison in which somebody never takes anything, or Supply never says yes, proves nothing.
        for who in ("skopeo", "umoci", "containerd", "docker"):
            self.assertTrue(count[who, "good"] and count[who, "evil"], f"{who} took nothing of one kind: {count}")
        for choice in ("verify", "signed", "denied", "sbom", "release"):
            self.assertTrue(count[f"{choice}: yes"] and count[f"{choice}: no"], f"{choice} has only one answer: {count}")

    def test_no_yes_for_an_archive_in_which_skopeo_sees_another_image(self):
        pool, wrong, count = odd_images.Pool(self.path("pool"), SEED, 6), [], collections.Counter()

        def judge(number, source):
            answer = supply("sbom", "-o", "purls", source)
            taken = runtimes.skopeo(source, "linux/amd64", self.directory)
            ours = {kind for kind in ("good", "evil") if answer.code == 0 and f"/{kind}@1" in answer.text}
            found = [] if answer.code in ANSWERS else [f"archive {number}: {answer}"]
            if answer.code == 0 and taken and taken != ours:
                found.append(f"archive {number}: skopeo takes {sorted(taken)}, sbom lists {sorted(ours)}")
            if found and os.environ.get("KEEP"):
                shutil.copy(source.split(":")[1], os.path.join(os.environ["KEEP"], f"archive-{number}.tar"))
            return found, [f"sbom: exit {answer.code}", *(f"skopeo takes {kind}" for kind in taken or ["nothing"])]

        with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as workers:
            waiting = []
            for number in range(ARCHIVES):
                pool.odd = odd_images.Odd(f"{SEED} archive {number}")
                make = odd_images.docker_archive if number % 2 else odd_images.oci_archive
                waiting.append(workers.submit(judge, number, make(pool, self.path(f"archive-{number}.tar"))))
            for each in waiting:
                found, counted = each.result()
                wrong += found
                count.update(counted)
        print("\n" + "".join(f"  {count[key]:6} {key}\n" for key in sorted(count)))
        self.assertEqual([], wrong, f"{len(wrong)} wrong answers, SEED={SEED} ARCHIVES={ARCHIVES}:\n" + "\n".join(wrong))
        for key in ("sbom: exit 0", "sbom: exit 4", "skopeo takes good", "skopeo takes evil"):
            self.assertTrue(count[key], f"never seen: {key}: {count}")

    def test_yes_for_legal_images_that_everybody_takes(self):
        layout, descriptors = Layout(self.path("legal")), {}

        def image(name, names=OCI, config_type=None, layer_type=None, told=None, **more):
            data = tar([file("who", f"WHO:good-{len(descriptors)};"), file("etc/name", name)])
            config = {"os": "linux", "architecture": "amd64", "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest_of(data)]}, **(told or {})}
            manifest = {"schemaVersion": 2, "mediaType": names["manifest"], "config": layout.blob(to_json(config), config_type or names["config"]),
                        "layers": [layout.blob(gzip(data), layer_type or names["gzip"])]}
            descriptors[name] = layout.blob(to_json(manifest), names["manifest"], **more)
            return descriptors[name]

        def on(architecture, **more):
            return {"platform": {"os": "linux", "architecture": architecture, **more}}

        both = lambda name, **more: [image(name + "-amd64", **on("amd64"), **more), image(name + "-arm64", told={"architecture": "arm64"}, **on("arm64"))]
        statement = layout.blob(b'{"_type":"https://in-toto.io/Statement/v0.1"}', "application/vnd.in-toto+json")
        unknown = {"platform": {"os": "unknown", "architecture": "unknown"}, "annotations": odd_images.BUILDKIT}
        attestation = lambda config, **more: layout.blob(to_json({
            "schemaVersion": 2, "mediaType": OCI["manifest"], "config": config, "layers": [statement], **more}), OCI["manifest"], **unknown)
        old = attestation(layout.blob(to_json({"os": "unknown", "architecture": "unknown", "config": {},
                                               "rootfs": {"type": "layers", "diff_ids": [statement["digest"]]}}), OCI["config"]))
        new = attestation(layout.blob(b"{}", "application/vnd.oci.empty.v1+json"), artifactType="application/vnd.docker.attestation.manifest.v1+json")
        legal = {
            "alone": image("alone"), "docker": image("docker", DOCKER), "octet": image("octet", DOCKER, config_type="application/octet-stream"),
            "two": layout.index(both("two")), "list": layout.index(both("list"), DOCKER),
            "buildkit": layout.index(both("buildkit") + [old]), "buildkit-new": layout.index(both("new") + [new]),
            "variants": layout.index([image("v1", **on("amd64")), image("v7", told={"architecture": "arm", "variant": "v7"}, **on("arm", variant="v7")),
                                      image("v6", told={"architecture": "arm", "variant": "v6"}, **on("arm", variant="v6")),
                                      image("v8", told={"architecture": "arm64"}, **on("arm64", variant="v8"))]),
            "silent": layout.index([image("silent")]),
            "nested": layout.index([layout.index(both("nested"))]),
        }
        for name, descriptor in legal.items():
            layout.tag(descriptor, name)
        layout.close()
        for descriptor in descriptors.values():
            self.answers(0, "sign", "--key", self.private, f"oci:{layout.path}@{descriptor['digest']}")
        for name in legal:
            source = f"oci:{layout.path}:{name}"
            for platform in (None, "linux/amd64"):
                for choice in ("verify", "signed", "denied"):
                    with self.subTest(name=name, platform=platform, choice=choice):
                        answer = self.question(choice, source, platform)
                        self.assertEqual(0, answer.code, str(answer))
            if name not in ("nested", "docker", "octet", "list"):  # skopeo's layouts hold OCI's types, and one index
                self.assertEqual({"good"}, runtimes.skopeo(source, "linux/amd64", self.directory), name)
