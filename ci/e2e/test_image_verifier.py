"""supply-gate as containerd's image verifier: the protocol, the policy at its place, and that every fault refuses."""
import json
import os
import subprocess

from harness import NO, PEERS, SUPPLY_GATE, YES, environment
from registry_case import RegistryCase

TYPE = "application/vnd.oci.descriptor.v1+json"


class Verifier(RegistryCase):
    def setUp(self):
        super().setUp()
        self.needs("unshare")
        # An /etc of the test's own, in a mount namespace of its own, so that the policy is where it must be.
        self.etc = self.path("etc")
        os.makedirs(self.etc)
        for name in ("passwd", "hosts", "resolv.conf", "nsswitch.conf"):
            if os.path.exists(f"/etc/{name}"):
                self.write(f"etc/{name}", self.read(f"/etc/{name}"))

    def verifier(self, code, *arguments, descriptor=None, stdin=None, env=None):
        data = stdin if stdin is not None else json.dumps(descriptor).encode()
        command = ["unshare", "-rm", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', self.etc, SUPPLY_GATE, *arguments]
        ran = subprocess.run(command, input=data, capture_output=True, env=environment(**(env or {})))
        if b"unshare" in ran.stderr or b"mount:" in ran.stderr:
            self.skipTest("this machine gives no mount namespace")
        self.assertEqual(code, ran.returncode, ran.stdout + ran.stderr)
        text = ran.stdout.decode()
        self.assertEqual(1, text.count("\n"), text)
        return text

    def test_it_allows_what_the_policy_allows_and_refuses_all_else(self):
        signed, _, public = self.signed(self.registry())
        unsigned = signed.replace("/app:", "/bare:")
        self.push(self.image("bare"), unsigned)
        self.write("etc/supply/key.pub", self.read(public))
        policy = "version: 1\nkeys: {k: key.pub}\nimages:\n  - match: ['**']\n    signatures: {any_of: [k]}\n"
        self.write("etc/supply/policy.yaml", policy)

        def asked(image, **more):
            digest = self.answers(YES, "inspect", "--digest", image).text.strip()
            return ["-name", image, "-digest", digest, "-stdin-media-type", TYPE], {"mediaType": "x", "digest": digest, "size": 1, **more}

        words, descriptor = asked(signed)
        self.assertIn("allowed", self.verifier(0, *words, descriptor=descriptor))
        self.assertIn("allowed", self.verifier(0, "-name", f"{signed}@{descriptor['digest']}", *words[2:], descriptor=descriptor))
        other, its = asked(unsigned)
        self.assertIn("refused: deny: signatures", self.verifier(1, *other, descriptor=its))
        # Another descriptor, none, another type of it, a word too many or too few, a twin: refused.
        self.verifier(1, *words, descriptor={**descriptor, "digest": "sha256:" + "1" * 64})
        self.verifier(1, *words, stdin=b"")
        self.verifier(1, *words, stdin=b"x" * 5_000_000)
        self.verifier(1, *words[:-1], "text/plain", descriptor=descriptor)
        self.verifier(1, *words, "-policy", PEERS, descriptor=descriptor)
        self.verifier(1, *words, "-name", "x", descriptor=descriptor)
        self.verifier(1, *words[:3], descriptor=descriptor)
        self.verifier(1, "-name", signed, descriptor=descriptor)
        self.verifier(1, "-name", "oci:" + self.path("bare"), *words[2:], descriptor=descriptor)
        gone = "sha256:" + "0" * 64
        self.assertIn("could not be found out", self.verifier(1, *words[:2], "-digest", gone, "-stdin-media-type", TYPE, descriptor={"digest": gone}))
        # Neither a file of the working directory nor the environment says another policy.
        self.write("etc/supply/policy.yaml", policy.replace("signatures: {any_of: [k]}", "config: {labels: [never]}"))
        self.verifier(1, *words, descriptor=descriptor, env={"SUPPLY_POLICY": self.path("etc", "supply", "policy.yaml")})
        self.write("etc/supply/policy.yaml", "version: 2\n")
        self.verifier(1, *words, descriptor=descriptor)
        os.unlink(self.path("etc", "supply", "policy.yaml"))
        self.assertIn("policy.yaml", self.verifier(1, *words, descriptor=descriptor))

    def test_the_program_is_still_the_other_one_without_name(self):
        self.answers(NO, "verify", "--key", self.key()[1], f"oci:{self.image()}:app", program=SUPPLY_GATE)
