#include "libsupply/trust/verify/trusted_keys.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/testing/private_instance.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {
namespace {

using testing::PrivateInstance;

// A PEM text as a block of YAML.
std::string block(const std::string& pem) {
  std::string text = "|\n";
  for (std::size_t at = 0; at < pem.size();) {
    const std::size_t end = pem.find('\n', at);
    text += "      " + pem.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return text;
}

const crypto::PrivateKey& signer() {
  static const crypto::PrivateKey key = PrivateInstance::new_key();
  return key;
}
std::string pem() { return signer().public_key().to_pem(); }

Result<std::string> no_file(const std::string& path) { return Error(ErrorCode::not_found, "no file " + path); }

Result<std::vector<TrustedKey>> with(const std::string& more) {
  return parse_trusted_keys("version: 1\nkeys:\n  - name: release\n    publicKey: " + block(pem()) + more, "trust.yaml",
                            no_file);
}

TEST_CASE("a trust file says from when until when each key is trusted, and why") {
  auto keys = with("    from: 2025-01-01\n    until: 2026-06-30T12:00:00Z\n    reason: revocation\n    note: leaked\n");
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK((*keys)[0].name == "release");
  CHECK((*keys)[0].key.fingerprint() == signer().public_key().fingerprint());
  CHECK(to_rfc3339(*(*keys)[0].valid_for.start) == "2025-01-01T00:00:00Z");
  CHECK(to_rfc3339(*(*keys)[0].valid_for.end) == "2026-06-30T12:00:00Z");
  CHECK((*keys)[0].reason == "revocation: leaked");
  keys = with("");
  REQUIRE(keys);
  CHECK_FALSE((*keys)[0].valid_for.start);
  CHECK_FALSE((*keys)[0].valid_for.end);
  keys = parse_trusted_keys("version: 1\nkeys: [{name: a, publicKey: keys/a.pub}]", "trust.yaml",
                            [](const std::string& path) -> Result<std::string> {
                              CHECK(path == "keys/a.pub");
                              return pem();
                            });
  CHECK(keys);
}

TEST_CASE("the example of the schema is read") {
  const auto directory = testing::testdata("../schemas/examples");
  const auto keys = parse_trusted_keys(
      testing::read(directory / "trusted-keys.json"), "trusted-keys.json",
      [&](const std::string& path) -> Result<std::string> { return testing::read(directory / path); });
  REQUIRE(keys);
  CHECK((*keys)[0].reason == "rotation: the new key signs from 2026.1 on");
}

TEST_CASE("what a trust file says wrong is a wrong command, with its line") {
  const auto message = [](const Result<std::vector<TrustedKey>>& keys) {
    REQUIRE_FALSE(keys);
    CHECK(keys.error().code() == ErrorCode::usage);
    CHECK(keys.error().message().starts_with("trust.yaml: "));
    return keys.error().message();
  };
  CHECK(message(with("    until: 2026-01-01\n")).find("reason") != std::string::npos);
  CHECK(message(with("    reason: rotation\n")).find("until") != std::string::npos);
  CHECK(message(with("    until: 2026-01-01\n    reason: bored\n")).find("want rotation") != std::string::npos);
  CHECK(message(with("    from: 2026-01-02\n    until: 2026-01-01\n    reason: expiry\n")).find("before") !=
        std::string::npos);
  CHECK(message(with("    from: yesterday\n")).find("line 3") != std::string::npos);
  CHECK(message(with("    validUntil: 2026-01-01\n")).find("validUntil") != std::string::npos);
  const std::string same = "  - name: other\n    publicKey: " + block(pem());
  CHECK(message(with(same)).find("twice") != std::string::npos);
  const auto of = [](const std::string& text) { return parse_trusted_keys(text, "trust.yaml", no_file); };
  for (const char* text :
       {"", "[]", "version: 1", "version: 1\nkeys: []", "version: 2\nkeys: [{name: a, publicKey: b}]",
        "version: 1\nkeys: [a]", "version: 1\nkeys: [{name: a}]", "version: 1\nkey: []",
        "version: 1\nkeys: [{name: a, publicKey: b.pub}]", "{",
        "version: 1\nkeys: [{name: a, publicKey: \"-----BEGIN x\"}]"})
    message(of(text));
  std::string many = "version: 1\nkeys:\n";
  for (std::size_t i = 0; i <= kMaxTrustedKeys; ++i) many += "  - {name: a, publicKey: b}\n";
  CHECK(message(of(many)).find("more than") != std::string::npos);
  many.resize(many.rfind("  - "));
  CHECK(message(of(many)).find("more than") == std::string::npos);
}

TEST_CASE("a key's signature counts with a proven time within its validity alone") {
  const PrivateInstance made;
  attest::Bundle bundle = made.bundle("a release", "", &signer());
  bundle.log_entries = {made.entry_1(testing::hashedrekord_1(bundle, testing::spki(signer())), made.at(100))};
  const auto judge = [&](const attest::Bundle& given, std::optional<int> start, std::optional<int> end, bool root) {
    TrustPolicy policy{{{"release", signer().public_key()}}, {}};
    if (start) policy.keys[0].valid_for.start = made.at(*start);
    if (end) policy.keys[0].valid_for.end = made.at(*end);
    policy.keys[0].reason = "rotation";
    if (root) policy.trusted_root = made.trusted();
    const std::string message = "a release";
    Budget budget;
    const auto answer =
        Verifier(policy, made.at(0)).blob({message, crypto::sha256(message)}, testing::to_json(given), budget);
    return answer ? "yes" : answer.error().message();
  };
  CHECK(judge(bundle, std::nullopt, std::nullopt, true) == "yes");
  CHECK(judge(bundle, std::nullopt, std::nullopt, false) == "yes");
  CHECK(judge(bundle, 0, 200, true) == "yes");
  CHECK(judge(bundle, 100, 100, true) == "yes");
  CHECK(judge(bundle, std::nullopt, 99, true).find("time: key \"release\" is trusted until") == 0);
  CHECK(judge(bundle, 101, std::nullopt, true).find("time: key \"release\" is trusted from") == 0);
  CHECK(judge(bundle, std::nullopt, 99, true).find("(rotation)") != std::string::npos);
  CHECK(judge(bundle, 0, 200, false).find("no time is proven") != std::string::npos);  // nobody looked at the entry
  attest::Bundle later = bundle;  // a time beside it that is not within
  later.timestamps = {made.timestamp({made.at(300), testing::signature_of(bundle)})};
  CHECK(judge(later, 0, 300, true) == "yes");
  CHECK(judge(later, 0, 200, true).find("time: ") == 0);
}

}  // namespace
}  // namespace supply::verify
