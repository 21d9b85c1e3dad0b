// Every byte of good bundles is flipped in one bit: what is not refused then is listed here, and why it may pass.
#include <catch2/catch.hpp>
#include <map>

#include "libsupply/testing/sigstore_verdict.hpp"

namespace supply::verify {
namespace {

using testing::at;
using testing::identity_policy;

// The name of the member in whose value a byte is.
std::string place_of(const std::string& file, std::size_t byte) {
  const std::size_t from = file.rfind('"', byte == 0 ? 0 : file.rfind(':', byte) - 1);
  const std::size_t begin = from == std::string::npos || from == 0 ? 0 : file.rfind('"', from - 1);
  return file.substr(begin, from - begin + 1) + (file[byte] >= '!' ? "" : " (space)");
}

// How many bytes of each member can be flipped without a refusal.
std::map<std::string, int> passing(const std::string& file, bool attestation) {
  std::map<std::string, int> all;
  const Verifier verifier(identity_policy(), at(0));
  const std::string artifact = testing::kRelease;
  const Artifact about{artifact, crypto::sha256(artifact)};
  for (std::size_t i = 0; i < file.size(); ++i) {
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    Budget budget;
    const bool yes = attestation ? static_cast<bool>(verifier.blob_attestation(about, changed, budget))
                                 : static_cast<bool>(verifier.blob(about, changed, budget));
    if (!yes) continue;
    // The longest name that the byte is part of, or the member that it is in.
    const std::size_t open = file.rfind('"', i), close = file.find('"', i);
    const bool in_name = close != std::string::npos && close + 1 < file.size() && file[close + 1] == ':';
    ++all[in_name ? "name " + file.substr(open + 1, close - open - 1) : "value of " + place_of(file, i)];
  }
  return all;
}

TEST_CASE("a bit that is flipped in a good bundle is refused, but where nothing depends on it") {
  using Passed = std::map<std::string, int>;
  // "v0.3" becomes "v0.2", which these bundles are too, since they have an inclusion proof.
  Passed of_v1 = passing(testing::to_json(testing::logged_1()), false);
  // Empty lists under a name that nobody knows are as absent as under their own.
  of_v1.erase("name timestampVerificationData");
  of_v1.erase("name rfc3161Timestamps");
  CHECK(of_v1 == Passed{{"value of \"mediaType\"", 1}});
  // In a timestamp's CMS the numbers of versions and the list of hashes are hints: the signer names its own hash, and
  // what it signed is all that counts. They are some 20 of its characters.
  for (const bool attestation : {false, true}) {
    Passed of_v2 = passing(testing::to_json(attestation ? testing::attested_2() : testing::logged_2()), attestation);
    CHECK(of_v2["value of \"signedTimestamp\""] <= 24);
    of_v2.erase("value of \"signedTimestamp\"");
    CHECK(of_v2 == Passed{{"value of \"mediaType\"", 1}});
  }
}

}  // namespace
}  // namespace supply::verify
