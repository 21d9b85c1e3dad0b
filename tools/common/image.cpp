#include "tools/common/image.hpp"

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/layout/layout.hpp"

namespace supply::tools {

Result<std::unique_ptr<store::ContentStore>> open_store(const oci::Reference& reference) {
  switch (reference.kind()) {
    case oci::Reference::Kind::layout: {
      SUPPLY_TRY(std::unique_ptr<layout::Layout> layout, layout::Layout::open(reference.path()));
      return std::unique_ptr<store::ContentStore>(std::move(layout));
    }
    case oci::Reference::Kind::registry:
      return Error(ErrorCode::unsupported,
                   quote(reference.to_string()) +
                       ": this version reads OCI image layouts only (oci:DIR[:TAG]); "
                       "`skopeo copy --all docker://IMAGE oci:DIR:TAG` makes one of an image in a registry");
    case oci::Reference::Kind::oci_archive:
    case oci::Reference::Kind::docker_archive:
      return Error(ErrorCode::unsupported,
                   quote(reference.to_string()) + ": this version reads OCI image layouts only (oci:DIR[:TAG])");
  }
  return Error(ErrorCode::internal, "a reference of no kind");
}

Result<Image> open_image(const std::string& text) {
  SUPPLY_TRY(oci::Reference reference, oci::Reference::parse(text));
  SUPPLY_TRY(std::unique_ptr<store::ContentStore> store, open_store(reference));
  SUPPLY_TRY(oci::Descriptor root, store->resolve(reference.selector()).at(reference.to_string()));
  const bool local = reference.kind() == oci::Reference::Kind::layout;
  return Image{std::move(reference), std::move(store), std::move(root), local};
}

}  // namespace supply::tools
