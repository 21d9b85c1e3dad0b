#!/usr/bin/env python3
"""Guards what supply-gate is for: no code that makes, opens or uses a private key is in it.

    ci/signing_code.py SUPPLY SUPPLY_GATE     two programs with their symbols (or the files that hold these)

Each pattern must match symbols of supply, so that it is known to see what it looks for, and none of supply-gate.
"""
import re
import subprocess
import sys

# Of ours: everything. libsodium: used by nothing but base/crypto.
OURS = [
    r"supply::sign::",
    r"supply::release::",
    r"supply::crypto::PrivateKey\b",
    r"supply::crypto::internal::(de|en)crypt_cosign\b",
    r"supply::crypto::internal::(de|en)crypt_pkcs8\b",
    r"supply::tools::read_private_key\b",
    r"supply::tools::add_(attest|blob|key|provenance|release|sign)\b",
    r"crypto_secretbox_(open_)?easy\b",
    r"crypto_pwhash_scrypt",
]
# Of OpenSSL's: what is called. When OpenSSL is linked in they may be in supply-gate too, for TLS holds them.
CALLED = [r"EVP_DigestSign", r"EVP_PKEY_Q_keygen\b", r"EVP_PKCS82PKEY\b", r"PKCS8_decrypt\b"]


def symbols(program):
    """(all names, the names that it takes from shared libraries)"""
    listed = subprocess.run(["nm", "--demangle", program], check=True, capture_output=True, text=True).stdout
    found = [re.match(r"[0-9a-f ]{16} (\S) (.*)", line).groups() for line in listed.splitlines()]
    return [name for _, name in found], [name for kind, name in found if kind == "U"]


def main(supply, gate):
    have, (named, called) = symbols(supply)[0], symbols(gate)
    problems = [] if any("supply::tools::add_gate" in name for name in named) else [f"{gate}: has no symbols"]
    for patterns, where in ((OURS, named), (CALLED, called)):
        for pattern in patterns:
            found = re.compile(r"\b" + pattern)
            if not any(found.search(name) for name in have):
                problems.append(f"{supply}: nothing named {pattern}: this check looks for what is not there")
            problems += [f"{gate}: {name}" for name in where if found.search(name)]
    for problem in problems:
        print(problem)
    print(f"signing_code: {len(OURS) + len(CALLED)} patterns, {len(named)} symbols of supply-gate, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
