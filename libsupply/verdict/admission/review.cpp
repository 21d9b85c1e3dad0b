#include "libsupply/verdict/admission/review.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::admission {
namespace {

using json::Value;

constexpr std::string_view kApi = "admission.k8s.io/v1", kKind = "AdmissionReview";

/// What of an object could run: all but who and where it is, how it is, and how many there are.
Value what_runs(Value object) {
  for (const char* key : {"metadata", "status", "apiVersion", "kind"}) object.erase(key);
  if (const auto spec = object.find("spec"); spec != object.end() && spec->is_object()) spec->erase("replicas");
  return object;
}

Result<Value> object_of(const Value& request, const char* member, const Review& review) {
  SUPPLY_TRY(const Value* found, json::optional_object(request, member));
  if (found == nullptr) return Value();
  Value object = *found;
  const std::string api = review.group.empty() ? review.version : review.group + "/" + review.version;
  for (const auto& [key, said] :
       {std::pair<const char*, const std::string&>{"apiVersion", api}, {"kind", review.kind}}) {
    SUPPLY_TRY(const std::optional<std::string> its, json::optional_string(object, key).at(member));
    if (its && *its != said)
      return Error(ErrorCode::malformed,
                   std::string(member) + ": its " + key + " is " + quote(*its) + ", and the request's " + quote(said));
    object[key] = said;
  }
  // Who changed which member when: of no use here, and the largest part of many objects.
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object())
    metadata->erase("managedFields");
  return object;
}

Status read_request(const Value& request, Review& review) {
  SUPPLY_TRY(review.operation, json::require_string(request, "operation"));
  SUPPLY_TRY(const Value* kind, json::optional_object(request, "kind"));
  if (kind == nullptr) return Error(ErrorCode::malformed, "no member \"kind\"");
  SUPPLY_TRY(review.group, json::string_or_empty(*kind, "group").at("kind"));
  SUPPLY_TRY(review.version, json::require_string(*kind, "version").at("kind"));
  SUPPLY_TRY(review.kind, json::require_string(*kind, "kind").at("kind"));
  SUPPLY_TRY(const Value* resource, json::optional_object(request, "resource"));
  if (resource == nullptr) return Error(ErrorCode::malformed, "no member \"resource\"");
  SUPPLY_TRY(review.resource, json::require_string(*resource, "resource").at("resource"));
  SUPPLY_TRY(review.subresource, json::string_or_empty(request, "subResource"));
  SUPPLY_TRY(review.space, json::string_or_empty(request, "namespace"));
  SUPPLY_TRY(review.name, json::string_or_empty(request, "name"));
  SUPPLY_TRY(const std::optional<bool> dry_run, json::optional_bool(request, "dryRun"));
  review.dry_run = dry_run.value_or(false);
  SUPPLY_TRY(const Value* user, json::optional_object(request, "userInfo"));
  if (user != nullptr) {
    SUPPLY_TRY(review.user, json::string_or_empty(*user, "username").at("userInfo"));
  }
  if (review.operation == "DELETE" || review.operation == "CONNECT") return {};  // what they bring is not looked at
  SUPPLY_TRY(Value object, object_of(request, "object", review));
  if (object.is_null()) return {};
  if (review.name.empty())
    if (const Value* metadata = json::find(object, "metadata"); metadata != nullptr) {
      SUPPLY_TRY(review.name, json::string_or_empty(*metadata, "generateName").at("object"));
    }
  SUPPLY_TRY(Value old, object_of(request, "oldObject", review));
  review.object = json::escape_hidden(json::to_pretty_text(object));
  review.unchanged =
      review.operation == "UPDATE" && !old.is_null() && what_runs(std::move(object)) == what_runs(std::move(old));
  return {};
}

/// At most so many bytes, not in the middle of a character.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  constexpr std::string_view kMore = " …";
  std::size_t end = most - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + std::string(kMore);
}

}  // namespace

std::string Review::subject() const {
  std::string text = subresource.empty() ? std::string() : subresource + " of ";
  text += kind + " ";
  if (!space.empty()) text += space + "/";
  return text + (name.empty() ? "(unnamed)" : name);
}

Result<Review> parse_review(std::string_view text, std::string& uid) {
  SUPPLY_TRY(const Value document, json::parse(text, {kMaxReviewBytes, kMaxReviewDepth}));
  if (!document.is_object()) return Error(ErrorCode::malformed, "no AdmissionReview: want an object");
  SUPPLY_TRY(const std::string api, json::require_string(document, "apiVersion"));
  SUPPLY_TRY(const std::string kind, json::require_string(document, "kind"));
  if (kind != kKind) return Error(ErrorCode::malformed, "kind " + quote(kind) + ": want " + std::string(kKind));
  if (api != kApi)
    return Error(ErrorCode::unsupported, "apiVersion " + quote(api) + ": want " + std::string(kApi) +
                                             " (admissionReviewVersions: [v1] in the webhook's configuration)");
  SUPPLY_TRY(const Value* request, json::optional_object(document, "request"));
  if (request == nullptr) return Error(ErrorCode::malformed, "no member \"request\"");
  Review review;
  SUPPLY_TRY(review.uid, json::require_string(*request, "uid").at("request"));
  if (review.uid.empty() || review.uid.size() > 256) return Error(ErrorCode::malformed, "request: no uid");
  uid = review.uid;
  SUPPLY_TRY(read_request(*request, review).at("request"));
  return review;
}

std::string to_text(const std::string& uid, const Answer& answer) {
  Value response{{"uid", uid}, {"allowed", answer.allowed}};
  if (!answer.allowed)
    response["status"] = {{"status", "Failure"},
                          {"code", answer.code},
                          {"reason", answer.reason},
                          {"message", cut(answer.message, kMaxDenialBytes)}};
  if (answer.allowed && !answer.patch.empty()) {
    Value patch = Value::array();
    for (const Patch& each : answer.patch)
      patch.push_back({{"op", "replace"}, {"path", each.path}, {"value", each.value}});
    response["patchType"] = "JSONPatch";
    response["patch"] = to_base64(json::to_text(patch));
  }
  for (const std::string& each : answer.warnings) {
    if (response["warnings"].size() == kMaxReviewWarnings) break;  // they decide nothing
    response["warnings"].push_back(cut(each, kMaxReviewWarningBytes));
  }
  for (const auto& [key, value] : answer.audit) response["auditAnnotations"][key] = value;
  return json::to_text({{"apiVersion", kApi}, {"kind", kKind}, {"response", std::move(response)}});
}

}  // namespace supply::admission
