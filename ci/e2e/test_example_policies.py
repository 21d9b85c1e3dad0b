"""The example policies, from one key to production: what each lets pass and what it does not, on recorded evidence."""
import os
import re

from harness import ROOT, YES, Case

EXAMPLES = os.path.join(ROOT, "schemas", "examples")


class ExamplePolicies(Case):
    def test_each_policy_has_a_directory_that_holds(self):
        policies = sorted(os.listdir(os.path.join(EXAMPLES, "policies")))
        self.assertGreaterEqual(len(policies), 5)
        for policy in policies:
            with self.subTest(policy=policy):
                directory = os.path.join(EXAMPLES, "cases", policy.removesuffix(".yaml"))
                cases = self.read(os.path.join(directory, "cases.yaml")).decode()
                self.assertIn(f"policies/{policy}", cases)
                # A directory that knows one verdict only tests little.
                self.assertLessEqual({"allow", "deny"}, set(re.findall(r"expect: (\w+)", cases)))
                answer = self.answers(YES, "gate", "test", directory, "--json").json
                self.assertEqual(len(re.findall("  - name:", cases)), len(answer["subjects"]))
