#include "libsupply/content/secrets/credential.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <vector>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::secrets {
namespace {

// One shape: what it is called, and the pattern that finds it. The whole match is replaced when masked, or group 1
// when there is one.
struct Shape {
  Shape(std::string_view kind_, const char* pattern_) : kind(kind_), pattern(pattern_, RE2::Quiet) {}
  std::string_view kind;
  RE2 pattern;
};

// Sources: the token formats that each service documents (GitHub "token formats", AWS "unique identifiers", Slack
// "token types", GitLab "token overview", RFC 7468 section 10, RFC 7519, RFC 3986 section 3.2.1, …).
const std::array<Shape, 21>& shapes() {
  static const std::array<Shape, 21> all = {{
      {"private key", R"((?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----.*)"},
      {"github token", R"(\bgh[pousr]_[A-Za-z0-9]{30,})"},
      {"github token", R"(\bgithub_pat_[A-Za-z0-9_]{40,})"},
      {"gitlab token", R"(\bgl(?:pat|cbt|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,})"},
      {"aws access key", R"(\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)"},
      {"slack token", R"(\bxox[abeoprs]-[A-Za-z0-9-]{10,})"},
      {"json web token", R"(\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"},
      {"google api key", R"(\bAIza[0-9A-Za-z_-]{35})"},
      {"npm token", R"(\bnpm_[A-Za-z0-9]{36})"},
      {"pypi token", R"(\bpypi-AgE[A-Za-z0-9_-]{50,})"},
      {"docker token", R"(\bdckr_[a-z]+_[A-Za-z0-9_-]{20,})"},
      {"stripe key", R"(\b[sr]k_live_[0-9a-zA-Z]{20,})"},
      {"sendgrid key", R"(\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,})"},
      {"vault token", R"(\bhv[sbr]\.[A-Za-z0-9_-]{24,})"},
      {"hugging face token", R"(\bhf_[A-Za-z0-9]{30,})"},
      {"webhook's address",
       R"(\bhttps://(?:hooks\.slack\.com/(?:services|workflows)/\w|discord(?:app)?\.com/api/webhooks/\d|)"
       R"([\w-]+\.webhook\.office\.com/webhookb2/\w)\S+)"},
      {"age key", R"(\bAGE-SECRET-KEY-1[0-9A-Z]{50,})"},
      {"service's token",
       R"(\b(?:do[oprt]_v1_[0-9a-f]{64}|sk-(?:proj|ant|svcacct|admin)-[\w-]{20,}|glsa_\w{32,}|dapi[0-9a-f]{32}\b|)"
       R"(shp(?:at|ca|pa|ss)_[0-9a-f]{32}|\d{8,10}:AA[\w-]{33}\b|NRAK-[A-Z0-9]{27}|tskey-[a-z]+-\w{8,}-\w{16,}|)"
       R"(rubygems_[0-9a-f]{48}|sntry[su]_[\w=+/-]{40,}|GOCSPX-[\w-]{28}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|)"
       R"(dp\.(?:pt|st|ct|sa)\.\w{40,}|xapp-\d-[\w-]{20,}|pul-[0-9a-f]{40}|lin_api_\w{40}))"},
      // Who asks is the credential: a key of Sentry, a token of a forge.
      {"key in a url", R"(\bhttps?://([0-9a-f]{32,})@)"},
      // A reference ($X, ${X}, <x>, [x]) or a mask in the password's place is none.
      {"password in a url",
       R"(\b[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"'?#]*:((?:[^/\s@"'$<\[*{%]|%[0-9A-Fa-f]{2})[^/\s@"']*)@)"},
      // Of Go's drivers of MySQL: USER:PASSWORD@tcp(HOST:PORT)/DATABASE.
      {"password in a url", R"(\b[\w.-]+:([^/\s@"'$<\[*:][^/\s@"']*)@(?:tcp|unix)\()"},
  }};
  return all;
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The words of a name, in upper case: "db.apiKey" gives DB, API, KEY.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool last_small = false, inside = false;
  for (const char c : name) {
    const bool small = is_lower(c), large = is_upper(c), digit = is_digit(c);
    if (!small && !large && !digit) {
      inside = last_small = false;
      continue;
    }
    if (!inside || (large && last_small)) words.emplace_back();
    words.back() += small ? static_cast<char>(c - 'a' + 'A') : c;
    inside = true;
    last_small = small;
  }
  return words;
}

// Where a program finds it: in its environment, in a file, in another value. Each is the whole form, since a password
// may begin as one does: "env:hunter2", "@/x".
bool is_looked_up(std::string_view value) {
  static const RE2 expression(
      R"(%\{[^}]+\}|env\([^)]+\).*|ENV\[[^\]]+\].*|os\.environ(?:\[|\.get\().+|os\.[gG]etenv\(.+|)"
      R"(process\.env(?:\.\w+|\[[^\]]+\]).*|System\.get(?:env|Property)\(.+|!(?:vault|secret|ENV|env)(?:\s.*)?|)"
      R"(@/[\w.-]+/[\w./-]+|from-file(?:[:=(].*)?)",
      RE2::Quiet);
  static const RE2 variable(R"(env:(?://)?(\w+))", RE2::Quiet), telling("[A-Z_][A-Z0-9_]*", RE2::Quiet);
  const re2::StringPiece piece(value.data(), value.size());
  std::string name;
  if (RE2::FullMatch(piece, variable, &name)) return RE2::FullMatch(name, telling) || secret_name(name);
  return RE2::FullMatch(piece, expression);
}

// Whether the value says where a credential is, or that there is none.
bool harmless(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  value = trim(value);
  if (value.empty() || value.front() == '$' || value.front() == '`' || value.starts_with("{{")) return true;
  if (value.find_first_not_of('*') == std::string_view::npos || value == "[MASKED]") return true;
  if (one_of(to_lower(value), {"true", "false", "yes", "no", "on", "off", "0", "1", "none", "null", "nil", "required",
                               "optional", "enabled", "disabled", "include", "omit", "same-origin", "prompt"}))
    return true;
  // What a template fills in, or the beginning of a mapping or list. A password may begin like that: "{noop}x", "<x".
  for (const std::string_view pair : {"{}", "[]", "<>"})
    if (value.front() == pair.front() && (value.size() == 1 || value.back() == pair.back())) return true;
  // A hash with the name of its scheme. Source: RFC 2307, 5.3; Spring Security's and Dovecot's names beside it.
  static const RE2 hash(R"((?i)\{(?:x-)?(?:s?sha\d*|s?md5|crypt|\w+-crypt|bcrypt|scrypt|argon2\w*|pbkdf2[\w-]*)\}.*)",
                        RE2::Quiet);
  if (RE2::FullMatch(re2::StringPiece(value.data(), value.size()), hash)) return true;
  if (is_looked_up(value)) return true;
  static const RE2 path(
      R"((?:[a-z_]+:(?://)?)?(?:/run|/var|/etc|/mnt|/opt|/usr|/srv|/data|/home|/root|/vault|/secrets?|/certs?|/keys?|/credentials?|/keystore|/app|/config|/tmp)/[\w./-]+)",
      RE2::Quiet);
  // Where a store of secrets has it: what fills it in when the program starts, by the forms of those that do
  // (Bank-Vaults, vals, 1Password, AWS's and Google's names of a secret).
  static const RE2 reference(
      R"((?:>>)?(?:vault|bao):[\w./-]+#\S+|(?:ref\+[a-z0-9+]+|op|awssm|gcpsm|azurekeyvault|keyvault|sm|secretref)://\S+|)"
      R"(arn:aws[\w-]*:(?:secretsmanager|ssm):\S+|projects/[^/\s]+/secrets/\S+)",
      RE2::Quiet);
  const re2::StringPiece piece(value.data(), value.size());
  return RE2::FullMatch(piece, path) || RE2::FullMatch(piece, reference);
}

}  // namespace

