// Manifests and other JSON of a layout that were read and verified, kept for those who read them next: no blob is read
// twice, nor could it be another the second time. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/limits/layout_limits.hpp"

namespace supply::layout {

class KeptDocuments {
 public:
  explicit KeptDocuments(std::size_t limit = kMaxKeptDocumentBytes) : limit_(limit) {}

  /// Bytes that have that digest. What is more than the limit in all is not kept.
  void keep(const Digest& digest, std::string_view bytes);
  std::optional<std::string> find(const Digest& digest) const;
  void clear();

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::map<Digest, std::string> documents_;
  std::size_t bytes_ = 0;
};

}  // namespace supply::layout
