"""The same cases over all stores: a layout, a tar of one, what docker saves, a registry, one with TLS and passwords, one
with the referrers API. What Supply answers is compared with what it answers about the layout."""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zlib
from concurrent.futures import ThreadPoolExecutor

from harness import DAMAGED, IMAGES, NO, UNKNOWN, USAGE, YES, LayoutEdit, file, supply
from layout_edit import SIGN
from registry_case import POLICY, RegistryCase
from registry_servers import Proxy, Registry, certificates
from stores import TAG, Archives, DockerArchives, Layouts, Repositories

SIGNER = ["--key", "signer.key"]
OWNER, STRANGER = ["--key", "signer.pub"], ["--key", "stranger.pub"]
BUILD = ["--builder-id", "https://b.example/1", "--build-type", "https://b.example/t", "--source",
         "git+https://g.example/a@" + "c0ffee" * 6 + "abcd"]
RULES = POLICY.replace("KEY", "signer.pub")
STRICT = RULES + "    sbom: {agrees: true}\n"
# What an archive that docker saves cannot be asked, having no manifest digest.
JUDGES = ("sign", "attest", "verify", "verify-attestation", "gate", "release", "download", "tag", "delete")
# What is new each time: the time, and digests of what holds it or the image's name (as the old form of a signature does).
NEW = re.compile(r'"(attestation|evidence|manifest|signature)": "sha256:[0-9a-f]+"|"(org.opencontainers.image.created|time)": "[^"]+"')
# What schemas/ says is known in some stores only: a tag of a layout is an annotation, and a registry is not asked for the
# config, which has the platform, when the signature can be judged without it.
PLATFORM, TAGGED = re.compile(r'"platform": (null|"linux/amd64")'), re.compile(r'{\s*"org.opencontainers.image.ref.name": "[^"]+"\s*}')


