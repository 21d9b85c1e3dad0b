"""supply-gate: it judges as supply does, and can do nothing else."""
import re

from harness import NO, SUPPLY_GATE, USAGE, YES, Case, supply

POLICY = """
version: 1
keys: {release: release.pub}
images:
  - match: ["**"]
    signatures: {any_of: [release]}
"""


class SupplyGate(Case):
    def gate(self, code, *arguments, **more):
        return self.answers(code, *arguments, program=SUPPLY_GATE, **more)

    def test_it_has_the_verbs_that_judge_and_no_other(self):
        listed = self.gate(YES, "--help").text.split("Options:")[1]
        self.assertEqual(["completion", "gate", "manual", "verify", "verify-attestation", "version"], sorted(re.findall(r"^  ([a-z][a-z-]+) ", listed, re.M)))
        self.assertEqual("supply-gate" + supply("version").text.removeprefix("supply"), self.gate(YES, "version").text)
        for verb in ("sign", "attest", "key", "release", "copy", "login"):
            self.says(self.gate(USAGE, verb), verb, "is no verb")

    def test_it_says_what_supply_says(self):
        private, public = self.key()
        _, other = self.key("other")
        rules = self.policy(POLICY)
        signed, unsigned = f"oci:{self.image('signed')}:app", f"oci:{self.image('unsigned')}:app"
        predicate = self.write("p.json", '{"a": 1}')
        self.answers(YES, "sign", "--key", private, signed)
        self.answers(YES, "attest", "--key", private, "--type", "custom", "--predicate", predicate, signed)
        now = ["--now", "2031-01-01T00:00:00Z"]
        for code, *command in ((YES, "verify", "--key", public, signed), (NO, "verify", "--key", other, signed),
                               (NO, "verify", "--key", public, unsigned),
                               (YES, "verify-attestation", "--key", public, "--type", "custom", signed),
                               (NO, "verify-attestation", "--key", public, "--type", "spdxjson", signed),
                               (YES, "gate", "--policy", rules, *now, signed), (NO, "gate", "--policy", rules, *now, unsigned),
                               (USAGE, "verify", "--key", private, signed)):
            for form in ([], ["--json"]):
                expected = self.answers(code, *command, *form)
                answer = self.gate(code, *command, *form)
                named = re.sub("^supply: ", "supply-gate: ", expected.err, flags=re.M)
                self.assertEqual((expected.out, named), (answer.out, answer.err), str(answer))
