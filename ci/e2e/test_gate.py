"""supply gate and supply release: what a policy asks, and every way of not fulfilling it."""
import base64
import json
import os
import shutil

from harness import DAMAGED, NO, PEERS, UNKNOWN, USAGE, YES, Case, LayoutEdit, file, directory, stanza, supply

import layout_edit

PROVENANCE, SPDX, SIGN = "https://slsa.dev/provenance/v1", "https://spdx.dev/Document", layout_edit.SIGN
BUILDER = "https://ci.example.org/runner"
BUILD = ["--builder-id", BUILDER, "--build-type", "https://ci.example.org/build/v1",
         "--source", "git+https://git.example.org/app@" + "c0ffee" * 6 + "abcd"]


class GateCase(Case):
    def setUp(self):
        super().setUp()
        self.private, self.public = self.key("release")
        self.layout = self.image()
        self.ref = f"oci:{self.layout}:app"
        self.rules = self.policy(f"""
version: 1
keys:
  release: release.pub
builders:
  {BUILDER}: {{keys: [release], level: 1}}
images:
  - match: ["**"]
    signatures: {{any_of: [release]}}
    provenance: {{builders: ["{BUILDER}"], sources: ["https://git.example.org/app"]}}
    sbom: {{agrees: true}}
""")

    def release(self, code=YES, ref=None, **more):
        return self.answers(code, "release", "--key", self.private, "--policy", self.rules, *BUILD, ref or self.ref, **more)

    def gate(self, code, *options, ref=None, rules=None):
        return self.answers(code, "gate", "--policy", rules or self.rules, *options, ref or self.ref)

    def rulings(self, code, **more):
        """rule -> status of the one image, by the JSON report."""
        report = self.gate(code, "-o", "json", **more).json
        return {rule["rule"]: rule["status"] for rule in report["images"][0]["rules"]}

    def denied(self, code=NO, **more):
        return sorted(rule for rule, status in self.rulings(code, **more).items() if status == "denied")


