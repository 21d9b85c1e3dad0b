// From what a user typed to a store and an image in it.
#pragma once

#include <memory>
#include <string>

#include "libsupply/image/store/store.hpp"

namespace supply::tools {

/// An image that was named, and the digest it had at that moment: a tag is resolved once per run.
struct Image {
  oci::Reference reference;
  std::unique_ptr<store::ContentStore> store;
  oci::Descriptor root;
  bool local = false;  ///< a layout: its blobs cost nothing to check
};

/// Errors: usage (not a reference), unsupported (a form that has no store), and those of the store.
Result<Image> open_image(const std::string& text);
/// Only the store that a reference names. Errors: as above.
Result<std::unique_ptr<store::ContentStore>> open_store(const oci::Reference& reference);

}  // namespace supply::tools
