// No credential is in an environment or a command.
#include <algorithm>
#include <array>
#include <span>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

// "--db-password" as a variable would be called.
std::string as_name(std::string_view option) {
  while (option.starts_with('-')) option.remove_prefix(1);
  if (is_one_of(to_lower(option), {"requirepass", "masterauth", "pass", "passwd", "storepass", "keypass"}))
    return "password";
  std::string name(option);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

bool is_reference(std::string_view value) {
  return value.empty() || value.front() == '$' || value.front() == '`' || value.front() == '/' ||
         value.front() == '<' || value.front() == '{' || value.front() == '"' || value.front() == '\'' ||
         value.starts_with("-");
}

std::string_view unquoted(std::string_view value) {
  while (!value.empty() && (value.back() == ';' || value.back() == ',')) value.remove_suffix(1);
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  return value;
}

// Whether a word, or a word and the one behind it, hold a credential, and of which kind.
std::string kind_of(std::string_view word, std::string_view next) {
  if (const auto shape = secrets::secret_shape(word)) return std::string(*shape);
  // "--from-literal=password=x", "--set=db.password=x": an option whose value is a variable.
  if (const std::size_t first = word.find('=');
      word.starts_with("--") && first != std::string_view::npos && word.find('=', first + 1) != std::string_view::npos)
    if (std::string kind = kind_of(word.substr(first + 1), ""); !kind.empty()) return kind;
  if (const std::size_t cut = word.find('='); cut != std::string_view::npos) {
    const std::string_view value = word.substr(cut + 1);
    if (is_reference(value) && !value.starts_with('"') && !value.starts_with('\'')) return "";
    const std::string_view bare = trim(value.substr(value.starts_with('"') || value.starts_with('\'') ? 1 : 0));
    if (is_reference(bare)) return "";
    if (const auto kind = secrets::secret_variable(as_name(word.substr(0, cut)), bare)) return std::string(*kind);
  } else if (((word.starts_with('-') && word.size() > 2) || word == "requirepass" || word == "masterauth") &&
             !is_reference(next)) {
    if (const auto kind = secrets::secret_variable(as_name(word), next)) return std::string(*kind);
  }
  return "";
}

// What the parts of a connection string, or of options in a variable, hold: "…?user=shop&password=x", "-Dpassword=x".
std::string kind_of_parts(std::string_view value) {
  std::size_t begin = 0;
  while (begin < value.size()) {
    const std::size_t end = std::min(value.find_first_of("?&; ", begin), value.size());
    std::string_view part = value.substr(begin, end - begin);
    begin = end + 1;
    if (part.starts_with("-D")) part.remove_prefix(2);
    const std::size_t cut = part.find('=');
    if (cut == std::string_view::npos || part.size() == value.size()) continue;
    const std::string_view said = part.substr(cut + 1), held = unquoted(said);
    if (is_reference(held)) continue;
    if (const auto kind = secrets::secret_variable(part.substr(0, cut), held)) return std::string(*kind);
  }
  return "";
}

// What a label holds. Labels about secrets are many (checksum/secret, a path of Vault's): only words for the thing
// itself count, and basic authentication of Traefik.
std::string kind_of_label(std::string_view name, std::string_view value) {
  if (const auto shape = secrets::secret_shape(value)) return std::string(*shape);
  if (name.ends_with(".basicauth.users") || name.ends_with(".digestauth.users")) return "users and their passwords";
  if (name.starts_with("vault.")) return "";        // of Vault's agent: they say where it is
  name.remove_prefix(name.find_last_of("./") + 1);  // npos + 1 is 0
  const std::string small = to_lower(name);
  for (const std::string_view word : {"password", "passwd", "passphrase", "token", "api-key", "apikey", "api_key"})
    if (small.ends_with(word))
      if (const auto kind = secrets::secret_variable(name, value)) return std::string(*kind);
  return "";
}

// What a header's value holds: behind the scheme, if there is one.
std::string header_kind(std::string_view name, std::string_view value) {
  const std::string known = to_lower(name);
  value = trim(value);
  if (known != "authorization" && known != "proxy-authorization" && known != "cookie" && !secrets::secret_name(name))
    return "";
  for (const std::string_view scheme : {"Bearer", "Basic", "Token", "bearer", "basic", "token"})
    if (value == scheme || value.starts_with(std::string(scheme) + " ")) {
      const std::string_view rest = trim(value.substr(scheme.size()));
      return !rest.empty() && is_reference(rest) ? "" : "a credential in a header";
    }
  return is_reference(value) ? "" : "a credential in a header";
}

// "Bearer …", "Basic …": what a program puts into a header as it is.
bool is_scheme_and_credential(std::string_view value) {
  for (const std::string_view scheme : {"Bearer ", "Basic "})
    if (value.starts_with(scheme)) {
      const std::string_view rest = trim(value.substr(scheme.size()));
      return rest.size() >= 12 && rest.find(' ') == std::string_view::npos && !is_reference(rest) &&
             rest.find_first_of("0123456789=") != std::string_view::npos;
    }
  return false;
}

// The short options of well-known programs that take a credential: no name in them says so.
struct ShortOption {
  std::string_view program, option;
  enum class Form : std::uint8_t { next, joined, either, behind_user } form = Form::next;
};
using Form = ShortOption::Form;
constexpr std::array<ShortOption, 35> kShortOptions{{{"mysql", "-p", Form::joined},
                                                     {"mysqladmin", "-p", Form::joined},
                                                     {"mysqldump", "-p", Form::joined},
                                                     {"mariadb", "-p", Form::joined},
                                                     {"mariadb-admin", "-p", Form::joined},
                                                     {"mariadb-dump", "-p", Form::joined},
                                                     {"7z", "-p", Form::joined},
                                                     {"sshpass", "-p", Form::either},
                                                     {"redis-cli", "-a"},
                                                     {"valkey-cli", "-a"},
                                                     {"mongo", "-p"},
                                                     {"mongosh", "-p"},
                                                     {"mongodump", "-p"},
                                                     {"mongorestore", "-p"},
                                                     {"login", "-p"},  // of docker, podman and their like
                                                     {"ldapsearch", "-w"},
                                                     {"ldapwhoami", "-w"},
                                                     {"ldapadd", "-w"},
                                                     {"ldapmodify", "-w"},
                                                     {"ldappasswd", "-w"},
                                                     {"sqlcmd", "-P", Form::either},
                                                     {"bcp", "-P", Form::either},
                                                     {"mosquitto_pub", "-P"},
                                                     {"mosquitto_sub", "-P"},
                                                     {"zip", "-P", Form::either},
                                                     {"unzip", "-P", Form::either},
                                                     {"ipmitool", "-P"},
                                                     {"cqlsh", "-p"},
                                                     {"cypher-shell", "-p"},
                                                     {"rabbitmqadmin", "-p"},
                                                     {"curl", "-u", Form::behind_user},
                                                     {"curl", "--user", Form::behind_user},
                                                     {"wget", "-u", Form::behind_user},
                                                     {"wget", "--user", Form::behind_user},
                                                     {"smbclient", "-U", Form::behind_user}}};

bool is_program(std::string_view word) {
  return is_one_of(word, {"htpasswd", "mc", "aws", "rabbitmqctl"}) ||
         std::any_of(kShortOptions.begin(), kShortOptions.end(),
                     [&](const ShortOption& one) { return one.program == word; });
}

std::string_view without_quote(std::string_view text) {
  return text.starts_with('"') || text.starts_with('\'') ? text.substr(1) : text;
}

bool is_value(std::string_view text) { return !is_reference(without_quote(text)); }

std::string kind_of_short(std::string_view program, std::string_view word, std::string_view next) {
  for (const ShortOption& each : kShortOptions) {
    if (each.program != program || !word.starts_with(each.option)) continue;
    const bool alone = word == each.option, is_long = each.option.starts_with("--");
    if (!alone && is_long && word[each.option.size()] != '=') continue;
    const std::string_view value = alone ? next : word.substr(each.option.size() + (is_long ? 1 : 0));
    if (each.form == Form::behind_user) {
      const std::size_t cut = value.find_first_of(program == "smbclient" ? "%" : ":");
      if (cut != std::string_view::npos && is_value(value) && !is_reference(value.substr(cut + 1)))
        return "a password behind a user's name";
    } else if ((each.form == Form::either || (each.form == Form::next) == alone) && is_value(value)) {
      return "a password behind " + std::string(each.option);
    }
  }
  return "";
}

// The place of a credential that a well-known program takes as a word of its own, or 0: `words` from the program on.
std::size_t positional(std::span<const CommandWord> words) {
  const std::string_view program = std::string_view(words[0].text).substr(words[0].text.rfind('/') + 1);
  std::size_t end = 1;
  while (end < words.size() && !is_one_of(words[end].text, {"|", "||", "&&", ";", ">"}) &&
         (end == 1 || !words[end - 1].text.ends_with(';')))
    ++end;
  const auto word = [&](std::size_t i) { return i < end ? std::string_view(words[i].text) : std::string_view(); };
  std::size_t at = 0;
  if (program == "htpasswd") {
    for (std::size_t i = 1; i < end; ++i)
      if (word(i).starts_with('-') && !word(i).starts_with("--") && word(i).find('b') != std::string_view::npos)
        at = end - 1;
  } else if (program == "mc" && word(1) == "alias" && word(2) == "set") {
    at = 6;
  } else if (program == "mc" && word(1) == "config" && word(2) == "host" && word(3) == "add") {
    at = 7;
  } else if (program == "aws" && word(1) == "configure" && word(2) == "set" && secrets::secret_name(word(3))) {
    at = 4;
  } else if (program == "rabbitmqctl" && is_one_of(word(1), {"add_user", "change_password"})) {
    at = 3;
  }
  return at != 0 && at < end && is_value(word(at)) ? at : 0;
}

// A header that says who asks: "Authorization: Bearer x", in one word or two.
std::string kind_of_header(std::string_view word, std::string_view next) {
  if (!word.empty() && (word.front() == '"' || word.front() == '\'')) word.remove_prefix(1);
  const std::size_t cut = word.find(':');
  // Source: RFC 9110, 5.1: a field's name is a token.
  if (cut == std::string_view::npos ||
      !std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(cut),
                   [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }))
    return "";
  return header_kind(word.substr(0, cut), word.size() > cut + 1 ? word.substr(cut + 1) : next);
}