class Release(GateCase):
    def test_an_entry_for_a_directory_applies_by_whatever_way_the_directory_is_reached(self):
        root = os.path.realpath(self.path("root"))
        os.makedirs(root + "/srv")
        shutil.move(self.image(), root + "/srv/prod")
        os.symlink("srv/prod", root + "/link")
        os.symlink("srv", root + "/services")
        for place in (root + "/srv", root + "/services"):
            policy = self.policy("version: 1\nimages:\n  - {match: ['**'], packages: {deny: ['pkg:npm/never']}}\n"
                                 f"  - {{match: ['oci:{place}/**'], labels_are_not_there: 0}}\n".replace("labels_are_not_there: 0", "config: {labels: [never-there]}"))
            for cwd, reference in (("/", f"oci:{root}/srv/prod:app"), (root + "/srv", "oci:prod:app"), (root + "/srv", "./prod:app"),
                                   (root + "/srv/prod", "oci:.:app"), ("/", f"oci:{root}/link:app"), ("/", f"oci:{root}/services/prod:app"),
                                   ("/", f"oci:/proc/self/root{root}/srv/prod:app")):
                with self.subTest(policy=place[len(root):], reference=reference.replace(root, "")):
                    answer = supply("gate", "--policy", policy, reference, cwd=cwd)
                    self.assertEqual(1, answer.code, answer)
                    self.assertIn("labels", answer.text)

    def test_release_then_gate_allows(self):
        self.gate(NO)
        answer = self.release()
        self.says(answer, "scan")  # what it could not do yet, it says
        self.assertEqual({"signatures", "provenance", "sbom"}, set(self.rulings(YES)))
        self.answers(YES, "verify", "--key", self.public, self.ref)
        for kind in ("spdxjson", "slsaprovenance1"):
            self.answers(YES, "verify-attestation", "--key", self.public, "--type", kind, self.ref)
        self.skopeo_takes(self.layout, "app")
        edit = LayoutEdit(self.layout)
        kinds = {statement["predicateType"]: statement for _, _, statement in edit.statements(edit.entry("app")["digest"])}
        self.assertEqual({SIGN, SPDX, PROVENANCE}, set(kinds))
        provenance = kinds[PROVENANCE]["predicate"]
        self.assertEqual(BUILDER, provenance["runDetails"]["builder"]["id"])
        self.assertIn("git.example.org/app", json.dumps(provenance["buildDefinition"]["resolvedDependencies"]))

    def test_release_twice_is_fine(self):
        self.release()
        self.release()
        self.gate(YES)

    def test_an_index_is_released_whole(self):
        many = self.index_image()
        self.release(ref=f"oci:{many}:app")
        self.gate(YES, ref=f"oci:{many}:app")
        self.gate(YES, "--platform", "linux/arm64", ref=f"oci:{many}:app")
        self.skopeo_takes(many, "app")

    def test_a_verification_summary_with_a_platform_is_about_that_platform(self):
        many = self.index_image()
        edit = LayoutEdit(many)
        amd64, arm64 = (entry["digest"] for entry in edit.parsed(edit.entry("app")["digest"])["manifests"][:2])
        self.answers(YES, "sign", "--key", self.private, f"oci:{many}@{amd64}")
        rules = self.policy("version: 1\nkeys: {release: release.pub}\nimages:\n  - match: ['**']\n    signatures: {any_of: [release]}\n", "signed.yaml")
        ref = f"oci:{many}:app"
        self.gate(NO, rules=rules, ref=ref)
        statement = self.gate(YES, "--platform", "linux/amd64", "-o", "vsa", rules=rules, ref=ref).json
        self.assertEqual([amd64], ["sha256:" + subject["digest"]["sha256"] for subject in statement["subject"]])
        self.assertEqual("PASSED", statement["predicate"]["verificationResult"])
        statement = self.gate(NO, "-o", "vsa", rules=rules, ref=ref).json
        self.assertEqual([edit.entry("app")["digest"]], ["sha256:" + subject["digest"]["sha256"] for subject in statement["subject"]])

    def test_a_flipped_byte_of_a_layer_is_damage(self):
        self.release()
        edit = LayoutEdit(self.layout)
        for layer in edit.manifest("app")["layers"]:
            edit.flip(layer["digest"])
            self.says(self.gate(DAMAGED), layer["digest"])
            edit.flip(layer["digest"])
        self.gate(YES)

    def test_a_layer_made_consistent_again_is_not_signed(self):
        self.release()
        LayoutEdit(self.layout).alter_layer("app")
        self.answers(YES, "inspect", "--verify", self.ref)
        self.assertIn("signatures", self.denied())

    def test_one_byte_of_each_document_is_a_no(self):
        for kind, rule in ((SIGN, "signatures"), (SPDX, "sbom"), (PROVENANCE, "provenance")):
            for change in (layout_edit.flip_signature_byte, layout_edit.flip_payload_byte):
                if kind == SIGN and change is layout_edit.flip_payload_byte:
                    continue  # its predicate is empty
                with self.subTest(kind=kind, change=change.__name__):
                    self.layout = self.image(f"{rule}-{change.__name__}")
                    self.ref = f"oci:{self.layout}:app"
                    self.release()
                    edit = LayoutEdit(self.layout)
                    self.assertEqual(1, edit.alter_bundle(edit.entry("app")["digest"], kind, change))
                    self.assertEqual([rule], self.denied())

    def test_one_package_more_with_the_old_sbom_is_denied_by_the_sbom_alone(self):
        self.release()
        sbom = self.write("old.spdx.json", self.answers(YES, "download", "sbom", self.ref).out)
        layers = [[directory("etc"), file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n'),
                   file("var/lib/dpkg/status", stanza("one", "1.0-1") + stanza("two", "2:2.0") + stanza("three", "3"))]]
        other = self.image("more", layers=layers)
        ref = f"oci:{other}:app"
        self.answers(YES, "sign", "--key", self.private, ref)
        self.answers(YES, "provenance", "--attest", "--key", self.private, *BUILD, ref)
        self.answers(YES, "attest", "--key", self.private, "--predicate", sbom, ref)
        self.assertEqual(["sbom"], self.denied(ref=ref))
        self.says(self.gate(NO, ref=ref), "three")

    def files(self, layout):
        return sorted(os.path.join(directory, name) for directory, _, names in os.walk(layout) for name in names)

    def test_a_denied_release_says_what_stands_attached(self):
        rules = self.policy("version: 1\nkeys: {release: release.pub}\nimages:\n  - match: ['**']\n    config: {labels: [none]}\n", "no.yaml")
        command = ("release", "--key", self.private, "--policy", rules, *BUILD, self.ref)
        before = self.files(self.layout)
        self.says(self.answers(NO, *command, "--judge-first"), "nothing was attached")
        self.assertEqual(before, self.files(self.layout))
        self.answers(NO, "verify", "--key", self.public, self.ref)
        answer = self.answers(NO, *command)
        self.says(answer, "stand attached", "supply delete oci:", "--judge-first")
        self.answers(YES, "verify", "--key", self.public, self.ref)
        for words in answer.err.split("supply delete ")[1:]:
            self.answers(YES, "delete", words.split()[0].rstrip(";"))
        self.answers(NO, "verify", "--key", self.public, self.ref)
        self.assertNotIn("stand attached", self.answers(YES, "release", "--key", self.private, "--policy", self.rules, *BUILD, self.ref, "--judge-first").err)
        self.gate(YES)


