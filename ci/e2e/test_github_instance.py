"""Attestations of private repositories, by GitHub's own instance: one that GitHub's program has among its test data."""
import json
import os
import subprocess

from harness import NO, YES, Case

MODULE = "github.com/cli/cli/v2@v2.83.0"


class GithubInstance(Case):
    def setUp(self):
        super().setUp()
        self.needs_large("go")
        self.write("go.mod", b"module x\n\ngo 1.24\n")
        done = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=self.directory, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"the module {MODULE} cannot be had")
        data = os.path.join(json.loads(done.stdout)["Dir"], "pkg/cmd/attestation/test/data")
        self.wheel = os.path.join(data, "github_provenance_demo-0.0.12-py3-none-any.whl")
        self.asked = ["verify-blob-attestation", "--offline", "--bundle",
                      os.path.join(data, "github_provenance_demo-0.0.12-py3-none-any-bundle.jsonl")]

    def test_a_repository_s_private_attestation_holds_by_one_flag(self):
        told = self.answers(YES, *self.asked, "--json", "--github", "actions/attest-demo", "--workflow", "build-python.yml", self.wheel).json
        self.assertEqual("https://slsa.dev/provenance/v1", told["predicateType"])
        said = self.answers(YES, *self.asked, "--github", "actions/attest-demo@main", self.wheel)
        self.assertIn("GitHub's own root", said.err)

    def test_another_repository_file_or_demand_is_no(self):
        self.answers(NO, *self.asked, "--github", "actions/attest-demos", self.wheel)
        self.answers(NO, *self.asked, "--github", "actions/attest-demo@v1", self.wheel)
        self.answers(NO, *self.asked, "--github", "actions/attest-demo", self.write("other.whl", b"another"))
        # Who asks for logs, or says something of them, means the public-good instance.
        self.answers(NO, *self.asked, "--github", "actions/attest-demo", "--log-threshold", "2", self.wheel)
        self.answers(NO, *self.asked, "--certificate-identity-regexp", "^https://github.com/actions/attest-demo/.*$",
                     "--certificate-oidc-issuer", "https://token.actions.githubusercontent.com", self.wheel)
