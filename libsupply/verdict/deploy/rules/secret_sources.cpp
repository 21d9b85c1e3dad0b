// Secrets come from outside of the files.
#include <algorithm>
#include <optional>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

std::string_view unquoted(std::string_view text) {
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

// Of one of many in a line whose shapes were looked at as a whole: by its name alone.
std::optional<std::string_view> kind_by_name(std::string_view name, std::string_view value) {
  return secrets::secret_name(name) ? secrets::secret_variable(name, value) : std::nullopt;
}

// "user:password" as basic authentication has it, in base64.
bool is_basic(std::string_view value) {
  const Result<std::string> decoded = value.size() < 8 ? Error(ErrorCode::malformed, "") : from_base64(value);
  return decoded && decoded->find(':') != std::string::npos &&
         std::all_of(decoded->begin(), decoded->end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

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
  if (member.substr(1, end - 1) == "auth" && is_basic(value)) return "a user and a password";
  const auto kind = secrets::secret_variable(member.substr(1, end - 1), value);
  return kind ? std::string(*kind) : "";
}

// What is behind "Authorization:", with its scheme.
std::string kind_of_header(std::string_view line) {
  const std::string small = to_lower(line);
  const std::size_t at = small.find("authorization");
  if (at == std::string::npos) return "";
  for (const std::string_view scheme : {"bearer ", "basic ", "token "}) {
    const std::size_t found = small.find(scheme, at);
    if (found == std::string::npos) continue;
    const std::string_view rest = trim(line.substr(found + scheme.size()));
    const std::string_view value = rest.substr(0, rest.find_first_of("\"',;} \t"));
    if (value.size() >= 8 && (is_letter(value.front()) || is_digit(value.front()))) return "a credential in a header";
  }
  return "";
}

// What a mapping in one line holds: {api_key: x, url: y}.
std::string kind_of_mapping(std::string_view line) {
  if (line.find('{') == std::string_view::npos || line.find("{{") != std::string_view::npos) return "";
  std::string parts(line);
  std::replace_if(
      parts.begin(), parts.end(), [](char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }, ',');
  for (const std::string_view part : split(parts, ',')) {
    const std::size_t cut = std::min(part.find(": "), part.find(" = "));
    if (cut == std::string_view::npos) continue;
    const std::string_view name = unquoted(trim(part.substr(0, cut))),
                           value = unquoted(trim(part.substr(part.find_first_of(":=", cut) + 1)));
    if (name.find_first_of(" \t\"'") != std::string_view::npos || value.find_first_not_of("\"'") == value.npos)
      continue;
    if (const auto kind = kind_by_name(name, value)) return std::string(*kind);
  }
  return "";
}

std::vector<std::string_view> words_in(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = line.find_first_not_of(" \t'\";,()", at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(" \t'\";,()", begin), line.size());
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

bool is_given(std::string_view value) {
  return !value.empty() && std::string_view("$<{%:?*").find(value.front()) == std::string_view::npos;
}

// What languages of their own give as words: SQL, .netrc, .npmrc, access lists of Redis, directives "NAME VALUE".
std::string kind_of_words(std::string_view line) {
  const std::vector<std::string_view> words = words_in(line);
  const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string_view(); };
  const std::string small = to_lower(line);
  for (const std::string_view before : {"identified by '", "password '", "identified by \"", "password \""})
    if (const std::size_t at = small.find(before); at != std::string::npos &&
                                                   is_given(line.substr(at + before.size())) &&
                                                   small.find_first_of("'\"", at + before.size()) > at + before.size())
      return "a password in SQL";
  if (word(0) == "machine" && word(2) == "login" && word(4) == "password" && is_given(word(5)))
    return "a password of .netrc";
  if (const std::size_t at = line.find(":_authToken="); at != std::string_view::npos && is_given(line.substr(at + 12)))
    return "a token of npm";
  if (word(0) == "user" && words.size() > 2)
    for (const std::string_view each : words)
      if (each.starts_with('>') && is_given(each.substr(1))) return "a password of Redis";
  if (words.size() == 2 && is_given(word(1)))
    for (const std::string_view name :
         {"password", "passwd", "passphrase", "bindpw", "rootpw", "requirepass", "masterauth", "secret"})
      if (word(0) == name && secrets::secret_variable("password", word(1))) return "a password behind " + quote(name);
  if (word(0) == "set" && word(1).starts_with('$') && is_given(word(2)))
    if (const auto kind = secrets::secret_variable(word(1).substr(1), word(2))) return std::string(*kind);
  if (word(0) == "define")
    if (const auto kind = secrets::secret_variable(word(1), word(2))) return std::string(*kind);
  for (const std::string_view each : words)
    if (const std::size_t at = each.find("_auth="); at != std::string_view::npos && is_basic(each.substr(at + 6)))
      return "a user and a password";
  // Of a list of settings in one text: "host=db user=shop password=x".
  if (words.size() > 2)
    for (const std::string_view each : words)
      if (const std::size_t cut = each.find('=');
          cut != std::string_view::npos && cut > 0 && is_given(each.substr(cut + 1)))
        if (std::all_of(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(cut),
                        [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; }))
          if (const auto kind = kind_by_name(each.substr(0, cut), each.substr(cut + 1))) return std::string(*kind);
  return "";
}

// Whether a line is a comment, of any of the languages that configurations are written in.
bool is_comment(std::string_view line) {
  line = trim(line);
  return line.starts_with('#') || line.starts_with(';') || (line.starts_with("//") && line.find(":_") == line.npos) ||
         line.starts_with("-- ") || line.starts_with("/*");
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

// Whether a line NAME=value, NAME: value, or a value, holds a credential.
std::string kind_of_line(std::string_view line) {
  if (const auto shape = secrets::secret_shape(line)) return std::string(*shape);
  if (is_comment(line)) return "";
  // A record of JSON in one line: each "name": "value" of it.
  if (line.find("\":") != std::string_view::npos && line.find_first_of("{,") != std::string_view::npos)
    for (std::string_view part : split(line, ',')) {
      part = part.substr(part.rfind('{') + 1);  // npos + 1 is 0
      if (const std::string kind = kind_of_member(part); !kind.empty()) return kind;
    }
  if (std::string kind = kind_of_header(line); !kind.empty()) return kind;
  if (std::string kind = kind_of_mapping(line); !kind.empty()) return kind;
  if (std::string kind = kind_of_words(line); !kind.empty()) return kind;
  // An element of XML: <password>x</password>.
  if (const std::size_t end = line.find("</"); end != std::string_view::npos) {
    const std::string_view name = line.substr(end + 2, line.find('>', end) - std::min(line.size(), end + 2));
    const std::size_t open = line.rfind('>', end);
    if (open != std::string_view::npos)
      if (const auto kind = secrets::secret_variable(trim(name), line.substr(open + 1, end - open - 1)))
        return std::string(*kind);
  }
  // An attribute of XML: name="password" value="x", key="password" value="x".
  for (const std::string_view named : {"name=\"", "key=\""})
    if (const std::size_t at = line.find(named), value = line.find("value=\"");
        at != std::string_view::npos && value != std::string_view::npos) {
      const auto quoted = [&](std::size_t begin) { return line.substr(begin, line.find('"', begin) - begin); };
      if (const auto kind = secrets::secret_variable(quoted(at + named.size()), quoted(value + 7)))
        return std::string(*kind);
    }
  // Parts of a connection string: "Server=db;User Id=shop;Password=x".
  if (line.find(';') != std::string_view::npos)
    for (const std::string_view part : split(line, ';')) {
      const std::size_t cut = part.find('=');
      const std::string_view name = trim(part.substr(0, cut));
      if (cut == std::string_view::npos || name.find_first_of(" \"{(") != std::string_view::npos) continue;
      if (const auto kind = secrets::secret_variable(name, trim(part.substr(cut + 1)))) return std::string(*kind);
    }
  // Lines of htpasswd and .pgpass: USER:HASH, HOST:PORT:DATABASE:USER:PASSWORD.
  std::string_view entry = trim(line);
  if (entry.starts_with("- ")) entry = trim(entry.substr(2));  // of a list
  const std::vector<std::string_view> fields = split(unquoted(entry), ':');
  if (fields.size() == 2 && !fields[0].empty() && fields[0].find(' ') == std::string_view::npos)
    for (const std::string_view scheme : {"$apr1$", "$2y$", "$2a$", "$2b$", "$5$", "$6$", "{SHA}"})
      if (fields[1].starts_with(scheme) && fields[1].size() >= 20) return "a user and the hash of a password";
  if (fields.size() == 5 && fields[4].size() > 2 && fields[4].front() != '$' && fields[4].front() != '<' &&
      line.find(' ') == std::string_view::npos && !fields[1].empty() &&
      (fields[1] == "*" || fields[1].find_first_not_of("0123456789") == std::string_view::npos))
    return "a password of PostgreSQL";
  if (const std::string_view bare = trim(line); bare.starts_with("sentinel auth-pass ")) {
    const std::string_view value = trim(bare.substr(19));
    if (is_given(value)) return "a password of sentinel auth-pass";
  }
  const std::size_t cut = line.find_first_of("=:");
  if (cut == std::string_view::npos) return "";
  std::string_view value = trim(line.substr(cut + 1));
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'')) value = value.substr(1, value.size() - 2);
  std::string_view name = trim(line.substr(0, cut));
  if (name.starts_with("- ")) name = trim(name.substr(2));
  // Of /etc/nsswitch.conf: where accounts are looked up.
  if (name == "passwd" && (value.starts_with("files") || value.starts_with("compat"))) return "";
  // Of "export NAME=x" the last word; of a directive ("proxy_pass http://api:8000;") none.
  if (const std::size_t space = name.find_last_of(" \t"); space != std::string_view::npos) {
    const std::string_view first = name.substr(0, name.find_first_of(" \t"));
    if (line[cut] == ':' || (first != "export" && first != "const" && first != "let" && first != "var" &&
                             first != "local" && first != "readonly" && first != "static" && first != "final"))
      return "";
    name = name.substr(space + 1);
  }
  const auto kind = secrets::secret_variable(name, value);
  return kind ? std::string(*kind) : "";
}

struct Held {
  std::string kind = {};
  std::uint32_t line = 0;  ///< from the text's first
};

// The first credential of a text, or of the whole of it by its name.
Held held_in(const std::string& key, std::string_view text) {
  if (text.find('\n') == std::string_view::npos)
    if (const auto kind = secrets::secret_variable(key, text)) return {std::string(*kind)};
  std::uint32_t number = 0;
  for (const std::string_view line : lines(text)) {
    if (std::string kind = kind_of_line(line); !kind.empty()) return {std::move(kind), number};
    ++number;
  }
  if (const auto shape = secrets::secret_shape(text)) return {std::string(*shape)};
  return {};
}

// Where a credential is: in a block scalar at its line, else where the value, or its key, is.
Location place_in(const Deployment& deployment, const yaml::Node& node, const Held& held, Location otherwise) {
  const auto below = static_cast<std::uint32_t>(std::count(node.text.begin(), node.text.end(), '\n'));
  if (below == 0 || node.end.line < node.begin.line + below) return otherwise;
  Location place = deployment.place_of(node);
  place.line += 1 + held.line;
  place.column = 1;
  return place;
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
      if (const Held held = held_in(config.key, content->text); !held.kind.empty())
        findings.no({"config " + config.key, place_in(deployment, *content, held, deployment.place_of(*content)),
                     "no credential in a config", held.kind, "use a secret"});
    if (config.content)
      if (const Held held = held_in("", *config.content); !held.kind.empty())
        findings.no({"config " + config.key,
                     {config.content_file, held.line + 1, 1},
                     "no credential in a config",
                     held.kind,
                     "use a secret"});
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
          if (const Held held = held_in(member.key, member.value.text); !held.kind.empty())
            findings.no({"ConfigMap " + map->space + "/" + map->name,
                         place_in(deployment, member.value, held, deployment.place_of(member)),
                         "no credential in a config map", held.kind, "use a secret", member.key});
}

}  // namespace

const DeploymentRule& secret_sources() {
  static constexpr DeploymentRule rule{"deploy/secret-sources", "secrets come from outside of the files",
                                       "What is in the files is in their history. Counts: secrets of a compose project "
                                       "that are not external, inline Secrets of Kubernetes, "
                                       "credentials in configs (in the files, and in files of the project), config "
                                       "maps and options of drivers. ExternalSecret, SealedSecret, secret "
                                       "stores and Vault's annotations are what to use",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
