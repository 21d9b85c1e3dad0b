// Google Cloud: the metadata server of a machine, Cloud Build, Cloud Run or GKE. Source: cloud.google.com/compute/docs
// "Verifying the identity of instances"; sigstore/cosign, pkg/providers/google.
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

constexpr const char* kProduct = "/sys/class/dmi/id/product_name";

bool present(const TokenContext& context) {
  if (!context.variable("GCE_METADATA_HOST").empty()) return true;
  const std::optional<std::string> product = context.read_file(kProduct);
  return product && product->find("Google") != std::string::npos;
}

Result<std::string> fetch(const TokenContext& context) {
  std::string host = context.variable("GCE_METADATA_HOST");
  if (host.empty()) host = "metadata.google.internal";
  SUPPLY_TRY(const http::Url base,
             http::Url::parse("http://" + host +
                              "/computeMetadata/v1/instance/service-accounts/default/identity?format=full"));
  ServiceRequest asked;
  asked.method = "GET";
  asked.url = base.with_query("audience", context.audience).to_string();
  asked.metadata_flavor = "Google";
  SUPPLY_TRY(const ServiceAnswer answer, context.client.ask(asked));
  return answer.body;
}

}  // namespace

const TokenProvider& google() {
  static const TokenProvider provider = {"Google Cloud", 60, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
