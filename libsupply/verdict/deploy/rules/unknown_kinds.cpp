// Every kind that could run an image is known.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const Unjudged& one : deployment.listed)
    if (one.undecided)
      findings.undecided({one.what, one.place, "something that can be judged", one.why,
                          one.what.starts_with("container ") ? "mend what keeps the engine from answering"
                                                             : "name its image or pod with --image-path KIND=PATH"});
}

}  // namespace

const DeploymentRule& unknown_kinds() {
  static constexpr DeploymentRule rule{
      "deploy/unknown-kinds", "every kind that could run an image is known",
      "An object of a kind that Supply does not know, in which something looks like an image or a pod, is undecided; "
      "--image-path KIND=PATH says where its image or its pod is. All that was not judged is listed in the report",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
