#include "libsupply/image/registry/page.hpp"

#include <algorithm>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/image/registry/header_fields.hpp"
#include "libsupply/image/registry/said.hpp"

namespace supply::registry {

Result<std::optional<http::Url>> next_page(const Api& api, const Document& document, std::vector<http::Url>& seen,
                                           const std::string& what) {
  const auto link = next_link(document.headers.find_all("Link"));
  if (!link) return std::optional<http::Url>();
  auto url = document.url.resolve(*link);
  if (!url) return not_found_out(std::move(url).error()).at(what + ": next page");
  if (!api.is_own(*url))
    return Error(ErrorCode::unavailable, what + ": the next page is elsewhere, at " + url->origin().to_string());
  seen.push_back(document.url);
  if (std::find(seen.begin(), seen.end(), *url) != seen.end())
    return Error(ErrorCode::unavailable, what + ": the pages go round in a circle");
  if (seen.size() >= kMaxPages)
    return Error(ErrorCode::limit_exceeded, what + ": more than " + std::to_string(kMaxPages) + " pages");
  return std::optional<http::Url>(*std::move(url));
}

}  // namespace supply::registry