bool secret_name(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  if (words.empty()) return false;
  if (one_of(words.back(),
             {"FILE",     "FILES",    "PATH",       "DIR",      "URL",       "URI",         "ENDPOINT", "HOST",
              "PORT",     "NAME",     "ID",         "IDS",      "TYPE",      "TTL",         "EXPIRY",   "EXPIRATION",
              "EXPIRES",  "LENGTH",   "MIN",        "MAX",      "ROUNDS",    "ITERATIONS",  "COST",     "HASHER",
              "STRENGTH", "FORMAT",   "ENCODING",   "TIMEOUT",  "ALGORITHM", "ALG",         "VERSION",  "ISSUER",
              "AUDIENCE", "ENABLED",  "REQUIRED",   "SIZE",     "POLICY",    "COUNT",       "HEADER",   "PREFIX",
              "SHA1",     "SHA256",   "SHA384",     "SHA512",   "MD5",       "DIGEST",      "CHECKSUM", "FINGERPRINT",
              "PATTERN",  "REGEX",    "ENCRYPTION", "METHOD",   "MODE",      "STORE",       "BACKEND",  "PROVIDER",
              "ENGINE",   "SCOPE",    "SCOPES",     "LIFETIME", "LIFESPAN",  "AGE",         "CLASS",    "FIELD",
              "STRATEGY", "SUFFIX",   "CLAIM",      "VALIDITY", "DAYS",      "SECONDS",     "MINUTES",  "HOURS",
              "ROTATION", "LOCATION", "DOMAIN",     "RATE",     "LIMIT",     "WINDOW",      "MINUTE",   "SECOND",
              "HOUR",     "INTERVAL", "DURATION",   "LEEWAY",   "ARN",       "REGION",      "ROLE",     "MANAGER",
              "HELPER",   "COMMAND",  "KIND",       "BITS",     "CHARSET",   "URLS",        "STDIN",    "FD",
              "MAP",      "MAPS",     "HINT",       "PLUGIN",   "SANITIZE",  "PLACEHOLDER", "CMD"}))
    return false;
  bool key = false, marked_public = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    for (const std::string_view part : {"SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY"})
      if (word.find(part) != std::string_view::npos && !word.starts_with("SECRETAR")) return true;
    if (one_of(word, {"DBPASS", "USERPASS", "ROOTPASS", "ADMINPASS", "SMTPPASS", "MAILPASS", "LDAPPASS", "DBPWD",
                      "ROOTPW", "BINDPW", "ADMINPW", "AUTHTOK"}))
      return true;
    if (one_of(word, {"PASS", "PASSCODE", "TOKEN", "TOKENS", "AUTHTOKEN", "CREDS"}) || word.ends_with("TOKEN"))
      return true;
    if ((word == "PWD" || word == "PW" || word == "PSK") && words.size() > 1) return true;
    if (one_of(word, {"COOKIE", "COMMUNITY"}) && i > 0 && one_of(words[i - 1], {"ERLANG", "SNMP"})) return true;
    if (word == "AUTH" && words.size() == 2 && one_of(words.front(), {"REDISCLI", "NEO4J"})) return true;
    if (one_of(word, {"PUBLIC", "PUB", "GPG", "PGP", "PRIMARY", "FOREIGN", "SORT", "PARTITION", "CACHE", "HOST",
                      "INDEX", "SHARD", "IDEMPOTENCY", "PUBLISHABLE", "SITE"}))
      marked_public = true;
    if ((word == "KEY" || word == "KEYS") && i > 0) key = true;
    if (one_of(word, {"PRIVATEKEY", "ACCESSKEY", "ENCRYPTIONKEY", "SIGNINGKEY", "MASTERKEY"})) key = true;
  }
  if (words.size() > 1 && one_of(words.back(), {"SALT", "PAT", "MNEMONIC"})) return true;
  if (words.size() > 1 && words.back() == "SEED" && one_of(words[words.size() - 2], {"OTP", "TOTP", "HOTP", "WALLET"}))
    return true;
  return key && !marked_public;
}

