"""Every verb that judges, in every format; SARIF and JUnit by their official schemas."""
import json
import os
import sys
import unittest
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import jsonschema

from harness import DAMAGED, NO, UNKNOWN, USAGE, YES, Case, LayoutEdit, file, some, supply

import registry_data  # noqa: E402  (the harness adds ci/ to the path)

FORMATS = ("text", "json", "sarif", "junit", "html", "markdown")


class Page(HTMLParser):
    """The elements that a page leaves open, and whether one is a script."""
    def __init__(self, text):
        super().__init__()
        self.open, self.names = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Reports(Case):
    def setUp(self):
        super().setUp()
        self.private, self.public = self.key()
        self.ref = f"oci:{self.image()}:app"
        self.base = f"oci:{self.image('base', layers=[[file('x', 'y')]])}:app"
        self.rules = self.policy("version: 1\nkeys: {k: release.pub}\nimages:\n  - match: ['**']\n    signatures: {any_of: [k]}\n    sbom: {}\n"
                                 "    config: {non_root: true}\n")
        self.dockerfile = self.write("src/a b/Dockerfile", "# é\nFROM debian:12\nFROM x@sha256:" + "ab" * 32 + "\n")
        self.write("src/requirements.txt", "idna==3.7\n")
        missing = f"oci:{self.path('image')}:none"
        damaged = LayoutEdit(self.image("damaged"))
        damaged.flip(damaged.manifest("app")["layers"][0]["digest"])
        damaged = f"oci:{self.path('damaged')}:app"
        self.verbs = [("gate", NO, "gate", "--policy", self.rules, self.ref), ("gate", UNKNOWN, "gate", "--policy", self.rules, missing),
                      ("gate", NO, "gate", "--policy", self.rules, self.ref, missing),
                      ("pins check", NO, "pins", "check", "src"), ("pins check", DAMAGED, "pins", "check", "src", "none"),
                      ("base check", YES, "base", "check", self.ref, "--base", self.ref),
                      ("base check", NO, "base", "check", self.ref, "--base", self.base), ("base check", UNKNOWN, "base", "check", missing, "--base", self.ref),
                      ("sbom check", NO, "sbom", "check", self.ref), ("sbom check", UNKNOWN, "sbom", "check", missing),
                      ("inspect", YES, "inspect", "--verify", self.ref), ("inspect", DAMAGED, "inspect", "--verify", damaged)]

    def verifying(self):
        """The verbs that verify: their JSON and their text are their own."""
        self.answers(YES, "sign", "--key", self.private, f"{self.base}")
        signed, key, missing = self.base, ("--key", self.public), f"oci:{self.path('image')}:none"
        return [("verify", YES, "verify", *key, signed), ("verify", NO, "verify", *key, self.ref), ("verify", NO, "verify", *key, signed, self.ref),
                ("verify", NO, "verify", *key, "-a", "env=prod", signed), ("verify", UNKNOWN, "verify", *key, missing),
                ("verify-attestation", NO, "verify-attestation", *key, "--type", "spdxjson", signed),
                ("verify-attestation", UNKNOWN, "verify-attestation", *key, missing)] + self.verifying_files()

    def verifying_files(self):
        blob, predicate = self.write("app.bin", b"app\n"), self.write("predicate.json", "{}")
        key, bundle, other = ("--key", self.public), ("--bundle", self.path("app.att.json")), self.write("other.bin", b"other\n")
        self.answers(YES, "sign-blob", "--key", self.private, blob)
        self.answers(YES, "attest-blob", "--key", self.private, "--type", "custom", "--predicate", predicate, *bundle, blob)
        self.answers(YES, "provenance", blob, "--builder-id", "https://ci.example/b", "--build-type", "https://ci.example/t",
                     "--source", "git+https://git.example/app@refs/tags/v1", "--attest", "--key", self.private)
        signature, junk = ("--bundle", blob + ".sigstore.json"), ("--bundle", self.write("junk.json", "{}"))
        built = ("verify-provenance", *key, "--source-uri", "git.example/app")
        return [("verify-blob", YES, "verify-blob", *key, *signature, blob), ("verify-blob", NO, "verify-blob", *key, *signature, other),
                ("verify-blob", DAMAGED, "verify-blob", *key, *junk, blob),
                ("verify-blob-attestation", YES, "verify-blob-attestation", *key, "--type", "custom", *bundle, blob),
                ("verify-blob-attestation", NO, "verify-blob-attestation", *key, "--type", "spdxjson", *bundle, blob),
                ("verify-blob-attestation", DAMAGED, "verify-blob-attestation", *key, *junk, blob),
                ("verify-provenance", YES, *built, blob), ("verify-provenance", NO, *built, "--source-tag", "v2", blob),
                ("verify-provenance", NO, *built, self.base), ("verify-provenance", UNKNOWN, *built, f"file:{self.path('none')}"),
                ("verify-provenance", UNKNOWN, *built, f"oci:{self.path('image')}:none")]

    def each(self, form):
        """(verb, exit code, what it wrote) of every verb."""
        for verb, code, *words in some(self.verbs) + (self.verifying() if form in ("sarif", "junit", "html", "markdown") else []):
            with self.subTest(" ".join(words)):
                code = UNKNOWN if "none" in words else code
                yield verb, code, self.answers(NO if words[-1] == "none" else code, *words, "-o", form, cwd=self.directory)

    def test_text_ends_with_the_verdict(self):
        for _, code, answer in self.each("text"):
            self.assertRegex(answer.text.splitlines()[-1], {YES: "^verdict: allow$", NO: "^verdict: deny"}.get(code, "^verdict: (undecided|deny)"))
            self.assertNotIn("\x1b", answer.text)

    def test_json_says_the_verb_and_the_verdict(self):
        for verb, _, answer in self.each("json"):
            self.assertEqual((1, verb, "supply"), (answer.json["version"], answer.json["kind"], answer.json["tool"]["name"]))
            self.assertEqual({0: ["allow"], 1: ["deny"]}.get(answer.code, ["undecided"]), [answer.json["verdict"]])
            for subject in some(answer.json["images" if verb == "gate" else "subjects"]):
                self.assertTrue("error" in subject or some(subject["rules"]))

    def test_json_and_json_as_output_are_the_same(self):
        for words in (("pins", "check", "src"), ("base", "check", self.ref, "--base", self.base), ("sbom", "check", self.ref)):
            self.assertEqual(self.answers(NO, *words, "--json", cwd=self.directory).out, self.answers(NO, *words, "-o", "json", cwd=self.directory).out)
        words = ("inspect", "--verify", self.ref)
        self.assertEqual(self.answers(YES, *words, "--json").out, self.answers(YES, *words, "-o", "json").out)

    def test_sarif_by_its_schema(self):
        try:
            with open(registry_data.fetched("sarif-2.1.0.schema.json"), encoding="utf-8") as text:
                validator = jsonschema.Draft4Validator(json.load(text), format_checker=jsonschema.FormatChecker())
        except registry_data.Unreachable as why:
            self.skipTest(str(why))
        for verb, code, answer in self.each("sarif"):
            problems = [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(answer.json)]
            self.assertEqual([], problems)
            (run,) = answer.json["runs"]
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            self.assertEqual(len(rules), len(set(rules)))
            for result in run["results"]:
                self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
                self.assertEqual(result["kind"] == "fail", result["level"] != "none", "3.27.10")
            self.assertEqual(len(run["results"]), len({str(result["partialFingerprints"]) for result in run["results"]}))
            failed = any(note["level"] == "error" for note in run["invocations"][0].get("toolExecutionNotifications", []))
            self.assertEqual(failed, not run["invocations"][0]["executionSuccessful"])

    def test_a_file_has_a_physical_location_and_the_fingerprint_stays(self):
        def result():
            answer = self.answers(NO, "pins", "check", "src/a b", "-o", "sarif", cwd=self.directory).json
            (one,) = answer["runs"][0]["results"]
            return one["locations"][0]["physicalLocation"], one["partialFingerprints"]
        place, fingerprint = result()
        self.assertEqual({"artifactLocation": {"uri": "src/a%20b/Dockerfile"},
                          "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 15}}, place)
        self.write("src/a b/Dockerfile", "# more\n\nFROM debian:12\n")
        moved, same = result()
        self.assertEqual((3, fingerprint), (moved["region"]["startLine"], same))

    def test_junit_by_its_schema(self):
        try:
            for name in ("elementpath.whl", "xmlschema.whl"):  # it reads files beside its modules: unpacked
                with zipfile.ZipFile(registry_data.fetched(name)) as wheel:
                    wheel.extractall(self.path("modules"))
            schema = registry_data.fetched("junit-10.xsd")
        except registry_data.Unreachable as why:
            self.skipTest(str(why))
        sys.path.insert(0, self.path("modules"))
        self.addCleanup(sys.path.remove, self.path("modules"))
        import xmlschema
        junit = xmlschema.XMLSchema(schema)
        for _, code, answer in self.each("junit"):
            tree = ElementTree.fromstring(answer.out)
            self.assertEqual([], [f"{e.path}: {e.reason}" for e in junit.iter_errors(tree)])
            count = {name: len(list(tree.iter(name))) for name in ("testcase", "failure", "error")}
            self.assertEqual((count["testcase"], count["failure"], count["error"]), tuple(int(tree.get(x)) for x in ("tests", "failures", "errors")))
            self.assertEqual(answer.code == YES, count["failure"] + count["error"] == 0)

    def test_html_is_one_page_without_scripts(self):
        for verb, _, answer in self.each("html"):
            page = Page(answer.text.split("\n", 1)[1])
            self.assertEqual([], page.open)
            self.assertFalse(page.names & {"script", "link", "img", "iframe"})
            self.assertIn(f"supply {verb}", answer.text)

    def test_several_formats_at_once(self):
        for verb, code, *words in self.verbs:
            if "none" in words:
                continue
            out = [x for form in FORMATS for x in ("-o", f"{form}={self.path(form)}")]
            self.assertEqual(b"", self.answers(code, *words, *out, cwd=self.directory).out)
            for form in FORMATS:
                self.assertTrue(self.read(self.path(form)))

    def test_each_result_goes_to_a_place_of_its_own(self):
        for verb, _, *words in self.verbs:
            with self.subTest(" ".join(words)):
                run = {"cwd": self.directory}
                junit, other = self.path("junit.xml"), self.path(".", "junit.xml")
                self.answers(USAGE, *words, "-o", f"json={junit}", "-o", f"junit={other}", **run)
                self.answers(USAGE, *words, "--json", "-o", "text", **run)
                self.assertFalse(os.path.exists(junit))
                answer = supply(*words, "--json", "-o", f"junit={junit}", **run)
                self.assertEqual(verb, answer.json["kind"], answer)
                self.assertTrue(self.read(junit))
                os.remove(junit)
                again = supply(*words, "-o", "json", **run).json
                self.assertEqual({**answer.json, "time": ""}, {**again, "time": ""})

    def test_a_run_that_fails_has_its_record(self):
        missing, damaged = f"oci:{self.path('image')}:none", f"oci:{self.path('damaged')}:app"
        self.follows("inspect", self.answers(UNKNOWN, "inspect", "--verify", "--json", missing).json,
                     self.answers(DAMAGED, "inspect", "--verify", "--json", damaged).json)
        self.follows("sbom-check", self.answers(UNKNOWN, "sbom", "check", "--json", missing).json)
        self.follows("base-check", self.answers(UNKNOWN, "base", "check", "--json", missing, "--base", self.ref).json)
        self.follows("verify", self.answers(UNKNOWN, "verify-attestation", "--json", "--key", self.public, missing).json)
        os.mkdir(self.path("empty"))
        self.follows("pins-check", self.answers(UNKNOWN, "pins", "check", "--json", self.path("empty")).json)
        for form in FORMATS:
            answer = self.answers(UNKNOWN, "pins", "check", "-o", f"{form}={self.path('report')}", self.path("empty"))
            self.assertIn(b"no file with pins", self.read(self.path("report")))
        self.assertEqual(b"", self.answers(UNKNOWN, "pins", "check", self.path("empty")).out)

    def test_a_simulated_time_is_marked(self):
        now = ("--now", "2031-01-01T00:00:00Z")
        for form in FORMATS:
            self.assertIn("imulated", self.answers(NO, "gate", "--policy", self.rules, *now, "-o", form, self.ref).text)
        self.says(self.answers(USAGE, "gate", "--policy", self.rules, *now, "-o", f"vsa={self.path('vsa')}", self.ref), "simulated")

    def test_verify_says_in_every_form_what_was_asked_and_found(self):
        for verb, code, *words in self.verifying():
            with self.subTest(" ".join(words)):
                out = [x for form in FORMATS for x in ("-o", f"{form}={self.path(form)}")]
                answer = supply(*words, *out)
                self.assertEqual((code, b""), (answer.code, answer.out), answer.err)
                text, own = self.read(self.path("text")).decode(), supply(*words).text
                if verb.startswith("verify-blob"):  # says it on standard error alone, as cosign does, unless it is asked
                    self.assertEqual("", own)
                    self.assertRegex(text.splitlines()[-1], {YES: "^verdict: allow$", NO: "^verdict: deny"}.get(code, "^verdict: undecided"))
                else:
                    self.assertEqual(own, text)
                record, (run,) = json.loads(self.read(self.path("json"))), json.loads(self.read(self.path("sarif")))["runs"]
                self.follows({"verify-attestation": "verify", "verify-blob-attestation": "verify-blob"}.get(verb, verb), record)
                self.assertEqual({YES: True, NO: False}.get(code), record.get("satisfied", {YES: True, NO: False}.get(code)))
                self.assertEqual({YES: "allow", NO: "deny"}.get(code, "undecided"), run["properties"]["verdict"])
                if verb in ("verify", "verify-attestation"):
                    self.assertEqual(len(record.get("images", [record])), len(run["properties"]["images"]))
        words = ("verify", "--key", self.public, "-a", "env=prod", self.base)
        (run,) = self.answers(NO, *words, "-o", "sarif").json["runs"]
        self.assertIn({"what": "annotation", "text": "env=prod"}, run["properties"]["asked"])
        self.assertEqual({"signatures"}, {rule["id"].split("/")[0] for rule in run["tool"]["driver"]["rules"]})
        self.assertEqual([("fail", "error"), ("fail", "warning")], sorted((r["kind"], r["level"]) for r in run["results"]))
        self.answers(USAGE, *words, "-o", "vsa")

    def test_what_a_file_was_asked_and_what_counts_against_it_is_in_every_form(self):
        files = {words[0] + str(code): words for _, code, *words in self.verifying_files()}
        (run,) = self.answers(NO, *files[f"verify-provenance{NO}"][:5], "--source-tag", "v2", self.path("app.bin"), "-o", "sarif").json["runs"]
        self.assertEqual(["provenance/tag"], [result["ruleId"] for result in run["results"]])
        self.assertIn({"what": "tag", "text": "v2"}, run["properties"]["asked"])
        (run,) = self.answers(NO, *files[f"verify-blob-attestation{NO}"], "-o", "sarif").json["runs"]
        self.assertEqual(["attestations"], [result["ruleId"] for result in run["results"]])
        self.assertIn("is of type", run["results"][0]["message"]["text"])
        self.assertEqual("app.bin", run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].split("/")[-1])
        self.answers(USAGE, *files[f"verify-blob{YES}"], "-o", "vsa")
        self.answers(USAGE, *files[f"verify-blob{YES}"], "--json", "-o", "text")

    def test_a_verification_summary_is_the_gates_alone(self):
        self.answers(USAGE, "pins", "check", "src", "-o", "vsa", cwd=self.directory)
        self.answers(USAGE, "sbom", "check", self.ref, "-o", "vsa")
        self.answers(USAGE, "inspect", self.ref, "-o", "text")
        self.says(self.answers(USAGE, "base", "check", self.ref, "--base", self.base, "-o", "yaml"), "html, json, junit, markdown, sarif, text")

    def test_undecided_is_said_and_is_no_error(self):
        layout = self.image("odd", layers=[[file("opt/x/rpmdb.sqlite", b"SQLite format 3\0")]])
        rules = self.policy("version: 1\nimages: [{match: ['**'], packages: {deny: ['pkg:npm/never']}}]\n", "odd.yaml")
        answer = self.answers(UNKNOWN, "gate", "--policy", rules, f"oci:{layout}:app", "-o", f"sarif={self.path('s')}", "-o", "text")
        self.assertIn("undecided: could not be found out: packages", answer.err)
        self.assertTrue(answer.text.endswith("verdict: undecided: packages\n"), answer.text)
        (result,) = json.loads(self.read(self.path("s")))["runs"][0]["results"]
        self.assertEqual(("packages/unread", "open", "none"), (result["ruleId"], result["kind"], result["level"]))


if __name__ == "__main__":
    unittest.main()