class Exceptions(GateCase):
    """An exception covers what it names, and no more."""

    def setUp(self):
        super().setUp()
        self.layout = self.image("leaky", tag="latest", config={"User": "0", "Env": ["A_PASSWORD=hunter2hunter2", "B_TOKEN=hunter3hunter3"]})
        self.ref = f"oci:{self.layout}:latest"
        self.digest = LayoutEdit(self.layout).entry("latest")["digest"]

    def judged(self, code, body, *exceptions):
        lines = "".join(f"  - {{{e}, images: ['{self.digest}'], reason: r, owner: o, expires: 2090-01-01}}\n" for e in exceptions)
        rules = self.policy(f"version: 1\nimages:\n  - match: ['**']\n{body}exceptions:\n{lines}", "excepting.yaml")
        return self.gate(code, "-o", "json", rules=rules)

    def test_one_for_the_tag_excuses_nothing_else(self):
        every = "    config: {non_root: true, no_secrets: true, no_latest: true, pinned: true, labels: [x, y]}\n"
        secrets = "rule: secrets, findings: [env/A_PASSWORD, env/B_TOKEN]"
        all_of_them = ["rule: tag", "rule: user", "rule: pinned", secrets, "rule: labels, findings: [x, y]"]
        self.judged(YES, every, *all_of_them)
        for missing in all_of_them:
            with self.subTest(missing):
                self.judged(NO, every, *(e for e in all_of_them if e != missing))
        for near in ("rule: secrets, findings: ['env/A_*']", "rule: secrets, findings: [env/A_PASSWORD]", "rule: secrets, findings: [env/A_PASSWORD, env/b_token]",
                     "rule: secrets, findings: [env/A_PASSWORD, label/B_TOKEN]"):
            with self.subTest(near):
                self.judged(NO, every, *(e for e in all_of_them if e != secrets), near)
        for wrong in ("rule: config", "rule: secrets", "rule: labels", "rule: secrets, findings: ['**']", "rule: secrets, findings: [B_TOKEN]",
                      "rule: packages, findings: ['pkg:deb/debian/x?arch=a']", "rule: packages, finding: ['pkg:deb/debian/x']"):
            with self.subTest(wrong):
                self.says(self.judged(USAGE, every, wrong), "line ", "column ")

    def test_one_for_a_package_excuses_no_other(self):
        deny = "    packages: {deny: ['pkg:deb/debian/*']}\n"
        one, two = "pkg:deb/debian/one@1.0-1", "pkg:deb/debian/two@2:2.0"
        report = self.judged(NO, deny, f"rule: packages, findings: ['{one}']").json
        rule = report["images"][0]["rules"][0]
        self.assertEqual({one, two}, {f["id"] for f in rule["findings"]})
        self.assertEqual([one], rule["exceptions"][0]["covers"])
        self.judged(YES, deny, f"rule: packages, findings: ['{one}', '{two}']")
        unused = self.judged(NO, deny, "rule: packages, findings: ['pkg:deb/debian/three@1']").json["images"][0]["unusedExceptions"]
        self.assertEqual(["pkg:deb/debian/three@1"], unused[0]["findings"])


