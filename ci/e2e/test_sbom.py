"""supply sbom: the packages of the small images, the official schema, the same bytes."""
import hashlib
import json
import os
import subprocess
import sys
import zipfile

from harness import (DAMAGED, EXPECTED, IMAGES, NO, OCI, UNKNOWN, USAGE, YES, Case, Layout, LayoutEdit, file, directory, purl_bases, some, stanza, tar,
                     to_json)
import registry_data  # noqa: E402  (the harness adds ci/ to the path)


def schema(case):
    """The official schema, from a package of a registry; skips the test where that cannot be had."""
    try:
        with open(registry_data.fetched("spdx-2.3.schema.json"), encoding="utf-8") as text:
            found = json.load(text)
    except registry_data.Unreachable as why:
        return case.skipTest(str(why))
    # The schema at the specification's tag v2.3 spells it so, the corrected one of the package as the text does.
    found["properties"]["packages"]["items"]["properties"]["primaryPackagePurpose"]["enum"].append("OPERATING_SYSTEM")
    return found


class Packages(Case):
    def test_each_image_has_the_packages_that_its_databases_say(self):
        with open(os.path.join(EXPECTED, "packages.json"), encoding="utf-8") as text:
            expected = json.load(text)
        for tag, lists in some(expected.items()):
            with self.subTest(tag):
                document = self.answers(YES, "sbom", f"oci:{IMAGES}:{tag}").json
                got = [purl for purl in purl_bases(document) if not purl.startswith("oci/")]
                allowed = set(lists["must"]) | set(lists.get("may", []))
                self.assertEqual([], sorted(set(lists["must"]) - set(got)), "missing")
                self.assertEqual([], sorted(set(got) - allowed), "too many")
                self.assertEqual(len(set(got)), len(got), "twice")

    def test_purls_carry_distribution_architecture_and_source(self):
        purls = self.answers(YES, "sbom", "-o", "purls", f"oci:{IMAGES}:debian").text.splitlines()
        self.assertIn("pkg:deb/debian/bsdutils@1%3A2.38.1-5%2Bdeb12u3?arch=amd64&distro=debian-12.15"
                      "&upstream=util-linux%402.38.1-5%2Bdeb12u3", purls)
        self.assertIn("pkg:npm/%40proof/scoped@2.1.0", purls)
        self.assertIn("pkg:golang/github.com/cespare/xxhash/v2@v2.3.0", purls)
        purls = self.answers(YES, "sbom", "-o", "purls", f"oci:{IMAGES}:alpine").text.splitlines()
        self.assertIn("pkg:apk/alpine/libcrypto3@3.3.5-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl", purls)

    def test_package_of_a_file_deleted_above_is_gone(self):
        status = stanza("kept", "1") + stanza("removed", "2")
        layers = [[directory("etc"), file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file("var/lib/dpkg/status", status)],
                  [file("var/lib/dpkg/status", stanza("kept", "1"))]]
        layout = self.image(layers=layers)
        self.assertEqual(["deb/debian/kept@1"],
                         [p for p in purl_bases(self.answers(YES, "sbom", f"oci:{layout}:app").json) if p.startswith("deb/")])


