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
constexpr std::array<Switch, 30> kSwitches{{
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
    {"GF_AUTH_ANONYMOUS_ENABLED", "", "everybody may enter"},
    {"VAULT_SKIP_VERIFY", "", "certificates are not checked"},
    {"INSECURE_SKIP_VERIFY", "", "certificates are not checked"},
    {"TLS_SKIP_VERIFY", "", "certificates are not checked"},
    {"SKIP_TLS_VERIFY", "", "certificates are not checked"},
    {"SSL_VERIFY", "false", "certificates are not checked"},
    {"VERIFY_SSL", "false", "certificates are not checked"},
    {"TLS_VERIFY", "false", "certificates are not checked"},
    {"DOCKER_TLS_VERIFY", "false", "certificates are not checked"},
    {"ANSIBLE_HOST_KEY_CHECKING", "false", "keys of hosts are not checked"},
    {"NPM_CONFIG_STRICT_SSL", "false", "certificates are not checked"},
    {"AUTH_DISABLED", "", "everybody may enter"},
    {"DISABLE_AUTH", "", "everybody may enter"},
    {"NO_AUTH", "", "everybody may enter"},
    {"REDIS_PROTECTED_MODE", "false", "everybody may enter without a password"},
}};

// Options of servers. Sources: the documentation of MySQL, Redis, MongoDB, Traefik, etcd, Vault, Keycloak, Jupyter,
// Elasticsearch, the kubelet and the engine of Docker. "=" ends an option whose value is in the same word or the next.
constexpr std::array<Switch, 17> kOptions{{
    {"--skip-grant-tables", "", "everybody may enter without a password"},
    {"--skip_grant_tables", "", "everybody may enter without a password"},
    {"--initialize-insecure", "", "root has no password"},
    {"--protected-mode", "no", "everybody may enter without a password"},
    {"--noauth", "", "everybody may enter without a password"},
    {"--api.insecure", "true", "everybody may ask the API"},
    {"--serverstransport.insecureskipverify", "true", "certificates are not checked"},
    {"--insecure-skip-tls-verify", "true", "certificates are not checked"},
    {"--anonymous-auth", "true", "everybody may ask"},
    {"--client-cert-auth", "false", "everybody may ask"},
    {"--NotebookApp.token", "", "everybody may run code"},
    {"--ServerApp.token", "", "everybody may run code"},
    {"-Expack.security.enabled", "false", "everybody may enter"},
    {"--tls-verify", "false", "certificates are not checked"},
    {"--tlsverify", "false", "certificates are not checked"},
    {"--authorization-mode", "AlwaysAllow", "everybody may do everything"},
    {"--allow-anonymous", "true", "everybody may enter"},
}};

// Whether the words set an option to the value that switches a check off.
bool has_option(const std::vector<CommandWord>& words, std::size_t at, const Switch& option) {
  std::string_view word = words[at].text;
  if (!to_lower(word).starts_with(to_lower(option.name))) return false;
  word.remove_prefix(option.name.size());
  const bool empties = option.name.ends_with(".token");
  if (word.starts_with('=')) {
    std::string_view value = trim(word.substr(1));
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    if (empties) return value.empty();
    return option.value.empty() ? to_lower(value) != "false" && value != "0" && to_lower(value) != "off"
                                : to_lower(value) == to_lower(option.value);
  }
  if (!word.empty() || empties) return false;
  if (option.value.empty()) return true;
  const std::string next = at + 1 < words.size() ? words[at + 1].text : "";
  // A flag without a value is true.
  return to_lower(next) == to_lower(option.value) || (option.value == "true" && next != "false");
}

bool is_yes(const std::string& value) {
  const std::string word = to_lower(value);
  return word == "yes" || word == "true" || word == "1" || word == "on" || word == "y" || word == "t";
}

bool is_set(const Switch& each, const std::string& value) {
  if (each.value.empty()) return is_yes(value);
  const std::string word = to_lower(value);
  if (each.value == "false") return word == "false" || word == "no" || word == "0" || word == "off";
  return value == each.value;
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers) {
      for (const Command& command : container.commands) {
        const std::vector<CommandWord> words = words_of(command);
        for (std::size_t i = 0; i < words.size(); ++i)
          for (const Switch& each : kOptions)
            if (has_option(words, i, each))
              findings.no({workload.subject(container), place_or(words[i].place, container.place), "checks that are on",
                           std::string(each.name) + ": " + std::string(each.what), "take it away",
                           std::string(each.name)});
      }
      if (container.log_driver.value == "none")
        findings.no({workload.subject(container), container.log_driver.place, "logs",
                     "logging driver none: nothing is kept", "take it away", "logging"});
      for (const Variable& one : container.environment)
        for (const Switch& each : kSwitches)
          if (one.name == each.name && is_set(each, one.value.value))
            findings.no({workload.subject(container), place_or(one.value.place, container.place), "checks that are on",
                         one.name + "=" + one.value.value + ": " + std::string(each.what), "take it away", one.name});
    }
}

}  // namespace

const DeploymentRule& disabled_checks() {
  static constexpr DeploymentRule rule{
      "deploy/disabled-checks", "nothing switches off a password or a certificate's check",
      "Some images start without a password when a variable or an option says so. Counts: "
      "POSTGRES_HOST_AUTH_METHOD=trust, ALLOW_EMPTY_PASSWORD and its like, xpack.security.enabled=false, "
      "NODE_TLS_REJECT_UNAUTHORIZED=0 and the like; --skip-grant-tables, --protected-mode no, --api.insecure "
      "and the like in a command; a logging driver none",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
