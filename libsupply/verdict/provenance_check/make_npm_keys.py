#!/usr/bin/env python3
"""Writes internal/npm_keys.hpp from the package @sigstore/tuf, whose seeds.json carries the TUF target
registry.npmjs.org/keys.json: make_npm_keys.py node_modules/@sigstore/tuf (that of npm itself will do)."""
import base64
import json
import pathlib
import sys

package = pathlib.Path(sys.argv[1])
version = json.loads((package / "package.json").read_text())["version"]
seeds = json.loads((package / "seeds.json").read_text())["https://tuf-repo-cdn.sigstore.dev"]["targets"]
keys = json.loads(base64.b64decode(seeds["registry.npmjs.org%2Fkeys.json"]))["keys"]
lines = ""
for key in keys:
    if key["keyUsage"] != "npm:attestations":
        continue
    public = key["publicKey"]
    assert public["keyDetails"] == "PKIX_ECDSA_P256_SHA_256", public
    valid = public["validFor"]
    lines += (f'    {{"{key["keyId"]}",\n     "{public["rawBytes"]}",\n'
              f'     "{valid["start"]}", "{valid.get("end", "")}"}},\n')
(pathlib.Path(__file__).parent / "internal" / "npm_keys.hpp").write_text(f"""\
// The keys of registry.npmjs.org for attestations. Made by make_npm_keys.py from @sigstore/tuf {version}.
#pragma once

#include <string_view>

namespace supply::provenance_check {{

struct NpmKey {{
  std::string_view id, der;     ///< base64 of the SubjectPublicKeyInfo
  std::string_view start, end;  ///< RFC 3339; `end` may be empty
}};

inline constexpr NpmKey kNpmKeys[] = {{
{lines}}};

}}  // namespace supply::provenance_check
""")
