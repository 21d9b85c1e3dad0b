// Where a repository's files come from. Everything that comes from there is checked by the client.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsupply/base/http/client.hpp"

namespace supply::tuf {

class Mirror {
 public:
  virtual ~Mirror() = default;
  /// A file of metadata ("3.root.json"; its name is percent-encoded already), no more than `limit` bytes of it. Errors:
  /// not_found (also where a server forbids to look), limit_exceeded, and those of the network.
  virtual Result<std::string> metadata(std::string_view name, std::size_t limit) = 0;
  /// A target file, by its percent-encoded path. Errors: the same.
  virtual Result<std::string> target(std::string_view path, std::size_t limit) = 0;
};

/// A repository over HTTP: `metadata` and `targets` are what the names are appended to, each as a directory. Redirects
/// are followed a few times, never from https to http. The client must outlive it.
std::unique_ptr<Mirror> http_mirror(http::Client& client, const http::Url& metadata, const http::Url& targets);

/// Where targets lie when only the address of the metadata is known: in "targets" below it, as public repositories have
/// it. Errors: malformed.
Result<http::Url> default_targets_url(const http::Url& metadata);

}  // namespace supply::tuf
