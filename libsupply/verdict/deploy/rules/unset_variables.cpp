// Every variable of a compose file is set.
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const UnsetVariable& one : deployment.unset) {
    // A credential in an environment is found by its name, whatever its value is.
    bool claimed = false;
    each_container(deployment, [&](const Workload&, const Container& container) {
      for (const Variable& variable : container.environment)
        claimed = claimed || (variable.value.place == one.place && secrets::secret_name(variable.name));
    });
    if (!claimed)
      findings.undecided({one.subject, one.place, "a value", "variable " + one.names + " is not set, so empty",
                          "set it with --env-file, or give a default", one.names});
  }
}

}  // namespace

const DeploymentRule& unset_variables() {
  static constexpr DeploymentRule rule{
      "deploy/unset-variables", "every variable of a compose file is set",
      "Compose makes an empty text of one that nobody set, so what would run is not known. Only .env and --env-file "
      "set variables here: the environment of this process is not that of the deployment, and would weaken a verdict",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