class Sources(GateCase):
    def judged(self, pattern, definition):
        layout = self.image("built" + str(abs(hash((pattern, json.dumps(definition))))))
        predicate = self.write("p.json", json.dumps({"buildDefinition": {"buildType": "https://ci.example/b", "externalParameters": {}, **definition},
                                                     "runDetails": {"builder": {"id": BUILDER}}}))
        self.answers(YES, "attest", "--key", self.private, "--type", "slsaprovenance1", "--predicate", predicate, f"oci:{layout}:app")
        rules = self.policy("version: 1\nkeys: {release: release.pub}\nimages:\n  - match: ['**']\n    provenance: "
                            f"{{keys: [release], sources: ['{pattern}']}}\n", "sources.yaml")
        answer = supply("gate", "--policy", rules, f"oci:{layout}:app")
        if answer.code == USAGE:
            self.says(answer, "line ", "column ", "matches no source")
        return answer.code

    def source(self, uri, **more):
        return {"externalParameters": {"source": {"uri": uri, **more}}}

    def test_patterns_and_sources_have_one_form(self):
        project = "https://dev.example/org/My%20Project/_git/app"
        self.assertEqual(YES, self.judged(project, self.source(project)))
        self.assertEqual(YES, self.judged("https://git.example/*", self.source("git+https://me@GIT.example:443/a.git@refs/heads/main")))
        for pattern in (project, "https://git.example/a", "**"):
            for odd in ("https://git.example/%61", "https://git.example/x/../a", "https://git.example//a", "https://git.example/a?x", "x"):
                with self.subTest(pattern=pattern, source=odd):
                    self.assertEqual(NO, self.judged(pattern, self.source(odd)))
        for wrong in ("git.example/*", "https://git.example/a.git", "https://Git.example/a", "https://git.example/a?", "https://git.example/a#x",
                      "https://git.example:443/a", "https://git.example//a", "https://git.example/%61", "git+https://git.example/a"):
            with self.subTest(wrong):
                self.assertEqual(USAGE, self.judged(wrong, self.source("https://git.example/a")))

    def test_what_was_built_is_said_once_or_alike(self):
        a, b, main = "a" * 40, "b" * 40, "git+https://git.example/a@refs/heads/main"
        digest = {"digest": {"gitCommit": a}}
        right = {"uri": main, "digest": {"gitCommit": a}}
        tool = {"uri": "git+https://git.example/tools/builder", "digest": {"gitCommit": b}}
        pattern = "https://git.example/a@refs/heads/main"
        self.assertEqual(YES, self.judged(pattern, self.source(main, **digest)))
        self.assertEqual(YES, self.judged(pattern, {**self.source(main, **digest), "resolvedDependencies": [right, tool]}))
        for wrong in ([tool], [{**right, "digest": {"gitCommit": b}}], [{**right, "uri": "git+https://git.example/a@refs/heads/evil"}],
                      [{**right, "uri": "git+https://git.example/evil@refs/heads/main"}], [right, {**right, "digest": {"gitCommit": b}}]):
            with self.subTest(wrong):
                self.assertEqual(NO, self.judged(pattern, {**self.source(main, **digest), "resolvedDependencies": wrong}))
        self.assertEqual(NO, self.judged(pattern, self.source("git+https://git.example/a@refs/heads/evil", ref="refs/heads/main")))


