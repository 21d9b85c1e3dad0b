#include "libsupply/image/oci/base_claim.hpp"

namespace supply::oci {
namespace {

std::string value_of(const std::string& key, const Annotations& annotations, const Config& config) {
  if (const auto found = annotations.find(key); found != annotations.end()) return found->second;
  if (const auto found = config.labels.find(key); found != config.labels.end()) return found->second;
  return {};
}

}  // namespace

BaseClaim base_claim(const Annotations& annotations, const Config& config) {
  return {value_of("org.opencontainers.image.base.name", annotations, config),
          value_of("org.opencontainers.image.base.digest", annotations, config)};
}

}  // namespace supply::oci
