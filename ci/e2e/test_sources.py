"""Provenance from CI systems, pins, base images, version."""
import json
import re

from harness import NO, UNKNOWN, USAGE, YES, Case, file, directory, supply

COMMIT = "5f3c1d2e4b6a7980f1e2d3c4b5a697887766554f"
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "octo/app",
          "GITHUB_REPOSITORY_ID": "1234", "GITHUB_REPOSITORY_OWNER_ID": "56", "GITHUB_SHA": COMMIT, "GITHUB_REF": "refs/heads/main",
          "GITHUB_WORKFLOW_REF": "octo/app/.github/workflows/release.yml@refs/heads/main", "GITHUB_WORKFLOW_SHA": COMMIT,
          "GITHUB_RUN_ID": "99", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_EVENT_NAME": "push", "RUNNER_ENVIRONMENT": "github-hosted"}
GITLAB = {"GITLAB_CI": "true", "CI": "true", "CI_SERVER_URL": "https://gitlab.com", "CI_PROJECT_URL": "https://gitlab.com/group/app",
          "CI_PROJECT_ID": "77", "CI_COMMIT_SHA": COMMIT, "CI_COMMIT_REF_NAME": "main", "CI_JOB_ID": "555",
          "CI_JOB_URL": "https://gitlab.com/group/app/-/jobs/555", "CI_PIPELINE_SOURCE": "push", "CI_RUNNER_ID": "12",
          "CI_JOB_NAME": "build", "CI_CONFIG_PATH": ".gitlab-ci.yml", "CI_PROJECT_PATH": "group/app",
          "CI_JOB_TOKEN": "secret-job-token"}


class Provenance(Case):
    def shape(self, predicate):
        definition, details = predicate["buildDefinition"], predicate["runDetails"]
        self.assertRegex(definition["buildType"], r"^[a-z]+://")
        self.assertIsInstance(definition["externalParameters"], dict)
        self.assertRegex(details["builder"]["id"], r"^[a-z]+:")
        for dependency in definition.get("resolvedDependencies", []):
            self.assertTrue(set(dependency) & {"uri", "digest"}, dependency)
        self.assertNotIn(None, [*definition.values(), *details.values()])

    def test_github(self):
        predicate = self.answers(YES, "provenance", env=GITHUB).json
        self.shape(predicate)
        definition = predicate["buildDefinition"]
        self.assertEqual("https://actions.github.io/buildtypes/workflow/v1", definition["buildType"])
        self.assertEqual({"ref": "refs/heads/main", "repository": "https://github.com/octo/app", "path": ".github/workflows/release.yml"},
                         definition["externalParameters"]["workflow"])
        self.assertEqual("push", definition["internalParameters"]["github"]["event_name"])
        self.assertIn({"gitCommit": COMMIT}, [d.get("digest") for d in definition["resolvedDependencies"]])
        self.assertEqual("https://github.com/octo/app/actions/runs/99/attempts/2", predicate["runDetails"]["metadata"]["invocationId"])

    def test_gitlab(self):
        predicate = self.answers(YES, "provenance", env=GITLAB).json
        self.shape(predicate)
        text = json.dumps(predicate)
        self.assertIn("https://gitlab.com/group/app", text)
        self.assertIn(COMMIT, text)
        self.assertNotIn("secret-job-token", text)

    def test_elsewhere(self):
        predicate = self.answers(YES, "provenance", "--builder-id", "https://b.example/1", "--build-type", "https://b.example/t",
                                 "--source", f"git+https://git.example/app@{COMMIT}", "--param", "target=release",
                                 "--dependency", "pkg:docker/debian@sha256:" + "ab" * 32).json
        self.shape(predicate)
        self.assertEqual({"target": "release"}, predicate["buildDefinition"]["externalParameters"]["parameters"])
        self.assertEqual("https://b.example/1", predicate["runDetails"]["builder"]["id"])
        self.assertIn("ab" * 32, json.dumps(predicate["buildDefinition"]["resolvedDependencies"]))
        self.answers(USAGE, "provenance")  # no CI system here, and nothing said
        self.answers(USAGE, "provenance", "--builder-id", "https://b.example/1", "--build-type", "t", "--param", "novalue")

    def test_pins_become_dependencies(self):
        dockerfile = self.write("Dockerfile", f"FROM debian:12@sha256:{'cd' * 32}\n")
        predicate = self.answers(YES, "provenance", "--pins", dockerfile, env=GITHUB).json
        self.assertIn("cd" * 32, json.dumps(predicate["buildDefinition"]["resolvedDependencies"]))


