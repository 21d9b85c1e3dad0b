#include "libsupply/trust/attest/simple_signing.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::attest {
namespace {

Result<const json::Value*> require_object(const json::Value& object, std::string_view member) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, member));
  if (value == nullptr) return Error(ErrorCode::malformed, "member " + quote(member) + " is missing");
  return value;
}

Result<SimpleSigning> from(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "no JSON object");
  SUPPLY_TRY(const json::Value* critical, require_object(value, "critical"));
  SUPPLY_TRY(const json::Value* image, require_object(*critical, "image"));
  SUPPLY_TRY(const std::string text, json::require_string(*image, "docker-manifest-digest"));
  SUPPLY_TRY(Digest digest, Digest::parse(text).at("docker-manifest-digest"));
  SimpleSigning result{std::move(digest), {}, {}};
  // The rest is said, not relied on: what is of another form is left out.
  if (const json::Value* identity = json::find(*critical, "identity")) {
    if (const json::Value* reference = json::find(*identity, "docker-reference"); reference && reference->is_string()) {
      result.docker_reference = reference->get<std::string>();
    }
  }
  if (const json::Value* optional = json::find(value, "optional"); optional && optional->is_object()) {
    for (const auto& [key, said] : optional->items()) {
      if (said.is_string()) result.annotations.emplace(key, said.get<std::string>());
    }
  }
  return result;
}

}  // namespace

Result<SimpleSigning> SimpleSigning::parse(std::string_view payload) {
  SUPPLY_TRY(const json::Value value, json::parse(payload, {.bytes = kMaxManifestBytes}).at("simple signing"));
  return from(value).at("simple signing");
}

std::string SimpleSigning::to_bytes() const {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.key("critical");
  json.open('{');
  json.key("identity");
  json.open('{');
  json.member("docker-reference", docker_reference);
  json.close('}');
  json.key("image");
  json.open('{');
  json.member("docker-manifest-digest", image.to_string());
  json.close('}');
  json.member("type", "cosign container image signature");
  json.close('}');
  json.key("optional");
  if (annotations.empty()) json.null();
  else json.strings(annotations);
  json.close('}');
  return text;
}

}  // namespace supply::attest
