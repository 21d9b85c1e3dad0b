// The seeds of the fuzz targets are what a private instance makes; SUPPLY_ACCEPT=1 in the environment makes them anew.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"
#include "libsupply/trust/root/checkpoint.hpp"
#include "libsupply/trust/root/logged_signature.hpp"
#include "libsupply/trust/verify/registry_keys.hpp"
#include "libsupply/trust/verify/trusted_keys.hpp"

namespace supply::verify {
namespace {

using testing::instance;

// The seed's bytes: of the file, or the new ones, which become the file.
std::string seed(const std::string& name, const std::string& made) {
  const auto path = testing::testdata("fuzz/" + name);
  if (std::getenv("SUPPLY_ACCEPT") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    testing::write(path, made);
  }
  return testing::read(path);
}

TEST_CASE("the seeds of the fuzz targets are read") {
  const attest::Bundle bundle = testing::logged_1(), second = testing::logged_2(), attested = testing::attested_1();
  const std::string& certificate = bundle.certificates[0];
  CHECK(crypto::Certificate::from_der(seed("certificate/leaf.der", certificate)));
  CHECK(crypto::Certificate::from_der(seed("certificate/authority.der", instance().chain()[0])));
  CHECK(crypto::Certificate::all_from_pem(
      seed("certificate/root.pem", testing::pem("CERTIFICATE", instance().chain()[1]))));
  CHECK(crypto::Timestamp::parse(seed("timestamp/response.der", second.timestamps[0])));
  testing::TimestampForm form{testing::at(1), "stamped"};
  form.embed = true;
  form.nonce = testing::der_number(1);
  CHECK(crypto::Timestamp::parse(seed("timestamp/embedded.der", instance().timestamp(form))));
  CHECK(root::Checkpoint::parse(seed("checkpoint/v1.txt", bundle.log_entries[0].proof->checkpoint)));
  CHECK(root::Checkpoint::parse(seed("checkpoint/v2.txt", second.log_entries[0].proof->checkpoint)));
  CHECK(root::TrustedRoot::parse_all(seed("trusted_root/root.json", instance().trusted_json())));
  const std::string list = testing::certificate_in(certificate).extension(testing::kSctExtension)->value;
  CHECK_FALSE(seed("certificate_timestamp/list.der", list).empty());
  CHECK(root::certificate_timestamps(testing::certificate_in(seed("certificate_timestamp/leaf.der", certificate))));
  const auto logged = [](const char* name, const std::string& body, const char* kind, const char* version) {
    CHECK(root::LoggedSignature::parse(seed(std::string("logged_signature/") + name, body), kind, version));
  };
  logged("hashedrekord1.json", testing::hashedrekord_1(bundle), "hashedrekord", "0.0.1");
  logged("hashedrekord2.json", testing::hashedrekord_2(bundle), "hashedrekord", "0.0.2");
  logged("dsse1.json", testing::dsse_1(attested), "dsse", "0.0.1");
  logged("intoto1.json", testing::intoto_1(attested, "as it was sent"), "intoto", "0.0.1");
  logged("intoto2.json", testing::intoto_2(attested), "intoto", "0.0.2");
  CHECK(attest::Bundle::parse(seed("sigstore_bundle/rekor1.json", testing::to_json(bundle))));
  CHECK(attest::Bundle::parse(seed("sigstore_bundle/rekor2.json", testing::to_json(second))));
  CHECK(attest::Bundle::parse(seed("sigstore_bundle/envelope.json", testing::to_json(attested))));
  std::string block = instance().leaf.public_key().to_pem();
  for (std::size_t at = 0; (at = block.find('\n', at)) != std::string::npos && at + 1 < block.size(); ++at)
    block.insert(at + 1, "      ");
  const std::string keys = "version: 1\nkeys:\n  - name: release\n    publicKey: |\n      " + block +
                           "    from: 2026-01-01\n    until: 2026-12-31\n    reason: rotation\n";
  CHECK(parse_trusted_keys(seed("trusted_keys/trust.yaml", keys), "trust.yaml",
                           [](const std::string&) -> Result<std::string> { return Error(ErrorCode::not_found, ""); }));
  const auto listed = parse_registry_keys(seed("registry_keys/listed.json", std::string(npm_registry_keys())));
  CHECK((listed && *listed));
  const std::string answer =
      R"({"keys":[{"keyid":"SHA256:one","keytype":"ecdsa-sha2-nistp256","expires":"2030-01-01T00:00:00.000Z",)"
      R"("scheme":"ecdsa-sha2-nistp256","key":")" +
      to_base64(testing::spki(instance().leaf)) + "\"}]}\n";
  const auto answered = parse_registry_keys(seed("registry_keys/answered.json", answer));
  CHECK((answered && *answered));
}

}  // namespace
}  // namespace supply::verify
