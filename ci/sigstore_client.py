#!/usr/bin/env python3
"""A client that speaks the protocol of the sigstore-conformance suite, and hands its questions to supply.

    ci/sigstore_client.py verify-bundle [--staging] --bundle FILE
        (--certificate-identity I --certificate-oidc-issuer U | --key PEM) [--trusted-root FILE] FILE|sha256:HEX

The answer is the exit code: 0 for yes. Source: sigstore/sigstore-conformance, docs/cli_protocol.md. Nothing is asked of a
network. SUPPLY names the program (build/release/supply).
"""
import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SUPPLY = os.environ.get("SUPPLY", os.path.join(ROOT, "build", "release", "supply"))


def is_attestation(bundle):
    """What the suite does not say: whether the bundle is of a file's signature or of a statement about it."""
    try:
        with open(bundle, encoding="utf-8") as text:
            return "dsseEnvelope" in json.load(text)
    except ValueError:
        return False


def words_of(options):
    words = ["verify-blob-attestation" if is_attestation(options.bundle) else "verify-blob", "--offline"]
    words += ["--bundle", options.bundle]
    for name in ("certificate_identity", "certificate_oidc_issuer", "key", "trusted_root"):
        value = getattr(options, name)
        if value is not None:
            words += ["--" + name.replace("_", "-"), value]
    return words + [options.artifact]


def parsed(arguments):
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify-bundle")
    verify.add_argument("--staging", action="store_true")
    verify.add_argument("--bundle", required=True)
    verify.add_argument("--certificate-identity")
    verify.add_argument("--certificate-oidc-issuer")
    verify.add_argument("--key")
    verify.add_argument("--trusted-root")
    verify.add_argument("artifact")
    options = parser.parse_args(arguments)
    if options.staging and options.trusted_root is None:
        parser.error("--staging: Supply has no built-in root of the staging instance: give --trusted-root")
    return options


if __name__ == "__main__":
    sys.exit(subprocess.run([SUPPLY, *words_of(parsed(sys.argv[1:]))]).returncode)
