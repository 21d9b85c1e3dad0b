#include "libsupply/trust/attest/attestation_object.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_lines.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/trust/attest/bundle_json.hpp"

namespace supply::attest {
namespace {

using Bundles = std::vector<Result<Bundle>>;

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

// PEP 740, "Attestation objects": verification_material{certificate, transparency_entries}, envelope{statement,
// signature}; an in-toto statement, base64 throughout.
Result<Bundle> from_pep740(const json::Value& value) {
  SUPPLY_TRY(const std::int64_t version, json::require_integer(value, "version"));
  if (version != 1)
    return Error(ErrorCode::unsupported, "attestation of version " + std::to_string(version) + ": want 1");
  SUPPLY_TRY(const json::Value* material, json::optional_object(value, "verification_material"));
  SUPPLY_TRY(const json::Value* envelope, json::optional_object(value, "envelope"));
  if (material == nullptr || envelope == nullptr) return malformed("no verification_material or no envelope");
  SUPPLY_TRY(const std::string certificate, json::require_string(*material, "certificate"));
  SUPPLY_TRY(const json::Value* entries, json::optional_array(*material, "transparency_entries"));
  SUPPLY_TRY(const std::string statement, json::require_string(*envelope, "statement"));
  SUPPLY_TRY(const std::string signature, json::require_string(*envelope, "signature"));
  // The same values under the names of a Sigstore bundle, so that one reader checks them.
  const json::Value bundle{{"mediaType", kBundleType},
                           {"verificationMaterial",
                            {{"certificate", {{"rawBytes", certificate}}},
                             {"tlogEntries", entries != nullptr ? *entries : json::Value::array()}}},
                           {"dsseEnvelope",
                            {{"payload", statement},
                             {"payloadType", kInTotoPayloadType},
                             {"signatures", json::Value::array({json::Value{{"sig", signature}}})}}}};
  return Bundle::parse(json::to_text(bundle));
}

Status add(Bundles& all, Result<Bundle> bundle) {
  if (all.size() >= kMaxBundlesInFile)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxBundlesInFile) + " bundles in one file");
  all.push_back(std::move(bundle));
  return {};
}

// {"attestations":[…]}, whose elements are, or hold, what `read` takes.
Status add_each(const json::Value& list, const char* member, Result<Bundle> (*read)(const json::Value&), Bundles& all) {
  if (list.empty()) return malformed("no attestation");
  for (const json::Value& each : list) {
    const json::Value* const inner = member == nullptr ? &each : json::find(each, member);
    SUPPLY_TRY(add(all, inner == nullptr ? Result<Bundle>(malformed("attestation without a bundle")) : read(*inner)));
  }
  return {};
}

Result<Bundle> from_value(const json::Value& value) { return Bundle::parse(json::to_text(value)); }

Status add_document(std::string_view text, Bundles& all) {
  SUPPLY_TRY(const json::Value value, parse_bundle_json(text).at("bundle"));
  if (!value.is_object() || value.contains("mediaType") || value.contains("media_type"))
    return add(all, Bundle::parse(text));
  if (value.contains("payloadType")) {
    Result<Envelope> envelope = Envelope::parse(text);
    if (!envelope) return add(all, std::move(envelope).error());
    Bundle bundle{};
    bundle.minor = 1;
    bundle.content = *std::move(envelope);
    return add(all, std::move(bundle));
  }
  SUPPLY_TRY(const json::Value* listed, json::optional_array(value, "attestations"));
  if (listed != nullptr) return add_each(*listed, "bundle", from_value, all);
  SUPPLY_TRY(const json::Value* published, json::optional_array(value, "attestation_bundles"));
  if (published != nullptr) {
    if (published->empty()) return malformed("no attestation");
    for (const json::Value& each : *published) {
      SUPPLY_TRY(const json::Value* list, json::optional_array(each, "attestations"));
      if (list == nullptr) return malformed("attestation_bundles: no attestations");
      SUPPLY_TRY(add_each(*list, nullptr, from_pep740, all));
    }
    return {};
  }
  if (value.contains("verification_material")) return add(all, from_pep740(value));
  return add(all, Bundle::parse(text));
}

}  // namespace

Result<std::vector<Result<Bundle>>> bundles_in(std::string_view document) {
  Bundles all;
  const std::vector<std::string_view> texts = json::documents_in(document);
  for (const std::string_view text : texts) {
    Status added = add_document(text, all);
    if (added) continue;
    // One document is its file; of several, one that is damaged hides none of the others.
    if (texts.size() == 1 || added.error().code() == ErrorCode::limit_exceeded) return std::move(added).error();
    SUPPLY_TRY(add(all, std::move(added).error()));
  }
  return all;
}

}  // namespace supply::attest