class Rules(GateCase):
    def rules_of(self, body, keys="  release: release.pub\n"):
        return self.policy(f"version: 1\nkeys:\n{keys}images:\n  - match: ['**']\n{body}", "other.yaml")

    def test_default_is_deny(self):
        rules = self.policy("version: 1\nkeys:\n  release: release.pub\nimages:\n  - match: ['registry.example/**']\n"
                            "    signatures: {any_of: [release]}\n", "narrow.yaml")
        self.release()
        self.gate(NO, rules=rules)
        self.gate(NO, rules=self.policy("version: 1\nimages: []\n", "empty.yaml"))

    def test_any_all_and_n_of_m(self):
        names = ["release", "second", "third"]
        pairs = {name: self.key(name) if name != "release" else (self.private, self.public) for name in names}
        keys = "".join(f"  {name}: {name}.pub\n" for name in names)
        every = self.rules_of("    signatures: {all_of: [release, second]}\n", keys)
        some = self.policy(open(every, encoding="utf-8").read().replace("all_of: [release, second]",
                                                                       "threshold: 2, of: [release, second, third]"), "some.yaml")
        self.answers(YES, "sign", "--key", pairs["release"][0], self.ref)
        self.answers(YES, "sign", "--key", pairs["release"][0], self.ref)  # twice the same key is one signer
        self.gate(NO, rules=every)
        self.gate(NO, rules=some)
        self.answers(YES, "sign", "--key", pairs["third"][0], "--format", "legacy", self.ref)
        self.gate(NO, rules=every)
        self.gate(YES, rules=some)
        self.answers(YES, "sign", "--key", pairs["second"][0], self.ref)
        self.gate(YES, rules=every)
        # Two names of one key are one signer.
        twice = self.rules_of("    signatures: {threshold: 2, of: [release, again]}\n", "  release: release.pub\n  again: release.pub\n")
        self.gate(USAGE, rules=twice)

    def test_provenance_by_a_key_that_is_not_the_builders(self):
        stranger, _ = self.key("stranger")
        self.answers(YES, "sign", "--key", self.private, self.ref)
        self.answers(YES, "provenance", "--attest", "--key", stranger, *BUILD, self.ref)
        self.assertIn("provenance", self.denied())

    def test_provenance_of_another_builder_or_source(self):
        for wrong in (["--builder-id", "https://elsewhere.example/runner", *BUILD[2:]],
                      [*BUILD[:4], "--source", "git+https://git.example.org/evil@" + "c0ffee" * 6 + "abcd"]):
            with self.subTest(wrong):
                layout = self.image("wrong" + wrong[-1][-5:] + wrong[1][8:12])
                ref = f"oci:{layout}:app"
                self.answers(YES, "sign", "--key", self.private, ref)
                self.answers(YES, "provenance", "--attest", "--key", self.private, *wrong, ref)
                self.assertIn("provenance", self.denied(ref=ref))

    def test_levels_over_one_need_a_builder(self):
        self.gate(USAGE, rules=self.rules_of("    signatures: {any_of: [release]}\n    provenance: {level: 2}\n"))

    def test_config_rules(self):
        rules = self.rules_of("    config: {non_root: true, no_secrets: true}\n")
        self.gate(YES, rules=rules)
        for name, config in (("root", {"User": "0"}), ("unset", {}), ("named", {"User": "root"}), ("grouped", {"User": "0:0"}),
                             ("padded", {"User": "00"}),
                             ("secret", {"User": "1000", "Env": ["DATABASE_PASSWORD=hunter2hunter2"]})):
            with self.subTest(name):
                layout = self.image(name, config=config)
                self.gate(NO, ref=f"oci:{layout}:app", rules=rules)
        latest = self.image("latest", tag="latest")
        self.gate(NO, ref=f"oci:{latest}:latest", rules=self.rules_of("    config: {no_latest: true}\n"))

    def test_denied_packages_and_licences(self):
        self.gate(YES, rules=self.rules_of("    packages: {deny: ['pkg:deb/debian/absent@*']}\n"))
        self.gate(NO, rules=self.rules_of("    packages: {deny: ['pkg:deb/debian/two@*']}\n"))
        doc = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: x\nLicense: AGPL-3\n"
        layout = self.image("agpl", layers=[[file("etc/os-release", "ID=debian\nVERSION_ID=12\n"),
                                             file("var/lib/dpkg/status", stanza("free", "1")),
                                             file("usr/share/doc/free/copyright", doc)]])
        self.gate(NO, ref=f"oci:{layout}:app", rules=self.rules_of("    licenses: {deny: ['AGPL-3.0*']}\n"))
        self.gate(YES, ref=f"oci:{layout}:app", rules=self.rules_of("    licenses: {deny: ['GPL-2.0*']}\n"))

    def test_base_images(self):
        below = [[directory("etc"), file("etc/base", "the base")]]
        base = self.image("base", tag="1", layers=below)
        good = self.image("good", layers=below + [[file("app", "x")]])
        bad = self.image("bad", layers=[[directory("etc"), file("etc/base", "another base")], [file("app", "x")]])
        rules = self.rules_of(f"    base: {{allowed: ['oci:{base}:1']}}\n")
        self.gate(YES, ref=f"oci:{good}:app", rules=rules)
        self.gate(NO, ref=f"oci:{bad}:app", rules=rules)
        missing = self.rules_of(f"    base: {{allowed: ['oci:{self.path('gone')}:1']}}\n")
        self.gate(UNKNOWN, ref=f"oci:{good}:app", rules=missing)

    def test_unsigned_statements_and_junk_never_satisfy(self):
        self.answers(YES, "sign", "--key", self.private, self.ref)
        stranger, _ = self.key("stranger")
        self.answers(YES, "attest", "--key", stranger, "--predicate", os.path.join(PEERS, "sbom.spdx.json"), self.ref)
        edit = LayoutEdit(self.layout)
        subject = edit.entry("app")["digest"]
        edit.attach(subject, b"junk", PROVENANCE)
        edit.attach(subject, b'{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},'
                             b'"dsseEnvelope":{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}}', SPDX)
        self.assertEqual(["provenance", "sbom"], self.denied())
        self.answers(YES, "verify", "--key", self.public, self.ref)  # and junk does not hide the good signature

    def test_the_image_of_a_policy_that_is_wrong_is_never_allowed(self):
        self.release()
        with open(self.rules, encoding="utf-8") as text:
            good = text.read()
        for name, text in {"unknown member": good.replace("signatures:", "signature:"), "unknown key": good.replace("[release]}\n    prov", "[realese]}\n    prov"),
                           "missing file": good.replace("release.pub", "none.pub"), "no version": good.replace("version: 1", ""),
                           "newer version": good.replace("version: 1", "version: 2"), "twice": good + "version: 1\n",
                           "not yaml": "{", "empty": "", "a list": "[]"}.items():
            with self.subTest(name):
                self.gate(USAGE, rules=self.policy(text, "wrong.yaml"))
        self.answers(USAGE, "gate", "--policy", self.path("no-such.yaml"), self.ref)
        self.answers(USAGE, "gate", self.ref)

    def test_audit_turns_a_deny_into_zero_and_nothing_else(self):
        self.gate(YES, "--audit")
        edit = LayoutEdit(self.layout)
        self.answers(UNKNOWN, "gate", "--audit", "--policy", self.rules, f"oci:{self.layout}:nothing")
        edit.flip(edit.manifest("app")["layers"][0]["digest"])
        self.release(DAMAGED)
        self.gate(USAGE, "--audit", rules=self.policy("[]", "bad.yaml"))

    def test_several_images_take_the_worst(self):
        self.release()
        other = self.image("other", layers=[[file("x", "y")]])
        self.answers(NO, "gate", "--policy", self.rules, self.ref, f"oci:{other}:app")
        self.answers(UNKNOWN, "gate", "--policy", self.rules, self.ref, f"oci:{other}:none")
        self.answers(NO, "gate", "--policy", self.rules, f"oci:{other}:none", f"oci:{other}:app")

    def test_reports_in_every_form(self):
        self.release()
        out = {form: self.path(form) for form in ("json", "sarif", "junit", "text")}
        self.gate(YES, *[x for form, path in out.items() for x in ("-o", f"{form}={path}")])
        report = json.loads(self.read(out["json"]))
        self.assertEqual("allow", report["verdict"])
        self.assertEqual(LayoutEdit(self.layout).entry("app")["digest"], report["images"][0]["digest"])
        self.assertEqual({"signatures", "provenance", "sbom"}, {rule["rule"] for rule in report["images"][0]["rules"] if rule["findings"]})
        for rule in report["images"][0]["rules"]:
            for finding in rule["findings"]:
                self.assertTrue(finding["expected"] and finding["found"], finding)
        self.assertEqual("2.1.0", json.loads(self.read(out["sarif"]))["version"])
        import xml.dom.minidom
        xml.dom.minidom.parse(out["junit"])
        self.gate(USAGE, "-o", "json", "-o", "text")

    def test_denials_name_expected_found_and_remedy(self):
        report = self.gate(NO, "-o", "json").json
        self.assertEqual({"signatures", "provenance", "sbom"}, {rule["rule"] for rule in report["images"][0]["rules"]})
        for rule in report["images"][0]["rules"]:
            self.assertTrue(rule["findings"], rule)
            for finding in rule["findings"]:
                for member in ("expected", "found", "remedy"):
                    self.assertTrue(finding[member], finding)

    def test_a_simulated_time_is_marked(self):
        self.release()
        report = self.gate(YES, "-o", "json", "--now", "2030-01-01T00:00:00Z").json
        self.assertTrue(report["simulatedTime"])
        self.gate(USAGE, "--now", "tomorrow")

    def test_nothing_in_the_environment_weakens_a_verdict(self):
        for name in ("POLICY", "KEY", "NOW", "AUDIT"):
            value = "1" if name == "AUDIT" else self.rules
            answer = supply("gate", "--policy", self.rules, self.ref, env={"SUPPLY_" + name: value})
            self.assertEqual(NO, answer.code, str(answer))


