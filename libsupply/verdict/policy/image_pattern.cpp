#include "libsupply/verdict/policy/image_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/host.hpp"

namespace supply::policy {

namespace {

using Kind = oci::Reference::Kind;

struct Form {
  std::string_view prefix;
  std::optional<Kind> kind;  ///< absent: a registry's
};
constexpr Form kForms[] = {{"oci:", Kind::layout},
                           {"oci-dir:", Kind::layout},
                           {"oci-archive:", Kind::oci_archive},
                           {"docker://", std::nullopt}};

/// Whether "registry:" at the front is the form. It is not in registry:2, the image of that name on Docker Hub, nor in
/// registry:5000/app, a host of that name; as oci::Reference has it.
bool names_registry_form(std::string_view text) {
  if (!text.starts_with("registry:")) return false;
  const std::string_view rest = text.substr(std::string_view("registry:").size());
  const std::string_view first = rest.substr(0, rest.find('/'));
  if (first == rest) return rest.substr(0, rest.find('@')).find(':') != std::string_view::npos;
  return first.find_first_not_of("0123456789*?") != std::string_view::npos;
}

Error no_pattern(std::string_view text, std::string_view why) {
  return {ErrorCode::usage, fmt::format("pattern {}: {}", quote(text), why)};
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// Source: distribution/reference, splitDockerDomain: what makes the first component a host.
bool names_host(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:[") != std::string_view::npos || to_lower(first) != first;
}

/// Whether a name is no directory's: "MyImage" and "My/Image" may be one, whatever a registry allows.
bool surely_host(std::string_view name) {
  const std::string_view first = name.substr(0, name.find('/'));
  return first != name && (first == "localhost" || first.find_first_of(".:[") != std::string_view::npos);
}

/// The host of a pattern, in canonical form also where labels or the port are wildcards.
Result<std::string> host_pattern(std::string_view host) {
  if (!has_wildcard(host)) return oci::canonical_registry(host);
  std::string text = to_lower(host);
  std::string port;
  if (const std::size_t colon = text.rfind(':'); colon != std::string::npos) {
    port = text.substr(colon + 1);
    text.resize(colon);
    if (!has_wildcard(port)) {
      SUPPLY_TRY(const std::string canonical, oci::canonical_host("x:" + port, 443));
      port = canonical.size() > 1 ? canonical.substr(2) : "";
    }
  }
  if (text.ends_with('.')) text.pop_back();
  for (const std::string_view label : split(text, '.'))
    if (label.empty()) return Error(ErrorCode::malformed, quote(host) + " has an empty label");
  return port.empty() ? text : text + ":" + port;
}

struct Parts {
  std::string_view name, tag, digest;  ///< the latter two with the ':' and '@' before them
};

/// What a wildcard at the beginning means to somebody who forgot that registries' names have slashes.
constexpr std::string_view kNoSlash =
    "* stands for no '/', and a registry's image is HOST/PATH: want ** for every image (**:TAG), docker.io/library/* "
    "for "
    "Docker Hub's own, or oci:DIR for a directory";

/// Whether some digest begins as the pattern does up to its first wildcard.
bool may_be_digest(std::string_view pattern) {
  const std::string_view start = pattern.substr(0, pattern.find_first_of("*?"));
  for (const std::string_view algorithm : {"sha256:", "sha512:", "blake3:"}) {
    if (algorithm.starts_with(start)) return true;
    if (start.starts_with(algorithm))
      return start.substr(algorithm.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
  }
  return false;
}

/// Whether some tag of a registry is as the pattern. Source: distribution-spec v1.1, "Pulling manifests".
bool may_be_tag(std::string_view pattern) {
  return !pattern.starts_with('.') && !pattern.starts_with('-') &&
         std::all_of(pattern.begin(), pattern.end(),
                     [](char c) { return is_alnum(c) || std::string_view("_.-*?").find(c) != std::string_view::npos; });
}

/// Whether what is behind an '@' can be a digest. In a path '@' may be part of a name.
bool is_digest_pattern(std::string_view text) {
  return has_wildcard(text.substr(0, 1)) || text.starts_with("sha256:") || text.starts_with("sha512:") ||
         text.starts_with("blake3:");
}

Parts cut(std::string_view text, bool local) {
  Parts parts{text, {}, {}};
  const std::size_t at = local ? parts.name.rfind('@') : parts.name.find('@');
  if (at != std::string_view::npos && (!local || is_digest_pattern(parts.name.substr(at + 1)))) {
    parts.digest = parts.name.substr(at);
    parts.name = parts.name.substr(0, at);
  }
  const std::size_t colon = parts.name.rfind(':');
  if (colon != std::string_view::npos && parts.name.find('/', colon) == std::string_view::npos) {
    parts.tag = parts.name.substr(colon);
    parts.name = parts.name.substr(0, colon);
  }
  return parts;
}

/// A path without "." and empty parts, and without a slash at its end; ".." is refused by the caller.
std::string plain_path(std::string_view path) {
  const std::string relative = join(path_components(path), "/");
  if (path.starts_with('/')) return "/" + relative;
  return relative.empty() ? "." : relative;
}

/// What is compared of a reference: a path in its shortest form, so that /srv/good/../evil lies in /srv.
std::string compared_name(const oci::Reference& reference) {
  if (reference.kind() == Kind::registry) return reference.name();
  std::string path = std::filesystem::path(reference.path()).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// The pattern of registries' names, or why it can be none.
Result<std::string> registry_pattern(const Parts& parts) {
  const std::size_t slash = parts.name.find('/');
  std::string_view first = parts.name.substr(0, slash), rest;
  if (slash != std::string_view::npos) rest = parts.name.substr(slash + 1);
  const bool has_host = slash != std::string_view::npos && names_host(first);
  std::string host, path;
  if (has_host) {
    SUPPLY_TRY(host, host_pattern(first));
    path = rest;
  } else if (has_wildcard(first)) {  // "**", "*/app": the host is the wildcard's
    if (slash == std::string_view::npos && first.find("**") == std::string_view::npos)
      return Error(ErrorCode::malformed, std::string(kNoSlash));
    path = parts.name;
  } else {
    host = "docker.io";
    path = parts.name;
  }
  if (path.empty()) return Error(ErrorCode::malformed, "names no repository");
  // "docker.io/*" without library/ would match nothing; "**" can stand for a slash.
  const bool one_part = path.find('/') == std::string::npos && path.find("**") == std::string::npos;
  if (!parts.tag.empty() && !may_be_tag(parts.tag.substr(1)))
    return Error(ErrorCode::malformed, fmt::format("{} is no tag of a registry's image", quote(parts.tag.substr(1))));
  if (host == "docker.io" && one_part) path = "library/" + path;
  for (const std::string_view part : split(path, '/'))
    if (part.empty()) return Error(ErrorCode::malformed, "a part of the repository's name is empty");
  if (to_lower(path) != path)
    return Error(ErrorCode::malformed, "a registry's repository is in lower case (write oci:DIR for a directory)");
  return host.empty() ? path : host + "/" + path;
}

}  // namespace

Result<ImagePattern> ImagePattern::parse(std::string_view text) {
  ImagePattern pattern;
  pattern.text_ = text;
  std::string_view rest = text;
  bool local = text.starts_with('/') || text.starts_with('.'), registry = !local;
  for (const Form& form : kForms) {
    if (!text.starts_with(form.prefix)) continue;
    rest = text.substr(form.prefix.size());
    pattern.kind_ = form.kind;
    local = form.kind.has_value();
    registry = !local;
    break;
  }
  if (names_registry_form(text)) rest = text.substr(std::string_view("registry:").size());
  if (rest == text)
    for (const std::string_view other : {"dir:", "sbom:", "file:"})
      if (text.starts_with(other)) return no_pattern(text, "names no image");
  if (text.starts_with("docker-archive:"))
    return no_pattern(text, "a docker-archive has no digest to be judged by; copy it to a layout, and write oci:DIR");
  if (rest.empty()) return no_pattern(text, "names no image");
  if (rest.find("://") != std::string_view::npos) return no_pattern(text, "an image's name has no scheme");

  const Parts parts = cut(rest, local);
  if (!parts.digest.empty() && !has_wildcard(parts.digest))
    if (auto digest = Digest::parse(parts.digest.substr(1)); !digest) return no_pattern(text, digest.error().message());
  if (!parts.digest.empty() && !may_be_digest(parts.digest.substr(1)))
    return no_pattern(text, "no digest begins so: want @* or @sha256:…");
  if (parts.tag == ":") return no_pattern(text, "nothing stands behind its ':'");
  std::string_view below = parts.name;
  while (local && below.starts_with("../")) below.remove_prefix(3);
  const auto names = split(below, '/');
  if (std::find(names.begin(), names.end(), "..") != names.end())
    return no_pattern(text, "paths are compared without .. in them");
  const std::string end = std::string(parts.tag) + std::string(parts.digest);

  if (registry) {
    auto name = registry_pattern(parts);
    if (name) pattern.registry_ = *std::move(name) + end;
    else if (rest != text || surely_host(parts.name) || has_wildcard(parts.name))
      return no_pattern(text, name.error().message());
  }
  // A word that names no form, and no host that is surely one, may be a directory's as well. With wildcards it is meant
  // for registries: a directory's pattern says so.
  if (local || rest == text) pattern.local_ = plain_path(parts.name) + end;
  return pattern;
}

bool ImagePattern::matches(const oci::Reference& reference) const {
  const bool is_registry = reference.kind() == Kind::registry;
  const std::optional<std::string>& pattern = is_registry ? registry_ : local_;
  if (!pattern || (kind_ && *kind_ != reference.kind())) return false;
  const std::string name = compared_name(reference);
  const oci::Selector& selector = reference.selector();
  if (glob_match(*pattern, name)) return true;
  const std::string tagged = selector.tag ? name + ":" + *selector.tag : name;
  if (selector.tag && glob_match(*pattern, tagged)) return true;
  if (!selector.digest) return false;
  const std::string digest = "@" + selector.digest->to_string();
  return glob_match(*pattern, name + digest) || glob_match(*pattern, tagged + digest);
}

}  // namespace supply::policy
