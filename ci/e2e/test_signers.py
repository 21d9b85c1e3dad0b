"""Keys that are not files: tokens (SoftHSM), services (loopback fakes), programs."""
import base64
import http.server
import json
import os
import subprocess
import threading

from harness import DAMAGED, NO, SUPPLY_GATE, UNKNOWN, USAGE, YES, Case, supply

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "731946"


class SignerCase(Case):
    def setUp(self):
        super().setUp()
        self.needs("openssl")
        self.file = self.write("app.tar.gz", b"a release")

    def openssl(self, *words):
        return subprocess.run(["openssl", *words], cwd=self.directory, check=True, capture_output=True).stdout

    def sign_and_verify(self, key, public=None, env=None):
        """Signs by `key`, verifies by it and by the public half in a file."""
        bundle = self.path("bundle.json")
        if os.path.exists(bundle):
            os.remove(bundle)
        self.answers(YES, "sign-blob", "--key", key, "--bundle", bundle, self.file, env=env)
        self.answers(YES, "verify-blob", "--key", key, "--bundle", bundle, self.file, env=env)
        pem = self.answers(YES, "key", "public", "--key", key, env=env).text
        told = self.answers(YES, "key", "inspect", "--json", "--key", key, env=env).json
        self.follows("key-inspect", told)
        self.assertEqual([False, False, True], [told["private"], told["encrypted"], told["remote"]])
        self.answers(YES, "verify-blob", "--key", self.write("asked.pub", pem), "--bundle", bundle, self.file)
        if public:
            self.answers(YES, "verify-blob", "--key", public, "--bundle", bundle, self.file)
        other = self.write("other", b"another release")
        self.answers(NO, "verify-blob", "--key", key, "--bundle", bundle, other, env=env)


