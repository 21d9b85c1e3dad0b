"""What Supply writes of other people's formats has their shape: in-toto statements and SLSA provenance."""
import base64
import hashlib
import json
import os

import jsonschema

from harness import ROOT, USAGE, YES, IMAGES, Case

COMMIT = "0123456789abcdef" * 2 + "01234567"
GENERIC = ["--builder-id", "https://ci.example/runner", "--build-type", "https://ci.example/build/v1", "--source",
           "git+https://git.example/app@" + COMMIT, "--param", "target=release", "--dependency",
           "https://files.example/a.tgz@sha256:" + "ab" * 32, "--started-on", "2026-11-24T10:00:00Z", "--finished-on",
           "2026-11-24T10:05:00Z", "--invocation-id", "https://ci.example/runs/1"]
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/app",
          "GITHUB_REPOSITORY_ID": "1", "GITHUB_REPOSITORY_OWNER_ID": "2", "GITHUB_SHA": COMMIT,
          "GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_NAME": "push", "GITHUB_RUN_ID": "3", "GITHUB_RUN_ATTEMPT": "1",
          "GITHUB_WORKFLOW_REF": "acme/app/.github/workflows/build.yml@refs/heads/main", "GITHUB_WORKFLOW_SHA": COMMIT,
          "RUNNER_ENVIRONMENT": "github-hosted"}
GITLAB = {"GITLAB_CI": "true", "CI_SERVER_URL": "https://gitlab.com", "CI_PROJECT_URL": "https://gitlab.com/acme/app",
          "CI_PROJECT_PATH": "acme/app", "CI_PROJECT_ID": "1", "CI_COMMIT_SHA": COMMIT, "CI_COMMIT_REF_NAME": "main",
          "CI_JOB_ID": "2", "CI_JOB_URL": "https://gitlab.com/acme/app/-/jobs/2", "CI_JOB_NAME": "build",
          "CI_PIPELINE_SOURCE": "push", "CI_RUNNER_ID": "3", "CI_PIPELINE_ID": "4"}


def schema(name):
    with open(os.path.join(ROOT, "testdata", "attest", name)) as text:
        return json.load(text)


class Shapes(Case):
    def holds(self, document, name):
        jsonschema.validate(document, schema(name))

    def test_provenance_of_every_ci_system(self):
        for options, environment in ((GENERIC, {}), ([], GITHUB), ([], GITLAB)):
            with self.subTest(sorted(environment)[:1]):
                predicate = self.answers(YES, "provenance", *options, env=environment).json
                self.holds(predicate, "provenance-v1.schema.json")
                self.assertIn(COMMIT, json.dumps(predicate["buildDefinition"]["resolvedDependencies"]))

    def test_statements_of_signatures_and_attestations(self):
        private, _ = self.key()
        layout = self.image()
        predicate = self.path("provenance.json")
        self.answers(YES, "provenance", *GENERIC, "-o", f"predicate={predicate}")
        self.answers(YES, "sign", "--key", private, "-a", "env=prod", f"oci:{layout}:app")
        self.answers(YES, "attest", "--key", private, "--predicate", predicate, f"oci:{layout}:app")
        for verb in ("signature", "attestation"):
            bundle = json.loads(self.answers(YES, "download", verb, f"oci:{layout}:app").text)
            statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
            self.holds(statement, "statement.schema.json")
            if verb == "attestation":
                self.holds(statement["predicate"], "provenance-v1.schema.json")


class Platforms(Case):
    def test_each_platform_has_an_sbom_of_its_own_and_the_index_one_that_names_them(self):
        self.answers(USAGE, "sbom", f"oci:{IMAGES}:app")
        self.answers(YES, "sbom", f"oci:{IMAGES}:app", "-o", f"spdx-json={self.path('sbom.json')}")
        documents, sums = {}, {}
        for name in (name for name in os.listdir(self.directory) if name.startswith("sbom.")):
            with open(self.path(name), "rb") as file:
                text = file.read()
            documents[name] = json.loads(text)
            sums[documents[name]["documentNamespace"]] = hashlib.sha1(text).hexdigest()
        digests = {name: each["packages"][0]["checksums"][0]["checksumValue"] for name, each in documents.items()}
        asked = self.answers(YES, "inspect", "--json", f"oci:{IMAGES}:app").json
        self.assertEqual(asked["digest"], "sha256:" + digests.pop("sbom.json"))
        platforms = {image["digest"].split(":")[1] for image in asked["images"]}
        self.assertEqual(platforms, set(digests.values()))
        self.assertEqual(len(platforms), len(digests))
        # SPDX 2.3, 6.6: each external document by its namespace and the SHA-1 of its bytes.
        index = documents["sbom.json"]
        named = {each["spdxDocument"]: each["checksum"]["checksumValue"] for each in index["externalDocumentRefs"]}
        del sums[index["documentNamespace"]]
        self.assertEqual(sums, named)
        self.assertEqual(platforms, {each["checksums"][0]["checksumValue"] for each in index["packages"][1:]})
