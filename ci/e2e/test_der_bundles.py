"""Bundles written out in DER field by field (der_sigstore.py): every fault in every form of a bundle is refused by its step.
Needs python3-cryptography.
"""
import itertools
import json
import unittest

from bundle_case import entry, material
from der_case import DerCase, add_to, content, flip, flipped, proof, set_to

try:
    import der_sigstore as der
    import made_sigstore as made
    from der_sigstore import Instance, Tree, general, integer, key_of, name, sequence, tlv, utc
    from made_sigstore import ISSUER, WORKFLOW, b64, changed, sha256, statement
except ImportError:
    der = made = None


@unittest.skipIf(der is None, "the Python library cryptography is not here")
class DerBundles(DerCase):
    # -------------------------------------------------------------------------------------------- every form
    def test_each_fault_is_refused_in_every_form(self):
        strange = Tree(1, "rekor.der", key=key_of("p256 stranger"))
        for label, form in self.forms():
            first, of_file = form.get("rekor", 1) == 1, form["payload"] is None
            good = self.bundle(**form)
            self.passes(label, good)
            root = made.base64.b64decode(proof(good)["rootHash"])
            log = self.instance.log(1 if first else 2)
            faults = [
                ("path too short", "tlog-inclusion", lambda b: proof(b)["hashes"].pop()),
                ("path too long", "tlog-inclusion", lambda b: proof(b)["hashes"].append(b64(bytes(32)))),
                ("path without its hashes", "tlog-inclusion", set_to(proof, hashes=[])),
                ("hash of 31 bytes", "tlog-inclusion", lambda b: proof(b)["hashes"].__setitem__(0, b64(bytes(31)))),
                ("siblings in another order", "tlog-inclusion", lambda b: proof(b)["hashes"].reverse()),
                ("another index in the proof", "tlog-inclusion", set_to(proof, logIndex="2")),
                ("index not below the size", "tlog-inclusion", set_to(proof, logIndex="7")),
                ("size of one leaf", "tlog-inclusion", set_to(proof, treeSize="1")),
                ("another root hash", "tlog-inclusion", flip(proof, "rootHash")),
                ("size of 8, by the same path", "tlog-inclusion|tlog-checkpoint", set_to(proof, treeSize="8")),
                ("checkpoint of another root", "tlog-checkpoint", set_to(proof, checkpoint={"envelope": log.note(sha256(b"other"))})),
                ("checkpoint of another size", "tlog-checkpoint", set_to(proof, checkpoint={"envelope": log.note(root, 8)})),
                ("checkpoint of another origin", "tlog-checkpoint",
                 set_to(proof, checkpoint={"envelope": log.note(root, origin="other.der" + (" - 77" if first else ""))})),
                ("size with a leading zero", "tlog-checkpoint", set_to(proof, checkpoint={"envelope": log.note(root, digits="07")})),
                ("checkpoint without its last newline", "tlog-checkpoint",
                 lambda b: proof(b)["checkpoint"].update(envelope=proof(b)["checkpoint"]["envelope"][:-1])),
                ("checkpoint's text after its signature", "tlog-checkpoint",
                 lambda b: proof(b)["checkpoint"].update(envelope=proof(b)["checkpoint"]["envelope"].replace("\n7\n", "\n8\n"))),
                ("no checkpoint", "parse", lambda b: proof(b).pop("checkpoint")),
                ("empty checkpoint", "parse", set_to(proof, checkpoint={"envelope": ""})),
                ("another log", "tlog-entry unknown", lambda b: entry(b)["logId"].update(keyId=flipped(entry(b)["logId"]["keyId"], 0))),
                ("no log", "tlog-entry", lambda b: entry(b).pop("logId")),
                ("another kind", "tlog-entry", lambda b: entry(b)["kindVersion"].update(kind="rekord")),
                ("another version", "tlog-entry", lambda b: entry(b)["kindVersion"].update(version="0.0.3")),
                ("no body", "tlog-entry", lambda b: entry(b).pop("canonicalizedBody")),
                ("no entry", "tlog-entry missing", lambda b: material(b).update(tlogEntries=[])),
                ("no signature", "parse", lambda b: content(b).update({"signature" if of_file else "sig": ""})),
                ("another signature", "signature" if first else "timestamp", flip(content, "signature" if of_file else "sig")),
                ("base64 with a hole", "parse", lambda b: entry(b).update(canonicalizedBody="!" + entry(b)["canonicalizedBody"][1:])),
                ("negative index", "parse", lambda b: entry(b).update(logIndex="-1")),
                ("size over 63 bits", "parse", set_to(proof, treeSize="9223372036854775808")),
                ("key and certificate", "parse", lambda b: material(b).update(publicKey={"hint": "x"})),
                ("33 entries", "parse", lambda b: material(b).update(tlogEntries=33 * material(b)["tlogEntries"]))]
            if first:
                faults += [
                    ("another promise", "tlog-set", flip(lambda b: entry(b)["inclusionPromise"], "signedEntryTimestamp")),
                    ("promise by another key", "tlog-set", lambda b: entry(b).update(
                        inclusionPromise=changed(entry(b), lambda e: strange.promise(e, 100))["inclusionPromise"])),
                    ("a second later", "tlog-set", add_to(entry, "integratedTime", 1)),
                    ("another global index", "tlog-set", add_to(entry, "logIndex", 1)),
                    ("no time in it", "tlog-set", lambda b: entry(b).pop("integratedTime"))]
            else:
                faults += [
                    ("another index", "tlog-inclusion", add_to(entry, "logIndex", 1)),
                    ("no timestamp", "time missing", lambda b: material(b).pop("timestampVerificationData"))]
            if form["version"] == 1:
                faults.append(("no promise", "tlog-set", lambda b: entry(b).pop("inclusionPromise")))
                self.passes(label + ", promise alone", changed(good, lambda b: entry(b).pop("inclusionProof")))
            else:
                faults.append(("no proof", "tlog-inclusion", lambda b: entry(b).pop("inclusionProof")))
            if form["version"] == 3:
                faults.append(("a chain", "parse", lambda b: material(b).update(x509CertificateChain={"certificates": [
                    material(b).pop("certificate")]})))
            else:
                faults.append(("an empty chain", "parse", lambda b: material(b).update(x509CertificateChain={"certificates": []})))
            if of_file:
                faults += [
                    ("another digest", "tlog-entry|artifact|signature", flip(lambda b: b["messageSignature"]["messageDigest"], "digest")),
                    ("shorter digest", "tlog-entry|artifact|signature",
                     lambda b: b["messageSignature"]["messageDigest"].update(digest=b64(sha256(made.ARTIFACT)[:31])))]
                self.fails(label + ", another file", "artifact|tlog-entry", good, artifact=self.write("other", b"another"))
            else:
                faults += [
                    ("another payload", "tlog-entry|signature", flip(lambda b: b["dsseEnvelope"], "payload", -3)),
                    ("another type of payload", "tlog-entry|signature", lambda b: b["dsseEnvelope"].update(payloadType="text/plain")),
                    ("two signatures", "parse", lambda b: b["dsseEnvelope"]["signatures"].append(b["dsseEnvelope"]["signatures"][0])),
                    ("no signatures", "parse", lambda b: b["dsseEnvelope"].update(signatures=[]))]
                self.fails(label + ", another file", "artifact", good, artifact=self.write("other", b"another"))
            for fault, step, change in faults:
                self.fails(f"{label}, {fault}", step, changed(good, change))
            self.fails(label + ", the entry has the signature's twin", "tlog-entry", self.bundle(logged=der.twin, **form))
            # What is wrong with who signed is refused after all that is about the entry.
            other = self.instance.leaf(self.signer, serial=integer(6))
            self.fails(label + ", the entry has another certificate of the key", "tlog-entry", changed(
                self.instance.bundle(self.signer, other, **form), lambda b, of=good: material(b).update(
                    {k: v for k, v in material(of).items() if k in ("certificate", "x509CertificateChain")})))
            self.fails(label + ", the entry has the bare key", "tlog-entry", changed(
                self.instance.bundle(self.signer, **form), lambda b, of=good: (material(b).pop("publicKey"), material(b).update(
                    {k: v for k, v in material(of).items() if k != "tlogEntries"}))))
            stranger = Instance(ca="p256 stranger")
            self.fails(label + ", another authority of the same name", "chain",
                       self.instance.bundle(self.signer, stranger.leaf(self.signer), **form))
            early = self.instance.leaf(self.signer, not_before=utc(101))
            late = self.instance.leaf(self.signer, not_after=utc(99))
            self.fails(label + ", before the certificate", "time", self.instance.bundle(self.signer, early, **form))
            self.fails(label + ", after the certificate", "time", self.instance.bundle(self.signer, late, **form))
            for by in ((WORKFLOW + "/", ISSUER), (WORKFLOW, ISSUER + "/"), (WORKFLOW[:-1], ISSUER), (WORKFLOW, ISSUER.upper())):
                self.fails(f"{label}, by {by}", "identity", good, by=by)

    def test_trees_of_every_size_and_index(self):
        for version, (size, index) in itertools.product((1, 2), [(1, 0), (2, 1), (3, 2), (4, 0), (6, 4), (7, 6), (8, 7), (9, 8), (13, 5),
            (33, 32)]):
            self.passes(f"v{version}: {index} of {size}", self.bundle(rekor=version, size=size, index=index))

    def test_entries_and_logs_count_once(self):
        second, third = Tree(2, "third.der", key=key_of("p384 log")), Tree(1, "fourth.der", key=key_of("p256 other log"))
        instance = Instance()
        instance.logs += [second, third]

        def with_more(bundle, *entries):
            return changed(bundle, lambda b: material(b)["tlogEntries"].extend(entries))
        first = self.bundle()
        body = made.base64.b64decode(entry(first)["canonicalizedBody"])
        of_third = third.entry(body, "hashedrekord", "0.0.1")
        signature = made.base64.b64decode(content(first)["signature"])
        of_second = second.entry(
            *Instance.body(2, "", self.signer, self.leaf, signature, None, made.hashlib.new("sha256", made.ARTIFACT), "SHA2_256"))
        two = ["--log-threshold", "2"]
        self.passes("v1 and v2", with_more(first, of_second), instance=instance, flags=two)
        self.passes("two of v1", with_more(first, of_third), instance=instance, flags=two)
        self.passes("three", with_more(first, of_third, of_second), instance=instance, flags=["--log-threshold", "3"])
        self.fails("three are wanted", "tlog-entry missing", with_more(first, of_second), instance=instance, flags=["--log-threshold", "3"])
        again = self.instance.log(1).entry(body, "hashedrekord", "0.0.1", size=9, index=5)
        self.passes("two entries of one log", with_more(first, again))
        self.fails("two entries of one log are one witness", "tlog-entry", with_more(first, again), flags=two)
        self.passes("the same twice", with_more(first, entry(first)))
        self.fails("the same twice counts once", "tlog-entry twice", with_more(first, entry(first)), flags=two)
        unknown = changed(of_third, lambda e: e["logId"].update(keyId=b64(bytes(32))))
        self.passes("one of a log that nobody knows", with_more(first, unknown), instance=instance)
        self.fails("one of a log that nobody knows is no witness", "tlog-entry unknown", with_more(first, unknown), instance=instance,
            flags=two)
        for fault, step, bad in (
                ("path", "tlog-inclusion", changed(of_third, lambda e: e["inclusionProof"]["hashes"].pop())),
                ("checkpoint", "tlog-checkpoint", changed(of_third, lambda e: e["inclusionProof"]["checkpoint"].update(
                    envelope=third.note(bytes(32))))),
                ("another artifact", "tlog-entry", third.entry(*Instance.body(
                    1, "", self.signer, self.leaf, signature, None, made.hashlib.sha256(b"other"), "SHA2_256")))):
            for order in (0, 1):
                bundle = with_more(first, bad)
                if order:
                    material(bundle)["tlogEntries"].reverse()
                self.fails(f"a good entry and one with a bad {fault}, {order}", step, bundle, instance=instance)
        late = changed(of_third, lambda e: third.promise(e, 700))
        self.fails("a good promise and a late one", "time", with_more(first, late), instance=instance)

    # -------------------------------------------------------------------------------------------- signatures
    def test_signatures_in_other_encodings(self):
        for label, form in self.forms():
            self.passes(label + ", twin", self.bundle(change=der.twin, **form))
            for fault, change in (("in BER", der.with_long_length), ("with a zero", der.with_zero), ("and a byte", lambda s: s + b"\0"),
                                  ("r of 0", lambda s: sequence(integer(0), integer(der.numbers_of(s)[1]))),
                                  ("s of 0", lambda s: sequence(integer(der.numbers_of(s)[0]), integer(0))),
                                  ("s and the order", lambda s: sequence(integer(der.numbers_of(s)[0]),
                                   integer(der.numbers_of(s)[1] + der.ORDER[256]))),
                                  ("negative r", lambda s: sequence(tlv(2, b"\xff" + integer(der.numbers_of(s)[0])[2:].lstrip(b"\0")),
                                   integer(1)))):
                self.fails(f"{label}, {fault}", "signature", self.bundle(change=change, **form))
        for what, at in (("r", 0), ("s", 1)):
            key, leaf = self.signer, self.leaf
            for _ in range(5_000):
                signature = made.sign(key, made.ARTIFACT)
                if der.numbers_of(signature)[at] < 1 << 247:
                    break
            self.passes(f"a short {what}", self.instance.bundle(key, leaf, change=lambda s, to=signature: to))
        rsa, ed = key_of("rsa2048 signer"), key_of("ed signer")
        order = 2 ** 252 + 27742317777372353535851937790883648493
        for key, fault, change in (
                (rsa, "a zero before", lambda s: b"\0" + s), (rsa, "cut off", lambda s: s[:-1]), (rsa, "flipped",
                 lambda s: s[:-1] + bytes([s[-1] ^ 1])),
                (ed, "s and the order", lambda s: s[:32] + (int.from_bytes(s[32:], "little") + order).to_bytes(32, "little")),
                (ed, "a byte more", lambda s: s + b"\0"), (ed, "flipped", lambda s: s[:-1] + bytes([s[-1] ^ 1]))):
            leaf, hash_name = self.instance.leaf(key), "sha512" if key is ed else "sha256"
            for rekor in (1, 2):
                self.fails(f"{made.family(key)}, {fault}, v{rekor}", "signature",
                           self.instance.bundle(key, leaf, rekor=rekor, hash_name=hash_name, change=change))
                self.fails(f"{made.family(key)} key, {fault}, v{rekor}", "signature",
                           self.instance.bundle(key, rekor=rekor, hash_name=hash_name, change=change), key=key)

    def test_logs_promise_and_sign_in_one_encoding(self):
        first = self.bundle()
        promise = made.base64.b64decode(entry(first)["inclusionPromise"]["signedEntryTimestamp"])
        for label, change, good in (("twin", der.twin, True), ("BER", der.with_long_length, False), ("zero", der.with_zero, False),
            ("byte", lambda s: s + b"\0", False)):
            bundle = changed(first, lambda b, to=change(promise): entry(b)["inclusionPromise"].update(signedEntryTimestamp=b64(to)))
            self.expect("promise, " + label, None if good else "tlog-set", bundle)
            log, root = self.instance.log(1), made.base64.b64decode(proof(first)["rootHash"])

            def line(whole, to=change, of=log):
                at = whole.rindex(" ") + 1
                data = made.base64.b64decode(whole[at:])
                return whole[:at] + b64(data[:4] + to(data[4:])) + "\n"
            bundle = changed(first, lambda b, to=log.note(root, lines=line): proof(b)["checkpoint"].update(envelope=to))
            self.expect("checkpoint, " + label, None if good else "tlog-checkpoint", bundle)

    def test_lines_of_a_checkpoint(self):
        for rekor in (1, 2):
            first = self.bundle(rekor=rekor)
            log, root = self.instance.log(rekor), made.base64.b64decode(proof(first)["rootHash"])
            other = "\u2014 other.der " + b64(b"abcd" + bytes(64)) + "\n"
            bad = f"\u2014 {log.name} " + b64(log.id[:4] + bytes(64)) + "\n"
            short = "\u2014 other.der " + b64(b"abcd") + "\n"
            for label, step, lines in (
                    ("twice", None, lambda line: line + line), ("others around", None, lambda line: 7 * other + line + 8 * other),
                    ("a bad one of the log first", "tlog-checkpoint", lambda line: bad + line), ("a bad one of the log last",
                     "tlog-checkpoint", lambda line: line + bad),
                    ("none of the log", "tlog-checkpoint", lambda line: other), ("under another name", "tlog-checkpoint",
                     lambda line: line.replace(log.name, "x" + log.name)),
                    ("no signature in a line", "tlog-checkpoint", lambda line: line + short), ("no dash", "tlog-checkpoint",
                     lambda line: line[2:]),
                    ("two hyphens for the dash", "tlog-checkpoint", lambda line: line.replace("\u2014", "--")), ("a line of words",
                     "tlog-checkpoint", lambda line: line + "words\n"),
                    ("an empty line after", "tlog-checkpoint", lambda line: line + "\n"), ("carriage return", "tlog-checkpoint",
                     lambda line: line[:-1] + "\r\n"),
                    ("no lines", "tlog-checkpoint", lambda line: "")):
                self.expect(f"v{rekor}, {label}", step, changed(first, lambda b, to=log.note(root,
                    lines=lines): proof(b)["checkpoint"].update(envelope=to)))

    # -------------------------------------------------------------------------------------------- documents
    def test_json_is_read_in_one_way(self):
        for label, form in self.forms():
            good = self.bundle(**form)
            text = json.dumps(good)
            for fault, to in (
                    ("a member twice", text.replace('"logIndex":', '"logIndex": "5", "logIndex":', 1)),
                    ("the media type twice", text.replace('{"mediaType":', '{"mediaType": "x", "mediaType":', 1)),
                    ("a member in both spellings", text.replace('"tlogEntries":', '"tlog_entries": [], "tlogEntries":', 1)),
                    ("a name with an escape, twice", text.replace('"logIndex":', '"log\\u0049ndex": "5", "logIndex":', 1)),
                    ("something behind it", text + "x"), ("cut off", text[:-1]), ("a comma too much", text[:-1] + ",}"), ("a list",
                     f"[{text}]"),
                    ("a comment", "/* */" + text), ("bytes that are no UTF-8", b'{"x":"\xff",' + text[1:].encode()),
                    ("a fraction", text.replace('"logIndex": "', '"logIndex": 1.5, "x": "', 1)),
                    ("a part of one", text.replace('"treeSize": "7"', '"treeSize": "7e-1"')),
                    ("hexadecimal", text.replace('"treeSize": "7"', '"treeSize": "0x7"')), ("a space", text.replace('"treeSize": "7"',
                     '"treeSize": "7 "')),
                    ("a truth", text.replace('"treeSize": "7"', '"treeSize": true')), ("an object", text.replace('"treeSize": "7"',
                     '"treeSize": {}')),
                    ("version 0.4", text.replace(good["mediaType"], "application/vnd.dev.sigstore.bundle.v0.4+json")),
                    ("another media type", text.replace(good["mediaType"], "application/json")),
                    ("no media type", json.dumps({k: v for k, v in good.items() if k != "mediaType"})),
                    ("no material", json.dumps({k: v for k, v in good.items() if k != "verificationMaterial"})),
                    ("no signature or envelope", json.dumps({k: v for k, v in good.items() if k in ("mediaType", "verificationMaterial")})),
                    ("signature and envelope", json.dumps({**good, **{k: v for k, v in self.bundle(
                        **{**form, "payload": None if form["payload"] else statement()}).items() if k not in good}}))):
                self.fails(f"{label}, {fault}", "parse|exit", good, text=to)

    def test_attestation_objects_of_pypi(self):
        good = self.bundle(payload=statement())

        def pep_740(change=lambda one: None):
            one = {"version": 1, "verification_material": {"certificate": b64(self.leaf),
                "transparency_entries": material(good)["tlogEntries"]},
                   "envelope": {"statement": good["dsseEnvelope"]["payload"], "signature": content(good)["sig"]}}
            return changed(one, change)
        other = statement([{"name": "a", "digest": {"sha256": "0" * 64}}])
        for label, step, change in (
                ("good", None, lambda one: None), ("version 2", "parse", lambda one: one.update(version=2)),
                ("no entries", "tlog-entry missing", lambda one: one["verification_material"].update(transparency_entries=[])),
                ("no certificate", "parse", lambda one: one["verification_material"].pop("certificate")),
                ("another statement", "tlog-entry", lambda one: one["envelope"].update(statement=b64(other))),
                ("another signature", "signature", lambda one: one["envelope"].update(signature=flipped(content(good)["sig"]))),
                ("no envelope", "parse", lambda one: one.pop("envelope"))):
            for how, wrap in (("alone", lambda one: one), ("provenance", lambda one: {"version": 1, "attestation_bundles": [
                    {"publisher": {"kind": "GitHub"}, "attestations": [one]}]})):
                self.expect(f"{label}, {how}", step, good, text=json.dumps(wrap(pep_740(change))))

    def test_authorities_sign_with_every_hash_and_follow_each_other(self):
        for kind, hash_name in (("p256", "sha384"), ("p256", "sha512"), ("p384", "sha256"), ("p384", "sha384"), ("p384", "sha512"),
            ("p521", "sha256")):
            instance = Instance(ca=kind + " ca of hashes")
            self.by_leaf(f"{kind}, {hash_name}", None, instance=instance, hash_name=hash_name)
        first = self.instance.trusted()["certificateAuthorities"][0]
        second = Instance(ca="p256 second ca").trusted()["certificateAuthorities"][0]
        for label, step, windows in (
                ("the other first", None, [(second, -9000, None), (first, -9000, None)]), ("the other last", None, [(first, -9000, None),
                 (second, -9000, None)]),
                ("twice, of which one is over", None, [(first, -9000, 99), (first, 100, None)]),
                ("twice, of which none is now", "chain", [(first, -9000, 99), (first, 101, None)]), ("only the other", "chain", [(second,
                 -9000, None)])):
            listed = [{**one, "validFor": {"start": made.iso(start), **({} if end is None else {"end": made.iso(end)})}} for one, start,
                end in windows]
            self.expect("authorities: " + label, step, self.bundle(), root={**self.instance.trusted(), "certificateAuthorities": listed})
        log = self.instance.log(1).trusted()
        for label, step, windows in (("twice, of which one is over", None, [(-9000, 99), (100, None)]), ("twice, of which none is now",
            "tlog-set", [(-9000, 99), (101, None)])):
            listed = [{**log, "publicKey": {**log["publicKey"], "validFor": {"start": made.iso(start),
                **({} if end is None else {"end": made.iso(end)})}}}
                      for start, end in windows]
            self.expect("log: " + label, step, self.bundle(), root={**self.instance.trusted(), "tlogs": listed})

    def test_a_time_that_nobody_signed_counts_against_the_bundle_alone(self):
        stamp = self.instance.stamp
        for seconds, step in ((0, None), (600, None), (-1, "time"), (601, "time")):
            bundle = self.bundle(stamps=lambda s: [stamp(s)])
            entry(bundle).pop("inclusionPromise")
            entry(bundle)["integratedTime"] = str(made.unix(made.at(seconds)))
            self.expect(f"{seconds} beside a timestamp", step, bundle)
            material(bundle).pop("timestampVerificationData")
            self.fails(f"{seconds} alone", "time", bundle)

    # -------------------------------------------------------------------------------------------- waivers and keys
    def test_what_private_instances_lack_is_waived_and_nothing_else(self):
        stamp, waived = self.instance.stamp, ["--insecure-ignore-tlog", "--insecure-ignore-sct", "--use-signed-timestamps"]
        bare_leaf = der.certificate(self.signer, self.instance.ca_key, name("ca"), [
            der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), der.names(der.uri(WORKFLOW)), *der.issuer_texts()])
        for payload in (None, statement()):
            kind = "file" if payload is None else "attestation"
            private = self.instance.bundle(self.signer, bare_leaf, rekor=0, payload=payload, stamps=lambda s: [stamp(s)])
            self.passes(kind + ", all waived", private, flags=waived)
            self.fails(kind + ", no log", "tlog-entry missing", private, flags=waived[1:])
            self.fails(kind + ", no SCT", "sct missing", private, flags=[waived[0], waived[2]])
            unstamped = changed(private, lambda b: material(b).pop("timestampVerificationData"))
            self.fails(kind + ", no timestamp", "timestamp missing", unstamped, flags=waived)
            self.fails(kind + ", now", "time|chain", unstamped, flags=waived[:2])
            for fault, step, form in (("late", "time", {"time": general(601)}), ("of other bytes", "timestamp",
                {"imprint_bytes": bytes(32)})):
                self.fails(f"{kind}, {fault}", step, self.instance.bundle(
                    self.signer, bare_leaf, rekor=0, payload=payload, stamps=lambda s, how=form: [stamp(s, **how)]), flags=waived)
            stranger = Instance(ca="p256 stranger")
            self.fails(kind + ", another authority", "chain", private, instance=stranger, flags=waived)
            self.fails(kind + ", another identity", "identity", private, by=(WORKFLOW, "https://other.der"), flags=waived)
        # A root without logs, CT logs or timestamp authorities vouches for none of them.
        for member, step, bundle in (("tlogs", "tlog-entry", self.bundle()), ("ctlogs", "sct", self.bundle()),
                                     ("timestampAuthorities", "timestamp", self.bundle(rekor=2)), ("certificateAuthorities", "chain",
                                      self.bundle())):
            self.fails("root without " + member, step, bundle, root={**self.instance.trusted(), member: []})
            self.fails("root with no member " + member, step, bundle, root={k: v for k,
                v in self.instance.trusted().items() if k != member})

    def test_keys_sign_in_every_form(self):
        for kind, hash_name in (("p256 signer", "sha256"), ("p384 signer", "sha256"), ("p384 signer", "sha384"), ("p521 signer", "sha512"),
                                ("rsa2048 signer", "sha256"), ("ed signer", "sha512")):
            key, other = key_of(kind), key_of("p256 stranger")
            for label, form in self.forms():
                if form["version"] == 2 and hash_name != "sha256":
                    continue  # the same way through the code
                good = self.instance.bundle(key, hash_name=hash_name, **form)
                self.passes(f"{kind}, {label}", good, key=key)
                self.passes(f"{kind}, {label}, another hint", changed(good, lambda b: material(b).update(publicKey={"hint": "x"})), key=key)
                self.fails(f"{kind}, {label}, another key", "signature", good, key=other)
                self.fails(f"{kind}, {label}, a certificate is asked for", "identity", good)
                if form.get("rekor") == 2:
                    self.fails(f"{kind}, {label}, proof", "tlog-inclusion", changed(good, flip(proof, "rootHash")), key=key)
                else:
                    self.fails(f"{kind}, {label}, promise", "tlog-set", changed(good, add_to(entry, "integratedTime", 1)), key=key)
                self.fails(f"{kind}, {label}, no entry", "tlog-entry missing", changed(good, lambda b: material(b).pop("tlogEntries")),
                    key=key)


if __name__ == "__main__":
    unittest.main()
