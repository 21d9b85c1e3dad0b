"""What npm's registry says of packages: publication by the registry's keys, which are built in, and provenance by certificates. Real
packages, and copies in which one signature does not hold, from the test data of slsa-verifier.
"""
import glob
import json
import os
import subprocess

from harness import NO, YES, Case, some

MODULE = "github.com/slsa-framework/slsa-verifier/v2@v2.6.0"


class NpmPackages(Case):
    def test_publication_holds_by_the_registry_s_keys_and_provenance_by_a_certificate(self):
        self.needs_large("go")
        self.write("go.mod", b"module x\n\ngo 1.24\n")
        done = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=self.directory, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"the module {MODULE} cannot be had")
        data = os.path.join(json.loads(done.stdout)["Dir"], "cli", "slsa-verifier", "testdata", "npm", "gha")
        by_key = ["--trusted-keys", "npm://registry.npmjs.org"]
        by_certificate = ["--certificate-identity-regexp", "^https://github.com/",
                          "--certificate-oidc-issuer", "https://token.actions.githubusercontent.com"]
        for package in some(sorted(glob.glob(os.path.join(data, "*.tgz")))):
            for signer, mark, ending in ((by_key, "invalidsigpub", "/publish/v0.1"), (by_certificate, "invalidsigprov", "slsa.dev/provenance/")):
                with self.subTest(os.path.basename(package) + " " + signer[0]):
                    told = self.answers(NO if mark in package else YES, "verify-blob-attestation", "--offline", "--json",
                                        "--bundle", package + ".json", *signer, package).json
                    if mark not in package:
                        self.assertIn(ending, told["predicateType"])
                    self.answers(NO, "verify-blob-attestation", "--offline", "--bundle", package + ".json", *signer,
                                 self.write("other.tgz", b"another"))