class Documents(Case):
    FORMATS = ("spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json", "cyclonedx-json@1.7")

    def test_a_document_is_converted_without_a_package_lost_and_the_same_each_time(self):
        image = f"oci:{IMAGES}:debian"
        first = self.write("first.json", self.answers(YES, "sbom", image).out)
        for name in self.FORMATS:
            with self.subTest(name):
                other = self.path("other")
                self.answers(YES, "sbom", "convert", f"sbom:{first}", "-o", f"{name}={other}")
                self.assertEqual(self.read(other), self.answers(YES, "sbom", "convert", f"sbom:{first}", "-o", name).out)
                self.assertEqual([], self.answers(YES, "sbom", "diff", "--json", f"sbom:{other}", f"sbom:{first}").json["differences"])
                self.assertEqual([], self.answers(YES, "sbom", "diff", "--json", f"sbom:{other}", image).json["differences"])
        self.answers(USAGE, "sbom", "convert", f"sbom:{first}")
        self.answers(USAGE, "sbom", "convert", f"sbom:{first}", "-o", "no-such-format")
        self.answers(UNKNOWN, "sbom", "convert", "sbom:" + self.write("x.xml", "<bom/>"), "-o", "spdx-json")
        self.answers(DAMAGED, "sbom", "convert", "sbom:" + self.write("x.json", "{"), "-o", "spdx-json")

    def test_lint_says_what_a_document_does_not_state(self):
        image = f"oci:{IMAGES}:debian"
        self.answers(YES, "sbom", "lint", image)
        self.answers(YES, "sbom", "lint", "--profile", "cra", image)
        self.answers(NO, "sbom", "lint", "--profile", "bsi", image)
        document = self.answers(YES, "sbom", image).json
        for package in some(document["packages"]):
            package.pop("supplier", None)
        answer = self.answers(NO, "sbom", "lint", "--json", "sbom:" + self.write("a.json", json.dumps(document)))
        self.assertEqual(["ntia/supplier"], [r["id"] for r in answer.json["requirements"] if not r["fulfilled"]])
        self.answers(USAGE, "sbom", "lint", "--profile", "nist", image)
        self.answers(DAMAGED, "sbom", "lint", "sbom:" + self.write("b.json", "{"))
        missing = self.answers(UNKNOWN, "sbom", "lint", "-o", "json", f"oci:{self.path('none')}:x")
        self.assertRegex(missing.text, r'"kind": ?"image"')

    def test_merged_documents_keep_every_package_and_its_image(self):
        images = [f"oci:{IMAGES}:debian", f"oci:{IMAGES}:alpine"]
        wanted = sorted(purl for image in images for purl in self.answers(YES, "sbom", "-o", "purls", image).text.splitlines())
        for name in self.FORMATS:
            with self.subTest(name):
                merged = self.path("merged")
                self.answers(YES, "sbom", "merge", *images, "--name", "shop", "-o", f"{name}={merged}")
                got = self.answers(YES, "sbom", "convert", f"sbom:{merged}", "-o", "purls").text.splitlines()
                self.assertEqual(sorted(set(wanted)), got)
        document = json.loads(self.answers(YES, "sbom", "merge", *images, "-o", "spdx-json").out)
        containers = [p for p in document["packages"] if p.get("primaryPackagePurpose") == "CONTAINER"]
        self.assertEqual(2, len(containers))

    def test_makers_are_named_and_a_document_is_kept_small(self):
        image = f"oci:{IMAGES}:debian"
        document = self.answers(YES, "sbom", "--author", "A B <a@example.org>", "--supplier", "Example", image).json
        self.assertIn("Person: A B (a@example.org)", document["creationInfo"]["creators"])
        self.assertIn("Organization: Example", [p["supplier"] for p in document["packages"] if p.get("primaryPackagePurpose") == "CONTAINER"])
        self.answers(USAGE, "sbom", "--author", "", image)
        whole = len(self.answers(YES, "sbom", "--files", "all", image).out)
        reduced = self.answers(YES, "sbom", "--files", "all", "--max-size", str(whole - 1), image)
        self.assertLess(len(reduced.out), whole)
        self.assertIn("left out", reduced.err)
        self.assertIn("left out", reduced.text)
        self.assertEqual(len(document["packages"]), len(reduced.json["packages"]))
        out = self.path("small.json")
        self.answers(DAMAGED, "sbom", "--max-size", "100", "-o", f"spdx-json={out}", image)
        self.assertFalse(os.path.exists(out))

    def test_a_go_program_has_the_version_that_was_linked_into_it(self):
        self.needs_large("go")
        self.write("go.mod", "module example.org/lamp\n\ngo 1.18\n")
        self.write("main.go", 'package main\n\nvar version = "dev"\n\nfunc main() { println(version) }\n')
        subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=v4.5.6", "-o", "lamp", "."],
                       cwd=self.directory, env={**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}, check=True, capture_output=True)
        image = f"oci:{self.image('go', layers=[[file('usr/bin/lamp', self.read(self.path('lamp')), mode=0o755)]])}:app"
        self.assertIn("pkg:golang/example.org/lamp@v4.5.6\n", self.answers(YES, "sbom", "-o", "purls", image).text)

    def test_strict_is_damaged_where_something_was_not_read(self):
        layer = [directory("etc"), file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file("opt/a.jar", "PK" + chr(3) + chr(4))]
        image = f"oci:{self.image('part', layers=[layer])}:app"
        self.answers(YES, "sbom", image)
        self.answers(DAMAGED, "sbom", "--strict", image)
        self.answers(UNKNOWN, "sbom", "lint", image)
        self.answers(YES, "sbom", "--strict", f"oci:{IMAGES}:debian")


