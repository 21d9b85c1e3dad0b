// No variable switches off who may enter, or who is asked.
#include <array>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

struct Switch {
  std::string_view name, value;  // "" is any word for yes
  std::string_view what;
};

// Sources: the documentation of the images (postgres, mysql, mariadb, redis and mongodb of Bitnami, elasticsearch), of
// Node.js, Python, git and Go.
constexpr std::array<Switch, 15> kSwitches{{
    {"POSTGRES_HOST_AUTH_METHOD", "trust", "everybody may enter without a password"},
    {"MYSQL_ALLOW_EMPTY_PASSWORD", "", "root has no password"},
    {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "", "root has no password"},
    {"MARIADB_ALLOW_EMPTY_PASSWORD", "", "root has no password"},
    {"ALLOW_EMPTY_PASSWORD", "", "nobody needs a password"},
    {"ALLOW_ANONYMOUS_LOGIN", "", "everybody may enter"},
    {"ALLOW_PLAINTEXT_LISTENER", "", "the listener does not encrypt"},
    {"xpack.security.enabled", "false", "everybody may enter"},
    {"DISABLE_SECURITY_PLUGIN", "", "everybody may enter"},
    {"plugins.security.disabled", "", "everybody may enter"},
    {"NODE_TLS_REJECT_UNAUTHORIZED", "0", "certificates are not checked"},
    {"PYTHONHTTPSVERIFY", "0", "certificates are not checked"},
    {"GIT_SSL_NO_VERIFY", "", "certificates are not checked"},
    {"GOINSECURE", "*", "certificates are not checked"},
    {"ME_CONFIG_BASICAUTH", "false", "everybody may enter"},
}};

bool is_yes(const std::string& value) {
  const std::string word = to_lower(value);
  return word == "yes" || word == "true" || word == "1" || word == "on" || word == "y" || word == "t";
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers)
      for (const Variable& one : container.environment)
        for (const Switch& each : kSwitches)
          if (one.name == each.name && (each.value.empty() ? is_yes(one.value.value) : one.value.value == each.value))
            findings.no({workload.subject(container), place_or(one.value.place, container.place), "checks that are on",
                         one.name + "=" + one.value.value + ": " + std::string(each.what), "take it away", one.name});
}

}  // namespace

const DeploymentRule& disabled_checks() {
  static constexpr DeploymentRule rule{
      "deploy/disabled-checks", "no variable switches off a password or a certificate's check",
      "Some images start without a password when a variable says so, and some programs ask anybody. Counts: "
      "POSTGRES_HOST_AUTH_METHOD=trust, ALLOW_EMPTY_PASSWORD and its like, xpack.security.enabled=false, "
      "NODE_TLS_REJECT_UNAUTHORIZED=0 and the like",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
