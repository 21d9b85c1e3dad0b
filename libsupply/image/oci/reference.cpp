#include "libsupply/image/oci/reference.hpp"

#include <algorithm>
#include <filesystem>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/host.hpp"

namespace supply::oci {
namespace {

// Source of the grammar: github.com/distribution/reference, doc comment of package reference.
constexpr std::size_t kNameBytes = 255, kTagBytes = 128, kPathBytes = 4096;
constexpr std::string_view kDockerHub = "docker.io";

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= kTagBytes && (is_alnum(text[0]) || text[0] == '_') &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_' || c == '.' || c == '-'; });
}

// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_lower_alnum(text.front()) || !is_lower_alnum(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_of("._-", i), text.size());
    if (!std::all_of(text.begin() + i, text.begin() + end, is_lower_alnum)) return false;
    if (end == text.size()) return true;
    i = std::min(text.find_first_not_of("._-", end), text.size());
    const std::string_view separator = text.substr(end, i - end);
    if (separator != "." && separator != "_" && separator != "__" &&
        separator.find_first_not_of('-') != std::string_view::npos)
      return false;
  }
  return false;
}

bool is_port(std::string_view text) {
  constexpr std::size_t kPortDigits = 16;
  return !text.empty() && text.size() <= kPortDigits && std::all_of(text.begin(), text.end(), is_digit) &&
         std::stoll(std::string(text)) <= 65535;
}

Error bad(std::string_view what, std::string_view text, std::string_view why) {
  return Error(ErrorCode::usage, std::string(what) + " " + quote(text) + ": " + std::string(why));
}

struct Cut {
  std::string_view name;
  Selector selector;
};

// Cuts "@digest" off. In a path, '@' may be part of a name, so there only a known algorithm makes a digest.
Result<Cut> cut_digest(std::string_view text, std::string_view what, bool is_path) {
  Cut cut{text, {}};
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return cut;
  const std::string_view rest = text.substr(at + 1);
  const bool looks_like_one = rest.starts_with("sha256:") || rest.starts_with("sha512:") || rest.starts_with("blake3:");
  if (is_path && (!looks_like_one || rest.find('/') != std::string_view::npos)) return cut;
  auto digest = Digest::parse(rest);
  if (!digest) return bad(what, text, digest.error().message());
  cut.name = text.substr(0, at);
  cut.selector.digest = *std::move(digest);
  return cut;
}

struct Repository {
  std::string registry, path, address;
};

// Source: distribution/reference, splitDockerDomain: what makes the first component a host.
bool names_host(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:[") != std::string_view::npos || to_lower(first) != first;
}

Result<Repository> parse_repository(std::string_view name, std::string_view text) {
  constexpr std::string_view what = "image reference";
  Repository repository{std::string(kDockerHub), std::string(name), std::string(kDockerHub)};
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos && names_host(name.substr(0, slash))) {
    const std::string_view host = name.substr(0, slash);
    auto registry = canonical_registry(host);
    if (!registry) return bad(what, text, "registry " + registry.error().message());
    SUPPLY_TRY(std::string address, canonical_host(host, 0));
    if (*registry == kDockerHub) address = kDockerHub;  // it has one address
    repository = {*std::move(registry), std::string(name.substr(slash + 1)), std::move(address)};
  } else if (name.size() == 64 && is_lower_hex(name)) {
    return bad(what, text, "64 hex digits are no repository's name (for a digest write NAME@sha256:…)");
  }
  if (repository.path.empty()) return bad(what, text, "names no repository");
  for (const std::string_view part : split(repository.path, '/')) {
    if (is_path_component(part)) continue;
    if (is_path_component(to_lower(part)))
      return bad(what, text, "repository " + quote(repository.path) + " must be in lower case");
    return bad(what, text,
               "repository part " + quote(part) +
                   " must be lower-case letters and digits, with single '.', '_', '__' or '-' between them");
  }
  if (repository.registry == kDockerHub && repository.path.find('/') == std::string::npos)
    repository.path = "library/" + repository.path;
  if (repository.registry.size() + 1 + repository.path.size() > kNameBytes)
    return bad(what, text, "is longer than 255 bytes");
  return repository;
}

