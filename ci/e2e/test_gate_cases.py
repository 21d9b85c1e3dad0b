"""supply gate record, test, diff and explain: a policy tried on recorded evidence."""
import json
import os
import re

from harness import NO, USAGE, YES, Case

NOW = "2026-11-24T12:00:00Z"


class GateCase(Case):
    """An image and a policy that wants it signed."""
    def setUp(self):
        super().setUp()
        self.private, self.public = self.key("release")
        self.layout = self.image()
        self.ref = f"oci:{self.layout}:app"
        self.rules = self.policy("version: 1\nkeys: {release: release.pub}\nimages:\n  - {match: ['**'], signatures: {any_of: [release]}}\n")
        self.cases = self.path("cases")

    def record(self, *options):
        return self.answers(YES, "gate", "record", "--policy", self.rules, "--now", NOW, "-o", self.cases, *options, self.ref)

    def edit(self, pattern, text):
        path = os.path.join(self.cases, "cases.yaml")
        with open(path, encoding="utf-8") as stream:
            old = stream.read()
        new = re.sub(pattern, text, old)
        self.assertNotEqual(old, new)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(new)


class Cases(GateCase):
    def test_what_was_recorded_is_verified_anew(self):
        self.answers(YES, "sign", "--key", self.private, self.ref)
        self.record()
        self.says(self.answers(YES, "gate", "test", self.cases), "satisfied", "verdict: allow")
        # A verdict that somebody wrote into the file is not believed.
        self.edit("expect: allow", "expect: deny")
        self.says(self.answers(NO, "gate", "test", self.cases), "verdict deny", "cases.yaml:4")

    def test_an_unsigned_image_is_a_case_of_a_deny(self):
        self.record()
        with open(os.path.join(self.cases, "cases.yaml"), encoding="utf-8") as stream:
            text = stream.read()
        self.assertIn("expect: deny", text)
        self.assertIn("signatures: denied", text)
        self.answers(YES, "gate", "test", self.cases)
        self.edit("signatures: denied", "signatures: satisfied")
        self.says(self.answers(NO, "gate", "test", self.cases), "rule signatures satisfied")

    def test_another_policy_is_compared_case_by_case(self):
        self.record()
        lax = self.policy("version: 1\nimages:\n  - {match: ['**'], config: {max_layers: 100}}\n", "lax.yaml")
        self.answers(YES, "gate", "diff", self.rules, self.rules, "--cases", self.cases)
        answer = self.answers(NO, "gate", "diff", self.rules, lax, "--cases", self.cases)
        self.says(answer, "deny: signatures denied", "allow")

    def test_what_was_changed_in_the_recording_is_found(self):
        self.answers(YES, "sign", "--key", self.private, self.ref)
        self.record()
        blobs = os.path.join(self.cases, "images", "blobs", "sha256")
        for name in os.listdir(blobs):
            path = os.path.join(blobs, name)
            with open(path, "rb") as stream:
                content = stream.read()
            if b"dsseEnvelope" not in content:
                continue
            os.chmod(path, 0o644)
            with open(path, "wb") as stream:
                stream.write(content.replace(b'"sig":"M', b'"sig":"N', 1))
        self.answers(NO, "gate", "test", self.cases)

    def test_a_file_of_cases_that_tests_nothing_is_wrong(self):
        os.makedirs(self.cases)
        self.write("cases/cases.yaml", "version: 1\npolicy: ../policy.yaml\ncases: []\n")
        self.says(self.answers(USAGE, "gate", "test", self.cases), "want at least one case")
        self.answers(USAGE, "gate", "test", self.path("nowhere"))

    def test_a_rule_and_a_finding_are_explained(self):
        self.says(self.answers(YES, "gate", "explain", "vulnerabilities"), "OpenVEX", "asked by: vulnerabilities")
        self.says(self.answers(YES, "gate", "explain", "deploy/read-only"), "root file systems are read-only", "asked by: workloads")
        self.answers(USAGE, "gate", "explain", "nonsense")
        self.rules = self.policy("version: 1\nimages:\n  - {match: ['**'], config: {max_layers: 1, labels: [never-there]}}\n", "labels.yaml")
        answer = self.answers(YES, "gate", "explain", "never-there", self.ref, "--policy", self.rules)
        self.says(answer, "no such label", "set LABEL never-there")
        self.assertNotIn("layers", answer.text)

    def test_the_verb_itself_still_wants_images_and_a_policy(self):
        self.says(self.answers(USAGE, "gate", "--policy", self.rules), "IMAGE or --deployment FILE is required")
        self.says(self.answers(USAGE, "gate", self.ref), "--policy is required")

    def test_markdown_lets_nothing_of_an_image_through(self):
        name = "@everyone [x](http://evil) <img>"
        policy = self.policy(f"version: 1\nimages:\n  - {{match: ['**'], config: {{labels: ['{name}']}}}}\n", "md.yaml")
        out = self.answers(NO, "gate", "--policy", policy, "-o", "markdown", self.ref).text
        self.assertIn("❌ deny", out)
        self.assertNotIn("@everyone", out)
        self.assertNotIn("<img>", out)
        self.assertNotIn("](http", out)


class BreakGlass(GateCase):
    def test_a_record_lets_pass_what_is_denied_and_is_in_the_report(self):
        ops, _ = self.key("ops")
        self.rules = self.policy("version: 1\nkeys: {release: release.pub, ops: ops.pub}\nimages:\n  - {match: ['**'], signatures: {any_of: [release]}}\n"
                                 "break_glass: {keys: [ops], longest: 4h}\n")
        gate = ("gate", "--policy", self.rules, "--now", NOW, self.ref)
        self.answers(NO, *gate)
        digest = self.answers(NO, *gate, "--json").json["policy"]["digest"]
        record = self.write("record.json", json.dumps({"reason": "outage", "owner": "ops@example.org", "issued": "2026-11-24T11:00:00Z",
                                                       "expires": "2026-11-24T14:00:00Z", "policy": {"sha256": digest.removeprefix("sha256:")}}))
        self.answers(YES, "attest", "--key", ops, "--type", "urn:supply:break-glass:v1", "--predicate", record, self.ref)
        self.says(self.answers(YES, *gate), "break glass", "outage", "denied")
        self.assertEqual("ops@example.org", self.answers(YES, *gate, "--json").json["images"][0]["breakGlass"]["owner"])
        self.answers(NO, "gate", "--policy", self.rules, "--now", "2026-11-24T14:00:00Z", self.ref)


if __name__ == "__main__":
    import unittest
    unittest.main()
