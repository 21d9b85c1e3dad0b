#include "libsupply/trust/root/public_good.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

using namespace supply;
using namespace supply::root;

TEST_CASE("the built-in trusted roots are such, and have their digests") {
  for (const BuiltInInstance* const instance : {&public_good(), &github_instance()}) {
    CHECK(TrustedRoot::parse(instance->trusted_root));
    CHECK(crypto::sha256(instance->trusted_root).to_string() == "sha256:" + std::string(instance->sha256));
  }
  CHECK(TrustedRoot::parse(public_good().trusted_root)->logs.size() == 2);
  CHECK(TrustedRoot::parse(public_good().trusted_root)->certificate_authorities.size() == 2);
  CHECK(TrustedRoot::parse(github_instance().trusted_root)->logs.empty());
}

TEST_CASE("the signatures that are taken as known between built-in certificates hold, and no others are") {
  for (const BuiltInInstance* const instance : {&public_good(), &github_instance()}) {
    const auto root = TrustedRoot::parse(instance->trusted_root);
    REQUIRE(root);
    std::set<std::string> hold;
    for (const auto* const all : {&root->certificate_authorities, &root->timestamp_authorities}) {
      for (const CertificateAuthority& authority : *all) {
        for (std::size_t i = 1; i < authority.chain.size(); ++i) {
          const crypto::Certificate &one = authority.chain[i - 1], &issuer = authority.chain[i];
          REQUIRE(issuer.key);
          CHECK(crypto::verify_as(one.signature_algorithm, *issuer.key, one.tbs, one.signature));
          hold.insert(to_hex(crypto::hash(crypto::HashAlgorithm::sha256, one.der + issuer.der)));
        }
      }
    }
    CHECK(hold == std::set<std::string>(instance->verified.begin(), instance->verified.end()));
  }
}
