#include "libsupply/content/pkg/purl.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::pkg {
namespace {

enum class Namespace { optional, required, prohibited };

// Only the types whose rules differ from "taken as it is". Source: purl-spec, types/<type>-definition.json. A namespace
// counts as required or prohibited where the specification's tests say that parsing must fail: elsewhere the documents
// that are read do not keep to the definitions (pkg:golang/stdlib has no namespace).
struct TypeRule {
  std::string_view type;
  bool lower_namespace = false;
  bool lower_name = false;
  bool dash_for_underscore = false;
  bool lower_version = false;
  Namespace name_space = Namespace::optional;
};
constexpr std::array kRules = {
    TypeRule{"alpm", true, true},
    TypeRule{"apk", true, true},
    TypeRule{"bitbucket", true, true},
    TypeRule{"bitnami", false, true},
    TypeRule{"brew", true, true},
    TypeRule{"composer", true, true},
    TypeRule{"deb", true, true},
    TypeRule{"github", true, true},
    TypeRule{"hex", true, true},
    TypeRule{"huggingface", false, false, false, true},
    TypeRule{"luarocks", true, true},
    TypeRule{"oci", false, true},
    TypeRule{"otp", false, true, false, false, Namespace::prohibited},
    TypeRule{"pub", false, true},
    TypeRule{"pypi", false, true, true, true},
    TypeRule{"qpkg", true, false},
    TypeRule{"rpm", true, false},
    TypeRule{"swift", false, false, false, false, Namespace::required},
    TypeRule{"vcpkg", false, false, false, false, Namespace::prohibited},
    TypeRule{"vscode-extension", true, true, false, true, Namespace::required},
    TypeRule{"yocto", true, false},
};

const TypeRule& rule_of(std::string_view type) {
  static constexpr TypeRule none{};
  const auto* found =
      std::find_if(kRules.begin(), kRules.end(), [&](const TypeRule& rule) { return rule.type == type; });
  return found == kRules.end() ? none : *found;
}

Error wrong(std::string_view what, std::string_view value) {
  return Error(ErrorCode::malformed, "purl: " + std::string(what) + " " + quote(value));
}

Result<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    Result<std::string> byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return wrong("bad percent-encoding in", text);
    out += *byte;
    i += 2;
  }
  if (!is_utf8(out)) return wrong("not UTF-8:", out);
  return out;
}

// Source: purl-spec, "Character encoding": the colon is never encoded.
void encode(std::string& out, std::string_view text, std::string_view also = ":") {
  constexpr std::string_view kPlain = ".-_~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || kPlain.find(c) != std::string_view::npos ||
        also.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
}

std::string_view strip_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

Status check_type(std::string_view type) {
  const bool good = !type.empty() && is_letter(type.front()) && std::all_of(type.begin(), type.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-';
  });
  if (!good) return wrong("bad type", type);
  return {};
}

Status check_key(std::string_view key) {
  const bool good = !key.empty() && is_letter(key.front()) && std::all_of(key.begin(), key.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
  if (!good) return wrong("bad qualifier key", key);
  return {};
}

Status check_chrome_extension(const PurlParts& parts) {
  const bool good_name = parts.name.size() == 32 &&
                         std::all_of(parts.name.begin(), parts.name.end(), [](char c) { return c >= 'a' && c <= 'p'; });
  if (!good_name) return wrong("not a chrome extension's id:", parts.name);
  if (parts.version.empty()) return {};
  const auto numbers = split(parts.version, '.');
  const bool good_version = numbers.size() <= 4 && std::all_of(numbers.begin(), numbers.end(),
                                                               [](std::string_view part) { return is_digits(part); });
  if (!good_version) return wrong("not a chrome extension's version:", parts.version);
  return {};
}

// The rules for one type's components, on parts whose case is folded already.
Status check_components(const PurlParts& parts) {
  const TypeRule& rule = rule_of(parts.type);
  if (rule.name_space == Namespace::required && parts.name_space.empty()) {
    return wrong("no namespace for type", parts.type);
  }
  if (rule.name_space == Namespace::prohibited && !parts.name_space.empty()) {
    return wrong("type " + parts.type + " has no namespace:", parts.name_space);
  }
  if (parts.type == "cpan" && parts.name.find("::") != std::string::npos) {
    return wrong("a CPAN module is not a distribution:", parts.name);
  }
  if (parts.type == "julia" && !parts.qualifiers.contains("uuid")) return wrong("no uuid for", parts.name);
  if (parts.type == "chrome-extension") return check_chrome_extension(parts);
  return {};
}

enum class Dots { keep, drop };

// Without empty segments; in a subpath "." and ".." are dropped too.
std::string clean_segments(std::string_view text, Dots dots) {
  std::string out;
  for (const std::string_view segment : split(text, '/')) {
    if (segment.empty() || (dots == Dots::drop && (segment == "." || segment == ".."))) continue;
    if (!out.empty()) out += '/';
    out += segment;
  }
  return out;
}

Result<std::string> decode_segments(std::string_view text) {
  std::string out;
  for (const std::string_view segment : split(text, '/')) {
    SUPPLY_TRY(const std::string decoded, decode(segment));
    if (decoded.find('/') != std::string::npos) return wrong("slash inside a segment of", text);
    if (!out.empty()) out += '/';
    out += decoded;
  }
  return out;
}

void encode_segments(std::string& out, std::string_view text, std::string_view also) {
  bool first = true;
  for (const std::string_view segment : split(text, '/')) {
    if (!first) out += '/';
    first = false;
    encode(out, segment, also);
  }
}

}  // namespace

