// Whom a registry's token server may be. Everything here errs on the side of sending nothing.
#include <algorithm>
#include <iterator>
#include <optional>

#include "libsupply/base/http/address.hpp"
#include "libsupply/image/registry/authorizer.hpp"

namespace supply::registry {
namespace {

// Registries whose token server has another name, as they say in their challenges; "*" is the same text on both sides.
// What is not here is named by the user: --token-server. No rule could tell a firm's two names from two customers of
// one host. GitLab's are the names that its documentation gives a registry of one's own.
struct Pair {
  std::string_view registry, token_server;
};
constexpr Pair kPairs[] = {{"registry-1.docker.io", "auth.docker.io"},
                           {"registry.*", "gitlab.*"},
                           {"registry.*", "*"},  // registry.gitlab.com
                           {"nvcr.io", "authn.nvidia.com"},
                           {"docker.elastic.co", "docker-auth.elastic.co"},
                           {"registry.redhat.io", "sso.redhat.com"},
                           {"registry.connect.redhat.com", "sso.redhat.com"},
                           {"registry.digitalocean.com", "api.digitalocean.com"},
                           {"registry.*.aliyuncs.com", "dockerauth.*.aliyuncs.com"},
                           {"registry.*.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com"},
                           {"*.scw.cloud", "api.scaleway.com"}};

// What stands for "*" in the pattern; nothing when the host is not of it.
std::optional<std::string_view> match(std::string_view pattern, std::string_view host) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == host ? std::optional(std::string_view()) : std::nullopt;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (host.size() <= before.size() + after.size() || !host.starts_with(before) || !host.ends_with(after))
    return std::nullopt;
  return host.substr(before.size(), host.size() - before.size() - after.size());
}

bool is_known(const Pair& pair, std::string_view registry, std::string_view realm) {
  const auto ours = match(pair.registry, registry), theirs = match(pair.token_server, realm);
  if (!ours || !theirs) return false;
  if (pair.token_server.find('*') == std::string_view::npos) return true;
  // A whole domain: nobody's name is "registry.com" because somebody has "com".
  return ours == theirs && (!pair.registry.ends_with('*') || ours->find('.') != std::string_view::npos);
}

}  // namespace

TokenRealmPolicy policy_for_realm(const http::Origin& registry, const http::Origin& realm) {
  if (realm == registry) return TokenRealmPolicy::authenticated;
  if (!realm.secure()) {
    const bool near = realm.host == registry.host || (realm.is_loopback() && registry.is_loopback());
    return !registry.secure() && near ? TokenRealmPolicy::anonymous : TokenRealmPolicy::refuse;
  }
  if (realm.port != 443) return TokenRealmPolicy::anonymous;
  if (realm.host == registry.host) return TokenRealmPolicy::authenticated;
  if (http::scope_of(registry.host) || http::scope_of(realm.host)) return TokenRealmPolicy::anonymous;
  const bool known = std::any_of(std::begin(kPairs), std::end(kPairs),
                                 [&](const Pair& pair) { return is_known(pair, registry.host, realm.host); });
  return known ? TokenRealmPolicy::authenticated : TokenRealmPolicy::anonymous;
}

}  // namespace supply::registry
