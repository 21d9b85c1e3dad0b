#!/usr/bin/env python3
"""Writes cloud_build_keys.hpp from the Go module github.com/slsa-framework/slsa-verifier/v2 (`go mod download -json` says
where it lies), whose verifier embeds the keys: make_cloud_build_keys.py DIRECTORY-OF-THE-MODULE."""
import base64
import hashlib
import pathlib
import sys

module = pathlib.Path(sys.argv[1])
version = module.name.partition("@")[2]
RING = "projects/verified-builder/locations/{}/keyRings/attestor/cryptoKeys/{}/cryptoKeyVersions/1"
GLOBAL = {"global-pae-google-hosted-worker_1": "google-hosted-worker", "global-pae-provenanceSigner_1": "provenanceSigner"}
keys = []
for path in sorted((module / "verifiers/internal/gcb/keys/materials").glob("*.key")):
    if path.stem == "global-pae":  # provenanceSigner once more
        continue
    der = base64.b64decode("".join(line for line in path.read_text().splitlines() if "-" not in line))
    kind = {"google-hosted-worker": "v1", "provenanceSigner": "v0_1"}.get(GLOBAL.get(path.stem, ""), "regional")
    location, name = ("global", GLOBAL[path.stem]) if path.stem in GLOBAL else (path.stem, "builtByGCB")
    keys.append((RING.format(location, name), kind, base64.b64encode(der).decode(), hashlib.sha256(der).hexdigest()))
lines = "".join(f'    {{"{name}",\n     CloudBuildKey::Kind::{kind},\n     "{der}",\n     "{print_}"}},\n'
                for name, kind, der, print_ in sorted(keys))
(pathlib.Path(__file__).parent / "cloud_build_keys.hpp").write_text(f"""\
// The keys with which Google Cloud Build signs, for everybody the same: those of project verified-builder, key ring
// attestor, as `gcloud kms keys versions get-public-key 1 --location LOCATION` prints them. Made by
// make_cloud_build_keys.py from slsa-verifier {version}.
#pragma once

#include <string_view>

namespace supply::provenance {{

struct CloudBuildKey {{
  enum class Kind {{
    v1,        ///< signs SLSA provenance v1
    v0_1,      ///< signs v0.1
    regional,  ///< the same before that one, over the payload alone: not as DSSE has it
  }};
  std::string_view id;  ///< as a signature's keyid has it
  Kind kind;
  std::string_view der;          ///< base64 of the SubjectPublicKeyInfo
  std::string_view fingerprint;  ///< SHA-256 of that, hex
}};

inline constexpr CloudBuildKey kCloudBuildKeys[] = {{
{lines}}};

}}  // namespace supply::provenance
""")
