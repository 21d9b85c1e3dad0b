#include "libsupply/image/layout/internal/kept_documents.hpp"

namespace supply::layout {

void KeptDocuments::keep(const Digest& digest, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  if (bytes.size() > limit_ - bytes_) return;
  if (documents_.try_emplace(digest, bytes).second) bytes_ += bytes.size();
}

std::optional<std::string> KeptDocuments::find(const Digest& digest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = documents_.find(digest);
  return found == documents_.end() ? std::nullopt : std::optional(found->second);
}

void KeptDocuments::clear() {
  const std::scoped_lock lock(mutex_);
  documents_.clear();
  bytes_ = 0;
}

}  // namespace supply::layout
