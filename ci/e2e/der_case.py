"""Bundles of der_sigstore.py that are made in one way, and what the program says of them."""
import itertools

from bundle_case import BundleCase, entry, material

try:
    import der_sigstore as der
    import made_sigstore as made
    from der_sigstore import Instance, key_of
    from made_sigstore import b64, statement
except ImportError:
    der = made = None


def flipped(text, at=-1):
    """Base64 of the same bytes but for one bit."""
    data = bytearray(made.base64.b64decode(text))
    data[at] ^= 1
    return b64(bytes(data))


def proof(bundle):
    return entry(bundle)["inclusionProof"]


def content(bundle):
    return bundle.get("messageSignature") or bundle["dsseEnvelope"]["signatures"][0]


def flip(place, member, at=-1):
    def change(bundle):
        of = place(bundle)
        of[member] = flipped(of[member], at)
    return change


def set_to(place, **members):
    return lambda bundle: place(bundle).update(members)


def add_to(place, member, by):
    def change(bundle):
        of = place(bundle)
        of[member] = str(int(of[member]) + by)
    return change


class DerCase(BundleCase):
    @classmethod
    def setUpClass(cls):
        cls.instance, cls.signer = Instance(), key_of("p256 signer")
        cls.leaf = cls.instance.leaf(cls.signer)

    def bundle(self, **form):
        return self.instance.bundle(self.signer, self.leaf, **form)

    def by_leaf(self, name_, step, instance=None, key=None, rekor=1, judged=None, **form):
        """A leaf of that form: refused by the step, or where there is none it passes."""
        instance, key = instance or self.instance, key or self.signer
        bundle = instance.bundle(key, instance.leaf(key, **form), rekor=rekor)
        self.expect(name_, step, bundle, instance=instance, **(judged or {}))

    def by_stamp(self, name_, step, instance=None, judged=None, **form):
        """A timestamp of that form, which alone proves the time."""
        instance = instance or self.instance
        bundle = instance.bundle(self.signer, instance.leaf(self.signer), rekor=2, stamps=lambda s: [instance.stamp(s, **form)])
        self.expect(name_, step, bundle, instance=instance, **(judged or {}))

    def expect(self, name_, step, bundle, **judged):
        self.passes(name_, bundle, **judged) if step is None else self.fails(name_, step, bundle, **judged)

    def forms(self):
        for version, (kind, payload) in itertools.product((1, 2, 3), (("file", None), ("dsse", statement()), ("intoto", statement()))):
            yield f"0.{version}, Rekor v1, {kind}", {"version": version, "payload": payload, "kind": kind}
        for version, payload in itertools.product((2, 3), (None, statement())):
            yield f"0.{version}, Rekor v2, {'file' if payload is None else 'attestation'}", {
                "version": version, "payload": payload, "rekor": 2}
