"""Public cases of Sigstore bundles with verdicts (../shared/sigstore): each refused for the step that has to refuse it.

Where the cases are not there, the tests are skipped. SUPPLY_SHARED names the directory.
"""
import base64
import json
import os
import subprocess
import unittest

from harness import NO, PEERS, ROOT, SUPPLY, UNKNOWN, USAGE, YES, Case, environment, supply

import sigstore_client

SHARED = os.path.join(os.environ.get("SUPPLY_SHARED", os.path.join(ROOT, "..", "shared")), "sigstore")
if not os.path.exists(os.path.join(SHARED, "cases.json")):  # of a work tree beside the main one
    SHARED = os.path.join(ROOT, "..", "..", "shared", "sigstore")
# Both lack a checkpoint, which is malformed before any step can look at the rest; cases.json calls them weak.
PARSE_FIRST = {"invalid-inclusion-proof"}


def path(name):
    return os.path.join(SHARED, name)


def is_attestation(bundle):
    try:
        with open(path(bundle), encoding="utf-8") as text:
            return "dsseEnvelope" in json.load(text)
    except ValueError:
        return False


def asked(case):
    verb = "verify-blob-attestation" if is_attestation(case["bundle"]) else "verify-blob"
    words = [verb, "--json", "--offline", "--bundle", path(case["bundle"]), "--trusted-root", path(case["trusted_root"])]
    if case["key"]:
        words += ["--key", path(case["key"])]
    else:
        words += ["--certificate-identity", case["identity"], "--certificate-oidc-issuer", case["issuer"]]
    return words + [path(case["artifact"]) if case.get("artifact") else case["digest"]]


def failed_step(answer):
    if answer.code == USAGE:  # the key of managed-key-wrong-key is no point of its curve: no signature can be by it
        return "trust-root" if "--trusted-root" in answer.err else "signature" if "damaged public key" in answer.err else None
    return next((one["step"] for one in answer.json["steps"] if one["outcome"] == "failed"), None)


