// The keys of registry.npmjs.org for attestations. Made by make_npm_keys.py from @sigstore/tuf 4.0.2.
#pragma once

#include <string_view>

namespace supply::provenance_check {

struct NpmKey {
  std::string_view id, der;     ///< base64 of the SubjectPublicKeyInfo
  std::string_view start, end;  ///< RFC 3339; `end` may be empty
};

inline constexpr NpmKey kNpmKeys[] = {
    {"SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA",
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+"
     "IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==",
     "2022-12-01T00:00:00.000Z", "2025-01-29T00:00:00.000Z"},
    {"SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/"
     "fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==",
     "2025-01-13T00:00:00.000Z", ""},
};

}  // namespace supply::provenance_check
