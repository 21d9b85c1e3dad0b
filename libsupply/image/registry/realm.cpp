// Whom a registry's token server may be. Everything here errs on the side of sending nothing.
#include <algorithm>
#include <array>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/http/address.hpp"
#include "libsupply/image/registry/authorizer.hpp"

namespace supply::registry {
namespace {

// Second-level labels under which countries register names ("co.uk"): the domain is one label longer there.
constexpr std::array<std::string_view, 12> kSecondLevel = {"ac",  "co", "com", "edu", "go",  "gov",
                                                           "mil", "ne", "net", "or",  "org", "gob"};
// Domains whose names belong to different customers.
constexpr std::array<std::string_view, 32> kShared = {
    "amazonaws.com",     "amazonaws.com.cn", "azurecr.io",     "azurecr.cn",     "azurecr.us",        "azure.com",
    "azurewebsites.net", "cloudapp.net",     "cloudfront.net", "cloudflare.net", "github.io",         "gitlab.io",
    "githubpreview.dev", "app.github.dev",   "herokuapp.com",  "netlify.app",    "vercel.app",        "pages.dev",
    "workers.dev",       "fly.dev",          "onrender.com",   "run.app",        "appspot.com",       "web.app",
    "pkg.dev",           "ngrok.io",         "ngrok.app",      "ngrok-free.app", "trycloudflare.com", "nip.io",
    "sslip.io",          "jfrog.io"};

// The part of a host's name that one owner has: two labels, or three below "co.uk"; empty when it is shared or no name.
std::string_view own_domain(std::string_view host) {
  if (http::reach_of(host)) return {};
  const auto labels = split(host, '.');
  if (labels.size() < 2) return {};
  const std::size_t n = labels.size();
  const bool longer = labels[n - 1].size() == 2 &&
                      std::find(kSecondLevel.begin(), kSecondLevel.end(), labels[n - 2]) != kSecondLevel.end();
  const std::size_t wanted = longer ? 3 : 2;
  if (n < wanted) return {};
  for (const std::string_view shared : kShared)
    if (host == shared || (host.ends_with(shared) && host[host.size() - shared.size() - 1] == '.')) return {};
  return host.substr(static_cast<std::size_t>(labels[n - wanted].data() - host.data()));
}

}  // namespace

RealmTrust judge_realm(const http::Origin& registry, const http::Origin& realm) {
  if (realm == registry) return RealmTrust::credentials;
  if (!realm.secure()) {
    const bool near = realm.host == registry.host || (realm.is_loopback() && registry.is_loopback());
    return !registry.secure() && near ? RealmTrust::questions : RealmTrust::nothing;
  }
  if (realm.port != 443) return RealmTrust::questions;
  if (realm.host == registry.host) return RealmTrust::credentials;
  if (registry.host == "registry-1.docker.io") {
    return realm.host == "auth.docker.io" ? RealmTrust::credentials : RealmTrust::questions;
  }
  if (registry.host.ends_with(".scw.cloud") && realm.host == "api.scaleway.com") return RealmTrust::credentials;
  const std::string_view domain = own_domain(registry.host);
  return !domain.empty() && own_domain(realm.host) == domain ? RealmTrust::credentials : RealmTrust::questions;
}

}  // namespace supply::registry