@unittest.skipUnless(os.path.exists(path("cases.json")), "../shared/sigstore is not there")
class Sigstore(Case):
    @classmethod
    def setUpClass(cls):
        with open(path("cases.json"), encoding="utf-8") as text:
            cls.cases = json.load(text)["cases"]

    def test_every_case_has_its_verdict_by_the_step_that_must_give_it(self):
        self.assertEqual(140, len(self.cases))
        for case in self.cases:
            with self.subTest(case["name"]):
                answer = supply(*asked(case))
                if case["expect"] == "pass":
                    self.assertEqual(YES, answer.code, answer)
                    self.assertTrue(answer.json["satisfied"])
                    continue
                self.assertNotEqual(YES, answer.code, answer)
                step = "parse" if case["name"].split("/")[0] in PARSE_FIRST else case["step"]
                self.assertEqual(step, failed_step(answer), answer)

    def good(self):
        return next(case for case in self.cases if case["name"] == "happy-path-v0.3/file")

    def test_a_yes_says_who_and_when(self):
        answer = supply(*asked(self.good()))
        signer = answer.json["signer"]
        self.assertEqual(self.good()["identity"], signer["identity"])
        self.assertEqual(self.good()["issuer"], signer["issuer"])
        self.assertEqual("workflow_dispatch", signer["extensions"]["2"])
        self.assertEqual(1, len(signer["times"]))
        self.assertEqual({"passed", "skipped"}, {one["outcome"] for one in signer["steps"]})

    def test_identities_are_exact_and_expressions_may_match_a_part(self):
        good = self.good()
        for wrong in (good["identity"].upper(), good["identity"][:-1], good["identity"] + "/", ".*"):
            case = dict(good, identity=wrong)
            answer = supply(*asked(case))
            self.assertEqual((NO, "identity"), (answer.code, failed_step(answer)), answer)
        answer = supply(*asked(dict(good, issuer=good["issuer"] + "/")))
        self.assertEqual((NO, "identity"), (answer.code, failed_step(answer)), answer)
        words = asked(good)
        words[words.index("--certificate-identity")] = "--certificate-identity-regexp"
        at = words.index("--certificate-identity-regexp") + 1
        for expression, code in (("extremely-dangerous", YES), ("^https://github[.]com/.*main$", YES), ("^main$", NO)):
            words[at] = expression
            answer = supply(*words)
            self.assertEqual(code, answer.code, answer)
        words[at] = "("
        self.assertEqual(USAGE, supply(*words).code)

    def test_what_contradicts_itself_or_lacks_something_is_a_wrong_command(self):
        good = self.good()
        artifact, bundle, root = path(good["artifact"]), path(good["bundle"]), path(good["trusted_root"])
        name, issuer = ["--certificate-identity", good["identity"]], ["--certificate-oidc-issuer", good["issuer"]]
        for words, said in (
                (name + ["--trusted-root", root], "--certificate-oidc-issuer"),
                (issuer + ["--trusted-root", root], "--certificate-identity"),
                (name + issuer + ["--trusted-root", root, "--key", path("keys/managed.pub")], "want one"),
                (["--trusted-root", root], "want --key"),
                (name + issuer + ["--trusted-root", bundle], "--trusted-root"),
        ):
            answer = supply("verify-blob", "--bundle", bundle, *words, artifact)
            self.assertEqual(USAGE, answer.code, answer)
            self.assertIn(said, answer.err)

    def test_what_is_waived_is_said(self):
        case = next(case for case in self.cases if case["name"] == "invalid-ct-key/file")
        answer = supply(*asked(case), "--insecure-ignore-sct")
        self.assertEqual(YES, answer.code, answer)
        sct = next(one for one in answer.json["signer"]["steps"] if one["step"] == "sct")
        self.assertEqual(("skipped", "waived"), (sct["outcome"], sct["code"]))
        # Without a log nothing proves when a short-lived certificate was used.
        answer = supply(*asked(self.good()), "--insecure-ignore-tlog")
        self.assertEqual((NO, "time"), (answer.code, failed_step(answer)), answer)

    def test_the_suite_s_own_protocol_gives_every_verdict(self):
        for case in self.cases:
            with self.subTest(case["name"]):
                words = ["verify-bundle", "--bundle", path(case["bundle"]), "--trusted-root", path(case["trusted_root"])]
                if case["key"]:
                    words += ["--key", path(case["key"])]
                else:
                    words += ["--certificate-identity", case["identity"], "--certificate-oidc-issuer", case["issuer"]]
                words.append(path(case["artifact"]) if case.get("artifact") else case["digest"])
                answer = supply(*sigstore_client.words_of(sigstore_client.parsed(words)))
                self.assertEqual(case["expect"] == "pass", answer.code == YES, answer)

    def test_a_repository_is_meant_in_one_flag(self):
        good = self.good()
        rest = ["--offline", "--bundle", path(good["bundle"]), "--trusted-root", path(good["trusted_root"]), path(good["artifact"])]
        repository = "sigstore-conformance/extremely-dangerous-public-oidc-beacon"
        for words, code in (
                (["--github", repository], YES),
                (["--github", repository + "@main"], YES),
                (["--github", repository + "@refs/heads/main", "--workflow", "extremely-dangerous-oidc-beacon.yml"], YES),
                (["--github", repository + "@v1"], NO),
                (["--github", repository + "x"], NO),
                (["--github", repository, "--workflow", "other.yml"], NO),
                (["--gitlab", repository], NO),
                (["--github", repository, "--certificate-github-workflow-trigger", "workflow_dispatch"], YES),
                (["--github", repository, "--certificate-github-workflow-trigger", "push"], NO),
                (["--github", repository, "--certificate-extension", "runner-environment=github-hosted"], YES),
                (["--github", repository, "--certificate-extension", "runnerEnvironment=self-hosted"], NO),
                (["--github", repository, "--certificate-extension", "colour=red"], USAGE),
                (["--github", repository, "--gitlab", repository], USAGE),
                (["--github", "no-repository"], USAGE),
                (["--workflow", "a.yml"], USAGE),
        ):
            answer = supply("verify-blob", *words, *rest)
            self.assertEqual(code, answer.code, answer)
            if code == YES:  # what was asked comes first, then what matched
                asked = answer.err.index("asked: signed by GitHub's " + repository)
                self.assertLess(asked, answer.err.index("Verified OK"))

    def test_several_trusted_roots_are_one_a_line(self):
        good = self.good()
        roots = sorted({case["trusted_root"] for case in self.cases})
        lines = []
        for name in [good["trusted_root"], *roots][:3]:
            with open(path(name), encoding="utf-8") as text:
                lines.append(json.dumps(json.load(text)))
        file = self.write("roots.jsonl", "\n".join(reversed(lines)) + "\n")
        words = asked(good)
        words[words.index("--trusted-root") + 1] = file
        answer = supply(*words)
        self.assertEqual(YES, answer.code, answer)
        self.assertEqual(file, answer.json["trustedRoot"]["file"])

    def test_offline_opens_no_socket(self):
        self.needs("strace")
        good = self.good()
        trace = self.path("trace")
        for words in (asked(good), [word for word in asked(good) if word not in ("--trusted-root", path(good["trusted_root"]))],
                      ["verify", "--offline", "--key", os.path.join(PEERS, "ecdsa-p256.pub"), "oci:" + os.path.join(PEERS, "layout-bundle:1.0")]):
            done = subprocess.run(["strace", "-f", "-e", "trace=socket,connect,sendto", "-o", trace, SUPPLY, *words],
                                  capture_output=True, env={**environment(), "ASAN_OPTIONS": "detect_leaks=0"}, text=True)
            self.assertEqual(YES, done.returncode, done)
            with open(trace, encoding="utf-8", errors="replace") as text:
                self.assertNotIn("socket(", text.read(), words)

    def test_no_configuration_of_openssl_is_read(self):
        self.needs("strace")
        trace, conf = self.path("trace"), self.write("openssl.cnf", b"openssl_conf = x\n")
        for words, code in ((asked(self.good()), YES), (["inspect", "localhost:1/app:1"], UNKNOWN)):
            done = subprocess.run(["strace", "-f", "-e", "trace=openat,open", "-o", trace, SUPPLY, *words], capture_output=True,
                                  env={**environment(), "OPENSSL_CONF": conf, "ASAN_OPTIONS": "detect_leaks=0"}, text=True)
            self.assertEqual(code, done.returncode, done)
            with open(trace, encoding="utf-8", errors="replace") as text:
                self.assertNotIn("openssl.cnf", text.read())

    def test_what_users_of_cosign_type_does_what_it_says_or_names_what_to_type(self):
        good = self.good()
        words = [word for word in asked(good) if word != "--json"]
        answer = supply(*words, "-o", "json")
        self.assertEqual((YES, True), (answer.code, answer.json["satisfied"]), answer)
        for more in (["--new-bundle-format"], ["--experimental-oci11"], ["--check-claims"], ["--check-claims=true"], ["--max-workers", "3"],
                     ["--output", "text"]):
            answer = supply(*words, *more)
            self.assertEqual(YES, answer.code, answer)
        for more, said in ((["--sk"], "--key FILE"), (["--rekor-url", "https://x"], "--trusted-root"), (["--check-claims=false"], "always"),
                           (["-o", "yaml"], "there are html, json"), (["--allow-insecure-registry"], "--plain-http"), (["--log-threshold", "0"], "--insecure-ignore-tlog"),
                           (["--log-threshold", "-1"], "1 to 32"), (["--time-threshold", "33"], "1 to 32"), (["--sct-threshold", "33"], "1 to 32")):
            answer = supply(*words, *more)
            self.assertEqual(USAGE, answer.code, answer)
            self.assertIn(said, answer.err)
        self.assertEqual((NO, "timestamp"), self.code_and_step(asked(good) + ["--use-signed-timestamps"]))
        self.assertEqual((NO, "time"), self.code_and_step(asked(good) + ["--private-infrastructure"]))
        self.assertEqual((NO, "tlog-entry"), self.code_and_step(asked(good) + ["--log-threshold", "2"]))
        self.assertEqual((NO, "time"), self.code_and_step(asked(good) + ["--time-threshold", "2"]))
        self.assertEqual((NO, "sct"), self.code_and_step(asked(good) + ["--sct-threshold", "2"]))
        layout = ["verify", "--offline", "--key", os.path.join(PEERS, "ecdsa-p256.pub"), "--local-image"]
        answer = supply(*layout, os.path.join(PEERS, "layout-bundle") + ":1.0")
        self.assertEqual(YES, answer.code, answer)

    def test_a_signature_and_a_certificate_without_their_log_entry_are_told_where_it_comes_from(self):
        case = next(one for one in self.cases if one["expect"] == "pass" and one["identity"] and one.get("artifact") and not is_attestation(one["bundle"]))
        with open(path(case["bundle"]), encoding="utf-8") as text:
            bundle = json.load(text)
        material = bundle["verificationMaterial"]
        held = material["certificate"] if "certificate" in material else material["x509CertificateChain"]["certificates"][0]
        signature = self.write("blob.sig", bundle["messageSignature"]["signature"])
        pem = f"-----BEGIN CERTIFICATE-----\n{held['rawBytes']}\n-----END CERTIFICATE-----\n".encode()
        for name, certificate in {"PEM": pem, "PEM in base64": base64.b64encode(pem), "DER": base64.b64decode(held["rawBytes"]),
                                  "DER in base64": held["rawBytes"].encode() + b"\n"}.items():
            with self.subTest(name):
                answer = self.answers(NO, "verify-blob", "--offline", "--signature", signature, "--certificate", self.write("blob.cert", certificate),
                                      "--trusted-root", path(case["trusted_root"]), "--certificate-identity", case["identity"],
                                      "--certificate-oidc-issuer", case["issuer"], path(case["artifact"]))
                self.assertIn("no log is asked", answer.err)
                self.assertIn("tlog-entry", answer.err)

    def test_a_trust_file_bounds_keys_in_time(self):
        private, public = self.key()
        release = self.write("release.bin", "a release")
        self.answers(YES, "sign-blob", "--key", private, release)

        def trust(more):
            return self.write("trust.yaml", f"version: 1\nkeys:\n  - name: release\n    publicKey: {os.path.basename(public)}\n{more}")

        answer = self.answers(YES, "verify-blob", "--trusted-keys", trust(""), release)
        self.says(answer, "by release")
        bounded = trust("    until: 2020-01-01\n    reason: revocation\n")
        self.says(self.answers(USAGE, "verify-blob", "--trusted-keys", bounded, release), "--trusted-root")
        root = path(self.good()["trusted_root"])
        self.says(self.answers(NO, "verify-blob", "--insecure-ignore-tlog", "--trusted-root", root, "--trusted-keys", bounded, release),
                  "trusted until 2020-01-01", "revocation", "no time is proven")
        self.says(self.answers(USAGE, "verify-blob", "--trusted-keys", trust("    until: 2020-01-01\n"), release), "line 3", "reason")
        self.says(self.answers(USAGE, "verify-blob", "--trusted-keys", trust(""), "--key", public, release), "want one")

    def test_a_file_of_several_bundles_is_told_by_the_one_that_holds(self):
        private, public = self.key()
        release, facts = self.write("release.bin", "a release"), self.write("facts.json", "{}")
        lines = []
        for kind, key in (("https://example.org/a", private), ("https://example.org/b", private), ("https://example.org/b", self.key("other")[0])):
            self.answers(YES, "attest-blob", "--key", key, "--type", kind, "--predicate", facts, "--bundle", self.path("one"), release)
            with open(self.path("one"), encoding="utf-8") as text:
                lines.append(json.dumps(json.load(text)))
        bundles = self.write("attestations.jsonl", "\n".join(lines) + "\n")
        answer = self.answers(YES, "verify-blob-attestation", "--json", "--key", public, "--type", "https://example.org/b", "--bundle", bundles, release)
        self.assertEqual("https://example.org/b", answer.json["predicateType"])
        self.assertEqual(1, len(answer.json["refused"]))
        self.says(self.answers(NO, "verify-blob-attestation", "--key", public, "--type", "https://example.org/c", "--bundle", bundles, release), "not https://example.org/c")

    def code_and_step(self, words):
        answer = supply(*words)
        return answer.code, failed_step(answer)


if __name__ == "__main__":
    unittest.main()
