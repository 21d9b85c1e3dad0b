#include <catch2/catch.hpp>

#include "libsupply/image/registry/authorizer.hpp"

using namespace supply;
using registry::policy_for_realm;
using registry::TokenRealmPolicy;

namespace {

TokenRealmPolicy judge(const char* registry, const char* realm) {
  return policy_for_realm(http::Url::parse(registry)->origin(), http::Url::parse(realm)->origin());
}

}  // namespace

TEST_CASE(
    "credentials go to the registry itself, its host over TLS, and the token servers that are known to be its own") {
  CHECK(judge("https://ghcr.io", "https://ghcr.io/token") == TokenRealmPolicy::authenticated);
  CHECK(judge("https://registry-1.docker.io", "https://auth.docker.io/token") == TokenRealmPolicy::authenticated);
  CHECK(judge("https://registry.gitlab.com", "https://gitlab.com/jwt/auth") == TokenRealmPolicy::authenticated);
  CHECK(judge("https://registry.example.org", "https://gitlab.example.org/jwt/auth") ==
        TokenRealmPolicy::authenticated);
  CHECK(judge("https://gitlab.example.org:5050", "https://gitlab.example.org/jwt/auth") ==
        TokenRealmPolicy::authenticated);
  CHECK(judge("https://rg.fr-par.scw.cloud", "https://api.scaleway.com/registry-internal/v1/token") ==
        TokenRealmPolicy::authenticated);
  for (const auto& [registry, realm] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://quay.io", "https://quay.io/v2/auth"},
           {"https://gcr.io", "https://gcr.io/v2/token"},
           {"https://a.azurecr.io", "https://a.azurecr.io/oauth2/token"},
           {"https://public.ecr.aws", "https://public.ecr.aws/token/"},
           {"https://registry.redhat.io", "https://registry.redhat.io/auth/realms/rhcc/protocol/docker-v2/auth"},
           {"https://registry.redhat.io", "https://sso.redhat.com/auth"},
           {"https://docker.elastic.co", "https://docker-auth.elastic.co/auth"},
           {"https://nvcr.io", "https://nvcr.io/proxy_auth"},
           {"https://nvcr.io", "https://authn.nvidia.com/token"},
           {"https://registry.digitalocean.com", "https://api.digitalocean.com/v2/registry/auth"},
           {"https://registry.cn-beijing.aliyuncs.com", "https://dockerauth.cn-beijing.aliyuncs.com/auth"},
           {"https://harbor.example.org:8443", "https://harbor.example.org:8443/service/token"},
           {"https://registry.example.org:5000", "https://gitlab.example.org/jwt/auth"},
           {"https://registry.example.org", "https://example.org/jwt/auth"}}) {
    CAPTURE(registry, realm);
    CHECK(judge(registry, realm) == TokenRealmPolicy::authenticated);
  }
  CHECK(judge("http://127.0.0.1:5000", "http://127.0.0.1:5000/token") == TokenRealmPolicy::authenticated);
}

TEST_CASE("anybody else may be asked, and learns nothing") {
  for (const auto& [registry, realm] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://registry.example.org", "https://evil.example"},
           {"https://registry.example.org", "https://example.org.evil.example"},
           {"https://registry.example.org", "https://registry.example.org:8443"},
           {"https://registry.example.org:5000", "https://auth.example.org:5001"},
           {"https://registry-1.docker.io", "https://auth.docker.io.evil.example"},
           {"https://registry-1.docker.io", "https://hub.docker.io"},
           {"https://registry.firm.co.uk", "https://other.co.uk"},
           {"https://firm.co.uk", "https://evil.co.uk"},
           {"https://a.azurecr.io", "https://b.azurecr.io"},
           {"https://1.dkr.ecr.eu.amazonaws.com", "https://2.dkr.ecr.eu.amazonaws.com"},
           {"https://10.0.0.1", "https://10.0.0.2"},
           {"https://registry", "https://auth"},
           {"https://rg.scw.cloud", "https://evil.scaleway.com"},
           // One domain is no sign of one owner, whether or not a list of such domains knows it.
           {"https://registry.firm.co.uk", "https://auth.firm.co.uk"},
           {"https://a.myhost.example", "https://b.myhost.example"},
           {"https://a.onlybuiltyesterday.dev", "https://b.onlybuiltyesterday.dev"},
           {"https://a.github.io", "https://b.github.io"},
           {"https://a.cr.aliyuncs.com", "https://dockerauth.evil.aliyuncs.com"},
           {"https://registry.example.org", "https://gitlab.example.com"},
           {"https://registry.example.org", "https://gitlab.example.org.evil.example"},
           {"https://registry.example.org", "https://xgitlab.example.org"},
           {"https://registry.example.org", "https://org"},
           {"https://registry.com", "https://com"},
           {"https://registry.com", "https://gitlab.com"},
           {"https://evil.nvcr.io", "https://authn.nvidia.com"},
           {"https://nvcr.io.evil.example", "https://authn.nvidia.com"},
           {"https://registry-1.docker.io", "https://docker.io"},
           {"http://127.0.0.1:5000", "http://127.0.0.1:5001"},
           {"http://127.0.0.1:5000", "http://localhost:5000"},
           {"http://127.0.0.1:5000", "https://127.0.0.1:5001"},
           {"http://registry.internal:5000", "http://registry.internal:5001"}}) {
    CAPTURE(registry, realm);
    CHECK(judge(registry, realm) == TokenRealmPolicy::anonymous);
  }
}

TEST_CASE("a token server without TLS is not asked where the registry has it, or is another machine") {
  for (const auto& [registry, realm] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://registry.example.org", "http://registry.example.org/token"},
           {"https://registry.example.org", "http://auth.example.org"},
           {"https://127.0.0.1:5000", "http://127.0.0.1:5000"},
           {"http://registry.internal", "http://auth.internal"},
           {"http://127.0.0.1:5000", "http://evil.example"},
           {"http://127.0.0.1:5000", "http://169.254.169.254"}}) {
    CAPTURE(registry, realm);
    CHECK(judge(registry, realm) == TokenRealmPolicy::refuse);
  }
}