class Unread(Case):
    def test_diff_says_what_of_an_image_is_not_in_its_list(self):
        layer = [directory("etc"), file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file("var/lib/dpkg/status", stanza("a", "1"))]
        whole = f"oci:{self.image('whole', layers=[layer])}:app"
        part = f"oci:{self.image('part', layers=[layer, [file('opt/a.jar', 'PK' + chr(3) + chr(4))]])}:app"
        document = self.write("sbom.json", self.answers(YES, "sbom", whole).out)
        self.answers(YES, "sbom", "diff", f"sbom:{document}", whole)
        for sides in ([f"sbom:{document}", part], [part, whole]):
            self.assertIn("a.jar", self.answers(UNKNOWN, "sbom", "diff", *sides).err)

    def test_a_signed_document_of_an_unread_form_is_no_no(self):
        private, public = self.key()
        for name, change in (("3", {"spdxVersion": "SPDX-3.0"}), ("1", {"spdxVersion": "SPDX-1.2"})):
            layout = self.image(name)
            image = f"oci:{layout}:app"
            document = {**self.answers(YES, "sbom", image).json, **change}
            self.answers(YES, "attest", "--key", private, "--predicate", self.write("sbom.json", json.dumps(document)), image)
            policy = self.policy(f"version: 1\nkeys: {{k: {public}}}\nimages: [{{match: ['**'], sbom: {{keys: [k]}}}}]\n")
            self.answers(UNKNOWN, "gate", "--policy", policy, image)
            self.answers(UNKNOWN, "sbom", "check", "--key", public, image)


BUILT = [file("etc/os-release", "ID=debian\n"), file("var/lib/dpkg/status", stanza("one", "1.0-1"))]


class Indexes(Case):
    def test_each_platform_gets_a_document_and_the_index_one_that_names_them(self):
        layout = self.index_image()
        outputs = {form: self.path(f"{form}.json") for form in ("spdx-json", "cyclonedx-json")}
        arguments = [word for form, path in outputs.items() for word in ("-o", f"{form}={path}")]
        self.answers(YES, "sbom", *arguments, f"oci:{layout}:app")
        first = {name: self.read(self.path(name)) for name in os.listdir(self.directory) if name.endswith(".json")}
        spdx = json.loads(first["spdx-json.json"])
        referred = {ref["checksum"]["checksumValue"]: ref["spdxDocument"] for ref in spdx["externalDocumentRefs"]}
        documents = {name: text for name, text in first.items() if name.startswith("spdx-json.linux")}
        self.assertEqual({hashlib.sha1(text).hexdigest(): json.loads(text)["documentNamespace"] for text in some(documents.values())}, referred)
        linked = {c["externalReferences"][0]["hashes"][0]["content"] for c in json.loads(first["cyclonedx-json.json"])["components"]}
        self.assertEqual({hashlib.sha256(text).hexdigest() for name, text in first.items() if name.startswith("cyclonedx-json.linux")}, linked)
        self.answers(YES, "sbom", *arguments, f"oci:{layout}:app")
        self.assertEqual(first, {name: self.read(self.path(name)) for name in first})

    def test_a_table_says_more_where_it_is_asked_to(self):
        image = f"oci:{IMAGES}:debian"
        self.assertIn("SINCE LAYER", self.answers(YES, "sbom", "-o", "table", "--verbose", image).text)
        self.assertNotIn("SINCE LAYER", self.answers(YES, "sbom", "-o", "table", image).text)


class Verbs(Case):
    def test_what_is_said_to_the_verb_above_is_not_dropped(self):
        ref = f"oci:{IMAGES}:debian"
        for words in (("--platform", "linux/arm64"), ("--verify",), ("-o", f"spdx-json={self.path('out')}"), ("--files", "all"), (ref,)):
            with self.subTest(words):
                self.says(self.answers(USAGE, "sbom", *words, "check", ref), words[0] if words[0] != ref else "IMAGE")
        self.answers(NO, "sbom", "--offline", "check", "--platform", "linux/amd64", ref)


class Diff(Case):
    def test_a_directory_in_which_nothing_is_read_is_no_tree_without_packages(self):
        os.mkdir(self.path("tree"))
        for tree in (self.path("tree"), f"dir:{self.path('tree')}"):
            self.says(self.answers(UNKNOWN, "sbom", "diff", f"oci:{IMAGES}:debian", tree), "no lock file")