class Pkcs11(SignerCase):
    def setUp(self):
        super().setUp()
        self.needs("softhsm2-util")
        self.module = next((path for path in MODULES if os.path.exists(path)), None)
        if self.module is None:
            self.skipTest("the program softhsm2-util is not here with its module")
        os.mkdir(self.path("tokens"))
        conf = self.write("softhsm2.conf", f"directories.tokendir = {self.path('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.env = {"SOFTHSM2_CONF": conf, "SUPPLY_PKCS11_PIN": PIN}
        self.softhsm("--init-token", "--free", "--label", "our token", "--pin", PIN, "--so-pin", PIN)

    def softhsm(self, *words):
        subprocess.run(["softhsm2-util", *words], env={**os.environ, **self.env}, check=True, capture_output=True)

    def put(self, label, number, *options):
        """A key pair in the token; the path of the public half."""
        self.openssl("genpkey", *options, "-out", label + ".pem")
        self.openssl("pkey", "-in", label + ".pem", "-pubout", "-out", label + ".pub")
        self.softhsm("--import", self.path(label + ".pem"), "--token", "our token", "--label", label, "--id", number, "--pin", PIN)
        return self.path(label + ".pub")

    def uri(self, rest, query=""):
        return f"pkcs11:token=our%20token;{rest}?module-path={self.module}{query}"

    def test_each_type_of_key_signs(self):
        for number, (label, options) in enumerate({"p256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
                                                   "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
                                                   "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                                                   "ed": ["-algorithm", "ed25519"]}.items(), 1):
            with self.subTest(label):
                public = self.put(label, f"0{number}", *options)
                self.sign_and_verify(self.uri(f"object={label}"), public, self.env)
                self.sign_and_verify(self.uri(f"id=%0{number};type=private"), public, self.env)

    def test_the_pin_is_never_shown(self):
        self.put("k", "01", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        sign = ["sign-blob", "--bundle", self.path("b"), self.file, "--key"]
        without = {"SOFTHSM2_CONF": self.env["SOFTHSM2_CONF"]}
        for key, env, code in ((self.uri("object=k", f"&pin-value={PIN}"), without, USAGE), (self.uri("object=k"), {**without, "COSIGN_PKCS11_PIN": "99" + PIN}, USAGE),
                               (self.uri("object=k"), without, USAGE), (self.uri("object=k", "&pin-source=|cat"), without, USAGE),
                               (self.uri("object=k", "&pin-source=file:/nowhere"), without, USAGE)):
            answer = self.answers(code, *sign, key, env=env)
            self.assertNotIn(PIN, answer.err + answer.text)
        self.answers(YES, *sign, self.uri("object=k", f"&pin-source=file:{self.write('pin', PIN + chr(10))}"), env=without)
        os.remove(self.path("b"))
        self.answers(YES, *sign, self.uri("object=k"), env={**without, "COSIGN_PKCS11_PIN": PIN})
        os.remove(self.path("b"))
        self.answers(YES, *sign, "pkcs11:object=k", env={**self.env, "COSIGN_PKCS11_MODULE_PATH": self.module})

    def test_what_is_no_key_is_a_wrong_command(self):
        self.put("k", "01", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.put("twice", "02", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.put("twice", "03", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        for key in (self.uri("object=none"), self.uri("object=twice"), "pkcs11:token=none;object=k?module-path=" + self.module, "pkcs11:object=k",
                    "pkcs11:object=k?module-path=/nowhere.so", "pkcs11:object=k?module-path=" + self.file, "pkcs11:object=k?module-path=relative.so",
                    self.uri("object=k;object=k"), self.uri("objekt=k"), self.uri("object=%zz"), self.uri("type=cert;object=k"),
                    self.uri("slot-id=x;object=k"), "pkcs11:token=our%20token?module-path=" + self.module, self.uri("object=k", "&more=x"), "pkcs11:"):
            self.answers(USAGE, "sign-blob", "--bundle", self.path("b"), self.file, "--key", key, env=self.env)
            self.assertFalse(os.path.exists(self.path("b")))
        self.sign_and_verify(self.uri("object=twice;id=%03"), None, self.env)

    def test_the_tokens_that_are_there_are_named_where_not_one_fits(self):
        asked = lambda rest: self.answers(USAGE, "key", "public", "--key", f"pkcs11:{rest}?module-path={self.module}", env=self.env)
        self.says(asked("token=none;object=k"), 'no token fits what the URI says: the module has "our token"')
        self.softhsm("--init-token", "--free", "--label", "other", "--pin", PIN, "--so-pin", PIN)
        several = asked("object=k")
        self.says(several, "several tokens fit what the URI says: ")
        self.says(several, '"other"')
        self.says(several, "; say token, serial or slot-id")


class OddModule(SignerCase):
    """A PKCS#11 module that answers what no token should."""
    SOURCE = r"""
#include <stdlib.h>
#include <string.h>
typedef unsigned long U;
struct attribute { U type; void *value; U size; };
static U number(const char *name) { const char *text = getenv(name); return text ? strtoul(text, 0, 10) : 1; }
static U ok(void) { return 0; }
static U slots(unsigned char present, U *list, U *count) {
  U n = number("SLOTS");
  if (list && *count < n) return 0x150;
  for (U i = 0; list && i < n; ++i) list[i] = i;
  *count = n;
  return 0;
}
static U token(U slot, unsigned char *info) { memset(info, 0, 208); memset(info, ' ', 96); info[97] = 4; return 0; }
static U find(U session, U *list, U room, U *count) { list[0] = 1; *count = 1; return 0; }
static U attribute(U session, U object, struct attribute *asked, U count) {
  if (asked->type == 0x100) { *(U *)asked->value = 3; return 0; }
  U n = number("BYTES");
  if (asked->value) memset(asked->value, 4, n);
  asked->size = n;
  return 0;
}
static void *list[80];
U C_GetFunctionList(void ***out) {
  for (int i = 1; i < 80; ++i) list[i] = (void *)ok;
  list[5] = (void *)slots, list[7] = (void *)token, list[28] = (void *)find, list[25] = (void *)attribute;
  *out = list;
  return 0;
}
"""

    def test_more_slots_or_larger_attributes_than_there_can_be_are_refused(self):
        self.needs("gcc")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", self.path("odd.so"), self.write("odd.c", self.SOURCE)], check=True, capture_output=True)
        for slots, size, code, word in ((256, 1, USAGE, "several tokens"),           # kMaxPkcs11Slots
                                        (257, 1, UNKNOWN, "C_GetSlotList"),
                                        (1, 65536, DAMAGED, "public key"),             # kMaxPkcs11AttributeBytes
                                        (1, 65537, DAMAGED, "an attribute of 65537 bytes")):
            with self.subTest(slots=slots, size=size):
                answer = self.answers(code, "key", "public", "--key", f"pkcs11:object=k?module-path={self.path('odd.so')}",
                                      env={"SLOTS": str(slots), "BYTES": str(size)})
                self.says(answer, word)


class Services(SignerCase):
    def serve(self, handle):
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                code, record = handle(self.command, self.path, self.headers, json.loads(body) if body else None)
                text = json.dumps(record).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def p256(self):
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "kept.pem")
        return self.openssl("pkey", "-in", "kept.pem", "-pubout").decode()

    def sign(self, digest):
        self.write("digest", digest)
        return self.openssl("pkeyutl", "-sign", "-inkey", "kept.pem", "-in", "digest", "-pkeyopt", "digest:sha256")

    def test_vault(self):
        public, wrong = self.p256(), []

        def handle(method, path, headers, body):
            if headers.get("X-Vault-Token") != "the token":
                return 403, {"errors": ["permission denied"]}
            if (method, path) == ("GET", "/v1/transit/keys/release"):
                return 200, {"data": {"latest_version": 1, "keys": {"1": {"public_key": public}}}}
            if (method, path) == ("POST", "/v1/transit/sign/release") and body["prehashed"]:
                digest = base64.b64decode(body["input"])
                return 200, {"data": {"signature": "vault:v1:" + base64.b64encode(self.sign(bytes(32) if wrong else digest)).decode()}}
            return 404, {"errors": []}

        env = {"VAULT_ADDR": self.serve(handle), "VAULT_TOKEN": "the token", "NO_PROXY": "127.0.0.1"}
        self.sign_and_verify("hashivault://release", self.write("kept.pub", public), env)
        sign = ["sign-blob", "--bundle", self.path("b"), self.file, "--key"]
        self.answers(UNKNOWN, *sign, "hashivault://other", env=env)
        self.answers(UNKNOWN, *sign, "hashivault://release", env={**env, "VAULT_TOKEN": "another"})
        self.answers(UNKNOWN, *sign, "hashivault://release", "--offline", env=env)
        self.answers(USAGE, *sign, "hashivault://release", env={"VAULT_TOKEN": "x"})
        wrong.append(True)
        self.answers(DAMAGED, *sign, "hashivault://release", env=env)
        self.assertFalse(os.path.exists(self.path("b")))

    def test_the_gate_reaches_no_service(self):
        answer = supply("verify", "--key", "hashivault://release", "oci:" + self.path("x"), program=SUPPLY_GATE)
        self.assertEqual(USAGE, answer.code, str(answer))


class Helper(SignerCase):
    PROGRAM = """#!/usr/bin/python3
import base64, json, subprocess, sys
question = json.load(sys.stdin)
assert question["version"] == 1 and question["key"] == "release"
def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout
if question["operation"] == "public-key":
    print(json.dumps({"publicKey": openssl("pkey", "-in", "KEY", "-pubout").decode()}))
else:
    assert question["scheme"] == "ecdsa-sha256"
    with open("KEY.digest", "wb") as out:
        out.write(base64.b64decode(question["digest"]))
    print(json.dumps({"signature": base64.b64encode(openssl("pkeyutl", "-sign", "-inkey", "KEY", "-in", "KEY.digest")).decode()}))
"""

    def program(self, text):
        path = self.write("helper", text.replace("KEY", self.path("kept.pem")))
        os.chmod(path, 0o755)
        return path

    def test_a_program_signs(self):
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "kept.pem")
        self.sign_and_verify(f"exec:{self.program(self.PROGRAM)}?release")

    def test_what_a_program_answers_is_bounded_and_checked(self):
        large = 256 * 1024  # kMaxHelperAnswerBytes
        key = json.dumps({"publicKey": self.openssl("genpkey", "-algorithm", "ed25519") and "none"})
        for text, code in (("#!/bin/sh\nexit 3\n", UNKNOWN), ("#!/bin/sh\necho no\n", DAMAGED), (f"#!/bin/sh\necho '{key}'\n", DAMAGED),
                           ("#!/bin/sh\necho '{\"error\": \"locked\"}'\n", UNKNOWN), ("#!/bin/sh\necho '[]'\n", DAMAGED),
                           (f"#!/bin/sh\nhead -c {large + 1} /dev/zero\n", DAMAGED), (f"#!/bin/sh\nhead -c {large} /dev/zero\n", DAMAGED)):
            with self.subTest(text):
                answer = self.answers(code, "sign-blob", "--bundle", self.path("b"), self.file, "--key", "exec:" + self.program(text))
                self.assertEqual(f"head -c {large + 1}" in text, "wrote more" in answer.err or "more than" in answer.err, str(answer))
        for key in ("exec:", "exec:/nowhere", "exec:" + self.file):
            self.answers(USAGE, "sign-blob", "--bundle", self.path("b"), self.file, "--key", key)