std::optional<std::string_view> secret_shape(std::string_view text) {
  const re2::StringPiece piece(text.data(), text.size());
  for (const Shape& shape : shapes())
    if (RE2::PartialMatch(piece, shape.pattern)) return shape.kind;
  return std::nullopt;
}

std::optional<std::string_view> secret_variable(std::string_view name, std::string_view value) {
  if (const auto shape = secret_shape(value)) return shape;
  // How many pieces of text: MAX_TOKENS=4096.
  if (const std::vector<std::string> words = words_of(name);
      !words.empty() && value.find_first_not_of("-0123456789_") == std::string_view::npos &&
      (words.back() == "TOKENS" || one_of(words.front(), {"MAX", "MIN", "NUM"}) ||
       std::find(words.begin(), words.end(), "MAX") != words.end()))
    return std::nullopt;
  if (secret_name(name) && !harmless(value)) return "named like a secret";
  // Who knows the address of a webhook may call it, and who asks with basic authentication says "user:password".
  const std::vector<std::string> words = words_of(name);
  const auto has = [&](std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  const re2::StringPiece piece(value.data(), value.size());
  static const RE2 webhook(R"(https?://[^/\s]+/\S*?(?:[a-z]\w*\d|\d\w*[a-z])[\w-]{6,}\S*)", RE2::Quiet);
  if ((has("WEBHOOK") || has("HOOK")) && RE2::FullMatch(piece, webhook)) return "a webhook's address";
  static const RE2 user(R"([^\s:/$<]+:[^\s/$<][^\s/]{3,})", RE2::Quiet);
  if (((has("BASIC") && has("AUTH")) || has("BASICAUTH") || has("USERPWD")) && RE2::FullMatch(piece, user))
    return "a password behind a user's name";
  static const RE2 random(R"([0-9a-f]{32,})", RE2::Quiet);
  if (words.size() > 1 && words.back() == "AUTH" && RE2::FullMatch(piece, random)) return "named like a secret";
  return std::nullopt;
}

std::string masked(std::string_view text) {
  std::string out(text);
  for (const Shape& shape : shapes()) {
    const bool part = shape.pattern.NumberOfCapturingGroups() > 0;
    std::string next;
    re2::StringPiece rest(out), found[2];
    while (shape.pattern.Match(rest, 0, rest.size(), RE2::UNANCHORED, found, part ? 2 : 1)) {
      const re2::StringPiece hidden = part ? found[1] : found[0];
      next.append(rest.data(), static_cast<std::size_t>(hidden.data() - rest.data())).append("***");
      rest.remove_prefix(static_cast<std::size_t>(hidden.data() + hidden.size() - rest.data()));
    }
    if (next.empty()) continue;
    next.append(rest.data(), rest.size());
    out = std::move(next);
  }
  return out;
}

}  // namespace supply::secrets