// Source: purl-spec, PURL-TYPES, with what older documents of syft and trivy have (k8s, opkg, portage, hackage …).
bool is_known_type(std::string_view type) {
  static constexpr std::string_view kTypes[] = {"alpm",
                                                "ansible",
                                                "apk",
                                                "bazel",
                                                "bitbucket",
                                                "bitnami",
                                                "brew",
                                                "cargo",
                                                "chrome-extension",
                                                "cocoapods",
                                                "composer",
                                                "conan",
                                                "conda",
                                                "cpan",
                                                "cran",
                                                "deb",
                                                "docker",
                                                "dotnet",
                                                "ebuild",
                                                "elm",
                                                "gem",
                                                "generic",
                                                "gitee",
                                                "github",
                                                "githubactions",
                                                "gitlab",
                                                "golang",
                                                "guix",
                                                "hackage",
                                                "helm",
                                                "hex",
                                                "huggingface",
                                                "ips",
                                                "jsr",
                                                "julia",
                                                "k8s",
                                                "luarocks",
                                                "maven",
                                                "mlflow",
                                                "nix",
                                                "npm",
                                                "nuget",
                                                "oci",
                                                "opam",
                                                "openvsx",
                                                "opkg",
                                                "otp",
                                                "pear",
                                                "portage",
                                                "powershell",
                                                "pub",
                                                "pypi",
                                                "qpkg",
                                                "raku",
                                                "rpm",
                                                "spack",
                                                "swid",
                                                "swift",
                                                "terraform",
                                                "vcpkg",
                                                "virtual",
                                                "vscode-extension",
                                                "wordpress",
                                                "yocto"};
  // A run with '/' ends somewhere behind the type.
  if (type.find("**") != std::string_view::npos) return true;
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [&](std::string_view known) { return glob_match(type, known); });
}

