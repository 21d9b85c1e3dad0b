"""Certificates, SCTs and timestamps as no library writes them (der_sigstore.py): each fault is refused by its step, and what is odd and
right passes. Needs python3-cryptography.
"""
import itertools
import unittest

from bundle_case import entry, material
from der_case import DerCase, content

try:
    import der_sigstore as der
    import made_sigstore as made
    from der_sigstore import Instance, boolean, context, general, integer, key_of, name, octets, oid, sequence, tlv, utc, utf8
    from made_sigstore import ISSUER, WORKFLOW, b64, changed
except ImportError:
    der = made = None


@unittest.skipIf(der is None, "the Python library cryptography is not here")
class DerCertificates(DerCase):
    # -------------------------------------------------------------------------------------------- certificates
    def test_certificates_are_der_to_the_letter(self):
        whole = self.instance.leaf(self.signer)
        key = made.spki(self.signer)
        point = key[26:]
        compressed = sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), tlv(3,
            b"\0" + bytes([2 + (point[-1] & 1)]) + point[1:33]))
        odd = {
            "bytes after it": whole + b"\0", "cut off": whole[:-1],
            "a long length": bytes([0x30, 0x83, 0]) + whole[2:], "an indefinite length": b"\x30\x80" + whole[4:] + b"\0\0",
            "a SET": b"\x31" + whole[1:], "nothing": b"\x30\x00"}
        for fault, data in odd.items():
            self.fails(fault, "parse", changed(self.bundle(), lambda b, to=data: material(b)["certificate"].update(rawBytes=b64(to))))
        for fault, form in (("version 1", {"version": b""}), ("version 2", {"version": context(0, integer(1))}),
                            ("serial with a zero that DER does not allow", {"serial": tlv(2, b"\0\x05")}), ("serial of no bytes",
                             {"serial": tlv(2, b"")}),
                            ("two algorithms that differ", {"outer": sequence(oid("1.2.840.10045.4.3.3"))}),
                            ("a time without seconds", {"not_after": tlv(0x17, b"2606011210Z")}),
                            ("a time with an offset", {"not_after": tlv(0x17, b"260601121000+0000")}),
                            ("a time with a fraction", {"not_after": general(600, ".5")}),
                            ("a day that does not exist", {"not_after": tlv(0x17, b"260231121000Z")}),
                            ("a point that is on no curve", {"spki": key[:-1] + bytes([key[-1] ^ 1])})):
            self.by_leaf(fault, "parse", **form)
        self.by_leaf("a key of no type", "signature", spki=sequence(sequence(oid("1.2.3.4")), tlv(3, b"\0abc")))
        self.by_leaf("another key", "signature|tlog-entry", spki=made.spki(key_of("p256 stranger")))
        listed = [der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), der.names(der.uri(WORKFLOW)), *der.issuer_texts()]
        for fault, extensions in (
                ("an extension twice", [*listed, listed[1]]), ("a usage of no bits", [*listed[1:], der.usage(b"", 0)]),
                ("no usages", [listed[0], *listed[2:], der.extension("extended", sequence())]),
                ("no names", [*listed[:2], der.names(), *listed[3:]]),
                ("a boolean of 1", [*listed, sequence(oid("1.2.3"), tlv(1, b"\1"), octets(b""))]),
                ("bytes after the constraints", [*listed, der.extension("basic", sequence() + b"\5\0")]),
                ("an extension without a value", [*listed, sequence(oid("1.2.3"))])):
            self.by_leaf(fault, "parse", extensions=extensions)
        for fine, form in (("a year with four digits", {"not_before": general(0), "not_after": general(600)}),
                           ("a serial of 20 bytes", {"serial": integer(1 << 158)}), ("the serial 0", {"serial": integer(0)}),
                           ("a subject", {"subject": name("someone")}), ("ids of issuer and subject", {"unique": tlv(0x81,
                            b"\0a") + tlv(0x82, b"\0b")}),
                           ("all years", {"not_before": utc(-2_000_000_000), "not_after": tlv(0x18, b"99991231235959Z")})):
            self.by_leaf(fine, None, **form)
        told = self.judged(self.instance.bundle(self.signer, self.instance.leaf(self.signer, spki=compressed)))
        self.assertRegex(told, "^(yes|parse)", "a compressed point")

    def test_certificates_say_what_they_are_for(self):
        basics = [der.names(der.uri(WORKFLOW)), *der.issuer_texts()]
        signing = der.extended(der.CODE_SIGNING)
        for fault, extensions in (
                ("no usage", [der.DIGITAL_SIGNATURE]), ("any usage", [der.extended(der.ANY)]), ("OCSP", [der.extended(der.OCSP)]),
                ("an authority", [signing, der.basic(True)]), ("an authority without a path", [signing, der.basic(True, 0)]),
                ("a key for encryption alone", [signing, der.usage(b"\x20", 5)]),
                ("a key for certificates alone", [signing, der.CERT_SIGN]),
                ("the poison of precertificates", [signing, der.extension("1.3.6.1.4.1.11129.2.4.3", tlv(5, b""), True)]),
                ("a critical extension of Fulcio", [signing, der.extension(der.FULCIO + "11", utf8("x"), True)]),
                ("a critical extension that nobody knows", [signing, der.extension("1.2.3.4", b"\5\0", True)])):
            self.by_leaf(fault, "chain", extensions=[*extensions, *basics])
        for fine, extensions in (
                ("critical usage", [der.extended(der.CODE_SIGNING, critical=True)]), ("usage among others", [der.extended(der.SERVER,
                 der.CODE_SIGNING, der.ANY)]),
                ("no authority, said", [signing, der.basic(False)]), ("more bits", [signing, der.usage(b"\xc0", 6)]),
                ("nine bits", [signing, der.usage(b"\x80\x80", 7)]), ("key ids", [signing, der.extension("subject key", octets(b"x" * 20)),
                 der.extension(
                    "authority key", sequence(tlv(0x80, b"y" * 20)))]),
                ("policies", [signing, der.extension("policies", sequence(sequence(oid("1.2.3"))))])):
            self.by_leaf(fine, None, extensions=[*extensions, *basics])

    def test_a_name_is_read_as_its_type_says(self):
        basics = [der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), *der.issuer_texts()]

        def named(name_, step, by, *each, critical=True):
            self.by_leaf(name_, step, extensions=[*basics, der.names(*each, critical=critical)], judged={"by": (by, ISSUER)})
        fulcio = der.FULCIO + "7"
        named("email", None, "a@b.der", der.email("a@b.der"))
        named("other name", None, "a!b", der.other(fulcio, utf8("a!b")))
        named("URI before email, in any order", None, "https://u.der", der.email("a@b.der"), der.uri("https://u.der"))
        named("email beside a URI", "identity", "a@b.der", der.email("a@b.der"), der.uri("https://u.der"))
        named("email beside another name", None, "a@b.der", der.other(fulcio, utf8("a!b")), der.email("a@b.der"))
        named("other name beside an email", "identity", "a!b", der.other(fulcio, utf8("a!b")), der.email("a@b.der"))
        named("the second of two URIs", "identity", "https://v.der", der.uri("https://u.der"), der.uri("https://v.der"))
        named("DNS beside a URI", None, "https://u.der", der.dns("u.der"), der.uri("https://u.der"))
        named("DNS alone", "identity", "u.der", der.dns("u.der"))
        named("an address", "identity", "1.2.3.4", tlv(0x87, bytes([1, 2, 3, 4])))
        named("a directory's name", "identity", "someone", context(4, name("someone")))
        named("other name of another type", "identity", "a!b", der.other("1.2.3.4", utf8("a!b")))
        named("other name in another string", "identity", "a!b", der.other(fulcio, tlv(22, b"a!b")))
        named("a name with a zero in it", "identity", "https://u.der", der.uri("https://u.der\0.evil"))
        named("an empty URI", "identity", "https://u.der", der.uri(""), der.uri("https://u.der"))
        named("a URI that is not ASCII", "identity|parse", "https://ü.der", tlv(0x86, "https://ü.der".encode()))
        named("an email that is not ASCII", "identity|parse", "ü@b.der", tlv(0x81, "ü@b.der".encode()))
        named("names that are not critical", None, "a@b.der", der.email("a@b.der"), critical=False)
        signing = [der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), der.names(der.uri(WORKFLOW))]
        for fault, texts in (("no issuer", []), ("an issuer in another string", [der.extension(der.FULCIO + "8", tlv(22,
            ISSUER.encode()))]),
                             ("bytes after the issuer", [der.extension(der.FULCIO + "8", utf8(ISSUER) + b"\5\0")]),
                             ("two issuers", [der.extension(der.FULCIO + "1", b"https://a.der"), der.extension(der.FULCIO + "8",
                              utf8(ISSUER))]),
                             ("DER in the first extension", [der.extension(der.FULCIO + "1", utf8(ISSUER))])):
            self.by_leaf(fault, "identity", extensions=[*signing, *texts])

    def test_chains_are_built_as_rfc_5280_says(self):
        signer, keys = self.signer, [key_of(f"p256 level {i}") for i in range(4)]

        def chain(*forms, leaf=None, **judged):
            """An authority of several levels, the root first: of each its extensions, and more that is its own."""
            made_, issuer, issuer_key = [], "level 0", keys[0]
            for i, form in enumerate(forms):
                form = dict(form)
                subject = form.pop("subject", f"level {i}")
                made_.append(der.authority_certificate(subject, issuer, keys[i], issuer_key, **form))
                issuer, issuer_key = subject, keys[i]
            instance = Instance(fulcio_chain=made_[::-1])
            certificate = instance.leaf(signer, issuer=issuer, issuer_key=issuer_key, **(leaf or {}))
            return instance.bundle(signer, certificate), {"instance": instance, **judged}

        def of(*extensions):
            return {"extensions": list(extensions)}
        ca, any_ = of(der.basic(True), der.CERT_SIGN), {}
        for fine, forms in (("a root alone", [any_]), ("three levels", [any_, any_, any_]), ("four levels", [any_, any_, any_, any_]),
                            ("length 1 above one", [of(der.basic(True, 1), der.CERT_SIGN), of(der.basic(True, 0), der.CERT_SIGN)]),
                            ("no key usage", [of(der.basic(True)), of(der.basic(True))]),
                            ("an issuer for signing code", [ca, of(der.basic(True), der.CERT_SIGN, der.extended(der.CODE_SIGNING))]),
                            ("an issuer for anything", [ca, of(der.basic(True), der.CERT_SIGN, der.extended(der.ANY))]),
                            ("an issuer of its own name below it", [of(der.basic(True, 0), der.CERT_SIGN), {"subject": "level 0", **ca}])):
            bundle, judged = chain(*forms)
            self.passes(fine, bundle, **judged)
        for fault, forms in (("length 0 above one", [of(der.basic(True, 0), der.CERT_SIGN), any_]),
                             ("length 1 above two", [of(der.basic(True, 1), der.CERT_SIGN), any_, any_]),
                             ("an issuer that is no authority", [any_, of(der.basic(False), der.CERT_SIGN)]),
                             ("an issuer without constraints", [any_, of(der.CERT_SIGN)]),
                             ("an issuer that signs no certificates", [any_, of(der.basic(True), der.DIGITAL_SIGNATURE)]),
                             ("an issuer for servers", [any_, of(der.basic(True), der.CERT_SIGN, der.extended(der.SERVER))]),
                             ("an issuer with a critical extension that nobody knows", [any_, of(der.basic(True), der.extension("1.2.3",
                              b"\5\0", True))]),
                             ("an issuer that has expired", [any_, {"not_after": utc(99)}]),
                             ("an issuer that is not yet valid", [any_, {"not_before": utc(101)}]),
                             ("a root that has expired", [{"not_after": utc(99)}, any_]),
                             ("an issuer by SHA-1", [any_, {"algorithm": sequence(oid("1.2.840.10045.4.1"))}]),
                             ("an issuer by an algorithm of another key", [any_, {"algorithm": sequence(oid("1.2.840.113549.1.1.11"),
                              tlv(5, b""))}]),
                             ("an issuer with another signature", [any_, {"signature": lambda s: s[:-1] + bytes([s[-1] ^ 1])}]),
                             ("an issuer with a signature in BER", [any_, {"signature": der.with_long_length}]),
                             ("an issuer with a signature with a zero", [any_, {"signature": der.with_zero}])):
            bundle, judged = chain(*forms)
            self.fails(fault, "chain", bundle, **judged)
        bundle, judged = chain(any_, {"signature": der.twin})
        self.passes("an issuer with the twin of its signature", bundle, **judged)
        bundle, judged = chain(any_, any_, leaf={"signature": der.with_long_length})
        self.fails("a leaf with a signature in BER", "chain", bundle, **judged)
        # A leaf is no issuer, whatever it says of itself.
        middle = self.instance.leaf(keys[0], subject=name("middle"))
        issued = self.instance.leaf(signer, issuer="middle", issuer_key=keys[0])
        bundle = self.instance.bundle(signer, issued, version=2)
        more = [{"rawBytes": b64(one)} for one in (middle, self.instance.ca, self.instance.root)]
        self.fails("a leaf as issuer, which the bundle brought", "chain",
                   changed(bundle, lambda b: material(b)["x509CertificateChain"]["certificates"].extend(more)))
        instance = Instance(fulcio_chain=[middle, self.instance.ca, self.instance.root])
        self.fails("a leaf as issuer, which is listed", "chain", instance.bundle(signer, issued), instance=instance)

    def test_names_that_an_authority_may_certify(self):
        """RFC 5280, section 4.2.1.10."""
        def constrained(permitted=(), excluded=(), critical=True):
            trees = b"".join(tlv(0xA0 | tag, b"".join(sequence(one) for one in each)) for tag, each in ((0, permitted), (1,
                excluded)) if each)
            return {"extensions": [der.basic(True), der.CERT_SIGN, der.extension("constraints", sequence(trees), critical)]}
        basics = [der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), *der.issuer_texts()]
        u, e, d = der.uri, der.email, der.dns
        for critical in (True, False):
            for label, good, form, name_, by in (
                    ("URI of the host", True, {"permitted": [u("github.com")]}, u("https://github.com/o/r"), "https://github.com/o/r"),
                    ("URI with a port", True, {"permitted": [u("github.com")]}, u("https://github.com:443/o/r"),
                     "https://github.com:443/o/r"),
                    ("URI of another host", False, {"permitted": [u("github.com")]}, u("https://gitlab.com/o/r"), "https://gitlab.com/o/r"),
                    ("URI of a host below", False, {"permitted": [u("github.com")]}, u("https://a.github.com/o"), "https://a.github.com/o"),
                    ("URI of a host in the domain", True, {"permitted": [u(".github.com")]}, u("https://a.github.com/o"),
                     "https://a.github.com/o"),
                    ("URI of the domain itself", False, {"permitted": [u(".github.com")]}, u("https://github.com/o"),
                     "https://github.com/o"),
                    ("URI in capitals", True, {"permitted": [u("github.com")]}, u("https://GitHub.com/o"), "https://GitHub.com/o"),
                    ("URI with a user like the host", False, {"permitted": [u("github.com")]}, u("https://github.com@evil.der/"),
                     "https://github.com@evil.der/"),
                    ("URI that is excluded", False, {"excluded": [u("evil.der")]}, u("https://evil.der/"), "https://evil.der/"),
                    ("URI that is not excluded", True, {"excluded": [u("evil.der")]}, u("https://fine.der/"), "https://fine.der/"),
                    ("URI without a host", False, {"permitted": [u("github.com")]}, u("urn:x"), "urn:x"),
                    ("email of the host", True, {"permitted": [e("b.der")]}, e("a@b.der"), "a@b.der"),
                    ("email of another host", False, {"permitted": [e("b.der")]}, e("a@c.der"), "a@c.der"),
                    ("email of a host in the domain", True, {"permitted": [e(".b.der")]}, e("a@x.b.der"), "a@x.b.der"),
                    ("email of the domain itself", False, {"permitted": [e(".b.der")]}, e("a@b.der"), "a@b.der"),
                    ("one mailbox", True, {"permitted": [e("a@b.der")]}, e("a@B.der"), "a@B.der"),
                    ("another mailbox", False, {"permitted": [e("a@b.der")]}, e("A@b.der"), "A@b.der"),
                    ("email that is excluded", False, {"permitted": [e("b.der")], "excluded": [e("a@b.der")]}, e("a@b.der"), "a@b.der"),
                    ("one of two hosts", True, {"permitted": [e("b.der"), e("c.der")]}, e("a@c.der"), "a@c.der"),
                    ("a constraint of another type", True, {"permitted": [d("b.der")]}, e("a@c.der"), "a@c.der"),
                    ("a type that is not read", False, {"permitted": [tlv(0xA0, oid(der.FULCIO + "7") + context(0, utf8("a!")))]},
                     der.other(der.FULCIO + "7", utf8("a!b")), "a!b")):
                instance = Instance(ca_form=constrained(critical=critical, **form))
                self.by_leaf(f"{label}, {'critical' if critical else 'not critical'}", None if good else "chain", instance=instance,
                             extensions=[*basics, der.names(name_)], judged={"by": (by, ISSUER)})
        instance = Instance(root_form=constrained(permitted=[u("gitlab.com")]))
        self.by_leaf("constraints of the anchor", "chain", instance=instance)
        for fault, form in (("constraints of nothing", {"extensions": [der.basic(True), der.extension("constraints", sequence(), True)]}),
                            ("a least distance", {"extensions": [der.basic(True), der.extension("constraints", sequence(
                                tlv(0xA0, sequence(u("github.com"), tlv(0x80, b"\1")))), True)]})):
            self.by_leaf(fault, "chain|exit 2", instance=Instance(ca_form=form))
        self.by_leaf("constraints of a leaf", "chain|parse", extensions=[
            *basics, der.names(u(WORKFLOW)), der.extension("constraints", sequence(tlv(0xA0, sequence(u("gitlab.com")))), True)])

    # -------------------------------------------------------------------------------------------- SCTs
    def test_certificate_timestamps(self):
        i, stranger = self.instance, key_of("p256 stranger")
        for place in range(6):
            self.by_leaf(f"SCT as extension {place}", None, at=place)
        for fine, scts in (
                ("two of one log", lambda tbs: [i.sct(tbs), i.sct(tbs, more=b"xyz")]), ("one by a stranger first", lambda tbs: [i.sct(tbs,
                 key=stranger), i.sct(tbs)]),
                ("one by a stranger last", lambda tbs: [i.sct(tbs), i.sct(tbs, key=stranger)]), ("extensions", lambda tbs: [i.sct(tbs,
                 more=b"\0\1\2")]),
                ("the twin of a signature", lambda tbs: [i.sct(tbs, change=der.twin)])):
            self.by_leaf(fine, None, scts=scts)
        for fault, scts in (
                ("by a stranger", lambda tbs: [i.sct(tbs, key=stranger)]), ("for another issuer", lambda tbs: [i.sct(tbs,
                 issuer_key=i.root_key)]),
                ("of another certificate", lambda tbs: [i.sct(tbs + b"\0")]), ("of another version", lambda tbs: [i.sct(tbs, version=1)]),
                ("said to be by SHA-384", lambda tbs: [i.sct(tbs, algorithms=(5, 3))]), ("said to be by RSA", lambda tbs: [i.sct(tbs,
                 algorithms=(4, 1))]),
                ("without hash", lambda tbs: [i.sct(tbs, algorithms=(0, 3))]), ("bytes after it", lambda tbs: [i.sct(tbs, extra=b"\0")]),
                ("cut off", lambda tbs: [i.sct(tbs)[:-1]]), ("in BER", lambda tbs: [i.sct(tbs, change=der.with_long_length)]),
                ("with a zero", lambda tbs: [i.sct(tbs, change=der.with_zero)]), ("flipped", lambda tbs: [i.sct(tbs,
                 change=lambda s: s[:-1] + bytes([s[-1] ^ 1]))]),
                ("none in the list", lambda tbs: []), ("before the log", lambda tbs: [i.sct(tbs, time=1000)]),
                ("extensions that are not signed", lambda tbs: [i.sct(tbs)[:41] + b"\0\1a" + i.sct(tbs)[43:]])):
            self.by_leaf("SCT " + fault, "sct", scts=scts)
        self.by_leaf("bytes after the list", "sct", outer_list=lambda inside: len(inside).to_bytes(2, "big") + inside + b"\0")
        self.by_leaf("list longer than it is", "sct", outer_list=lambda inside: (len(inside) + 1).to_bytes(2, "big") + inside)
        bare = der.certificate(self.signer, i.ca_key, name("ca"), [
            der.DIGITAL_SIGNATURE, der.extended(der.CODE_SIGNING), der.names(der.uri(WORKFLOW)), *der.issuer_texts()])
        self.fails("no SCT", "sct missing", i.bundle(self.signer, bare))
        self.passes("no SCT, waived", i.bundle(self.signer, bare), flags=["--insecure-ignore-sct"])
        self.fails("two logs are wanted", "sct", self.bundle(), flags=["--sct-threshold", "2"])

    # -------------------------------------------------------------------------------------------- timestamps
    def test_timestamps_pass_in_every_form_that_rfc_3161_knows(self):
        tsa = self.instance.tsa
        cases = [(f"imprint {imprint}, digest {digest}", {"imprint": imprint, "digest": digest})
                 for imprint, digest in itertools.product(("sha256", "sha384", "sha512"), repeat=2)]
        cases += [
            ("a fraction", {"time": general(100, ".5")}), ("a longer fraction", {"time": general(100, ".123456")}),
            ("accuracy", {"after_time": sequence(integer(1), tlv(0x80, b"\1"), tlv(0x81, b"\1"))}), ("ordering",
             {"after_time": boolean(True)}),
            ("nonce", {"after_time": integer(1 << 63)}), ("its own name", {"after_time": context(0, context(4, name("tsa")))}),
            ("all of them", {"after_time": sequence(integer(1)) + boolean(True) + integer(5) + context(0, context(4, name("tsa")))}),
            ("an extension", {"after_time": context(1, sequence(oid("1.3.6.1.5.5.7.1.3"), octets(b"\x30\0")))}),
            ("another policy", {"policy": oid("0.4.0.2023.1.1")}), ("granted with modifications", {"status": sequence(integer(1))}),
            ("a status that says more", {"status": sequence(integer(0), sequence(utf8("Operation Okay")))}),
            ("its certificate", {"embedded": [tsa]}), ("its chain", {"embedded": [tsa, self.instance.tsa_root]}),
            ("certificates of others", {"embedded": [self.instance.ca, b"\x30\x03\x02\x01\x05", tsa]}), ("no certificates, said",
             {"embedded": []}),
            ("revocation lists", {"lists": context(1, sequence())}), ("a signing time", {"attributes": lambda two: [
                *two, der.attribute(der.SIGNING_TIME, utc(5))]}),
            ("attributes that are not signed", {"unsigned": context(1, der.attribute("1.2.3", utf8("x")))}),
            ("its certificate named by SHA-1", {"attributes": lambda two: [*two, der.ess(tsa, 1)]}),
            ("its certificate named", {"attributes": lambda two: [*two, der.ess(tsa)]}),
            ("its certificate named, the hash said", {"attributes": lambda two: [*two, der.ess(tsa, stated=True)]}),
            ("its certificate named by SHA-512", {"attributes": lambda two: [*two, der.ess(tsa, hash_name="sha512")]}),
            ("its certificate named twice", {"attributes": lambda two: [*two, der.ess(tsa, 1), der.ess(tsa)]}),
            ("its certificate named, with its serial", {"attributes": lambda two: [*two, der.ess(tsa, serial=sequence(
                sequence(context(4, name("tsa root"))), integer(7)))]}),
            ("the signer by its key", {"signer": tlv(0x80, b"of the tsa"), "signer_version": integer(3)}),
            ("no list of hashes", {"digests": tlv(0x31, b"")}), ("the twin of its signature", {"signature": der.twin}),
            ("the first second", {"time": general(0)}), ("the last second", {"time": general(600)})]
        for label, form in cases:
            self.by_stamp(label, None, **form)
        for kind, digest in (("p384 tsa", "sha384"), ("p384 tsa", "sha256"), ("p384 tsa", "sha512"), ("p521 tsa", "sha512"),
            ("rsa2048 tsa", "sha256"),
                             ("rsa4096 tsa", "sha512"), ("ed tsa", "sha512")):
            made_by = Instance(tsa=kind)
            if kind.startswith("rsa") and digest != "sha256":
                with_hash = sequence(oid("1.2.840.113549.1.1.1"), tlv(5, b""))
                self.by_stamp(f"{kind}, {digest}, as RSA alone", None, instance=made_by, digest=digest, signature_algorithm=with_hash)
                continue
            if kind.startswith("p384") and digest == "sha512":
                self.by_stamp(f"{kind}, {digest} of the content, SHA-384 of the attributes", None, instance=made_by, digest=digest,
                    signed_digest="sha384")
                continue
            self.by_stamp(f"{kind}, {digest}", None, instance=made_by, digest=digest)

    def test_timestamps_with_a_fault_are_refused(self):
        tsa, root = self.instance.tsa, self.instance.tsa_root
        sibling = self.instance.tsa_certificate(serial=integer(8))
        granted = [("status " + str(number), {"status": sequence(integer(number))}) for number in (2, 3, 4, 5, 6)]
        for label, form in granted + [
                ("imprint of other bytes", {"imprint_bytes": bytes(32)}), ("imprint cut short", {"imprint_bytes": b""}),
                ("imprint by SHA-1", {"imprint": "sha1"}), ("digest by SHA-1", {"digest": "sha1", "signed_digest": "sha256"}),
                ("version 2", {"info_version": integer(2)}), ("a fraction that ends in zero", {"time": general(100, ".50")}),
                ("a fraction of nothing", {"time": general(100, ".")}), ("a fraction with a comma", {"time": general(100, ",5")}),
                ("a time in UTCTime", {"time": utc(100)}), ("a time with an offset", {"time": tlv(0x18, b"20260601120140+0000")}),
                ("a time without seconds", {"time": tlv(0x18, b"202606011201Z")}), ("the second 60", {"time": tlv(0x18,
                 b"20260601120060Z")}),
                ("a critical extension", {"after_time": context(1, sequence(oid("1.2.3"), boolean(True), octets(b"")))}),
                ("bytes after its fields", {"after_time": tlv(5, b"")}), ("fields in another order",
                 {"after_time": integer(5) + boolean(True)}),
                ("bytes after it", {"after": b"\5\0"}), ("signed data of another type", {"signed_type": "1.2.840.113549.1.7.1"}),
                ("content of another type", {"type": "1.2.840.113549.1.7.1"}), ("two signers", {"again": True}),
                ("no signed attributes", {"attributes": lambda two: []}), ("no contentType", {"attributes": lambda two: two[1:]}),
                ("no messageDigest", {"attributes": lambda two: two[:1]}), ("contentType twice", {"attributes": lambda two: [two[0],
                 *two]}),
                ("another contentType", {"attributes": lambda two: [der.attribute(der.CONTENT_TYPE, oid("1.2.840.113549.1.7.1")), two[1]]}),
                ("another messageDigest", {"attributes": lambda two: [two[0], der.attribute(der.MESSAGE_DIGEST, octets(bytes(32)))]}),
                ("two values of messageDigest", {"attributes": lambda two: [two[0], der.attribute(der.MESSAGE_DIGEST, octets(bytes(32)),
                 octets(bytes(32)))]}),
                ("a signature over something else", {"signature": lambda s: s[:-1] + bytes([s[-1] ^ 1])}),
                ("a signature in BER", {"signature": der.with_long_length}), ("a signature with a zero", {"signature": der.with_zero}),
                ("said to be by another algorithm", {"signature_algorithm": sequence(oid("1.2.840.10045.4.3.3"))}),
                ("said to be by RSA", {"signature_algorithm": sequence(oid("1.2.840.113549.1.1.11"), tlv(5, b""))}),
                ("said to be by SHA-1", {"signature_algorithm": sequence(oid("1.2.840.10045.4.1"))}),
                ("another serial", {"serial": integer(8)}), ("another issuer", {"signer": sequence(name("other"), integer(7))}),
                ("another key's id", {"signer": tlv(0x80, b"of another")}), ("a sibling's, embedded", {"serial": integer(8),
                 "embedded": [sibling]}),
                ("another certificate is named", {"attributes": lambda two: [*two, der.ess(root)]}),
                ("another certificate is named by SHA-1", {"attributes": lambda two: [*two, der.ess(root, 1)]}),
                ("one of two names is another's", {"attributes": lambda two: [*two, der.ess(tsa, 1), der.ess(root)]}),
                ("the named certificate has another serial", {"attributes": lambda two: [*two, der.ess(tsa, serial=sequence(
                    sequence(context(4, name("tsa root"))), integer(8)))]}),
                ("the named certificate has another issuer", {"attributes": lambda two: [*two, der.ess(tsa, serial=sequence(
                    sequence(context(4, name("other"))), integer(7)))]}),
                ("a name of no certificate", {"attributes": lambda two: [*two, der.attribute(der.ESS_2, sequence(sequence()))]}),
                ("an unknown hash names it", {"attributes": lambda two: [*two, der.attribute(der.ESS_2, sequence(sequence(sequence(
                    sequence(oid("1.2.3")), octets(bytes(32))))))]})]:
            self.by_stamp(label, "timestamp", **form)
        for label, form in (("a second early", {"time": general(-1)}), ("a second late", {"time": general(601)}),
                            ("half a second late", {"time": general(600, ".5")}), ("half a second early", {"time": general(-1, ".5")})):
            self.by_stamp(label, "time ", **form)
        stamp = self.instance.stamp
        bundle = self.bundle(rekor=2)
        signature = made.base64.b64decode(content(bundle)["signature"])
        whole = stamp(signature)
        for label, data in (("nothing", b""), ("no DER", b"timestamp"), ("the token alone", whole[whole.index(b"\x30\x03\x02\x01\0") + 5:]),
                            ("an indefinite length", b"\x30\x80" + whole[4:] + b"\0\0"), ("a granted status and no token",
                             sequence(sequence(integer(0))))):
            self.fails(label, "timestamp|parse", changed(bundle, lambda b, to=data: material(b).update(
                timestampVerificationData={"rfc3161Timestamps": [{"signedTimestamp": b64(to)}]})))

    def test_several_timestamps(self):
        stamp, late = self.instance.stamp, general(700)
        bad = {"imprint_bytes": bytes(32)}
        for label, step, stamps, flags in (
                ("a bad one first", None, lambda s: [stamp(s, **bad), stamp(s)], ()), ("a bad one last", None, lambda s: [stamp(s),
                 stamp(s, **bad)], ()),
                ("no DER beside", None, lambda s: [b"x", stamp(s)], ()), ("two bad ones", "timestamp", lambda s: [stamp(s, **bad), b"x"],
                 ()),
                ("a late one", "time", lambda s: [stamp(s), stamp(s, time=late)], ()), ("32", None, lambda s: 32 * [stamp(s)], ()),
                ("33", "parse", lambda s: 33 * [stamp(s)], ()),
                ("two of one authority", "time missing", lambda s: [stamp(s), stamp(s, time=general(200))], ["--time-threshold", "2"])):
            self.expect(label, step, self.bundle(rekor=2, stamps=stamps), flags=flags)
        self.passes("a promise and a timestamp", self.bundle(stamps=lambda s: [stamp(s)]), flags=["--time-threshold", "2"])
        self.fails("a promise alone", "timestamp missing", self.bundle(), flags=["--use-signed-timestamps"])
        self.fails("a promise and a bad timestamp", "timestamp", self.bundle(stamps=lambda s: [stamp(s, **bad)]))

    def test_authorities_of_timestamps(self):
        def with_extensions(*extensions):
            return {"extensions": [der.DIGITAL_SIGNATURE, *extensions]}
        stamping = der.extended(der.TIME_STAMPING, critical=True)
        for label, form in (
                ("no usage", with_extensions()), ("usage not critical", with_extensions(der.extended(der.TIME_STAMPING))),
                ("two usages", with_extensions(der.extended(der.TIME_STAMPING, der.CODE_SIGNING, critical=True))),
                ("any usage", with_extensions(der.extended(der.ANY, critical=True))), ("signing code",
                 with_extensions(der.extended(der.CODE_SIGNING, critical=True))),
                ("an authority", with_extensions(stamping, der.basic(True))), ("a critical extension", with_extensions(stamping,
                 der.extension("1.2.3", b"\5\0", True))),
                ("a key for certificates alone", {"extensions": [der.CERT_SIGN, stamping]}),
                ("expired", {"not_after": utc(99)}), ("not yet valid", {"not_before": utc(101)}),
                ("by another authority of the name", {"issuer_key": key_of("p256 stranger")})):
            instance = Instance(tsa_form=form)
            self.by_stamp(label, "timestamp", instance=instance)
            embedding = Instance(tsa_form=form)
            embedding.tsa_chain = [embedding.tsa_root]
            self.by_stamp(label + ", embedded", "timestamp", instance=embedding, embedded=[embedding.tsa])
        for label, form in (("a key id for non-repudiation", {"extensions": [der.usage(b"\xc0", 6), stamping]}), ("no key usage",
            {"extensions": [stamping]})):
            self.by_stamp(label, None, instance=Instance(tsa_form=form))
        # Which certificates are listed, and which the token brings.
        middle_key = key_of("p256 tsa middle")
        for label, middle_form, good in (
                ("between", {}, True), ("between, for timestamps", {"extensions": [der.basic(True), der.CERT_SIGN,
                 der.extended(der.TIME_STAMPING)]}, True),
                ("between, for code", {"extensions": [der.basic(True), der.CERT_SIGN, der.extended(der.CODE_SIGNING)]}, False),
                ("between, expired", {"not_after": utc(99)}, False), ("between, no authority", {"extensions": [der.CERT_SIGN]}, False)):
            middle = der.authority_certificate("tsa middle", "tsa root", middle_key, key_of("p256 tsa root"), **middle_form)
            base = {"tsa_form": {"issuer": "tsa middle", "issuer_key": middle_key}}
            signer = sequence(name("tsa middle"), integer(7))
            root = Instance().tsa_root
            leaf = Instance(**base).tsa
            for how, chain, embedded in (("all listed", [leaf, middle, root], None), ("the signer embedded", [middle, root], [leaf]),
                                         ("both embedded", [root], [leaf, middle]), ("both embedded, last first", [root], [middle, leaf])):
                self.by_stamp(f"{label}, {how}", None if good else "timestamp", instance=Instance(tsa_chain=chain, **base), signer=signer,
                    embedded=embedded)
            if good:
                self.by_stamp(label + ", the middle is nowhere", "timestamp", instance=Instance(tsa_chain=[root], **base), signer=signer,
                    embedded=[leaf])
                self.by_stamp(label + ", the signer is nowhere", "timestamp", instance=Instance(tsa_chain=[middle, root], **base),
                    signer=signer)
        forged_key = key_of("p256 stranger")
        forged_root = der.authority_certificate("tsa root", "tsa root", forged_key, forged_key)
        forged = Instance(tsa_form={"issuer_key": forged_key}, tsa_chain=[Instance().tsa_root])
        self.by_stamp("an anchor that the token brings", "timestamp", instance=forged, embedded=[forged.tsa, forged_root])


if __name__ == "__main__":
    unittest.main()