class Stores(RegistryCase):
    """`asks` runs Supply on an image of one store; `alike` runs a case on each store and compares what it returns."""

    @classmethod
    def setUpClass(cls):
        cls.ground = tempfile.mkdtemp(prefix="supply-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.ground, ignore_errors=True)
        case = cls()
        case.directory = cls.ground
        for name in ("signer", "stranger"):
            case.key(name, "--type", "ed25519")  # whose signatures are always the same bytes
        tls, htpasswd = certificates(cls.ground), case.htpasswd()
        servers = [Registry(os.path.join(cls.ground, "1")), Registry(os.path.join(cls.ground, "2"), tls=tls, htpasswd=htpasswd),
                   Registry(os.path.join(cls.ground, "3"))]
        servers.append(Proxy(servers[2], referrers=True, page=2))
        for server in servers:
            cls.addClassCleanup(server.stop)
        secret = base64.b64encode(b"me:secret").decode()
        env = {"SUPPLY_CA_FILE": tls[0], "DOCKER_AUTH_CONFIG": json.dumps({"auths": {servers[1].name: {"auth": secret}}})}
        cls.stores = [Layouts(cls.ground), Archives(cls.ground), DockerArchives(cls.ground),
                      Repositories("registry", servers[0], servers[0]),
                      Repositories("registry with TLS and passwords", servers[1], servers[1], env, "Basic " + secret),
                      Repositories("registry with the referrers API", servers[3], servers[2])]
        case.write("policy.yaml", RULES), case.write("strict.yaml", STRICT)
        case.write("predicate.json", '{"checked":"by hand"}')

    def small(self, name):
        """A layout with one small image, tagged TAG."""
        return self.image(f"{name}-small", TAG)

    def signed(self, name, index=False, forms=("bundle", "legacy")):
        """A layout with a signature in each form, an attestation, and a signature of that: (layout, digests of the image, the
        attestation and the newer form of the signature)."""
        layout = self.index_image(f"{name}-signed", TAG) if index else self.small(name)
        ref = f"oci:{layout}:{TAG}"
        for form in forms:
            self.ran(YES, "sign", *SIGNER, "--format", form, "-a", "env=prod", ref)
        self.ran(YES, "attest", *SIGNER, "--type", "custom", "--predicate", "predicate.json", ref)
        edit = LayoutEdit(layout)
        subject = edit.entry(TAG)["digest"]
        made = {statement["predicateType"] == SIGN: digest for digest, _, statement in edit.statements(subject)}
        self.ran(YES, "sign", *SIGNER, f"oci:{layout}@{made[False]}")
        return layout, subject, made[False], made[True]

    def ran(self, code, *words, env=None):
        return self.answers(code, *words, env=env, cwd=self.ground)

    def asks(self, store, image, code, *words, rest=":" + TAG):
        """What is on stdout, without the image's name; of docker's archives what cannot be asked is refused, and None."""
        words = [word.replace("IMAGE", store.named(image, rest)).replace("STORE", store.bare(image)) for word in words]
        if not store.digests and (words[0] in JUDGES or "--attest" in words):
            self.says(self.ran(USAGE, *words, env=store.env), "supply copy")
            return None
        text = store.neutral(image, self.ran(code, *words, env=store.env).text)
        return PLATFORM.sub('"platform"', text) if words[0].startswith("verify") else TAGGED.sub("{}", text)

    def alike(self, case, stores=None):
        """`case` returns what -> answer; what has no answer in a store is not compared there."""
        stores = stores or self.stores
        with ThreadPoolExecutor(len(stores)) as pool:
            first, *others = pool.map(case, stores)
        for store, answers in zip(stores[1:], others):
            self.assertEqual(set(first), set(answers))
            for what, answer in answers.items():
                if answer is not None:
                    self.assertEqual(first[what], answer, f"{store.kind}: {what}")
        return first

    def put(self, store, layout, image):
        store.put(layout, image)
        return image

    # ---- reading

    def debian(self):
        """A layout with what skopeo makes of a saved image (which zstd cannot be in)."""
        saved, layout = f"docker-archive:{self.path('debian.tar')}:debian:12", self.path("debian")
        self.ran(YES, "copy", f"oci:{IMAGES}:debian", saved)
        subprocess.run(["skopeo", "copy", "--quiet", saved, f"oci:{layout}:{TAG}"], check=True)
        return layout

    def test_inspect(self):
        layout = self.debian()

        def case(store):
            image = self.put(store, layout, "apple")
            record = json.loads(self.asks(store, image, YES, "inspect", "--json", "IMAGE"))
            [only] = record["images"]
            exact = {what: self.asks(store, image, YES, "inspect", *options, "IMAGE") if store.digests else None for what, options in {
                "text": [], "json": ["--json"], "raw": ["--raw"], "digest": ["--digest"], "verified": ["--verify", "--json"]}.items()}
            self.asks(store, image, YES, "inspect", "--verify", "IMAGE")
            return {**exact, "config": only["config"], "platform": only["platform"],
                    "diff_ids": [layer["diffId"] for layer in only["layers"]],
                    "files": self.asks(store, image, YES, "inspect", "--files", "IMAGE")}

        answers = self.alike(case)
        self.assertEqual(LayoutEdit(layout).entry(TAG)["digest"] + "\n", answers["digest"])
        self.assertEqual(LayoutEdit(layout).blob(answers["digest"].strip()).decode(), answers["raw"])

    def test_inspect_and_sbom_of_an_index(self):
        layout = self.index_image(tag=TAG)

        def case(store):
            image, out = self.put(store, layout, "banana"), self.path(store.kind)
            os.mkdir(out)
            self.asks(store, image, USAGE, "sbom", "IMAGE")  # of two platforms, to one output
            self.asks(store, image, YES, "sbom", "IMAGE", "-o", f"purls={out}/purls")
            return {"json": self.asks(store, image, YES, "inspect", "--verify", "--json", "IMAGE"),
                    "arm": self.asks(store, image, YES, "inspect", "--json", "--platform", "linux/arm64", "IMAGE"),
                    "raw": self.asks(store, image, YES, "inspect", "--raw", "IMAGE"),
                    "purls": sorted(os.listdir(out)),
                    "neither": self.asks(store, image, UNKNOWN, "inspect", "--platform", "linux/s390x", "IMAGE")}

        self.assertEqual(2, len(self.alike(case, [store for store in self.stores if store.digests])["purls"]))

    def test_sbom_in_every_format(self):
        layout = self.debian()
        formats = re.search(r"there are ([a-z0-9@., -]+)", supply("sbom", "-o", "none", f"oci:{layout}").err)[1].split(", ")
        self.assertIn("spdx-json", formats)

        def case(store):
            image, answers = self.put(store, layout, "cherry"), {}
            for form in formats:
                for files in ("none", "all"):
                    text = self.asks(store, image, YES, "sbom", "-o", form, "--files", files, "IMAGE")
                    if form == "spdx-json":
                        head, _, text = text.partition("\n")  # names the source,
                        root, _, text = text.partition("\n")  # and so does its first package
                        self.assertIn('"documentNamespace"', head)
                        self.assertIn("DocumentRoot", root)
                    if form.startswith(("spdx", "cyclonedx")) and not store.digests:
                        text = None  # the manifest's digest and the layers that it names are others there
                    answers[f"{form} {files}"] = text
            return answers

        self.assertIn("pkg:deb/debian/libc6@", self.alike(case)["purls none"])

    def test_base(self):
        layers = [[file("usr", "0")], [file("etc", "1")]]
        base, image = self.image("base", TAG, layers=layers[:1]), self.image("upon", TAG, layers=layers)

        def case(store):
            below, above, answers = self.put(store, base, "below"), self.put(store, image, "above"), {}
            for what, code, one, other in (("is", YES, above, below), ("is not", NO, below, above)):
                text = self.asks(store, one, code, "base", "check", "--json", "IMAGE", "--base", store.named(other))
                answers[what] = store.neutral(other, text) if store.digests else None
                answers[what + ", in short"] = [(p["answer"], p["equalLayers"], p["reason"]) for p in json.loads(text)["platforms"]]
            return answers

        self.alike(case)

    # ---- signing and judging

    def test_sign_verify_attest_download(self):
        layout = self.small("date")

        def case(store):
            image = self.put(store, layout, "date")

            def asks(code, *words):
                text = NEW.sub("", self.asks(store, image, code, *words, "IMAGE") or "")
                return "\n".join(sorted(text.splitlines())) or None  # their order is that of digests

            answers = {"unsigned": asks(NO, "verify", *OWNER, "--json"), "denied": asks(NO, "gate", "--policy", "policy.yaml", "-o", "json"),
                       "no attestation": asks(NO, "verify-attestation", *OWNER, "--type", "custom", "--json"),
                       "nothing": asks(UNKNOWN, "download", "attestation")}
            for form in ("legacy", "bundle"):
                annotation = f"form={form}"
                answers[form] = asks(YES, "sign", *SIGNER, "--format", form, "-a", annotation, "--json")
                answers[form + " signed"] = asks(YES, "verify", *OWNER, "-a", annotation, "--json")
                answers[form + " not so"] = asks(NO, "verify", *OWNER, "-a", "form=none", "--json")
                answers[form + " stranger"] = asks(NO, "verify", *STRANGER, "--json")
            answers["allowed"] = asks(YES, "gate", "--policy", "policy.yaml", "-o", "json")
            answers["strictly denied"] = asks(NO, "gate", "--policy", "strict.yaml", "-o", "json")
            answers["attest"] = asks(YES, "attest", *SIGNER, "--type", "custom", "--predicate", "predicate.json", "--json")
            answers["attested"] = asks(YES, "verify-attestation", *OWNER, "--type", "custom", "--json")
            answers["by another"] = asks(NO, "verify-attestation", *STRANGER, "--type", "custom", "--json")
            answers["another type"] = asks(NO, "verify-attestation", *OWNER, "--type", "cyclonedx", "--json")
            answers["provenance"] = asks(YES, "provenance", "--attest", *SIGNER, *BUILD, "--json")
            answers["proven"] = asks(YES, "verify-attestation", *OWNER, "--type", "slsaprovenance1", "--json")
            asks(UNKNOWN, "download", "sbom")
            for what in ("signature", "attestation"):
                lines = (asks(YES, "download", what) or "").splitlines()
                bundles = [json.loads(line)["dsseEnvelope"]["payload"] for line in lines if "dsseEnvelope" in line]
                answers[f"{what}s"] = sorted(store.neutral(image, base64.b64decode(b).decode()) for b in bundles) or None
                answers[f"number of {what}s"] = len(lines) or None
            return answers

        answers = self.alike(case)
        self.assertEqual([1, 2, 2, 2], [len(answers["signatures"]), answers["number of signatures"], len(answers["attestations"]),
                                       answers["number of attestations"]])

    def test_release(self):
        layout = self.small("elder")

        def statuses(report):
            return report and {rule["rule"]: rule["status"] for rule in json.loads(report)["images"][0]["rules"]}

        def case(store):
            image = self.put(store, layout, "elder")
            report = ["--policy", "strict.yaml", "-o", "json", "IMAGE"]
            return {"denied": statuses(self.asks(store, image, NO, "gate", *report)),
                    "released": statuses(self.asks(store, image, YES, "release", *SIGNER, *BUILD, *report)),
                    "packages": self.asks(store, image, YES, "sbom", "check", *OWNER, "IMAGE").rsplit(":")[-1] if store.digests else None,
                    "verified": self.asks(store, image, YES, "verify", *OWNER, "--json", "IMAGE"),
                    "gate": statuses(self.asks(store, image, YES, "gate", *report))}

        self.alike(case)

    def test_tags(self):
        layout = self.small("fig")

        def case(store):
            image = self.put(store, layout, "fig")
            answers = {"tags": self.asks(store, image, YES, "tags", "--json", "STORE") if store.digests else None,
                       "not there": self.asks(store, image, UNKNOWN, "inspect", "IMAGE", rest=":none"),
                       "no digest": self.asks(store, image, UNKNOWN, "verify", *OWNER, "IMAGE", rest="@sha256:" + "0" * 64),
                       "tag": self.asks(store, image, YES, "tag", "IMAGE", "new"),
                       "two": self.asks(store, image, YES, "tags", "STORE") if store.digests else None,
                       "same": self.asks(store, image, YES, "inspect", "--raw", "IMAGE", rest=":new") if store.digests else None}
            if isinstance(store, Repositories):
                self.asks(store, image, UNKNOWN, "delete", "IMAGE")  # docker-registry cannot
                digest = self.asks(store, image, YES, "inspect", "--digest", "IMAGE").strip()
                self.asks(store, image, YES, "delete", "IMAGE", rest="@" + digest)
            else:
                self.asks(store, image, YES, "delete", "IMAGE")
            if store.digests:
                self.asks(store, image, UNKNOWN, "inspect", "IMAGE")
            return answers

        self.assertEqual(f"new\n{TAG}\n", self.alike(case)["two"])

    # ---- copying

    def test_copies_in_and_out_have_all_that_refers_to_all(self):
        for name, index in (("grape", False), ("melon", True)):
            with self.subTest(name):
                layout, _, attestation, _ = self.signed(name, index)

                def blobs(path):
                    """All of a layout but the lists of referrers, which each writer makes for itself."""
                    directory = os.path.join(path, "blobs", "sha256")
                    lists = [n for n in os.listdir(directory) if b'"manifests":[' in (b := self.read(os.path.join(directory, n))) and b'"artifactType"' in b]
                    return sorted(set(os.listdir(directory)) - set(lists))

                def case(store):
                    out = self.path(f"out of {store.kind} {name}")
                    self.ran(YES, "copy", f"oci:{layout}:{TAG}", store.named(name), env=store.env)
                    self.ran(YES, "copy", store.named(name), f"oci:{out}:{TAG}", env=store.env)
                    self.ran(YES, "inspect", "--verify", f"oci:{out}:{TAG}")
                    asks = lambda *words, **more: self.asks(store, name, YES, *words, **more)  # noqa: E731
                    return {"there": asks("verify", *OWNER, "-a", "env=prod", "--json", "IMAGE"),
                            "attested": asks("verify-attestation", *OWNER, "--type", "custom", "--json", "IMAGE"),
                            "attached": asks("inspect", "--json", "IMAGE") if store.digests else None,
                            "of attestation": asks("verify", *OWNER, "--json", "IMAGE", rest="@" + attestation) if store.digests else None,
                            "back": blobs(out) if store.digests else None}

                stores = [store for store in self.stores if store.digests or not index]
                self.assertEqual(blobs(layout), self.alike(case, stores)["back"])

    # ---- damage

    # What each command must read of an image.
    READS = {("inspect", "--verify", "IMAGE"): {"manifest", "config", "layer"},
             ("sbom", "--no-cache", "IMAGE"): {"manifest", "config", "layer"},
             ("verify", *OWNER, "IMAGE"): {"manifest", "signature", "signature's blob"},
             ("gate", "--policy", "policy.yaml", "IMAGE"): {"manifest", "signature", "signature's blob"},
             ("verify-attestation", *OWNER, "--type", "custom", "IMAGE"): {"manifest", "attestation", "attestation's blob"},
             ("copy", "IMAGE", "oci:OUT"): {"manifest", "config", "layer", "signature", "signature's blob", "attestation", "attestation's blob"}}

    def test_what_is_damaged_or_gone_is_neither_yes_nor_no(self):
        layout, subject, attestation, signature = self.signed("plum", forms=("bundle",))
        edit = LayoutEdit(layout)
        config, layer = edit.parsed(subject)["config"]["digest"], edit.parsed(subject)["layers"][0]["digest"]
        parts = {"manifest": subject, "config": config, "layer": layer, "signature": signature, "attestation": attestation}
        parts |= {f"{what}'s blob": edit.parsed(parts[what])["layers"][0]["digest"] for what in ("signature", "attestation")}
        saved = {"config": (config, edit.blob(config)),
                 "layer": (edit.parsed(config)["rootfs"]["diff_ids"][0], zlib.decompress(edit.blob(layer), 47))}

        def other(data):
            """In JSON other digests, so that it stays what it was for readers that do not hash it."""
            return re.sub(rb'[0-9a-f](?=")', lambda m: b"%x" % (int(m[0], 16) ^ 1), data) if b'"sha256:' in data else garbled(data)

        def garbled(data):
            return data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 0x80]) + data[len(data) // 2 + 1:]

        def case(store):
            image = self.put(store, layout, "plum")
            where = {what: (digest, edit.blob(digest)) for what, digest in parts.items()} if store.digests else saved
            for what, (digest, good) in where.items():
                self.assertNotEqual(good, other(good))
                for how, data, may in (("other", other(good), {DAMAGED}), ("garbled", garbled(good), {DAMAGED, UNKNOWN}),
                                       ("gone", None, {DAMAGED, UNKNOWN})):
                    store.change(image, digest, data)
                    for command, reads in self.READS.items():
                        if not store.digests and command[0] in JUDGES:
                            continue
                        words = [w.replace("IMAGE", store.named(image)).replace("OUT", f"{self.path(store.kind)}-{what}-{how}:x") for w in command]
                        answer = supply(*words, "--deadline", "3s", env=store.env, cwd=self.ground)
                        told = f"{store.kind}: {what} {how}\n{answer}"
                        if what in reads:
                            self.assertIn(answer.code, may, told)
                        else:
                            self.assertNotIn(answer.code, {NO, USAGE, 70}, told)
                    store.change(image, digest, good)
            self.asks(store, image, YES, "inspect", "--verify", "IMAGE")
            return {}

        self.alike(case)


if __name__ == "__main__":
    unittest.main()
