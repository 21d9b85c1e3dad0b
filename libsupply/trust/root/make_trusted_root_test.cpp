#include "libsupply/trust/root/make_trusted_root.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/result.hpp"

using namespace supply;
using namespace supply::root;
using supply::testing::code_of;

namespace {

std::string key(crypto::KeyType type) { return crypto::PrivateKey::generate(type)->public_key().to_pem(); }

}  // namespace

TEST_CASE("what is put together is in the order of its start, however it was named") {
  const Time early = *parse_rfc3339("2025-01-01T00:00:00Z"), late = *parse_rfc3339("2026-01-01T00:00:00Z");
  const LogSource first{"https://b.example", key(crypto::KeyType::ecdsa_p256), "", {early, late}};
  const LogSource second{"https://a.example", key(crypto::KeyType::ed25519), "a.example", {late, {}}};
  const auto one = make_trusted_root({{first, second}, {second}, {}, {}}),
             other = make_trusted_root({{second, first}, {second}, {}, {}});
  REQUIRE(one);
  CHECK(*one == *other);
  const auto root = TrustedRoot::parse(*one);
  REQUIRE(root);
  CHECK(root->logs.at(0).base_url == "https://b.example");
  CHECK(root->logs.at(0).id == root->logs.at(0).key->fingerprint());
  CHECK(root->logs.at(1).id != root->logs.at(1).key->fingerprint());
}

TEST_CASE("what could not be used is not put together") {
  const Time start = *parse_rfc3339("2026-01-01T00:00:00Z");
  const std::string pem = key(crypto::KeyType::ed25519);
  CHECK(code_of(make_trusted_root({{{"https://x", pem, "", {}}}, {}, {}, {}})) == ErrorCode::usage);
  CHECK(code_of(make_trusted_root({{{"", pem, "", {start, {}}}}, {}, {}, {}})) == ErrorCode::usage);
  CHECK(code_of(make_trusted_root({{{"https://x", pem, "", {start, start - std::chrono::seconds(1)}}}, {}, {}, {}})) ==
        ErrorCode::usage);
  const LogSource log{"https://x", pem, "", {start, {}}};
  CHECK(code_of(make_trusted_root({{log, log}, {}, {}, {}})) == ErrorCode::usage);
  CHECK(code_of(make_trusted_root({{{"https://x", "no key", "", {start, {}}}}, {}, {}, {}})) == ErrorCode::malformed);
  CHECK(code_of(make_trusted_root({{}, {}, {{"https://x", "no chain", {}}}, {}})) == ErrorCode::malformed);
}
