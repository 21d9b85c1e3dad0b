#include "tools/common/collect_image.hpp"

namespace supply::tools {

Result<policy::Facts> collect_image(const std::string& text, const policy::Policy& policy, gate::Options options,
                                    Stores& stores, Budget& budget) {
  SUPPLY_TRY(const oci::Reference reference, stores.reference(text, kImagesWithDigest));
  SUPPLY_TRY(const std::unique_ptr<store::ImageSource> store, stores.source(reference, budget));
  if (reference.kind() == oci::Reference::Kind::registry) options.layers = evidence::CheckLayers::no;
  options.open_store = [&](const oci::Reference& base) { return stores.source(base, budget); };
  return gate::collect(*store, reference, policy, options, budget);
}

}  // namespace supply::tools
