#include "libsupply/content/pins/internal/image_name.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/image_name.hpp"

namespace supply::pins {
void judge_image(const Expansion& name, Pin& pin) {
  const std::string& text = name.word.text;
  const std::size_t at = text.rfind('@');
  const bool literal = at != std::string::npos && name.word.literal(at, text.size());
  const std::string remedy = "append the digest: " + text.substr(0, at) + "@sha256:<digest>";

  if (!name.unresolved.empty()) {
    // The digest decides, whatever is before it.
    if (literal) {
      auto digest = Digest::parse(std::string_view(text).substr(at + 1));
      if (digest && digest->verifiable()) {
        pin.digest = *std::move(digest);
        pin.resolved = text;
        pin.status = PinStatus::pinned;
        return;
      }
    }
    pin.reason = "depends on " + join(name.unresolved, ", ") + ", which has no value here";
    pin.remedy = "give the ARG a default with a digest, or write the image out";
    return;
  }

  auto reference = oci::parse_image_name(text);
  if (!reference) {
    // Behind the quoted text, which the finding names already.
    const std::string& message = reference.error().message();
    const std::size_t tail = message.rfind("\": ");
    pin.reason = "no image's name: " + (tail == std::string::npos ? message : message.substr(tail + 3));
    pin.remedy = "name an image: name:tag@sha256:<digest>";
    return;
  }
  pin.resolved = text;
  pin.remedy = remedy;
  const oci::Selector& selector = reference->selector();
  if (!selector.digest) {
    const std::string_view tag = oci::tag_of(text);
    pin.status = PinStatus::unpinned;
    pin.reason = tag.empty()       ? "no tag, which means latest"
                 : tag == "latest" ? "the tag latest"
                                   : "the tag " + quote(tag) + " can be moved";
    return;
  }
  pin.digest = selector.digest;
  if (!pin.digest->verifiable()) {
    pin.status = PinStatus::weak;
    pin.reason = "a digest of a kind that cannot be verified: " + std::string(pin.digest->algorithm());
    return;
  }
  if (literal) {
    pin.status = PinStatus::pinned;
    pin.remedy.clear();
    return;
  }
  pin.status = PinStatus::default_only;
  pin.reason = "the digest is the default of an ARG, which --build-arg overrides";
  pin.remedy = "write the digest into the instruction itself";
}

}  // namespace supply::pins