// Not "30:15" of a directory that is named for a time.
bool is_plainly_host(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(':'));
  const bool letters = std::any_of(name.begin(), name.end(), [](char c) { return is_alnum(c) && !is_digit(c); });
  if (!letters) return std::count(name.begin(), name.end(), '.') == 3;
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos;
}

// DIR:HOST/REPOSITORY[:TAG], for podman and buildah name an image of a layout in full. Only what is plainly a host
// makes a full name: "a:b/c:1.0" is the directory "a:b/c". Source: containers/image oci/internal SplitPathAndImage,
// which cuts at the first ':' always.
bool cut_full_name(Cut& cut) {
  for (std::size_t colon = cut.name.find(':', 1); colon != std::string_view::npos;
       colon = cut.name.find(':', colon + 1)) {
    const std::string_view full = cut.name.substr(colon + 1);
    const std::size_t slash = full.find('/'), tag = full.rfind(':');
    if (slash == std::string_view::npos) return false;
    if (!is_plainly_host(full.substr(0, slash))) continue;
    const bool tagged = tag != std::string_view::npos && tag > full.rfind('/');
    if ((tagged && !is_tag(full.substr(tag + 1))) ||
        !parse_repository(full.substr(0, tagged ? tag : full.size()), full))
      continue;
    cut.selector.tag = full;
    cut.name = cut.name.substr(0, colon);
    return true;
  }
  return false;
}

// DIR[:TAG][@DIGEST]: the tag is a full name, or what follows the last ':', when it follows the grammar of tags.
Result<Cut> cut_path(std::string_view text, std::string_view what) {
  SUPPLY_TRY(Cut cut, cut_digest(text, what, true));
  const std::size_t colon = cut_full_name(cut) ? std::string_view::npos : cut.name.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view tag = cut.name.substr(colon + 1);
    if (is_tag(tag)) {
      cut.selector.tag = tag;
      cut.name = cut.name.substr(0, colon);
    } else if (tag.find('/') == std::string_view::npos) {
      return bad(
          what, text,
          "tag " + quote(tag) +
              " has other characters than letters, digits, '_', '.', '-', or is empty or too long (a directory of "
              "that name: end it with '/')");
    }
  }
  // "oci:a:b/" names the directory "a:b"; the slash has done its work.
  while (cut.name.size() > 1 && cut.name.ends_with('/')) cut.name.remove_suffix(1);
  if (cut.name.empty()) return bad(what, text, "names no path");
  if (cut.name.size() > kPathBytes) return bad(what, text, "has a path of more than 4096 bytes");
  if (cut.name.find('\0') != std::string_view::npos) return bad(what, text, "has a NUL byte in its path");
  return cut;
}

