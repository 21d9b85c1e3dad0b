#include "libsupply/trust/sign/internal/first_form.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/certificate_pem.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::sign::internal {
namespace {

constexpr const char *kCertificate = "dev.sigstore.cosign/certificate", *kChain = "dev.sigstore.cosign/chain",
                     *kBundle = "dev.sigstore.cosign/bundle", *kTimestamp = "dev.sigstore.cosign/rfc3161timestamp";

}  // namespace

Result<oci::Annotations> first_form_annotations(const MadeSignature& made, const Countersignatures& countersignatures) {
  const auto& entries = countersignatures.log_entries;
  if (entries.size() > 1 || countersignatures.timestamps.size() > 1 ||
      (!entries.empty() && (entries[0].promise.empty() || !entries[0].integrated_time)))
    return Error(ErrorCode::usage, "cosign's first form has room for one entry of Rekor v1 and one timestamp");
  oci::Annotations annotations;
  const std::vector<std::string>& chain = made.material.certificates;
  if (!chain.empty()) annotations[kCertificate] = crypto::certificate_pem(chain.front());
  for (std::size_t i = 1; i < chain.size(); ++i) annotations[kChain] += crypto::certificate_pem(chain[i]);
  if (!entries.empty()) {
    const attest::LogEntry& entry = entries.front();
    annotations[kBundle] = json::to_text({{"SignedEntryTimestamp", to_base64(entry.promise)},
                                          {"Payload",
                                           {{"body", to_base64(entry.body)},
                                            {"integratedTime", *entry.integrated_time},
                                            {"logIndex", entry.log_index},
                                            {"logID", to_hex(entry.log_id)}}}});
  }
  if (!countersignatures.timestamps.empty())
    annotations[kTimestamp] =
        json::to_text({{"SignedRFC3161Timestamp", to_base64(countersignatures.timestamps.front())}});
  return annotations;
}

std::string first_form_file(const oci::Annotations& annotations, std::string_view signature) {
  nlohmann::json file{{"base64Signature", std::string(signature)}};
  for (const auto& [name, value] : annotations) {
    if (name == kCertificate) file["cert"] = value;
    if (name != kBundle && name != kTimestamp) continue;
    Result<json::Value> read = json::parse(value);
    if (!read) return {};
    file[name == kBundle ? "rekorBundle" : "rfc3161Timestamp"] = *std::move(read);
  }
  return json::to_text(file);
}

}  // namespace supply::sign::internal
