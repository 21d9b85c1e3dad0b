// Every bit of good bundles is flipped: what is not refused then is listed here, and why it may pass.
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/base/text/base64.hpp"
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

// What of a timestamp is signed, or says who signed. The numbers of versions in its CMS and its list of hashes are
// hints: the signer names its own hash.
std::string signed_part_of(const std::string& response) {
  const Result<crypto::Timestamp> one = crypto::Timestamp::parse(response);
  if (!one) return "";
  return one->content + one->signed_attributes + one->signature_algorithm.oid + one->signature + one->signer_issuer +
         one->signer_serial + std::string(crypto::to_string(one->digest_algorithm));
}

std::string timestamp_in(const std::string& file) {
  constexpr std::string_view kName = "\"signedTimestamp\":\"";
  const std::size_t from = file.find(kName);
  if (from == std::string::npos) return "";
  const std::size_t begin = from + kName.size();
  const Result<std::string> response = from_base64(file.substr(begin, file.find('"', begin) - begin));
  return response ? signed_part_of(*response) : "";
}

struct Good {
  attest::Bundle bundle;
  TrustPolicy policy = identity_policy();
};

enum class Bits { one, all };  // of each byte

// What can be flipped without a refusal: the member, and how many of its bits.
std::string passing(const Good& good, Bits bits) {
  std::map<std::string, int> all;
  const std::string file = testing::to_json(good.bundle);
  const bool attestation = std::holds_alternative<attest::Envelope>(good.bundle.content);
  const Verifier verifier(good.policy, at(0));
  const std::string artifact = testing::kRelease;
  const Artifact about{artifact, crypto::sha256(artifact)};
  const auto is_yes = [&](const std::string& text) {
    Budget budget;
    return attestation ? static_cast<bool>(verifier.blob_attestation(about, text, budget))
                       : static_cast<bool>(verifier.blob(about, text, budget));
  };
  REQUIRE(is_yes(file));
  for (std::size_t i = 0; i < (bits == Bits::all ? 8 : 1) * file.size(); ++i) {
    std::string changed = file;
    const std::size_t byte = bits == Bits::all ? i / 8 : i, bit = bits == Bits::all ? i % 8 : i % 7;
    changed[byte] = static_cast<char>(changed[byte] ^ (1 << bit));
    if (!is_yes(changed)) continue;
    const std::string place = place_of(file, byte);
    // Nothing that is signed has changed.
    if (place == "\"signedTimestamp\"" && timestamp_in(changed) == timestamp_in(file)) continue;
    // The longest name that the byte is part of, or the member that it is in.
    const std::size_t open = file.rfind('"', byte), close = file.find('"', byte);
    const bool in_name = close != std::string::npos && close + 1 < file.size() && file[close + 1] == ':';
    ++all[in_name ? "name " + file.substr(open + 1, close - open - 1) : "value of " + place];
  }
  std::string text;
  for (const auto& [place, count] : all) text += place + ": " + std::to_string(count) + '\n';
  return text;
}

// Of what Rekor v1 logged. Empty lists under a name that nobody knows are as absent as under their own.
std::string passing_without_lists(const attest::Bundle& bundle, Bits bits) {
  std::string text;
  std::istringstream lines(passing({bundle}, bits));
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("name timestampVerificationData:") && !line.starts_with("name rfc3161Timestamps:"))
      text += line + '\n';
  return text;
}

TEST_CASE("a bit that is flipped in a good bundle is refused, but where nothing depends on it") {
  CHECK(passing_without_lists(testing::logged_1(), Bits::one) == "");
  CHECK(passing_without_lists(testing::attested_1(), Bits::one) == "");
  CHECK(passing({testing::logged_2()}, Bits::one) == "");
  CHECK(passing({testing::attested_2()}, Bits::one) == "");
}

// It takes a minute: test_supply_trust_verify '[all-bits]'.
TEST_CASE("every bit that is flipped in a good bundle is refused, but where nothing depends on it", "[.all-bits]") {
  // "v0.3" becomes "v0.2" or "v0.1", which these bundles are too: they have an inclusion proof, and a promise.
  CHECK(passing_without_lists(testing::logged_1(), Bits::all) == "value of \"mediaType\": 2\n");
  CHECK(passing_without_lists(testing::attested_1(), Bits::all) == "value of \"mediaType\": 2\n");
  // Those of Rekor v2 have no promise.
  CHECK(passing({testing::logged_2()}, Bits::all) == "value of \"mediaType\": 1\n");
  CHECK(passing({testing::attested_2()}, Bits::all) == "value of \"mediaType\": 1\n");
}

}  // namespace
}  // namespace supply::verify
