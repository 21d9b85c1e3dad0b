#include "libsupply/verdict/provenance_check/attestation_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::provenance_check {
namespace {

Status add(std::string text, AttestationFile& out) {
  if (out.attestations.size() == kMaxSignatures)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxSignatures) + " attestations");
  out.attestations.push_back(std::move(text));
  return {};
}

// Each element's member. What is signed is base64 in it, so that writing it anew changes nothing.
Status add_members(const json::Value& object, const char* list, const char* key, AttestationFile& out) {
  const bool gcloud = out.form == AttestationFile::Form::gcloud;
  SUPPLY_TRY(const json::Value* elements, json::optional_array(object, list));
  for (std::size_t i = 0; elements != nullptr && i < elements->size(); ++i) {
    const std::string place = std::string(list) + "[" + std::to_string(i) + "]";
    if (!(*elements)[i].is_object()) return Error(ErrorCode::malformed, place + ": want an object");
    SUPPLY_TRY(const json::Value* one, json::optional_object((*elements)[i], key).at(place));
    if (one == nullptr) return Error(ErrorCode::malformed, place + ": no " + key);
    SUPPLY_TRY(add(json::to_text(*one), out));
    if (gcloud) out.around.push_back(json::to_text((*elements)[i]));
  }
  return {};
}

}  // namespace

Result<AttestationFile> read_attestation_file(std::string_view text) {
  AttestationFile out;
  text = trim(text);
  if (const auto value = json::parse(text, {.bytes = kMaxAttachmentBytes}); value && value->is_object()) {
    if (json::find(*value, "attestations") != nullptr) {
      out.form = AttestationFile::Form::npm;
      SUPPLY_TRY(add_members(*value, "attestations", "bundle", out));
    } else if (const json::Value* summary = json::find(*value, "provenance_summary");
               summary != nullptr && summary->is_object()) {
      out.form = AttestationFile::Form::gcloud;
      if (const json::Value* image = json::find(*value, "image_summary")) out.summary = json::to_text(*image);
      SUPPLY_TRY(add_members(*summary, "provenance", "envelope", out).at("provenance_summary"));
    } else {
      out.attestations.emplace_back(text);
    }
  } else {
    std::size_t number = 0;
    for (const std::string_view line : lines(text)) {
      ++number;
      if (trim(line).empty()) continue;
      const auto one = json::parse(trim(line), {.bytes = kMaxAttachmentBytes});
      if (!one || !one->is_object())
        return Error(ErrorCode::malformed, "neither an attestation nor lines of them: line " + std::to_string(number) +
                                               ": " + (one ? "no object" : one.error().message()));
      SUPPLY_TRY(add(std::string(trim(line)), out));
    }
  }
  if (out.attestations.empty()) return Error(ErrorCode::malformed, "there is no attestation in it");
  return out;
}

bool needs_log_search(std::string_view attestation, SignersBy signers) {
  const auto value = json::parse(attestation, {.bytes = kMaxAttachmentBytes});
  if (!value || !value->is_object() || value->contains("mediaType")) return false;
  const json::Value* signatures = json::find(*value, "signatures");
  if (signatures == nullptr || !signatures->is_array()) return false;
  return signers == SignersBy::certificates ||
         std::any_of(signatures->begin(), signatures->end(), [](const json::Value& signature) {
           const json::Value* certificate = json::find(signature, "cert");
           return certificate != nullptr && certificate->is_string() &&
                  !certificate->get_ref<const std::string&>().empty();
         });
}

}  // namespace supply::provenance_check
