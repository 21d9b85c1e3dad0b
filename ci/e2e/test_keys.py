"""Keys that are none, at every verb that takes one: a wrong command (2), never "try again" (3), damage (4) or a no (1)."""
import os
import subprocess

from harness import PASSWORD, SUPPLY, USAGE, YES, Case, some, supply

CURVES = {"secp256k1": "ec_paramgen_curve:secp256k1", "brainpool": "ec_paramgen_curve:brainpoolP256r1", "p224": "ec_paramgen_curve:P-224"}


class KeyFaults(Case):
    def openssl(self, *arguments):
        self.needs("openssl")
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.directory)

    def public_of(self, private, more=()):
        public = private.removesuffix(".pem") + ".pub"
        self.openssl("pkey", "-in", private, "-pubout", "-out", public, *more)
        return public

    def other_types(self):
        """Keys of types that Supply does not use: {name: (private, public)}."""
        made = {}
        for name, options in {"ed448": ["-algorithm", "ed448"], "x25519": ["-algorithm", "x25519"],
                              "rsa1024": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
                              "rsa-pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
                              **{name: ["-algorithm", "EC", "-pkeyopt", curve] for name, curve in CURVES.items()}}.items():
            private = self.path(name + ".pem")
            self.openssl("genpkey", *options, "-out", private)
            made[name] = private, self.public_of(private)
        self.openssl("dsaparam", "-out", "dsa.param", "1024")
        self.openssl("gendsa", "-out", "dsa.pem", "dsa.param")
        made["dsa"] = self.path("dsa.pem"), self.public_of(self.path("dsa.pem"))
        explicit = self.path("explicit.pem")
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit", "-out", explicit)
        made["explicit"] = explicit, self.public_of(explicit)
        return made

    def no_keys(self, private, public):
        """What is no key at all, for either half."""
        text, secret = self.read(public), self.read(private)
        self.openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "c.pem", "-subj", "/CN=x", "-out", "certificate.pem")
        self.openssl("pkey", "-pubin", "-in", public, "-outform", "DER", "-out", "public.der")
        body = text.splitlines()
        if not os.path.exists(self.path("pipe")):
            os.mkfifo(self.path("pipe"))
        return {
            "a directory": self.directory,
            "a pipe that nobody writes": self.path("pipe"),
            "an endless device": "/dev/zero",
            "a file in a file": public + "/x",
            "a device": "/dev/null",
            "missing": self.path("missing.pem"),
            "no variable": "env://SUPPLY_TEST_NO_SUCH",
            "no name": "env://",
            "an empty variable": "env://SUPPLY_TEST_EMPTY",
            "an address": "https://keys.example/release.pub",
            "a module": "pkcs11:token=x",
            "empty": self.write("empty.pem", ""),
            "blank": self.write("blank.pem", "\n \n"),
            "text": self.write("text.pem", "junk\n"),
            "binary": self.write("binary.pem", os.urandom(500)),
            "large": self.write("large.pem", b"x" * (65 << 10)),
            "JSON": self.write("key.json", '{"kty":"OKP"}'),
            "DER": self.path("public.der"),
            "a certificate": self.path("certificate.pem"),
            "UTF-16": self.write("utf16.pem", text.decode().encode("utf-16")),
            "OpenSSH": self.write("ssh.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ user@host\n"),
            "cut": self.write("cut.pem", text[:len(text) // 2]),
            "without its end": self.write("end.pem", b"\n".join(body[:-1]) + b"\n"),
            "without its first line": self.write("first.pem", b"\n".join(body[1:]) + b"\n"),
            "a damaged label": self.write("label.pem", text.replace(b"-----BEGIN", b"----BEGIN")),
            "a changed byte": self.write("byte.pem", body[0] + b"\n" + body[1].replace(b"M", b"!", 1) + b"\n" + b"\n".join(body[2:])),
            "a private key cut": self.write("half.pem", secret[:len(secret) // 2]),
            "a private key damaged": self.write("damaged.pem", secret.replace(b"A", b"B", 3)),
            "an unknown block": self.write("pgp.pem", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"),
        }

    def signing(self, layout):
        release, predicate = self.write("release", "x"), self.write("predicate", "{}")
        bundle, image = self.path("out.json"), f"oci:{layout}:app"
        return {"sign": ["sign", image], "sign legacy": ["sign", "--format", "legacy", image],
                "attest": ["attest", "--type", "custom", "--predicate", predicate, image],
                "sign-blob": ["sign-blob", "--bundle", bundle, release],
                "attest-blob": ["attest-blob", "--type", "custom", "--predicate", predicate, "--bundle", bundle, release],
                "key import": ["key", "import", "--output-key-prefix", self.path("imported")],
                "release": ["release", "--builder-id", "https://builder.example/1", "--build-type", "https://builder.example/t", "--source",
                            "git+https://git.example.org/app@" + "a" * 40, "--policy", self.policy("version: 1\nimages: []\n", "release.yaml"), image]}

    def verifying(self, layout):
        release, image = self.write("release", "x"), f"oci:{layout}:app"
        return {"verify": ["verify", image], "verify-attestation": ["verify-attestation", "--type", "custom", image],
                "sbom check": ["sbom", "check", image], "verify-blob": ["verify-blob", "--bundle", self.write("b", "{}"), release],
                "verify-blob-attestation": ["verify-blob-attestation", "--type", "custom", "--bundle", self.write("b", "{}"), release]}

    def refused(self, verbs, key, what):
        for verb, command in some(verbs.items()):
            with self.subTest(f"{verb}: {what}"):
                answer = self.answers(USAGE, *command, "--key", key, env={"SUPPLY_TEST_EMPTY": ""})
                self.assertEqual(b"", answer.out, str(answer))
                self.assertIn("--key", answer.err)
                self.assertLess(len(answer.err), 600)

    def test_a_key_that_cannot_be_used_is_a_wrong_command(self):
        layout = self.image()
        private, public = self.quick_key("good")
        signing, verifying = self.signing(layout), self.verifying(layout)
        either = {"key inspect": ["key", "inspect"], "key public": ["key", "public"]}
        for what, (wrong, half) in some(self.other_types().items()):
            self.refused({**signing, **either}, wrong, what)
            self.refused({**verifying, **either}, half, what)
        for what, wrong in some(self.no_keys(private, public).items()):
            self.refused({**signing, **verifying, **either}, wrong, what)
        self.refused(signing, public, "a public key")
        self.refused(verifying, private, "a private key")
        self.refused({k: v for k, v in signing.items() if k != "key import"}, "-", "standard input")

    def test_a_key_in_the_place_of_its_name_is_not_shown(self):
        private, public = (self.read(path).decode() for path in self.quick_key("good"))
        image, release = f"oci:{self.image()}:app", self.write("release", "x")
        for words in (["sign", "--key", private, image], ["sign-blob", "--key", private, release], ["verify", "--key", public, image],
                      ["verify-blob", "--key", private, release], ["key", "public", "--key", private], ["sign-blob", "--key", *private.split(), release],
                      ["attest", "--type", "custom", "--predicate", self.write("p.json", "{}"), "--key", private.replace("\n", " "), image]):
            with self.subTest(words[:2]):
                answer = self.answers(USAGE, *words)
                self.assertIn("--key env://VARIABLE", answer.err)
                for line in private.splitlines()[1:-1] + public.splitlines()[1:-1]:
                    self.assertNotIn(line[:12], answer.err + answer.text)
        answer = self.answers(USAGE, "verify", "--key", "pkcs11:token=x?pin-value=12121212&pin-value=34343434", image)
        for pin in ("12121212", "34343434"):
            self.assertNotIn(pin, answer.err)

    def test_files_come_through_pipes_that_the_shell_makes(self):
        image, (private, public) = f"oci:{self.image()}:app", self.quick_key("good")
        policy = self.policy("version: 1\nimages:\n  - match: ['**']\n    signatures: {any_of: [good]}\nkeys: {good: good.pub}\n")
        inlined = self.write("inlined.yaml", self.read(policy).replace(b"good.pub", self.path("good.pub").encode()))
        release = self.write("release", "x")
        bundle = self.path("release.json")
        for command in (f'sign --key <(sleep 0.2; cat {private}) {image}', f'verify --key <(cat {public}) {image}',
                        f'gate --policy <(cat {inlined}) {image}', f'gate --policy /dev/stdin {image} < {inlined}',
                        f'attest --type custom --predicate <(echo "{{}}") --key {private} {image}',
                        f'attest --type custom --predicate - --key {private} {image} < <(echo "{{}}")',
                        f'sign-blob --key {private} --bundle {bundle} <(cat {release})',
                        f'verify-blob --key {public} --bundle <(cat {bundle}) {release}'):
            with self.subTest(command):
                result = subprocess.run(["bash", "-c", f"{SUPPLY} {command}"], capture_output=True, timeout=60, check=False)
                self.assertEqual(YES, result.returncode, result.stderr.decode())

    def test_an_encrypted_key_that_cannot_be_opened_is_a_wrong_command(self):
        signing = self.signing(self.image())
        both = {**signing, "key inspect": ["key", "inspect"], "key public": ["key", "public"]}
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.pem")
        self.openssl("ec", "-in", "ec.pem", "-aes256", "-passout", "pass:" + PASSWORD, "-out", "headers.pem")
        self.openssl("pkcs8", "-topk8", "-in", "ec.pem", "-v1", "PBE-SHA1-3DES", "-passout", "pass:" + PASSWORD, "-out", "pbe1.pem")
        self.openssl("pkcs8", "-topk8", "-in", "ec.pem", "-passout", "pass:another", "-out", "another.pem")
        self.openssl("pkcs8", "-topk8", "-in", "ec.pem", "-iter", "6000000", "-passout", "pass:" + PASSWORD, "-out", "costly.pem")
        self.openssl("genpkey", "-algorithm", "ed448", "-aes-256-cbc", "-pass", "pass:" + PASSWORD, "-out", "ed448.pem")
        for name in ("headers", "pbe1", "another", "costly", "ed448"):
            self.refused(both, self.path(name + ".pem"), name)
        for form in ("pkcs8", "cosign"):
            private, _ = self.key(form, "--format", form)
            text = self.read(private)
            at = text.index(b"\n", 200) - 6
            for damage in (text[:at] + (b"AAAA" if text[at:at + 4] != b"AAAA" else b"BBBB") + text[at + 4:], text[:at] + text[at + 8:]):
                self.refused(both, self.write("damaged.key", damage), f"{form} damaged")

    def test_a_policys_key_that_is_none_is_an_error_in_the_policy(self):
        layout = self.image()
        private, public = self.quick_key("good")
        wrong = {"the private key": private, **{what: half for what, (_, half) in self.other_types().items()},
                 **{what: path for what, path in self.no_keys(private, public).items() if what != "an empty variable"}}
        text = "version: 1\nkeys:\n  good: good.pub\n  bad: {}\nimages:\n  - match: ['**']\n    signatures: {{any_of: [good]}}\n"
        for what, key in some(wrong.items()):
            with self.subTest(what):
                answer = supply("gate", "--policy", self.policy(text.format(key)), f"oci:{layout}:app")
                self.assertEqual(USAGE, answer.code, str(answer))
                self.says(answer, "policy.yaml", "line 4")

    def test_ordinary_keys_work_at_every_verb(self):
        layout = self.image()
        self.quick_key("good")
        self.openssl("genrsa", "-traditional", "-out", "rsa.pem", "2048")
        self.openssl("ecparam", "-name", "secp521r1", "-genkey", "-out", "p521.pem")  # behind an EC PARAMETERS block
        for name in ("good", "rsa", "p521"):
            private = self.path(name + ".pem")
            public = self.public_of(private)
            pem = self.read(public)
            crlf = self.write(name + ".crlf.pub", pem.replace(b"\n", b"\r\n"))
            self.answers(YES, "sign", "--key", private, f"oci:{layout}:app")
            for key in (public, crlf, "env://SUPPLY_TEST_KEY"):
                self.answers(YES, "verify", "--key", key, f"oci:{layout}:app", env={"SUPPLY_TEST_KEY": pem.decode()})
            self.assertEqual(pem, self.answers(YES, "key", "public", "--key", private).out)