bool is_distribution_type(std::string_view type) {
  static constexpr std::array<std::string_view, 5> kTypes = {"alpm", "apk", "deb", "opkg", "rpm"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

Result<Purl> Purl::create(PurlParts parts) {
  SUPPLY_TRY(check_type(parts.type));
  for (const std::string* text : {&parts.name_space, &parts.name, &parts.version, &parts.subpath}) {
    if (!is_utf8(*text)) return wrong("not UTF-8:", *text);
  }
  parts.type = to_lower(parts.type);
  const TypeRule& rule = rule_of(parts.type);
  std::string name(strip_slashes(parts.name));
  parts.name = rule.lower_name ? to_lower(name) : name;
  if (parts.name.empty()) return wrong("no name for type", parts.type);
  if (rule.dash_for_underscore) std::replace(parts.name.begin(), parts.name.end(), '_', '-');
  parts.name_space = clean_segments(parts.name_space, Dots::keep);
  if (rule.lower_namespace) parts.name_space = to_lower(parts.name_space);
  if (rule.lower_version) parts.version = to_lower(parts.version);
  std::map<std::string, std::string> qualifiers;
  for (auto& [key, value] : parts.qualifiers) {
    SUPPLY_TRY(check_key(key));
    if (!is_utf8(value)) return wrong("not UTF-8:", value);
    if (value.empty()) continue;
    if (!qualifiers.emplace(to_lower(key), std::move(value)).second) return wrong("duplicate qualifier", key);
  }
  parts.qualifiers = std::move(qualifiers);
  parts.subpath = clean_segments(parts.subpath, Dots::drop);
  // Source: purl-spec, types/mlflow-definition.json: Databricks names are without regard to case, Azure ML's are not.
  if (parts.type == "mlflow" && parts.qualifiers.contains("repository_url") &&
      parts.qualifiers["repository_url"].find("databricks") != std::string::npos) {
    parts.name = to_lower(parts.name);
  }
  SUPPLY_TRY(check_components(parts));
  Purl purl;
  purl.parts_ = std::move(parts);
  return purl;
}

Result<Purl> Purl::parse(std::string_view text) {
  if (text.size() > kMaxPurlBytes) {
    return Error(ErrorCode::limit_exceeded, "purl of " + std::to_string(text.size()) + " bytes");
  }
  // The order of the specification: from the right, subpath to type.
  std::string_view rest = text;
  PurlParts parts;
  if (const std::size_t hash = rest.rfind('#'); hash != std::string_view::npos) {
    SUPPLY_TRY(parts.subpath, decode_segments(strip_slashes(rest.substr(hash + 1))));
    rest = rest.substr(0, hash);
  }
  if (const std::size_t mark = rest.rfind('?'); mark != std::string_view::npos) {
    for (const std::string_view pair : split(rest.substr(mark + 1), '&')) {
      if (pair.empty()) continue;
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) return wrong("qualifier without a value", pair);
      SUPPLY_TRY(check_key(pair.substr(0, equals)));
      SUPPLY_TRY(std::string value, decode(pair.substr(equals + 1)));
      if (!parts.qualifiers.emplace(to_lower(pair.substr(0, equals)), std::move(value)).second) {
        return wrong("duplicate qualifier", pair.substr(0, equals));
      }
    }
    rest = rest.substr(0, mark);
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || to_lower(rest.substr(0, colon)) != "pkg")
    return wrong("no scheme pkg in", text);
  rest = rest.substr(colon + 1);
  while (rest.starts_with('/')) rest.remove_prefix(1);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return wrong("no name in", text);
  parts.type = rest.substr(0, slash);
  rest = rest.substr(slash + 1);
  // The version follows the last '@' of the last segment; an npm scope may be unencoded before it.
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos && at != 0 && rest[at - 1] != '/') {
    SUPPLY_TRY(parts.version, decode(rest.substr(at + 1)));
    rest = rest.substr(0, at);
  } else if (at != std::string_view::npos && rest.find('/', at) == std::string_view::npos) {
    return wrong("no name in", text);
  }
  rest = strip_slashes(rest);
  const std::size_t last = rest.rfind('/');
  SUPPLY_TRY(parts.name, decode(last == std::string_view::npos ? rest : rest.substr(last + 1)));
  if (last != std::string_view::npos) {
    SUPPLY_TRY(parts.name_space, decode_segments(strip_slashes(rest.substr(0, last))));
  }
  return create(std::move(parts));
}

std::string Purl::text(std::string_view plain) const {
  if (empty()) return {};
  std::string out = "pkg:" + parts_.type + "/";
  if (!parts_.name_space.empty()) {
    encode_segments(out, parts_.name_space, plain);
    out += '/';
  }
  encode(out, parts_.name, plain);
  if (!parts_.version.empty()) {
    out += '@';
    encode(out, parts_.version, plain);
  }
  char separator = '?';
  for (const auto& [key, value] : parts_.qualifiers) {
    out += separator;
    out += key;
    out += '=';
    encode(out, value, plain);
    separator = '&';
  }
  if (!parts_.subpath.empty()) {
    out += '#';
    encode_segments(out, parts_.subpath, plain);
  }
  return out;
}

std::string Purl::to_string() const { return text(":"); }

std::string Purl::to_encoded_string() const { return text(""); }

}  // namespace supply::pkg
