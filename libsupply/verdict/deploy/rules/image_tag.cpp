// Images have a tag other than latest, or a digest.
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Source: OCI image specification, descriptor, digests.
bool is_digest(std::string_view text) {
  const std::size_t length = text.starts_with("sha256:") ? 64 : text.starts_with("sha512:") ? 128 : 0;
  return length != 0 && text.size() == 7 + length &&
         text.substr(7).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const DeployedImage& image : images_of(deployment)) {
    const std::string& text = image.text.value;
    if (!image.text.unset.empty() || text.empty()) continue;
    if (const std::size_t at = text.find('@'); at != std::string::npos) {
      if (!is_digest(std::string_view(text).substr(at + 1)))
        findings.no({image.subject, image.text.place, "a digest that is one",
                     quote(text.substr(at + 1)) + " is no digest", "give sha256: and 64 hexadecimal digits"});
      continue;
    }
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
  // Nobody fills it in: the API server takes no such pod, and a gate that saw no image has judged none.
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.image.value.empty() && container.image.unset.empty() && !container.built &&
        workload.form == Workload::Form::kubernetes)
      findings.undecided({workload.subject(container), place_or(container.image.place, container.place),
                          "the name of an image", "none, so what would run is not known", "name the image", "image"});
  });
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
