#include "libsupply/trust/sigstore/signing_config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/only_members.hpp"
#include "libsupply/base/json/proto_number.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/validity_window.hpp"

namespace supply::sigstore {
namespace {

constexpr std::string_view kMediaType = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<std::uint64_t> number_in(const json::Value& object, std::string_view name) {
  const json::Value* const value = json::find(object, name);
  if (value == nullptr) return std::uint64_t{0};
  const std::optional<std::int64_t> number = json::proto_number(*value);
  if (!number || *number > 1'000'000)
    return malformed("member " + quote(name) + ": " + quote(json::to_text(*value)) +
                     " is no whole number from 0 to 1000000");
  return static_cast<std::uint64_t>(*number);
}

Result<Service> service_from(const json::Value& value) {
  SUPPLY_TRY(json::only_members(value, {"url", "majorApiVersion", "validFor", "operator"}));
  Service service;
  SUPPLY_TRY(service.url, json::require_string(value, "url"));
  if (service.url.empty()) return malformed("member \"url\" is empty");
  SUPPLY_TRY(service.major_version, number_in(value, "majorApiVersion"));
  SUPPLY_TRY(service.owner, json::string_or_empty(value, "operator"));
  SUPPLY_TRY(service.valid_for, root::validity_window_in(value));
  return service;
}

Result<std::vector<Service>> services_in(const json::Value& object, std::string_view name) {
  std::vector<Service> services;
  SUPPLY_TRY(const json::Value* list, json::optional_array(object, name));
  if (list == nullptr) return services;
  if (list->size() > kMaxSigningServices)
    return Error(ErrorCode::limit_exceeded, std::string(name) + ": more than " + std::to_string(kMaxSigningServices));
  for (std::size_t i = 0; i < list->size(); ++i) {
    SUPPLY_TRY(Service service, service_from((*list)[i]).at(std::string(name) + ' ' + std::to_string(i)));
    services.push_back(std::move(service));
  }
  return services;
}

// Of no services nothing is selected: cosign writes an empty object then.
Result<ServiceSelector> selector_in(const json::Value& object, std::string_view name, bool of_none) {
  ServiceSelector selector;
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, name));
  if (value == nullptr) return selector;
  SUPPLY_TRY(json::only_members(*value, {"selector", "count"}).at(name));
  SUPPLY_TRY(const std::string word, json::string_or_empty(*value, "selector").at(name));
  SUPPLY_TRY(selector.count, number_in(*value, "count").at(name));
  if (of_none && word.empty()) return selector;
  if (word == "ANY") selector.kind = ServiceSelector::Kind::any;
  else if (word == "ALL") selector.kind = ServiceSelector::Kind::all;
  else if (word == "EXACT") selector.kind = ServiceSelector::Kind::exact;
  else return malformed(std::string(name) + ": selector " + quote(word) + ": want ANY, ALL or EXACT");
  if (selector.kind == ServiceSelector::Kind::exact && selector.count == 0)
    return malformed(std::string(name) + ": EXACT without a count");
  return selector;
}

Result<SigningConfig> config_from(const json::Value& value) {
  if (!value.is_object()) return malformed("no JSON object");
  SUPPLY_TRY(const std::string type, json::require_string(value, "mediaType"));
  if (type.starts_with("application/vnd.dev.sigstore.clienttrustconfig."))
    return Error(ErrorCode::unsupported,
                 "a client trust configuration: want the signing configuration that is its member signingConfig");
  if (type != kMediaType)
    return Error(ErrorCode::unsupported, "mediaType " + quote(type) + ": want " + std::string(kMediaType));
  SUPPLY_TRY(json::only_members(
      value, {"mediaType", "caUrls", "oidcUrls", "rekorTlogUrls", "rekorTlogConfig", "tsaUrls", "tsaConfig"}));
  SigningConfig config;
  SUPPLY_TRY(config.certificate_authorities, services_in(value, "caUrls"));
  SUPPLY_TRY(config.oidc_providers, services_in(value, "oidcUrls"));
  SUPPLY_TRY(config.logs, services_in(value, "rekorTlogUrls"));
  SUPPLY_TRY(config.timestamp_authorities, services_in(value, "tsaUrls"));
  SUPPLY_TRY(config.log_selector, selector_in(value, "rekorTlogConfig", config.logs.empty()));
  SUPPLY_TRY(config.timestamp_selector, selector_in(value, "tsaConfig", config.timestamp_authorities.empty()));
  return config;
}

}  // namespace

Result<SigningConfig> SigningConfig::parse(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text, {.bytes = kMaxSigningConfigBytes}).at("signing configuration"));
  return config_from(value).at("signing configuration");
}

Result<std::vector<Service>> select(const std::vector<Service>& services, const ServiceSelector& selector,
                                    const std::vector<std::uint64_t>& versions, Time now, std::string_view what) {
  std::vector<Service> valid;
  for (const Service& service : services)
    if (service.valid_for.covers(now) &&
        std::find(versions.begin(), versions.end(), service.major_version) != versions.end())
      valid.push_back(service);
  std::uint64_t version = 0;
  for (const Service& service : valid) version = std::max(version, service.major_version);
  std::erase_if(valid, [&](const Service& service) { return service.major_version != version; });
  std::stable_sort(valid.begin(), valid.end(), [](const Service& a, const Service& b) {
    return a.valid_for.start.value_or(Time()) > b.valid_for.start.value_or(Time());
  });
  std::set<std::string> owners;
  std::erase_if(valid, [&](const Service& service) { return !owners.insert(service.owner).second; });
  const std::size_t wanted = selector.kind == ServiceSelector::Kind::any   ? 1
                             : selector.kind == ServiceSelector::Kind::all ? std::max<std::size_t>(valid.size(), 1)
                                                                           : static_cast<std::size_t>(selector.count);
  if (valid.size() < wanted)
    return Error(ErrorCode::unsupported, "signing configuration: want " + std::to_string(wanted) + " " +
                                             std::string(what) + " at " + to_rfc3339(now) + ", and " +
                                             std::to_string(valid.size()) + " of " + std::to_string(services.size()) +
                                             " can be used (by validity, version and operator)");
  valid.resize(wanted);
  return valid;
}

}  // namespace supply::sigstore
