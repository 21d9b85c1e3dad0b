"""Public cases of Sigstore bundles with verdicts (../shared/sigstore): each refused for the step that has to refuse it.

Where the cases are not there, the tests are skipped. SUPPLY_SHARED names the directory.
"""
import json
import os
import unittest

from harness import NO, ROOT, USAGE, YES, Case, supply

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
                (name + issuer, "--trusted-root"),
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


if __name__ == "__main__":
    unittest.main()
