#include "libsupply/image/registry/internal/pagination.hpp"

#include <algorithm>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"

namespace supply::registry {

Result<std::optional<http::Url>> next_page(const RegistryClient& client, const BufferedResponse& document, Pages& pages,
                                           const std::string& what) {
  pages.bytes += document.bytes.size();
  if (pages.bytes > kMaxListBytes)
    return Error(ErrorCode::limit_exceeded,
                 what + ": its pages are larger than " + std::to_string(kMaxListBytes) + " bytes together");
  const auto link = next_link(document.headers.find_all("Link"));
  if (!link) return std::optional<http::Url>();
  auto url = document.url.resolve(*link);
  if (!url) return not_found_out(std::move(url).error()).at(what + ": next page");
  if (!client.is_own(*url))
    return Error(ErrorCode::unavailable, what + ": the next page is elsewhere, at " + url->origin().to_string());
  pages.seen.push_back(document.url);
  if (std::find(pages.seen.begin(), pages.seen.end(), *url) != pages.seen.end())
    return Error(ErrorCode::unavailable, what + ": the pages go round in a circle");
  if (pages.seen.size() >= kMaxPages)
    return Error(ErrorCode::limit_exceeded, what + ": more than " + std::to_string(kMaxPages) + " pages");
  return std::optional<http::Url>(*std::move(url));
}

}  // namespace supply::registry
