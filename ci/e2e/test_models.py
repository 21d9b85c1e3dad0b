"""Models, which model signing's tool signs as a list of files: directories of every spelling, one file, and what must be refused."""
import base64
import hashlib
import json
import os
import subprocess

from harness import NO, USAGE, YES, Case

TYPE = "https://model_signing/signature/v1.0"


class Models(Case):
    def signed(self, private, files, **serialization):
        """A bundle as model_signing writes it, of {name: content}."""
        resources = [{"name": name, "algorithm": "sha256", "digest": hashlib.sha256(text.encode()).hexdigest()} for name, text in files.items()]
        root = hashlib.sha256(b"".join(bytes.fromhex(one["digest"]) for one in resources)).hexdigest()
        payload = json.dumps({
            "_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "model", "digest": {"sha256": root}}], "predicateType": TYPE,
            "predicate": {"serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False, **serialization},
                          "resources": resources}}).encode()
        kind = b"application/vnd.in-toto+json"
        signed = self.write("signed", b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", signed], check=True, capture_output=True).stdout
        return json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"publicKey": {"hint": "x"}},
                           "dsseEnvelope": {"payload": base64.b64encode(payload).decode(), "payloadType": kind.decode(),
                                            "signatures": [{"sig": base64.b64encode(signature).decode()}]}})

    def model(self, name, files, bundle):
        for path, text in files.items():
            os.makedirs(os.path.dirname(self.path(f"{name}/{path}")), exist_ok=True)
            self.write(f"{name}/{path}", text)
        self.write(f"{name}/model.sig", bundle)
        return self.path(name)

    def test_a_directory_is_a_model_however_it_is_written(self):
        self.needs("openssl")
        private, public = self.quick_key("model")
        files = {"weights": "one", "a/config.json": "two"}
        # With the list of what was left out, as version 1.1 writes it, and without, as those before.
        for ignored in ({"ignore_paths": ["model.sig", ".git"]}, {}, {"ignore_paths": []}):
            with self.subTest(str(ignored)):
                model = self.model("model", files, self.signed(private, files, **ignored))
                asked = ["verify-blob-attestation", "--key", public]
                for word in (model, model + "/", "dir:" + model, "file:" + model, os.path.relpath(model, os.getcwd())):
                    self.assertIn("every file", self.answers(YES, *asked, word).err)
                self.assertEqual(TYPE, self.answers(YES, *asked, "--json", "--type", TYPE, model).json["predicateType"])
                self.says(self.answers(NO, *asked, "--type", "slsaprovenance1", model), "not https://slsa.dev/provenance/v1")
                extra = self.write("model/a/evil.py", "import os")
                self.says(self.answers(NO, *asked, model), '"a/evil.py" was not signed')
                os.remove(extra)
        self.says(self.answers(USAGE, "verify-blob", "--key", public, model), "verify-blob-attestation")

    def test_a_model_may_be_one_file(self):
        self.needs("openssl")
        private, public = self.quick_key("model")
        bundle = self.write("one.sig", self.signed(private, {".": "weights"}))
        asked = ["verify-blob-attestation", "--key", public, "--bundle", bundle]
        one = self.write("one.gguf", "weights")
        self.answers(YES, *asked, one)
        self.answers(YES, *asked, "sha256:" + hashlib.sha256(b"weights").hexdigest())
        self.says(self.answers(NO, *asked, "--type", "slsaprovenance1", one), "not https://slsa.dev/provenance/v1")
        self.answers(NO, *asked, self.write("other.gguf", "others"))
        os.makedirs(self.path("empty"))
        self.says(self.answers(NO, *asked, self.path("empty")), "is one file")
        # Of a directory no single file is the model.
        several = self.write("several.sig", self.signed(private, {"one.gguf": "weights"}))
        self.answers(NO, "verify-blob-attestation", "--key", public, "--bundle", several, one)
