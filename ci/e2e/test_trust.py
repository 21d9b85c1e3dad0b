"""The trusted root: built in, put together from files, followed by TUF."""
import hashlib
import http.server
import json
import os
import subprocess
import threading

from harness import DAMAGED, NO, ROOT, SUPPLY_GATE, UNKNOWN, USAGE, YES, Case, supply

SHARED = os.path.join(os.environ.get("SUPPLY_SHARED", os.path.join(ROOT, "..", "shared")), "sigstore")
LATER = "2099-01-01T00:00:00Z"


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # of texts without control characters


class TufRepository:
    """A TUF repository on loopback whose keys openssl makes; `files` is what it serves."""

    def __init__(self, case):
        self.case, self.files, self.asked = case, {}, []
        self.keys = {role: self.key(role) for role in ("root", "timestamp", "snapshot", "targets")}
        self.versions = dict.fromkeys(self.keys, 0)
        self.expires = dict.fromkeys(self.keys, LATER)
        self.targets = {}
        repository = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                repository.asked.append(self.path)
                body = repository.files.get(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def key(self, name):
        path = self.case.path(f"tuf-{name}.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, capture_output=True)
        der = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        return path, {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": der[-32:].hex()}}

    def publish(self, *roles):
        for role in roles:
            self.versions[role] += 1
            part = {"_type": role, "spec_version": "1.0.31", "version": self.versions[role], "expires": self.expires[role]}
            if role == "root":
                part.update(consistent_snapshot=True, keys={name: key[1] for name, key in self.keys.items()},
                            roles={name: {"keyids": [name], "threshold": 1} for name in self.keys})
            elif role == "targets":
                part["targets"] = {name: {"length": len(data), "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
                                   for name, data in self.targets.items()}
                for name, data in self.targets.items():
                    self.files[f"/targets/{hashlib.sha256(data).hexdigest()}.{name}"] = data
            else:
                below = {"timestamp": "snapshot", "snapshot": "targets"}[role]
                part["meta"] = {below + ".json": {"version": self.versions[below]}}
            message = self.case.write("message", canonical(part))
            sig = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.keys[role][0], "-in", message], check=True,
                                 capture_output=True).stdout.hex()
            name = "timestamp.json" if role == "timestamp" else f"{self.versions[role]}.{role}.json"
            self.files["/" + name] = json.dumps({"signed": part, "signatures": [{"keyid": role, "sig": sig}]}).encode()

    def publish_all(self):
        self.publish("root", "targets", "snapshot", "timestamp")


class TrustedRoot(Case):
    def test_the_built_in_root_is_shown_and_needs_nothing(self):
        for options in ([], ["--offline"], ["--no-cache"]):
            answer = self.answers(YES, "trust", "show", *options)
            self.says(answer, "the built-in one of 20", "https://rekor.sigstore.dev", "timestamp authority", "https://fulcio.sigstore.dev")
        # cosign's variables change nothing, and that is said.
        for name, instead in (("SIGSTORE_ROOT_FILE", "--ca-roots FILE"), ("SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "--trusted-root FILE"),
                              ("SIGSTORE_REKOR_PUBLIC_KEY", "--trusted-root FILE"), ("TUF_MIRROR", "supply trust init"), ("TUF_ROOT_JSON", "supply trust init"),
                              ("SIGSTORE_TSA_CERTIFICATE_FILE", "--timestamp-certificate-chain FILE")):
            answer = self.answers(YES, "trust", "show", env={name: "/nowhere"})
            self.says(answer, f"{name} is set, which is not used: write {instead}")
            self.assertEqual(self.answers(YES, "trust", "show").out, answer.out)
        record = self.answers(YES, "trust", "show", "--json").json
        self.follows("trust-show", record)
        self.assertEqual("built-in", record["trustedRoot"]["source"])
        raw = self.answers(YES, "trust", "show", "--raw").out
        self.assertEqual(record["trustedRoot"]["sha256"], hashlib.sha256(raw).hexdigest())
        again = self.answers(YES, "trust", "show", "--json", "--trusted-root", self.write("root.json", raw)).json
        self.follows("trust-show", again)
        self.assertEqual(record["logs"], again["logs"])
        self.assertEqual("file", again["trustedRoot"]["source"])
        self.answers(USAGE, "trust", "show", "--trusted-root", self.write("no.json", "{}"))
        self.answers(USAGE, "trust", "show", "--trusted-root", self.path("missing"))

    def test_an_identity_is_verified_with_the_built_in_root(self):
        cases = os.path.join(SHARED, "cases.json")
        if not os.path.exists(cases):
            self.skipTest("../shared/sigstore is not there")
        with open(cases, encoding="utf-8") as text:
            good = [case for case in json.load(text)["cases"] if case["expect"] == "pass" and case["identity"] and "artifact" in case
                    and case["trusted_root"] == "tuf/production/targets/trusted_root.json"
                    and "dsse" not in case["bundle"] and "intoto" not in case["bundle"]]
        self.assertTrue(good)
        for case in good[:4]:
            words = ["verify-blob", "--offline", "--bundle", os.path.join(SHARED, case["bundle"]), "--certificate-identity", case["identity"],
                     "--certificate-oidc-issuer", case["issuer"], os.path.join(SHARED, case["artifact"])]
            self.says(self.answers(YES, *words), "trusted root: the built-in one")
            record = self.answers(YES, *words, "--json").json
            self.assertEqual("built-in", record["trustedRoot"]["source"])
            self.follows("verify-blob", {k: v for k, v in record.items() if k != "trustedRoot"})

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.directory, check=True, capture_output=True)

    def test_a_root_is_put_together_from_files(self):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-subj", "/O=example.org/CN=our CA", "-days", "100")
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "other.key", "-out",
                     "other.pem", "-subj", "/CN=another CA")
        for kind, name in (("ed25519", "rekor"), ("RSA", "ct")):
            self.openssl("genpkey", "-algorithm", kind, "-out", name + ".key")
            self.openssl("pkey", "-in", name + ".key", "-pubout", "-out", name + ".pub")
        words = ["trust", "root", "create", "--fulcio", f"url=https://ca.example.org,certificate-chain={self.path('ca.pem')}",
                 "--rekor", f"url=https://log.example.org,public-key={self.path('rekor.pub')},origin=log.example.org,start-time=2026-01-01T00:00:00Z",
                 "--ctfe", f"url=https://ct.example.org,public-key={self.path('ct.pub')},start-time=2026-01-01T00:00:00Z,end-time=2027-01-01T00:00:00Z",
                 "--tsa", f"url=https://tsa.example.org,certificate-chain={self.path('ca.pem')}"]
        first, second = self.answers(YES, *words).out, self.answers(YES, *words).out
        self.assertEqual(first, second)
        self.answers(YES, *words, "--out", self.path("root.json"))
        self.assertEqual(first, self.read(self.path("root.json")))
        made = json.loads(first)
        self.assertEqual({"organization": "example.org", "commonName": "our CA"}, made["certificateAuthorities"][0]["subject"])
        self.assertEqual("PKIX_ED25519", made["tlogs"][0]["publicKey"]["keyDetails"])
        self.assertEqual("PKIX_RSA_PKCS1V15_2048_SHA256", made["ctlogs"][0]["publicKey"]["keyDetails"])
        record = self.answers(YES, "trust", "show", "--json", "--trusted-root", self.path("root.json")).json
        self.assertEqual("2027-01-01T00:00:00Z", record["ctLogs"][0]["end"])
        # A log of Rekor v2 names itself in its id: SHA-256 of name, newline, 1, key.
        der = subprocess.run(["openssl", "pkey", "-pubin", "-in", self.path("rekor.pub"), "-outform", "DER"], check=True, capture_output=True).stdout
        self.assertEqual(hashlib.sha256(b"log.example.org\n\x01" + der[-32:]).hexdigest(), record["logs"][0]["id"])

        key, chain = self.path("rekor.pub"), self.path("ca.pem")
        mixed = self.write("mixed.pem", self.read(self.path("other.pem")) + self.read(chain))
        for wrong in (["--rekor", f"url=https://x,public-key={key}"], ["--rekor", f"public-key={key},start-time={LATER}"], ["--rekor", "url"],
                      ["--rekor", f"url=https://x,public-key={key},start-time={LATER},end-time=2026-01-01T00:00:00Z"],
                      ["--rekor", f"url=https://x,public-key={key},start-time=soon"], ["--rekor", f"url=https://x,key={key},start-time={LATER}"],
                      ["--rekor", f"url=https://x,public-key={self.path('missing')},start-time={LATER}"],
                      ["--rekor", f"url=https://x,url=https://y,public-key={key},start-time={LATER}"], ["--fulcio", f"url=https://x,certificate-chain={key}"],
                      ["--fulcio", f"url=https://x,certificate-chain={mixed}"], [],
                      ["--fulcio", f"url=https://x,certificate-chain={chain}"] * 2):
            self.answers(USAGE, "trust", "root", "create", *wrong)


class Tuf(Case):
    def setUp(self):
        super().setUp()
        self.needs("openssl")
        self.repository = TufRepository(self)
        root = self.answers(YES, "trust", "show", "--raw").out
        self.repository.targets["trusted_root.json"] = root
        self.repository.publish_all()
        self.root = self.write("1.root.json", self.repository.files["/1.root.json"])
        self.cache = self.path("cache")

    def trust(self, code, *words, **more):
        return self.answers(code, "trust", *words, "--cache", self.cache, **more)

    def begin(self):
        return self.trust(YES, "init", "--mirror", self.repository.url, "--root", self.root, "--json").json

    def test_a_repository_is_followed(self):
        self.follows("trust-init", self.begin())
        self.trust(UNKNOWN, "show")  # it is followed, and nothing stands in for it
        first = self.trust(YES, "update", "--json").json
        self.follows("trust-update", first)
        self.assertEqual([True], [file["changed"] for file in first["files"]])
        self.assertEqual(["signing_config.v0.2.json"], first["absent"])
        self.assertEqual([False], [file["changed"] for file in self.trust(YES, "update", "--json").json["files"]])
        shown = self.trust(YES, "show", "--json", "--offline").json
        self.follows("trust-show", shown)
        self.assertEqual(("tuf", self.repository.url), (shown["trustedRoot"]["source"], shown["trustedRoot"]["mirror"].rstrip("/")))
        self.trust(UNKNOWN, "update", "--offline")
        self.trust(UNKNOWN, "update", "--target", "other.json")
        self.trust(USAGE, "update", "--target", "other.json", "--metadata-only")

    def test_the_environment_says_nothing_about_trust(self):
        self.begin()
        self.trust(YES, "update")
        self.answers(USAGE, "trust", "show", env={"SUPPLY_CACHE": self.cache})

    def test_attacks_are_refused_and_what_was_there_stays(self):
        self.begin()
        self.trust(YES, "update")
        repository, good = self.repository, dict(self.repository.files)
        repository.publish("timestamp")
        self.trust(YES, "update")
        repository.files = good  # a rollback
        self.says(self.trust(DAMAGED, "update"), "rollback")
        repository.expires["timestamp"] = "2020-01-01T00:00:00Z"
        repository.publish("timestamp")
        self.says(self.trust(UNKNOWN, "update"), "expired")
        repository.files["/timestamp.json"] = b"{"
        self.trust(DAMAGED, "update")
        repository.files["/timestamp.json"] = b" " * (1 << 20)
        self.trust(DAMAGED, "update")
        self.trust(YES, "show")

    def test_a_cache_that_others_can_write_is_refused(self):
        self.begin()
        self.trust(YES, "update")
        os.chmod(os.path.join(self.cache, "trust"), 0o755)
        self.trust(UNKNOWN, "show")
        self.trust(UNKNOWN, "update")

    def test_beginning_wants_a_root_that_is_one(self):
        url = self.repository.url
        digest = hashlib.sha256(self.read(self.root)).hexdigest()
        for good in (digest, "sha256:" + digest):
            self.trust(YES, "init", "--mirror", url, "--root", self.root, "--root-checksum", good)
        self.trust(DAMAGED, "init", "--mirror", url, "--root", self.root, "--root-checksum", "0" * 64)
        self.trust(USAGE, "init", "--root", self.root)
        self.trust(USAGE, "init", "--root-checksum", digest)
        self.trust(USAGE, "init", "--mirror", "ftp://x", "--root", self.root)
        self.trust(DAMAGED, "init", "--mirror", url, "--root", self.write("no", "{}"))
        self.trust(USAGE, "init", "--no-cache", env={"SUPPLY_CACHE": ""})

    def test_a_fetched_public_good_root_that_has_expired_gives_way_to_the_built_in_one(self):
        self.trust(YES, "init")  # the public-good instance, of which nothing was fetched
        answer = self.trust(YES, "show")
        self.says(answer, "the built-in one", "does not count")

    def test_processes_together_do_not_disturb_each_other(self):
        self.begin()
        self.trust(YES, "update")
        from harness import SUPPLY, environment
        started = [subprocess.Popen([SUPPLY, "trust", verb, "--cache", self.cache], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for verb in ("update", "show") * 6]
        for process in started:
            process.communicate()
        self.assertEqual([YES] * 12, [process.returncode for process in started])

    def test_the_gate_has_the_built_in_root_too(self):
        answer = supply("verify", "--certificate-identity", "x", "--certificate-oidc-issuer", "y", "oci:" + self.path("none"), program=SUPPLY_GATE)
        self.assertIn("the built-in one", answer.err)
        self.assertNotEqual(NO, answer.code)