class Attached(Case):
    """What sbom check takes for an SBOM of the image."""

    def with_buildkits(self, name, document, newer):
        """An index with the SBOM as `docker buildx build --sbom=true` writes it: an entry of the index, without `subject` in the older form."""
        layout = Layout(self.path(name))
        image = layout.image([("gzip", tar(BUILT))])
        statement = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document", "predicate": document,
                     "subject": [{"name": "x", "digest": {"sha256": image["digest"][7:]}}]}
        layer = layout.blob(to_json(statement), "application/vnd.in-toto+json")
        manifest = {"schemaVersion": 2, "mediaType": OCI["manifest"], "config": layout.blob(b"{}", OCI["config"]), "layers": [layer]}
        if newer:
            manifest |= {"subject": {k: image[k] for k in ("mediaType", "digest", "size")}, "artifactType": "application/vnd.docker.attestation.manifest.v1+json"}
        entry = {**layout.blob(to_json(manifest), OCI["manifest"]), "platform": {"os": "unknown", "architecture": "unknown"},
                 "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]}}
        layout.tag(layout.index([image, entry]), "app")
        layout.close()
        return f"oci:{layout.path}:app"

    def test_a_platform_without_an_sbom_is_named_in_every_format(self):
        layout = self.index_image()
        edit = LayoutEdit(layout)
        amd64 = edit.parsed(edit.entry("app")["digest"])["manifests"][0]["digest"]
        private, _ = self.key()
        self.answers(YES, "sbom", "--platform", "linux/amd64", f"oci:{layout}:app", "-o", f"spdx-json={self.path('sbom')}")
        self.answers(YES, "attest", "--key", private, "--type", "spdxjson", "--predicate", self.path("sbom"), f"oci:{layout}@{amd64}")
        for form in ("text", "json", "sarif", "junit", "html"):
            self.says(self.answers(NO, "sbom", "check", "-o", form, f"oci:{layout}:app"), "linux/arm64")

    def test_buildkits_statement_about_a_platform_counts(self):
        plain = f"oci:{self.image('plain', layers=[BUILT])}:app"
        good = self.answers(YES, "sbom", plain).json
        bad = {**good, "packages": [package for package in good["packages"] if package["name"] != "one"]}
        for newer in (False, True):
            with self.subTest(newer=newer):
                self.answers(YES, "sbom", "check", self.with_buildkits(f"good{newer}", good, newer))
                self.says(self.answers(NO, "sbom", "check", self.with_buildkits(f"bad{newer}", bad, newer)), "one")


class Document(Case):
    def test_the_official_schema_holds(self):
        import jsonschema
        official = schema(self)
        check = jsonschema.validators.validator_for(official)(official)
        for tag in ("debian", "alpine", "distroless", "docker", "database-gone", "names"):
            for files in ("none", "owned", "all"):
                with self.subTest(tag=tag, files=files):
                    document = self.answers(YES, "sbom", "--files", files, f"oci:{IMAGES}:{tag}").json
                    self.assertEqual([], [e.message for e in check.iter_errors(document)][:5])
                    self.refers_to_what_is_there(document)

    def test_the_official_schema_of_cyclonedx_holds(self):
        import jsonschema
        try:
            wheel = registry_data.fetched("cyclonedx.whl")
        except registry_data.Unreachable as why:
            return self.skipTest(str(why))
        with zipfile.ZipFile(wheel) as files:
            schemas = {name: json.loads(files.read(f"cyclonedx/schema/_res/{name}.SNAPSHOT.schema.json"))
                       for name in ("bom-1.6", "bom-1.7", "spdx", "jsf-0.82", "cryptography-defs") if
                       f"cyclonedx/schema/_res/{name}.SNAPSHOT.schema.json" in files.namelist()}
        store = {f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json": value for name, value in schemas.items()}
        for form, version in (("cyclonedx-json", "1.6"), ("cyclonedx-json@1.7", "1.7")):
            official = schemas[f"bom-{version}"]
            resolver = jsonschema.RefResolver(official["$id"], official, store=store)
            check = jsonschema.Draft7Validator(official, resolver=resolver)
            for tag in ("debian", "alpine", "distroless", "docker", "database-gone", "names"):
                with self.subTest(form=form, tag=tag):
                    answer = self.answers(YES, "sbom", "-o", form, f"oci:{IMAGES}:{tag}")
                    self.assertEqual(answer.out, self.answers(YES, "sbom", "--no-cache", "-o", form, f"oci:{IMAGES}:{tag}").out)
                    document = answer.json
                    self.assertEqual(version, document["specVersion"])
                    self.assertEqual([], [e.message for e in check.iter_errors(document)][:5])
                    refs = [c["bom-ref"] for c in document["components"]] + [document["metadata"]["component"]["bom-ref"]]
                    self.assertEqual(len(set(refs)), len(refs), "a reference stands twice")
                    for one in some(document["dependencies"]):
                        self.assertLessEqual({one["ref"], *one["dependsOn"]}, set(refs))
                    # What is written is what is read back.
                    path = self.write("x.cdx.json", answer.out)
                    self.assertEqual([], self.answers(YES, "sbom", "diff", "--json", f"sbom:{path}", f"oci:{IMAGES}:{tag}").json["differences"])

    # The classes are generated from SPDX's own SHACL model, and refuse an unknown property, a value of another type or
    # enumeration, and, when they are written, what is missing.
    CHECK_SPDX3 = """
import io, sys
sys.path.insert(0, sys.argv[1])
from spdx_python_model import v3_0_1
for path in sys.argv[2:]:
    objects = v3_0_1.SHACLObjectSet()
    with open(path, "rb") as file:
        v3_0_1.JSONLDDeserializer().read(file, objects)
    v3_0_1.JSONLDSerializer().write(objects, io.BytesIO())
    if objects.missing_ids:
        sys.exit(f"{path}: refers to what is not there: {sorted(objects.missing_ids)[:3]}")
"""

    def test_the_official_model_of_spdx_3_holds(self):
        try:
            wheel = registry_data.fetched("spdx3-model.whl")
        except registry_data.Unreachable as why:
            return self.skipTest(str(why))
        paths = []
        for tag in ("debian", "alpine", "distroless", "docker", "database-gone", "names"):
            for files in ("none", "all"):
                paths.append(self.path(f"{tag}-{files}.spdx3.json"))
                self.answers(YES, "sbom", "--files", files, "-o", f"spdx3-json={paths[-1]}", f"oci:{IMAGES}:{tag}")
        command = [sys.executable, "-c", self.CHECK_SPDX3, wheel]
        done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr[-1000:]))
        with open(paths[0], encoding="utf-8") as file:
            document = json.load(file)
        document["@graph"][0]["made-up"] = "x"
        damaged = subprocess.run([*command, self.write("damaged.json", json.dumps(document))], capture_output=True, check=False)
        self.assertNotEqual(0, damaged.returncode)

    def test_a_document_says_nothing_of_where_the_image_was_read_from(self):
        layout = f"oci:{IMAGES}:debian"
        whole = self.answers(YES, "sbom", layout).out
        archive = f"oci-archive:{self.path('other-name.tar')}"
        self.answers(YES, "copy", layout, archive + ":other-tag")
        copied = f"oci:{self.path('elsewhere')}"
        self.answers(YES, "copy", layout, copied)
        for image in (archive, archive + ":other-tag", copied):
            for cache in ((), ("--no-cache",)):
                self.assertEqual(whole, self.answers(YES, "sbom", *cache, image).out)
        named = self.answers(YES, "sbom", "--name", "registry.example/team/app:1", layout).json
        root = named["packages"][0]
        self.assertEqual(("registry.example/team/app", "1"), (root["name"], root["versionInfo"]))
        self.assertIn("repository_url=registry.example%2Fteam%2Fapp", root["externalRefs"][0]["referenceLocator"])
        for wrong in ("oci:x", "app@sha256:" + "0" * 64):
            self.answers(USAGE, "sbom", "--name", wrong, layout)

    def test_a_layer_that_was_not_read_again_is_said(self):
        layout = self.image("kept", layers=[[file("etc/os-release", "ID=debian\n")], [file("a", "1")]])
        caching = ("--cache", self.path("scans"))
        self.assertNotIn("earlier run", self.answers(YES, "sbom", *caching, f"oci:{layout}").err)
        again = self.answers(YES, "sbom", *caching, f"oci:{layout}")
        self.says(again, "2 of 2 layers were read by an earlier run and not again (--no-cache reads all)")
        for options in (("--no-cache",), ("--verify", *caching)):
            answer = self.answers(YES, "sbom", *options, f"oci:{layout}")
            self.assertEqual(again.out, answer.out)
            self.assertNotIn("earlier run", answer.err)
        changed = LayoutEdit(layout)
        with open(changed.blob_path(changed.parsed(changed.entry("app")["digest"])["layers"][1]["digest"]), "r+b") as layer:
            layer.write(b"?")
        self.answers(DAMAGED, "sbom", "--no-cache", f"oci:{layout}")
        self.says(self.answers(YES, "sbom", *caching, f"oci:{layout}"), "not again")

    def refers_to_what_is_there(self, document):
        ids = [element["SPDXID"] for element in document["packages"] + document.get("files", [])] + [document["SPDXID"]]
        self.assertEqual(len(set(ids)), len(ids), "an id stands twice")
        for relation in some(document["relationships"]):
            self.assertIn(relation["spdxElementId"], ids)
            self.assertIn(relation["relatedSpdxElement"], ids + ["NOASSERTION", "NONE"])
        defined = {info["licenseId"] for info in document.get("hasExtractedLicensingInfos", [])}
        used = set()
        for package in some(document["packages"]):
            for key in ("licenseDeclared", "licenseConcluded"):
                used |= {word.strip("()") for word in package.get(key, "").split() if word.strip("()").startswith("LicenseRef-")}
        self.assertEqual(set(), used - defined, "a LicenseRef without text")

    def test_the_same_bytes_every_time(self):
        first = self.answers(YES, "sbom", "--files", "all", f"oci:{IMAGES}:debian").out
        for _ in range(5):
            self.assertEqual(first, self.answers(YES, "sbom", "--files", "all", f"oci:{IMAGES}:debian").out)
        elsewhere = self.path("elsewhere")
        import shutil
        shutil.copytree(IMAGES, elsewhere)
        moved = json.loads(self.answers(YES, "sbom", "--files", "all", f"oci:{elsewhere}:debian").out)
        self.assertEqual(json.loads(first)["packages"][-1], moved["packages"][-1])

    def test_time_is_the_images_own_or_what_was_said(self):
        document = self.answers(YES, "sbom", f"oci:{IMAGES}:debian").json
        self.assertEqual("2026-11-24T00:00:00Z", document["creationInfo"]["created"])
        document = self.answers(YES, "sbom", f"oci:{IMAGES}:debian", env={"SOURCE_DATE_EPOCH": "1640995200"}).json
        self.assertEqual("2022-01-01T00:00:00Z", document["creationInfo"]["created"])
        self.answers(USAGE, "sbom", f"oci:{IMAGES}:debian", env={"SOURCE_DATE_EPOCH": "yesterday"})

    def test_the_document_describes_the_manifest(self):
        digest = LayoutEdit(IMAGES).entry("debian")["digest"]
        document = self.answers(YES, "sbom", f"oci:{IMAGES}:debian").json
        self.assertEqual("SPDX-2.3", document["spdxVersion"])
        roots = [r["relatedSpdxElement"] for r in document["relationships"] if r["relationshipType"] == "DESCRIBES"]
        root = next(p for p in document["packages"] if p["SPDXID"] in roots)
        self.assertIn(digest[7:], [c["checksumValue"] for c in root["checksums"]])

    def test_owned_and_unowned_files(self):
        names = {}
        for files in ("none", "owned", "all"):
            document = self.answers(YES, "sbom", "--files", files, f"oci:{IMAGES}:debian").json
            names[files] = {f["fileName"].removeprefix("./").removeprefix("/") for f in document.get("files", [])}
            for entry in document.get("files", []):
                kinds = {c["algorithm"]: c["checksumValue"] for c in entry["checksums"]}
                self.assertEqual({"SHA1", "SHA256"}, set(kinds) & {"SHA1", "SHA256"})
                self.assertNotIn("0" * 40, kinds.values())
        self.assertEqual(set(), names["none"])
        self.assertIn("usr/bin/proof-tool", names["owned"])
        self.assertNotIn("var/lib/dpkg/status-old", names["owned"])
        self.assertIn("var/lib/dpkg/status-old", names["all"])
        self.assertIn("usr/bin/hello", names["all"])

    def test_outputs_to_files_and_the_refusal_of_two_on_stdout(self):
        out = self.path("a.spdx.json")
        self.answers(YES, "sbom", "-o", f"spdx-json={out}", "-o", "purls", f"oci:{IMAGES}:alpine")
        self.assertEqual("SPDX-2.3", json.loads(self.read(out))["spdxVersion"])
        self.answers(USAGE, "sbom", "-o", "spdx-json", "-o", "purls", f"oci:{IMAGES}:alpine")
        self.answers(USAGE, "sbom", "-o", "no-such-format", f"oci:{IMAGES}:alpine")