// FILE:REPOSITORY:TAG, as skopeo and docker users name an image in what `docker save` wrote. A path that has a ':'
// itself is closed with a slash.
std::optional<Cut> cut_docker(std::string_view text) {
  const std::size_t file_end = text.find(':'), tag_colon = text.rfind(':');
  if (file_end == 0 || file_end == tag_colon || tag_colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(file_end + 1, tag_colon - file_end - 1);
  if (!is_tag(text.substr(tag_colon + 1)) || !parse_repository(name, text)) return std::nullopt;
  std::string_view file = text.substr(0, file_end);
  while (file.size() > 1 && file.ends_with('/')) file.remove_suffix(1);  // to_string() closes some paths with one
  return Cut{file, {std::string(text.substr(file_end + 1)), std::nullopt}};
}

// What a reference that names no registry's image begins with.
struct Form {
  std::string_view prefix, what;
  Reference::Kind kind;
};
constexpr Form kForms[] = {{"oci:", "layout", Reference::Kind::layout},
                           {"oci-dir:", "layout", Reference::Kind::layout},
                           {"oci-archive:", "archive", Reference::Kind::oci_archive},
                           {"docker-archive:", "archive", Reference::Kind::docker_archive},
                           {".", "layout", Reference::Kind::layout},
                           {"/", "layout", Reference::Kind::layout}};
constexpr std::string_view kNoImages[] = {"dir:", "sbom:", "file:"};

const Form* form_of(std::string_view text) {
  const auto found = std::find_if(std::begin(kForms), std::end(kForms),
                                  [&](const Form& form) { return text.starts_with(form.prefix); });
  return found == std::end(kForms) ? nullptr : found;
}

bool names_no_image(std::string_view text) {
  return std::any_of(std::begin(kNoImages), std::end(kNoImages),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// Whether "registry:" at the front is the prefix. It is not in registry:2 and registry:2@sha256:…, the image of that
// name on Docker Hub, nor in registry:5000/app, a host of that name.
bool has_registry_prefix(std::string_view text) {
  constexpr std::string_view prefix = "registry:";
  if (!text.starts_with(prefix)) return false;
  const std::string_view rest = text.substr(prefix.size());
  if (is_tag(rest.substr(0, rest.find('@')))) return false;
  return !is_port(rest.substr(0, rest.find('/')));
}

}  // namespace

Result<Reference> Reference::parse(std::string_view text) {
  if (text.empty()) return Error(ErrorCode::usage, "image reference is empty");
  Reference reference;
  if (const Form* form = form_of(text)) {
    const std::string_view rest = form->prefix.ends_with(':') ? text.substr(form->prefix.size()) : text;
    SUPPLY_TRY(Cut cut, cut_path(rest, form->what));
    if (form->kind == Kind::docker_archive && !cut.selector.digest) cut = cut_docker(rest).value_or(std::move(cut));
    reference.kind_ = form->kind;
    reference.path_ = cut.name;
    reference.selector_ = std::move(cut.selector);
    return reference;
  }
  if (names_no_image(text))
    return bad("image reference", text, "names no image (want a registry's name, oci:DIR or oci-archive:FILE)");
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    return bad("image reference", text, "leave out " + quote(text.substr(0, scheme + 3)));

  const std::string_view rest = has_registry_prefix(text) ? text.substr(9) : text;
  SUPPLY_TRY(Cut cut, cut_digest(rest, "image reference", false));
  const std::size_t colon = cut.name.rfind(':');
  if (colon != std::string_view::npos && cut.name.find('/', colon) == std::string_view::npos) {
    const std::string_view tag = cut.name.substr(colon + 1);
    if (!is_tag(tag))
      return bad("image reference", text,
                 "tag " + quote(tag) + " must be up to 128 letters, digits, '_', '.', '-', the first no '.' or '-'");
    cut.selector.tag = tag;
    cut.name = cut.name.substr(0, colon);
  }
  SUPPLY_TRY(Repository repository, parse_repository(cut.name, text));
  reference.registry_ = std::move(repository.registry);
  reference.address_ = std::move(repository.address);
  reference.repository_ = std::move(repository.path);
  reference.selector_ = std::move(cut.selector);
  if (!reference.selector_.tag && !reference.selector_.digest) reference.selector_.tag = "latest";
  return reference;
}

std::string Reference::to_string() const {
  std::string text;
  switch (kind_) {
    case Kind::registry:
      text = registry_ + '/' + repository_;
      // A host can be named "file" or "oci".
      if (form_of(text) != nullptr || names_no_image(text)) text.insert(0, "registry:");
      break;
    case Kind::layout: text = "oci:" + path_; break;
    case Kind::oci_archive: text = "oci-archive:" + path_; break;
    case Kind::docker_archive: text = "docker-archive:" + path_; break;
  }
  if (kind_ != Kind::registry) {
    // A path that could be read as one with a tag or a digest is closed with a slash.
    const std::size_t at = path_.rfind('@'), slash = path_.rfind('/');
    const bool digest = at != std::string::npos && (slash == std::string::npos || at > slash);
    if (digest || path_.find(':') != std::string::npos) text += '/';
  }
  if (selector_.tag) text += ':' + *selector_.tag;
  if (selector_.digest) text += '@' + selector_.digest->to_string();
  return text;
}

std::string Reference::name() const { return kind_ == Kind::registry ? registry_ + '/' + repository_ : path_; }

std::string Reference::published_name() const {
  if (kind_ == Kind::registry) return name();
  // "image/" and "image/." are the directory "image" too.
  const std::filesystem::path path = std::filesystem::path(path_).lexically_normal();
  const std::string last = (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
  return last.empty() || last == "." || last == ".." || last == "-" ? "image" : last;
}

Reference Reference::at(std::string path) const {
  Reference other = *this;
  other.path_ = std::move(path);
  return other;
}

Reference Reference::with(Selector selector) const {
  Reference other = *this;
  other.selector_ = std::move(selector);
  return other;
}

}  // namespace supply::oci
