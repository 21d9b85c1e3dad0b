"""Bundles of a private instance that another library made (made_sigstore.py): what is odd and right passes, and what has one fault is
refused by the step that has to refuse it. Needs python3-cryptography.
"""
import hashlib
import itertools
import json
import re
import unittest

from bundle_case import BundleCase, entry, material
from harness import NO, YES

try:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

    import made_sigstore as made
    from made_sigstore import ISSUER, WORKFLOW, Instance, Log, changed, extension, fulcio_text, iso, new_key, statement, uri
except ImportError:
    made = None


def snake(value):
    if isinstance(value, dict):
        return {re.sub("[A-Z]", lambda found: "_" + found.group().lower(), name): snake(one) for name, one in value.items()}
    return [snake(one) for one in value] if isinstance(value, list) else value


def url_safe(value, name=""):
    if isinstance(value, dict):
        return {name: url_safe(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [url_safe(one, name) for one in value]
    plain = name in ("mediaType", "payloadType", "envelope", "hint") or not re.fullmatch(r"[A-Za-z0-9+/]{20,}=*", str(value))
    return value if plain else value.replace("+", "-").replace("/", "_").rstrip("=")


def with_numbers(value):
    if isinstance(value, dict):
        return {name: int(one) if name in ("logIndex", "integratedTime", "treeSize") else with_numbers(one) for name, one in value.items()}
    return [with_numbers(one) for one in value] if isinstance(value, list) else value


def with_fractions(value):
    if isinstance(value, dict):
        return {name: f"{one}0e-1" if name in ("logIndex", "integratedTime", "treeSize") else with_fractions(one) for name, one in value.items()}
    return [with_fractions(one) for one in value] if isinstance(value, list) else value


@unittest.skipIf(made is None, "the Python library cryptography is not here")
class MadeBundles(BundleCase):
    @classmethod
    def setUpClass(cls):
        cls.instance, cls.signer = Instance(), new_key()
        cls.certificate = cls.instance.leaf(cls.signer)

    def bundle(self, **form):
        return self.instance.bundle(self.signer, self.certificate, **form)

    def by(self, names, identity, issuer=ISSUER, extensions=None, flags=()):
        key = new_key()
        bundle = self.instance.bundle(key, self.instance.leaf(key, names=names, extensions=extensions))
        return self.judged(bundle, by=(identity, issuer) if identity else None, flags=flags)

    def test_a_distribution_has_the_name_under_which_pypi_says_that_it_was_published(self):
        wheel = "demo_pkg-1.0-py3-none-any.whl"
        published = json.loads(statement([{"name": wheel, "digest": {"sha256": made.sha256(made.ARTIFACT).hex()}}]))
        published.update(predicateType="https://docs.pypi.org/attestations/publish/v1", predicate=None)
        bundle = self.write("published.json", json.dumps(self.bundle(payload=json.dumps(published).encode())))
        root = self.write("root.json", json.dumps(self.instance.trusted()))

        def asked(code, artifact):
            answer = self.answers(code, "verify-blob-attestation", "--offline", "--bundle", bundle, "--trusted-root", root,
                                  "--certificate-identity", made.WORKFLOW, "--certificate-oidc-issuer", made.ISSUER, artifact)
            return answer.err
        for name in (wheel, "Demo.Pkg-1.0.0-py3-none-any.whl"):
            self.assertNotIn("not compared", asked(YES, self.write(name, made.ARTIFACT)))
        for name in ("demo_pkg-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"):
            self.assertIn(f'a distribution of another name, "{wheel}"', asked(NO, self.write(name, made.ARTIFACT)))
        for artifact in (self.write("artifact", made.ARTIFACT), "sha256:" + made.sha256(made.ARTIFACT).hex()):
            self.assertIn("not compared", asked(YES, artifact))

    def test_every_form_of_a_good_bundle_passes(self):
        for rekor in (1, 2):
            for payload in (None, statement()):
                good = self.bundle(rekor=rekor, payload=payload)
                name = f"Rekor v{rekor}, {'file' if payload is None else 'attestation'}"
                self.passes(name, good)
                self.passes(name + " in snake_case", snake(good))
                self.passes(name + " in URL-safe base64 without padding", url_safe(good))
                self.passes(name + " with numbers for strings", with_numbers(good))
                self.passes(name + " with exponents", with_fractions(good))
                self.passes(name + " in version 0.2", self.bundle(rekor=rekor, payload=payload, version=2))
        self.passes("intoto", self.bundle(payload=statement(), kind="intoto"))
        self.passes("version 0.1", self.bundle(version=1))
        self.passes("version 0.1, promise alone", changed(self.bundle(version=1), lambda b: entry(b).pop("inclusionProof")))
        self.passes("a timestamp and no promise", changed(self.bundle(stamped=True), lambda b: entry(b).pop("inclusionPromise")))
        chain = [{"rawBytes": made.b64(made.der(one))} for one in (self.instance.ca, self.instance.anchor)]
        self.passes("chain with its root",
                    changed(self.bundle(version=2), lambda b: material(b)["x509CertificateChain"]["certificates"].extend(chain)))

        def without_zeros(bundle):
            for place, name in ((entry(bundle), "logIndex"), (entry(bundle)["inclusionProof"], "logIndex"),
                                (entry(bundle)["inclusionProof"], "hashes")):
                del place[name]
        for rekor in (1, 2):
            self.passes(f"first entry of Rekor v{rekor}", changed(self.bundle(rekor=rekor, only=True), without_zeros))
        good, other = self.bundle(), self.instance.bundle(new_key())
        self.passes("indented", good, text=json.dumps(good, indent=4))
        self.passes("second line", good, text=json.dumps(other) + "\n" + json.dumps(good) + "\n")
        self.passes("lines of Windows", good, text=json.dumps(other) + "\r\n\r\n" + json.dumps(good) + "\r\n")
        for name, change in (("timestamps null", lambda b: material(b).update(timestampVerificationData=None)),
                             ("other choices null", lambda b: material(b).update(publicKey=None, x509CertificateChain=None)),
                             ("envelope null", lambda b: b.update(dsseEnvelope=None)),
                             ("no timestamps", lambda b: material(b).update(timestampVerificationData={"rfc3161Timestamps": []})),
                             ("list of timestamps null", lambda b: material(b).update(timestampVerificationData={"rfc3161Timestamps": None})),
                             ("algorithm by number", lambda b: b["messageSignature"]["messageDigest"].update(algorithm=1))):
            self.passes(name, changed(good, change))

    def test_keys_of_every_kind_sign(self):
        for kind, names in (("p256", ["sha256"]), ("p384", ["sha256", "sha384"]), ("p521", ["sha256", "sha512"]), ("rsa2048", ["sha256"]),
                            ("rsa4096", ["sha256"]), ("ed", ["sha512"])):
            key = new_key(kind)
            leaf = self.instance.leaf(key)
            for hash_name in names:
                for payload in (None, statement()):
                    for rekor in (1, 2):
                        form = {"hash_name": hash_name, "payload": payload, "rekor": rekor}
                        self.passes(f"certificate {kind} {form}", self.instance.bundle(key, leaf, **form))
                        self.passes(f"key {kind} {form}", self.instance.bundle(key, **form), key=key)
        self.passes("no hint", changed(self.instance.bundle(self.signer), lambda b: material(b)["publicKey"].clear()), key=self.signer)

    def test_certificates_in_files_are_pem_or_der(self):
        trusted, artifact = self.write("root.json", json.dumps(self.instance.trusted())), self.write("artifact", made.ARTIFACT)
        signature = self.write("signature", made.sign(self.signer, made.ARTIFACT))
        large = self.instance.leaf(self.signer, extensions=[fulcio_text(1, ISSUER), fulcio_text(8, ISSUER), extension("1.2.3", b"x" * 60_000)])
        for certificate, form in itertools.product((self.certificate, large), (made.der, made.pem)):
            leaf = self.write("leaf", form(certificate))
            asked = ["verify-blob", "--signature", signature, "--certificate", leaf, "--trusted-root", trusted, "--insecure-ignore-tlog",
                     "--certificate-oidc-issuer", ISSUER, "--now", iso(100)]
            self.answers(YES, *asked, "--certificate-identity", WORKFLOW, artifact)
            self.answers(NO, *asked, "--certificate-identity", WORKFLOW + "x", artifact)
            given = ["--ca-roots", self.write("anchor", form(self.instance.anchor)), "--ca-intermediates", self.write("ca", form(self.instance.ca))]
            self.answers(YES, *asked, *given, "--certificate-identity", WORKFLOW, artifact)

    def test_a_bundle_without_digest_passes_by_ed25519_alone(self):
        for change in (lambda b: b["messageSignature"].pop("messageDigest"), lambda b: b["messageSignature"].update(messageDigest={})):
            for kind in ("p256", "p384", "rsa2048", "ed"):
                key = new_key(kind)
                leaf = self.instance.leaf(key)
                by_key = changed(self.instance.bundle(key, rekor=1), change)
                by_leaf = changed(self.instance.bundle(key, leaf, rekor=1), change)
                if kind == "ed":
                    self.passes("key", by_key, key=key)
                    self.passes("certificate", by_leaf)
                    self.fails("other key", "signature invalid", by_key, key=new_key("ed"))
                else:
                    self.fails("key " + kind, "parse missing", by_key, key=key)
                    self.fails("certificate " + kind, "parse missing", by_leaf)
        half = changed(self.instance.bundle(new_key("ed"), rekor=0), lambda b: b["messageSignature"]["messageDigest"].pop("digest"))
        self.fails("half a digest", "parse missing", half, key=new_key("ed"))

    def test_names_of_every_kind_are_identities(self):
        both = [x509.RFC822Name("a@b.test"), uri("https://u.test/x")]
        other = x509.OtherName(ObjectIdentifier(made.FULCIO + "7"), made.utf8("someone!domain"))
        self.assertEqual("yes", self.by([x509.RFC822Name("a@b.test")], "a@b.test"))
        self.assertEqual("yes", self.by([other], "someone!domain"))
        self.assertEqual("yes", self.by(both, "https://u.test/x"))
        self.assertEqual("identity invalid", self.by(both, "a@b.test"))
        self.assertEqual("identity invalid", self.by([uri("https://u.test/x"), uri("https://u.test/y")], "https://u.test/y"))
        self.assertEqual("identity invalid", self.by([x509.DNSName("u.test")], "u.test"))
        one = [uri("https://u.test/x")]
        for numbers in ((1,), (8,), (1, 8)):
            self.assertEqual("yes", self.by(one, "https://u.test/x", extensions=[fulcio_text(number, ISSUER) for number in numbers]))
        differ = [fulcio_text(1, "https://other.test"), fulcio_text(8, ISSUER)]
        self.assertEqual("identity invalid", self.by(one, "https://u.test/x", extensions=differ))
        self.assertEqual("identity invalid", self.by(one, "https://u.test/x", extensions=[]))
        good = self.bundle()
        for identity in (WORKFLOW.upper(), WORKFLOW[:-1], WORKFLOW + "/", ".*", WORKFLOW[8:]):
            self.fails(identity, "identity", good, by=(identity, ISSUER))
        self.fails("issuer with a slash", "identity", good, by=(WORKFLOW, ISSUER + "/"))
        self.fails("a key is asked for", "identity", good, key=self.signer)
        self.fails("a certificate is asked for", "identity", self.instance.bundle(self.signer))

    def test_workflows_of_github_gitlab_and_buildkite(self):
        github, gitlab, buildkite = "https://token.actions.githubusercontent.com", "https://gitlab.com", "https://agent.buildkite.com"
        extensions = [fulcio_text(number, text) for number, text in (
            (1, github), (2, "push"), (3, "b" * 40), (4, "ci"), (5, "o/r"), (6, "refs/heads/main"), (8, github), (12, "https://github.com/o/r"),
            (14, "refs/heads/main"), (23, "prod"))]
        for flag, value, good in (("trigger", "push", True), ("sha", "b" * 40, True), ("name", "ci", True), ("repository", "o/r", True),
                                  ("ref", "refs/heads/main", True), ("trigger", "pus", False), ("ref", "refs/heads/main2", False),
                                  ("repository", "O/r", False)):
            told = self.by([uri(WORKFLOW)], WORKFLOW, github, extensions, [f"--certificate-github-workflow-{flag}", value])
            self.assertEqual("yes" if good else "identity invalid", told, (flag, value))
        environment = ["--certificate-extension", "deployment-environment=prod"]
        self.assertEqual("yes", self.by([uri(WORKFLOW)], WORKFLOW, github, extensions, environment))
        self.assertEqual("yes", self.by([uri(WORKFLOW)], None, extensions=extensions, flags=["--github", "o/r", "--workflow", "w.yml"]))
        project = "https://gitlab.com/g/sub/p"
        pipeline = project + "//.gitlab-ci.yml@refs/heads/main"
        extensions = [fulcio_text(number, text) for number, text in (
            (1, gitlab), (8, gitlab), (9, pipeline), (11, "gitlab-hosted"), (12, project), (14, "refs/heads/main"), (16, "https://gitlab.com/g"),
            (18, pipeline), (20, "push"), (21, project + "/-/jobs/1"), (22, "public"))]
        self.assertEqual("yes", self.by([uri(pipeline)], pipeline, gitlab, extensions,
                                        ["--certificate-extension", "source-repository-uri=" + project,
                                         "--certificate-extension", "run-invocation-uri=" + project + "/-/jobs/1"]))
        for asked, good in (("g/sub/p", True), ("g/sub/p@main", True), ("g/sub/p@v1", False), ("g/sub/q", False), ("g/sub", False)):
            told = self.by([uri(pipeline)], None, extensions=extensions, flags=["--gitlab", asked])
            self.assertEqual("yes" if good else "identity invalid", told, asked)
        agent = "https://buildkite.com/acme/pipe"
        extensions = [fulcio_text(1, buildkite), fulcio_text(8, buildkite), fulcio_text(11, "self-hosted"), fulcio_text(12, agent)]
        self.assertEqual("yes", self.by([uri(agent)], agent, buildkite, extensions))

    def test_a_subject_is_the_artifact_by_its_whole_digest(self):
        digests = {name: hashlib.new(name, made.ARTIFACT).hexdigest() for name in ("sha256", "sha384", "sha512")}
        for name, subjects in [(name, [{"digest": {name: digest}}]) for name, digest in digests.items()] + [
                ("all", [{"digest": digests}]), ("second", [{"digest": {"sha256": "0" * 64}}, {"digest": digests}]),
                ("and a commit", [{"digest": {"sha256": digests["sha256"], "gitCommit": "a" * 40}}])]:
            self.passes(name, self.bundle(payload=statement(subjects)))
        for name, digest in (("another's name", {"sha512": digests["sha256"]}), ("name in capitals", {"SHA256": digests["sha256"]}),
                             ("short", {"sha256": digests["sha256"][:40]}), ("digits in capitals", {"sha256": digests["sha256"].upper()}),
                             ("other", {"sha256": "0" * 64}), ("other sha384", {"sha384": "0" * 96})):
            self.fails(name, "artifact", self.bundle(payload=statement([{"digest": digest}])))
        self.fails("none", "artifact", self.bundle(payload=statement([])))

    def test_logs_sign_with_keys_of_every_kind(self):
        for name, log in (("v2 P-256", Log(2, "l.test", new_key())), ("v2 P-384", Log(2, "l.test", new_key("p384"), hash_name="sha384")),
                          ("v2 P-521", Log(2, "l.test", new_key("p521"), hash_name="sha512")),
                          ("v2 P-384 by SHA-256", Log(2, "l.test", new_key("p384"), "PKIX_ECDSA_P384_SHA_256")),
                          ("v2 RSA", Log(2, "l.test", new_key("rsa"))), ("v2 RSA-PSS", Log(2, "l.test", new_key("rsa"), pss=True)),
                          ("v1 Ed25519", Log(1, "l.test", new_key("ed"))), ("v1 RSA", Log(1, "l.test", new_key("rsa3072"))),
                          ("v1 RSA-PSS", Log(1, "l.test", new_key("rsa"), pss=True)), ("v1 P-384", Log(1, "l.test", new_key("p384")))):
            instance, key = Instance(logs=[log]), new_key()
            bundle = instance.bundle(key, instance.leaf(key), rekor=log.version)
            self.passes(name, bundle, instance=instance)
            log.key = new_key({"ec": "p384", "rsa": "rsa", "ed": "ed"}[made.family(log.key)])
            self.fails(name + ", another key", "tlog", instance.bundle(key, instance.leaf(key), rekor=log.version), root={
                **instance.trusted(), "tlogs": [{**log.trusted(), "publicKey": {**log.trusted()["publicKey"], "rawBytes": made.b64(
                    made.spki(new_key()))}}]})

    def test_two_logs_and_many_signatures_of_a_checkpoint(self):
        instance, third, key = Instance(), Log(2, "rekor3.test"), new_key()
        instance.logs.append(third)
        first = instance.bundle(key, instance.leaf(key), rekor=2)
        body = made.base64.b64decode(entry(first)["canonicalizedBody"])
        both = changed(first, lambda b: material(b)["tlogEntries"].append(third.entry(body, "hashedrekord", "0.0.2")))
        self.passes("two logs", both, instance=instance, flags=["--log-threshold", "2"])
        self.fails("one of two", "tlog-entry missing", first, instance=instance, flags=["--log-threshold", "2"])
        self.fails("twice the same", "tlog-entry twice", changed(first, lambda b: material(b)["tlogEntries"].append(entry(first))),
                   instance=instance, flags=["--log-threshold", "2"])
        log = self.instance.log(2)
        lines = "".join(f"\u2014 witness{i}.test " + made.b64(made.sha256(b"%d" % i)[:4] + bytes(72)) + "\n" for i in range(15))
        large = "\u2014 w.test " + made.b64(b"abcd" + bytes(8 + 2420)) + "\n"
        bad = f"\u2014 {log.host} " + made.b64(log.id[:4] + bytes(64)) + "\n"
        other_id = f"\u2014 {log.host} " + made.b64(b"wxyz" + bytes(64)) + "\n"
        for place in ("before", "after"):
            for name, line in (("15 witnesses", lines), ("ML-DSA-44", large), ("another id", other_id)):
                self.passes(f"{name} {place}", self.bundle(rekor=2, **{place: line}))
            self.fails("a bad line of the log " + place, "tlog-checkpoint", self.bundle(rekor=2, **{place: bad}))
        for rekor in (1, 2):
            self.passes("an extension line", self.bundle(rekor=rekor, more="Timestamp: 1234\n"))

    def test_authorities_have_keys_of_every_kind(self):
        for kind in ("p384", "p521", "rsa", "ed"):
            instance, key = Instance(ca=kind), new_key()
            self.passes("authority " + kind, instance.bundle(key, instance.leaf(key)), instance=instance)
        for kind in ("p384", "rsa"):
            instance, key = Instance(ct=kind), new_key()
            self.passes("CT log " + kind, instance.bundle(key, instance.leaf(key)), instance=instance)
        for kind, digest in (("p384", "sha384"), ("p384", "sha256"), ("p521", "sha512"), ("rsa", "sha256"), ("ed", "sha512")):
            instance, key = Instance(tsa=kind), new_key()
            bundle = instance.bundle(key, instance.leaf(key), rekor=2, stamped=False)
            self.stamp(bundle, instance, digest=digest)
            self.passes(f"timestamp authority {kind} {digest}", bundle, instance=instance)

    def stamp(self, bundle, instance=None, **form):
        signature = made.base64.b64decode(bundle["messageSignature"]["signature"])
        stamped = {"signedTimestamp": made.b64((instance or self.instance).timestamp(signature, **form))}
        material(bundle)["timestampVerificationData"] = {"rfc3161Timestamps": [stamped]}
        return bundle

    def test_timestamps_and_promises_are_within_the_certificate(self):
        for form in ({"seconds": 0}, {"seconds": 600}, {"imprint": "sha512"}, {"embed": True}, {"status": 1}):
            self.passes(form, self.stamp(self.bundle(rekor=2), **form))
        for form, step in (({"seconds": 601}, "time"), ({"seconds": -1}, "time"), ({"imprint": "sha1"}, "timestamp"), ({"status": 2}, "timestamp")):
            self.fails(form, step, self.stamp(self.bundle(rekor=2), **form))
        self.fails("a good promise, a late timestamp", "time", self.stamp(self.bundle(), seconds=601))
        for seconds, good in ((0, True), (600, True), (-1, False), (601, False)):
            bundle = changed(self.bundle(), lambda b, when=seconds: self.instance.log(1).promise(entry(b), when))
            self.passes(seconds, bundle) if good else self.fails(seconds, "time", bundle)
        self.fails("no time", "time", changed(self.bundle(), lambda b: entry(b).pop("inclusionPromise")))

    def test_leaves_are_made_for_signing_code(self):
        usage = ExtendedKeyUsageOID
        for name, form in (("no usage", {"usages": ()}), ("any usage", {"usages": (usage.ANY_EXTENDED_KEY_USAGE,)}),
                           ("a server's", {"usages": (usage.SERVER_AUTH,)}), ("an authority", {"ca": True}),
                           ("unknown critical extension", {"extensions": [fulcio_text(8, ISSUER), extension("1.2.3.4", b"\5\0", True)]})):
            key = new_key()
            self.fails(name, "chain", self.instance.bundle(key, self.instance.leaf(key, **form)))
        for name, form in (("two usages", {"usages": (usage.SERVER_AUTH, usage.CODE_SIGNING)}), ("no key usage", {"key_usage": False}),
                           ("no authority, said", {"constraints": True}), ("names that are not critical", {"names_critical": False}),
                           ("more extensions", {"extensions": [fulcio_text(8, ISSUER), extension("1.2.3.4", b"\5\0"),
                                                               extension(made.FULCIO + "99", b"\2\1\5")]})):
            key = new_key()
            self.passes(name, self.instance.bundle(key, self.instance.leaf(key, **form)))

    def test_windows_of_the_trusted_root_have_inclusive_ends(self):
        one, two = self.bundle(), self.bundle(rekor=2)
        for bundle, name, index, start, end, step in (
                (one, "tlogs", 0, -100, 99, "tlog-set"), (one, "tlogs", 0, -100, 100, None), (one, "tlogs", 0, 100, None, None),
                (one, "tlogs", 0, 101, None, "tlog-set"), (two, "tlogs", 1, -100, 99, "time"), (two, "tlogs", 1, -100, 100, None),
                (one, "ctlogs", 0, -100, -1, "sct"), (one, "ctlogs", 0, -100, 0, None), (one, "ctlogs", 0, 1, None, "sct"),
                (one, "certificateAuthorities", 0, -100, 99, "chain"), (one, "certificateAuthorities", 0, -100, 100, None),
                (one, "certificateAuthorities", 0, 101, None, "chain"), (two, "timestampAuthorities", 0, -100, 99, "timestamp"),
                (two, "timestampAuthorities", 0, -100, 100, None), (two, "timestampAuthorities", 0, 101, None, "timestamp")):
            root = self.instance.trusted()
            listed = root[name][index].get("publicKey", root[name][index])
            listed["validFor"] = {"start": iso(start), **({} if end is None else {"end": iso(end)})}
            case = f"{name} from {start} to {end}"
            self.passes(case, bundle, root=root) if step is None else self.fails(case, step, bundle, root=root)

    def test_windows_end_within_a_second(self):
        late = self.instance.bundle(self.signer, self.instance.leaf(self.signer, logged=500))
        stamped = self.stamp(self.bundle(rekor=2), seconds=100, fraction=".5")
        for bundle, name, index, start, end, step in (
                (self.bundle(), "tlogs", 0, "100.5", None, "tlog-set"), (self.bundle(), "tlogs", 0, "99.5", None, None),
                (self.bundle(), "tlogs", 0, "100.000", None, None), (self.bundle(), "tlogs", 0, "0", "99.9", "tlog-set"),
                (self.bundle(), "tlogs", 0, "0", "100.5", None), (self.bundle(), "certificateAuthorities", 0, "100.001", None, "chain"),
                (self.bundle(rekor=2), "timestampAuthorities", 0, "100.001", None, "timestamp"),
                (stamped, "timestampAuthorities", 0, "0", "100", "timestamp"), (stamped, "timestampAuthorities", 0, "0", "101", None),
                (stamped, "certificateAuthorities", 0, "0", "100", "chain"), (stamped, "certificateAuthorities", 0, "0", "101", None),
                (stamped, "tlogs", 1, "0", "100", "time"), (stamped, "tlogs", 1, "0", "101", None), (late, "ctlogs", 0, "-9", "0", "sct"),
                (late, "ctlogs", 0, "-9", "1", None), (late, "ctlogs", 0, "1", None, "sct"), (late, "ctlogs", 0, "0", None, None)):
            def moment(text):
                whole, _, fraction = text.partition(".")
                return iso(int(whole)).replace("Z", f".{fraction}Z" if fraction else "Z")
            root = self.instance.trusted()
            listed = root[name][index].get("publicKey", root[name][index])
            listed["validFor"] = {"start": moment(start), **({} if end is None else {"end": moment(end)})}
            case = f"{name} from {start} to {end}"
            self.passes(case, bundle, root=root) if step is None else self.fails(case, step, bundle, root=root)

    def test_a_trusted_root_is_read_in_every_form_of_proto_json(self):
        one, two, root = self.bundle(), self.bundle(rekor=2), self.instance.trusted()
        self.passes("snake_case", one, root=snake(root))
        self.fails("both spellings", "exit 2", one, root={**root, "certificate_authorities": []})
        for number in ("1", "2"):
            self.passes("v0." + number, one, root={**root, "mediaType": f"application/vnd.dev.sigstore.trustedroot.v0.{number}+json"})
        self.fails("v0.9", "exit 2", one, root={**root, "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.9"})
        for url in ("rekor2.test", "https://rekor2.test:3000/a/b"):
            self.passes(url, two, root=changed(root, lambda r, to=url: r["tlogs"][1].update(baseUrl=to)))
        for start in (made.at(-100).isoformat() + ".250Z", made.at(-100).isoformat() + "+00:00"):
            self.passes(start, one, root=changed(root, lambda r, to=start: r["tlogs"][0]["publicKey"]["validFor"].update(start=to)))
        self.passes("end null", one, root=changed(root, lambda r: r["tlogs"][0]["publicKey"]["validFor"].update(end=None)))
        for place in (lambda r: r, lambda r: r["tlogs"][0], lambda r: r["tlogs"][0]["publicKey"], lambda r: r["certificateAuthorities"][0],
                      lambda r: r["certificateAuthorities"][0]["certChain"], lambda r: r["certificateAuthorities"][0]["certChain"]["certificates"][0]):
            self.fails("an unknown member", "exit 2", one, root=changed(root, lambda r, at=place: at(r).update(onlyForTests=True)))
        self.fails("no start", "exit 2", one, root=changed(root, lambda r: r["tlogs"][0]["publicKey"]["validFor"].pop("start")))
        self.passes("authority without a window", one, root=changed(root, lambda r: r["certificateAuthorities"][0].pop("validFor")))
        unknown = {**root["tlogs"][0], "logId": {"keyId": made.b64(b"x" * 32)},
                   "publicKey": {"rawBytes": made.b64(b"of another kind"), "keyDetails": "ML_DSA_65", "validFor": {"start": iso(0)}}}
        self.passes("a log with a key of another kind beside", one, root={**root, "tlogs": [unknown, *root["tlogs"]]})
        unknown["logId"] = root["tlogs"][0]["logId"]
        self.fails("the log with a key of another kind", "tlog", one, root={**root, "tlogs": [unknown]})

    def test_what_the_form_lacks_or_has_too_much_is_refused(self):
        good = self.bundle()
        for name, step, change in (
                ("kindVersion", "tlog-entry", lambda b: entry(b).pop("kindVersion")),
                ("checkpoint", "parse", lambda b: entry(b)["inclusionProof"].pop("checkpoint")),
                ("index over 63 bits", "parse", lambda b: entry(b).update(logIndex="9223372036854775808")),
                ("number over 63 bits", "parse", lambda b: entry(b).update(logIndex=9223372036854775808)),
                ("index with a sign", "parse", lambda b: entry(b).update(logIndex="+1001")),
                ("index with a space", "parse", lambda b: entry(b).update(logIndex=" 1001")),
                ("digest of another algorithm", "tlog-entry|artifact|signature",
                 lambda b: b["messageSignature"]["messageDigest"].update(algorithm="SHA2_512")),
                ("another digest", "tlog-entry|artifact|signature",
                 lambda b: b["messageSignature"]["messageDigest"].update(digest=made.b64(bytes(32))))):
            self.fails(name, step, changed(good, change))
        self.fails("0.2 with a promise alone", "tlog-inclusion",
                   changed(self.bundle(version=2), lambda b: entry(b).pop("inclusionProof")))
        self.fails("0.1 without promise", "tlog-set", changed(self.bundle(version=1), lambda b: entry(b).pop("inclusionPromise")))


if __name__ == "__main__":
    unittest.main()
