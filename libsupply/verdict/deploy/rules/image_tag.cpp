// Images have a tag other than latest, or a digest.
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const DeployedImage& image : images_of(deployment)) {
    const std::string& text = image.text.value;
    if (!image.text.unset.empty() || text.find('@') != std::string::npos || text.empty()) continue;
    const std::string name = text.substr(std::min(text.rfind('/') + 1, text.size()));
    const std::size_t colon = name.find(':');
    const bool empty = colon != std::string::npos && colon + 1 == name.size();
    if (colon != std::string::npos && !empty && name.substr(colon + 1) != "latest") continue;
    findings.no({image.subject, image.text.place, "a tag other than latest, or a digest",
                 quote(text) + (empty                        ? ": the tag is empty"
                                : colon == std::string::npos ? ": no tag, so latest"
                                                             : ""),
                 "name a version, best with its digest"});
  }
}

}  // namespace

const DeploymentRule& image_tag() {
  static constexpr DeploymentRule rule{"deploy/image-tag", "images have a tag other than latest, or a digest",
                                       "latest, said or implied, is another image tomorrow. Which tags may run is the "
                                       "policy's question; --lock and --pin give digests",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