struct Held {
  std::string kind = {};
  Location place = {};
};

// The first credential in a command.
Held held_by(const Command& command) {
  const std::vector<CommandWord> words = words_of(command);
  const auto next = [&](std::size_t i) { return i + 1 < words.size() ? words[i + 1].text : std::string(); };
  for (std::size_t i = 0; i < words.size(); ++i)
    if (std::string kind = kind_of(words[i].text, next(i)); !kind.empty()) return {std::move(kind), words[i].place};
    else if (std::string part = kind_of_parts(words[i].text); !part.empty()) return {std::move(part), words[i].place};
  std::string program;
  const CommandWord* piped = nullptr;  // what echo gives to the next program
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "|" && i >= 2 && is_one_of(words[i - 2].text, {"echo", "-n"}) &&
        !is_reference(unquoted(words[i - 1].text)))
      piped = &words[i - 1];
    if (piped != nullptr && (is_one_of(word, {"chpasswd", "--password-stdin"}) || word.starts_with("-passin=stdin")))
      return {"a password on standard input", piped->place};
    // A line of .netrc: machine HOST login USER password PASSWORD.
    if (word == "password" && i >= 2 && words[i - 2].text == "login" && i + 1 < words.size() && is_value(next(i)))
      return {"a password of .netrc", words[i + 1].place};
    if (const std::string kind = kind_of_header(word, next(i)); !kind.empty()) return {kind, words[i].place};
    if (!word.starts_with('-')) {
      const std::string_view name = without_quote(std::string_view(word).substr(word.rfind('/') + 1));
      if (is_one_of(program, {"docker", "podman", "nerdctl", "buildah", "skopeo", "crane", "oras", "helm"}) &&
          word == "login")
        program = word;
      else if (is_program(name) ||
               is_one_of(name, {"docker", "podman", "nerdctl", "buildah", "skopeo", "crane", "oras", "helm"}))
        program = name;
      else if (is_one_of(name, {"|", "||", "&&", ";"})) program.clear();
      if (is_program(name))
        if (const std::size_t at = positional(std::span(words).subspan(i)); at != 0)
          return {"a password that " + std::string(name) + " is given", words[i + at].place};
      continue;
    }
    if (program.empty()) continue;
    if (std::string kind = kind_of_short(program, word, next(i)); !kind.empty())
      return {std::move(kind), words[i].place};
  }
  return {};
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const Workload& workload : deployment.workloads) {
    for (const auto& [values, places] : {std::pair{&workload.labels, &workload.label_places},
                                         std::pair{&workload.annotations, &workload.annotation_places}})
      for (const auto& [name, value] : *values)
        if (const auto place = places->find(name); place != places->end())
          if (const std::string kind = kind_of_label(name, value); !kind.empty())
            findings.no({workload.subject(), place->second, "credentials in files that a secret gives",
                         "label " + name + ": " + kind, "mount a secret", name});
    for (const Container& container : workload.containers) {
      const std::string subject = workload.subject(container);
      const auto no = [&](const Location& place, std::string found, std::string id) {
        findings.no({subject, place_or(place, container.place), "credentials in files that a secret gives",
                     std::move(found), "mount a secret, and name its file (NAME_FILE)", std::move(id)});
      };
      for (const Variable& one : container.environment) {
        const std::string_view name = std::string_view(one.name).starts_with("build argument ")
                                          ? std::string_view(one.name).substr(15)
                                          : std::string_view(one.name);
        if (one.from_secret) {
          no(one.value.place, "variable " + one.name + " is a secret's value", one.name);
        } else if (one.from_outside || !one.value.unset.empty()) {
          if (secrets::secret_name(name))
            no(one.value.place, "variable " + one.name + ", named like a secret", one.name);
        } else if (const auto kind = secrets::secret_variable(one.name, one.value.value); kind && !one.from_object) {
          no(one.value.place, "variable " + one.name + ": " + std::string(*kind), one.name);
        } else if (const std::string parts = kind_of_parts(one.value.value); !parts.empty()) {
          no(one.value.place, "variable " + one.name + ": a part of it " + parts, one.name);
        } else if (is_scheme_and_credential(one.value.value)) {
          no(one.value.place, "variable " + one.name + ": a credential of HTTP", one.name);
        }
      }
      for (const Variable& header : container.headers)
        if (const std::string kind = header_kind(header.name, header.value.value); !kind.empty())
          no(header.value.place, "header " + header.name + ": " + kind, header.name);
      for (const Variable& option : container.log_options)
        if (const auto kind = secrets::secret_variable(option.name, option.value.value))
          no(option.value.place, "logging option " + option.name + ": " + std::string(*kind), option.name);
      for (const Command& command : container.commands)
        if (const Held held = held_by(command); !held.kind.empty())
          no(held.place, command.what + ": " + held.kind, command.what);
      for (const Reference& file : container.unread_env_files)
        findings.undecided({subject, file.place, "an env_file that can be read",
                            quote(file.name) + " could not be read", "give the file", file.name});
    }
  }
}

}  // namespace

const DeploymentRule& secrets_in_environment() {
  static constexpr DeploymentRule rule{
      "deploy/secrets-in-environment", "no credential is in an environment or a command",
      "An environment is shown by inspect, inherited by every process, and written into logs. Counts: environment, "
      "env_file, build "
      "arguments, env and envFrom (also by secretKeyRef), commands, health checks, hooks, headers of probes and "
      "options of "
      "logging, labels and annotations, by the names of variables "
      "and options and by "
      "the shapes of values. A path to a secret's file (NAME_FILE, /run/secrets/…) is what to use",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
