#include "libsupply/trust/verify/registry_keys.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"

namespace supply::verify {
namespace {

using testing::changed;
using testing::instance;

std::string listed(const std::string& id, const crypto::PrivateKey& key, const std::string& window,
                   const std::string& usage = "npm:attestations") {
  return R"({"keyId":")" + id + R"(","keyUsage":")" + usage + R"(","publicKey":{"rawBytes":")" +
         to_base64(testing::spki(key)) + R"(","keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":)" + window + "}}";
}

std::string file_of(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }

TEST_CASE("the keys of npm's registry are built in, each with its time") {
  const auto keys = parse_registry_keys(npm_registry_keys());
  REQUIRE(keys);
  REQUIRE(*keys);
  REQUIRE((*keys)->size() == 2);
  CHECK((*keys)->front().name == "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA");
  CHECK((*keys)->back().name == "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U");
  CHECK(to_rfc3339(*(*keys)->front().valid_for.end) == "2025-01-29T00:00:00Z");
  CHECK_FALSE((*keys)->back().valid_for.end);
}

TEST_CASE("a registry's publish attestation is by a key of its list, in its time") {
  const crypto::PrivateKey key = testing::PrivateInstance::new_key();
  attest::Bundle bundle = instance().envelope(testing::release_statement(), "", &key);
  bundle.key_hint = "SHA256:one";
  bundle.log_entries = {instance().entry_1(testing::dsse_1(bundle, testing::spki(key)), testing::at(100))};
  const auto told = [&](const std::string& file) {
    TrustPolicy policy;
    policy.keys = **parse_registry_keys(file);
    policy.trusted_root = instance().trusted();
    return testing::step_of(bundle, policy);
  };
  const std::string from = R"({"start":")" + to_rfc3339(testing::at(0)) + "\"";
  const std::string signatures = listed("SHA256:one", key, from + "}", "npm:signatures") + ",";
  CHECK(told(file_of(signatures + listed("SHA256:one", key, from + "}"))) == "yes");
  const std::string ended = from + R"(,"end":")" + to_rfc3339(testing::at(99)) + "\"}";
  CHECK(told(file_of(listed("SHA256:one", key, ended))) == "time outside");
  CHECK(told(file_of(listed("SHA256:one", testing::PrivateInstance::new_key(), from + "}"))) == "signature invalid");
  // As the registry's endpoint answers.
  const std::string answered =
      R"({"keyid":"SHA256:one","keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256",)"
      R"("expires":null,"key":")" +
      to_base64(testing::spki(key)) + "\"}";
  CHECK(told(file_of(answered)) == "yes");
  CHECK(told(file_of(changed(answered, "null", '"' + to_rfc3339(testing::at(99)) + '"'))) == "time outside");
}

TEST_CASE("a list of a registry's keys that is none is refused, and other files are no such list") {
  const crypto::PrivateKey key = testing::PrivateInstance::new_key();
  const std::string one = listed("SHA256:one", key, "{}");
  CHECK_FALSE(parse_registry_keys(file_of(one + "," + one)));
  CHECK_FALSE(parse_registry_keys(file_of(listed("SHA256:one", key, "{}", "npm:signatures"))));
  CHECK_FALSE(parse_registry_keys(file_of(changed(one, "MFkw", "MFkx"))));
  CHECK_FALSE(parse_registry_keys(file_of(one + ",3")));
  CHECK_FALSE(parse_registry_keys(file_of(listed("", key, "{}"))));
  CHECK_FALSE(parse_registry_keys(
      file_of(listed("SHA256:one", key, R"({"start":"2026-01-02T00:00:00Z","end":"2026-01-01T00:00:00Z"})"))));
  std::string many = one;
  for (std::size_t i = 1; i < kMaxTrustedKeys; ++i) many += ',' + listed("SHA256:" + std::to_string(i), key, "{}");
  CHECK(parse_registry_keys(file_of(many)));
  CHECK_FALSE(parse_registry_keys(file_of(many + ',' + listed("SHA256:more", key, "{}"))));
  for (const std::string other :
       {"version: 1\nkeys:\n  - name: a\n", "{}", "[]", R"({"keys":[]})", R"({"keys":[{}]})"}) {
    const auto none = parse_registry_keys(other);
    REQUIRE(none);
    CHECK_FALSE(*none);
  }
}

}  // namespace
}  // namespace supply::verify
