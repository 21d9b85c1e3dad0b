"""Bundles that are made here and judged by the program: what the tests of made bundles share."""
import json

from harness import YES, Case, supply

try:
    import made_sigstore as made
except ImportError:
    made = None


def material(bundle):
    return bundle["verificationMaterial"]


def entry(bundle, index=0):
    return material(bundle)["tlogEntries"][index]


class BundleCase(Case):
    def judged(self, bundle, instance=None, root=None, key=None, by=(), flags=(), text=None, artifact=None):
        """What Supply says: "yes", or the step that failed and its code, or the exit code where there is none."""
        by = (made.WORKFLOW, made.ISSUER) if by == () else by
        path = self.write("bundle.json", text or json.dumps(bundle))
        trusted = self.write("root.json", json.dumps(root or (instance or self.instance).trusted()))
        if key is not None:
            who = ["--key", self.write("key.pub", made.public_pem(key))]
        else:
            who = ["--certificate-identity", by[0], "--certificate-oidc-issuer", by[1]] if by else []
        verb = "verify-blob-attestation" if bundle.get("dsseEnvelope") or "dsse_envelope" in bundle else "verify-blob"
        answer = supply(verb, "--json", "--offline", "--bundle", path, "--trusted-root", trusted, *who, *flags,
                        self.write("artifact", made.ARTIFACT) if artifact is None else artifact)
        if answer.code == YES:
            return "yes"
        if "steps" not in answer.json:
            return f"exit {answer.code}: {answer.err.strip()}"
        return next(f"{one['step']} {one['code']}" for one in answer.json["steps"] if one["outcome"] == "failed")

    def passes(self, name, bundle, **more):
        with self.subTest(name):
            self.assertEqual("yes", self.judged(bundle, **more))

    def fails(self, name, step, bundle, **more):
        with self.subTest(name):
            self.assertRegex(self.judged(bundle, **more), f"^({step})")
