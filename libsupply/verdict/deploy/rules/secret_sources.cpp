// Secrets come from outside of the files.
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// What a member of a JSON record holds: "password": "x".
std::string kind_of_member(std::string_view member) {
  member = trim(member);
  const std::size_t end = member.starts_with('"') ? member.find('"', 1) : std::string_view::npos;
  if (end == std::string_view::npos) return "";
  std::string_view value = trim(member.substr(end + 1));
  if (!value.starts_with(':')) return "";
  value = trim(value.substr(1));
  if (!value.starts_with('"')) return "";
  value = value.substr(1, value.find('"', 1) - 1);
  const auto kind = secrets::secret_variable(member.substr(1, end - 1), value);
  return kind ? std::string(*kind) : "";
}

// Options of a mount: "username=shop,password=x".
std::string kind_of_options(std::string_view options) {
  for (const std::string_view option : split(options, ',')) {
    const std::size_t cut = option.find('=');
    if (cut == std::string_view::npos) continue;
    const std::string name = to_lower(trim(option.substr(0, cut)));
    if (const auto kind = secrets::secret_variable(name == "pass" ? "password" : name, option.substr(cut + 1)))
      return std::string(*kind);
  }
  return "";
}

// Whether a text has lines NAME=value, NAME: value, or a value, that hold a credential.
std::string kind_in(const std::string& key, std::string_view text) {
  if (const auto kind = secrets::secret_variable(key, text); kind && text.find('\n') == std::string_view::npos)
    return std::string(*kind);
  if (const auto shape = secrets::secret_shape(text)) return std::string(*shape);
  for (const std::string_view line : lines(text)) {
    // A record of JSON in one line: each "name": "value" of it.
    if (line.find("\":") != std::string_view::npos && line.find_first_of("{,") != std::string_view::npos)
      for (std::string_view part : split(line, ',')) {
        part = part.substr(part.rfind('{') + 1);  // npos + 1 is 0
        if (const std::string kind = kind_of_member(part); !kind.empty()) return kind;
      }
    // An element of XML: <password>x</password>.
    if (const std::size_t end = line.find("</"); end != std::string_view::npos) {
      const std::string_view name = line.substr(end + 2, line.find('>', end) - std::min(line.size(), end + 2));
      const std::size_t open = line.rfind('>', end);
      if (open != std::string_view::npos)
        if (const auto kind = secrets::secret_variable(trim(name), line.substr(open + 1, end - open - 1)))
          return std::string(*kind);
    }
    // Directives of Redis and its like.
    for (const std::string_view directive : {"requirepass ", "masterauth ", "sentinel auth-pass "})
      if (const std::string_view bare = trim(line); bare.starts_with(directive)) {
        const std::string_view value = trim(bare.substr(directive.size()));
        if (!value.empty() && value.front() != '$' && value.front() != '<')
          return "a password of " + std::string(trim(directive));
      }
    const std::size_t cut = line.find_first_of("=:");
    if (cut == std::string_view::npos || trim(line).starts_with('#')) continue;
    std::string_view value = trim(line.substr(cut + 1));
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'')) value = value.substr(1, value.size() - 2);
    std::string_view name = trim(line.substr(0, cut));
    if (name.starts_with("- ")) name = trim(name.substr(2));
    // Of "export NAME=x" the last word; of a directive ("proxy_pass http://api:8000;") none.
    if (const std::size_t space = name.find_last_of(" \t"); space != std::string_view::npos) {
      if (line[cut] == ':' || !name.starts_with("export ")) continue;
      name = name.substr(space + 1);
    }
    if (const auto kind = secrets::secret_variable(name, value)) return std::string(*kind);
  }
  return "";
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Resource& secret : deployment.secrets) {
    if (secret.external) continue;
    const yaml::Node* from = secret.node.find("file");
    if (from == nullptr) from = secret.node.find("environment");
    if (from == nullptr) from = secret.node.find("content");
    const std::string how = secret.node.find("file") != nullptr          ? "a file beside the project"
                            : secret.node.find("environment") != nullptr ? "a variable of the one that deploys"
                                                                         : "nothing says that it is external";
    findings.no({"secret " + secret.key, from == nullptr ? secret.place : deployment.place_of(*from),
                 "an external secret", how, "create it where it is needed, and set external: true"});
  }
  for (const auto& [what, list] :
       {std::pair{"volume ", &deployment.volumes}, std::pair{"network ", &deployment.networks}})
    for (const Resource& each : *list)
      if (const yaml::Node* options = each.node.find("driver_opts"); options != nullptr)
        for (const yaml::Member& option : options->members) {
          std::string kind = kind_of_options(option.value.text);
          if (const auto named = secrets::secret_variable(option.key, option.value.text); kind.empty() && named)
            kind = std::string(*named);
          if (!kind.empty())
            findings.no({what + each.key, deployment.place_of(option.value), "no credential in an option", kind,
                         "use a file of credentials", option.key});
        }
  for (const Resource& config : deployment.configs) {
    if (const yaml::Node* from = config.node.find("environment"); from != nullptr && secrets::secret_name(from->text))
      findings.no({"config " + config.key, deployment.place_of(*from), "no credential in a config",
                   "variable " + from->text + ", named like a secret", "use a secret"});
    if (const yaml::Node* content = config.node.find("content"); content != nullptr)
      if (const std::string kind = kind_in(config.key, content->text); !kind.empty())
        findings.no(
            {"config " + config.key, deployment.place_of(*content), "no credential in a config", kind, "use a secret"});
  }
  for (const Object* secret : objects_of(deployment, "", "Secret")) {
    for (const char* key : {"stringData", "data"}) {
      const yaml::Node* data = secret->node.find(key);
      if (data == nullptr || data->members.empty()) continue;
      findings.no({"Secret " + secret->space + "/" + secret->name, deployment.place_of(*secret->node.member(key)),
                   "a secret that is made outside of the files", std::string(key) + " in the file",
                   "use an ExternalSecret, a SealedSecret or a secret store"});
      break;
    }
  }
  for (const Object* map : objects_of(deployment, "", "ConfigMap"))
    for (const char* part : {"data", "binaryData"})
      if (const yaml::Node* data = map->node.find(part); data != nullptr)
        for (const yaml::Member& member : data->members)
          if (const std::string kind = kind_in(member.key, member.value.text); !kind.empty())
            findings.no({"ConfigMap " + map->space + "/" + map->name, deployment.place_of(member),
                         "no credential in a config map", kind, "use a secret", member.key});
}

}  // namespace

const DeploymentRule& secret_sources() {
  static constexpr DeploymentRule rule{
      "deploy/secret-sources", "secrets come from outside of the files",
      "What is in the files is in their history. Counts: secrets of a compose project "
      "that are not external, inline Secrets of Kubernetes, "
      "credentials in configs, config maps and options of drivers. ExternalSecret, SealedSecret, secret "
      "stores and Vault's annotations are what to use",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