class Junk(GateCase):
    """What anybody may attach who can push a referrer decides nothing about signed evidence, nor about other images."""

    def setUp(self):
        super().setUp()
        self.rules = self.policy("version: 1\nkeys: {release: release.pub}\nimages:\n"
                                 "  - match: ['**']\n    signatures: {any_of: [release]}\n")

    def test_an_annotation_hides_no_evidence(self):
        kind = "dev.sigstore.bundle.predicateType"
        spdx = self.write("sbom", json.dumps({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": []}))
        for said in ("", "https://example.org/other", SPDX, SIGN):
            with self.subTest(said=said):
                layout = self.image("lies" + str(len(said)))
                ref = f"oci:{layout}:app"
                self.answers(YES, "sign", "--key", self.private, ref)
                self.answers(YES, "attest", "--key", self.private, "--type", "custom", "--predicate", spdx, ref)
                edit = LayoutEdit(layout)
                for digest in [digest for digest, _, _ in edit.statements(edit.entry("app")["digest"])]:
                    manifest = edit.parsed(digest)
                    manifest["annotations"][kind] = said
                    edit.substitute(digest, layout_edit.to_json(manifest))
                index = edit.index()
                for entry in index["manifests"]:
                    if kind in entry.get("annotations", {}):
                        entry["annotations"][kind] = said
                edit.save_index(index)
                self.answers(YES, "verify", "--key", self.public, ref)
                self.answers(YES, "verify-attestation", "--key", self.public, "--type", "custom", ref)
                self.gate(YES, ref=ref)

    def test_junk_on_one_image_leaves_the_answer_about_another(self):
        self.answers(YES, "sign", "--key", self.private, self.ref)
        flooded = self.image("flooded")
        edit, kind = LayoutEdit(flooded), "application/vnd.dsse.envelope.v1+json"
        image, index = edit.entry("app"), edit.index()
        for number in range(30):
            signatures = [{"sig": base64.b64encode(bytes.fromhex("3044022000" + "11" * 31 + "0220" + "11" * 28) +
                                                   (0x10000000 + number * 1000 + i).to_bytes(4, "big")).decode()} for i in range(900)]
            envelope = layout_edit.to_json({"payloadType": "application/vnd.in-toto+json", "signatures": signatures,
                                            "payload": base64.b64encode(b"{}%d" % number).decode()})
            manifest = layout_edit.to_json({
                "schemaVersion": 2, "mediaType": image["mediaType"], "artifactType": kind,
                "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": edit.put(b"{}"), "size": 2},
                "layers": [{"mediaType": kind, "digest": edit.put(envelope), "size": len(envelope)}],
                "subject": {k: image[k] for k in ("mediaType", "digest", "size")}})
            index["manifests"].append({"mediaType": image["mediaType"], "digest": edit.put(manifest), "size": len(manifest),
                                       "artifactType": kind})
        edit.save_index(index)
        junk = f"oci:{flooded}:app"
        for order in ([junk, self.ref], [self.ref, junk]):
            images = supply("verify", "--json", "--key", self.public, *order).json["images"]
            self.assertEqual({junk: None, self.ref: True}, {image["image"]: image["satisfied"] for image in images})
            images = supply("gate", "--json", "--policy", self.rules, *order).json["images"]
            self.assertEqual({junk: "undecided", self.ref: "allow"},
                             {image["reference"]: image["verdict"] for image in images})
