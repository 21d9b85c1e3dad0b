#include "tools/common/collect_image.hpp"

namespace supply::tools {

Result<policy::Facts> collect_image(const std::string& text, const policy::Policy& policy, gate::Options options,
                                    Stores& stores) {
  SUPPLY_TRY(const oci::Reference reference, stores.reference(text, kImagesWithDigest));
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> store, stores.source(reference));
  if (reference.kind() == oci::Reference::Kind::registry) options.layers = evidence::CheckLayers::no;
  return gate::collect(*store, reference, policy, options, stores.budget());
}

}  // namespace supply::tools