class Pins(Case):
    def test_a_pinned_dockerfile_holds(self):
        self.write("Dockerfile", f"ARG BASE=debian:12@sha256:{'ab' * 32}\nFROM --platform=$BUILDPLATFORM ${{BASE}} AS build\n"
                                 f"RUN true\nFROM gcr.io/distroless/base@sha256:{'cd' * 32}\nCOPY --from=build /a /a\n"
                                 f"COPY --from=busybox@sha256:{'ef' * 32} /bin/sh /sh\nFROM scratch\nCOPY --from=0 /a /a\n")
        self.answers(YES, "pins", "check", self.directory)

    def test_each_unpinned_image_is_named_with_its_line(self):
        self.write("Dockerfile", "# a comment\nFROM debian:12 AS build\nFROM build\nCOPY --from=busybox:1 /bin/sh /sh\n")
        answer = self.answers(NO, "pins", "check", self.directory)
        self.says(answer, "Dockerfile:2", "debian:12", "Dockerfile:4", "busybox:1")
        self.assertNotIn("Dockerfile:3", answer.text)

    def test_hash_locked_requirements(self):
        self.write("requirements.txt", "idna==3.7 \\\n    --hash=sha256:" + "ab" * 32 + "\n# more\nurllib3==2.2.1 --hash=sha256:" + "cd" * 32 + "\n")
        self.answers(YES, "pins", "check", self.path("requirements.txt"))
        self.write("requirements.txt", "idna==3.7 --hash=sha256:" + "ab" * 32 + "\nurllib3>=2\nrequests==2.31.0\n")
        answer = self.answers(NO, "pins", "check", self.path("requirements.txt"))
        self.says(answer, "urllib3", "requests", "requirements.txt:2", "requirements.txt:3")

    def test_json(self):
        self.write("Dockerfile", "FROM debian\n")
        report = self.answers(NO, "pins", "check", "--json", self.directory).json
        self.assertEqual([("unpinned", 1, "debian")], [(pin["status"], pin["line"], pin["text"]) for pin in report["pins"]])


class Base(Case):
    def test_diff_ids_are_a_prefix(self):
        below = [[directory("etc"), file("etc/base", "1")], [file("etc/more", "2")]]
        base = self.image("base", tag="b", layers=below)
        good = self.image("good", layers=below + [[file("app", "x")]])
        other = self.image("other", layers=[below[1], below[0], [file("app", "x")]])
        self.answers(YES, "base", "check", f"oci:{good}:app", "--base", f"oci:{base}:b")
        self.answers(YES, "base", "check", f"oci:{base}:b", "--base", f"oci:{base}:b")
        self.answers(NO, "base", "check", f"oci:{other}:app", "--base", f"oci:{base}:b")
        self.answers(NO, "base", "check", f"oci:{base}:b", "--base", f"oci:{good}:app")
        self.answers(3, "base", "check", f"oci:{good}:app", "--base", f"oci:{self.path('none')}:b")
        self.answers(USAGE, "base", "check", f"oci:{good}:app")


    def test_the_dockerfile_names_the_base_that_was_said(self):
        ref = f"oci:{self.image()}:app"
        other = self.write("Dockerfile", "ARG B=evil:1\nFROM docker.io/evil/other:2\nFROM $B\n")
        self.says(self.answers(UNKNOWN, "base", "check", ref, "--base", ref, "--dockerfile", other), "evil")
        self.answers(USAGE, "base", "check", ref, "--base", ref, "--target", "1")
        self.answers(YES, "base", "check", ref, "--base", ref)


class Program(Case):
    def test_version_and_help(self):
        self.assertRegex(self.answers(YES, "version").text, r"\d+\.\d+\.\d+")
        for verb in ("inspect", "sbom", "sign", "verify", "attest", "verify-attestation", "sign-blob", "verify-blob", "gate",
                     "release", "provenance"):
            self.assertTrue(re.search(verb, self.answers(YES, verb, "--help").text))
        self.answers(USAGE)

    def test_a_reader_that_goes_away(self):
        import subprocess
        from harness import IMAGES, SUPPLY, environment
        with open("/dev/full", "wb") as full:
            result = subprocess.run([SUPPLY, "sbom", f"oci:{IMAGES}:debian"], stdout=full, stderr=subprocess.PIPE, env=environment())
        self.assertEqual(3, result.returncode, result.stderr)

    def test_offline_opens_no_socket(self):
        import subprocess
        from harness import IMAGES, SUPPLY, environment
        trace = self.path("trace")
        probe = subprocess.run(["strace", "-f", "-e", "trace=socket", "-o", trace, "true"], capture_output=True)
        if probe.returncode != 0:
            self.skipTest("strace cannot trace here")
        for command in (["inspect", "--verify", f"oci:{IMAGES}:app"], ["sbom", f"oci:{IMAGES}:debian"], ["version"]):
            subprocess.run(["strace", "-f", "-e", "trace=socket,connect", "-o", trace, SUPPLY, *command], check=True,
                           stdout=subprocess.DEVNULL, env={**environment(), "ASAN_OPTIONS": "detect_leaks=0"})
            with open(trace, encoding="utf-8") as text:
                self.assertNotIn("socket(", text.read())

    def test_quiet_says_nothing_when_all_is_well(self):
        from harness import IMAGES
        self.assertEqual("", supply("inspect", "--verify", "--quiet", f"oci:{IMAGES}:debian").err)
