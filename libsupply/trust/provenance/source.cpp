#include "libsupply/trust/provenance/source.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/host.hpp"

namespace supply::provenance {
namespace {

// Source: RFC 3986, section 2.3.
bool is_unreserved(char c) { return is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos; }

Error malformed(std::string message) { return Error(ErrorCode::malformed, std::move(message)); }

// The path's bytes. `stars`: whether '*' may be in it, as a wildcard. Source: RFC 3986, sections 2.1
// and 3.3.
Status check_path_bytes(std::string_view path, bool stars) {
  constexpr std::string_view kRaw = "/!$&'()+,;=:";
  std::string decoded;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c != '%') {
      if (!is_unreserved(c) && kRaw.find(c) == std::string_view::npos && !(stars && c == '*'))
        return malformed("character " + quote(path.substr(i, 1)) + " must not stand in a source's path" +
                         (c == '\\' || c == '*' ? "" : " unescaped"));
      decoded += c;
      continue;
    }
    const std::string_view escape = path.substr(i, 3);
    const auto byte = from_hex(escape.substr(1));
    if (!byte || byte->size() != 1) return malformed(quote(escape) + " is no percent-escape");
    if (std::any_of(escape.begin(), escape.end(), [](char d) { return d >= 'a' && d <= 'f'; }))
      return malformed("escape " + quote(escape) + " is written in capitals in its canonical form");
    const char plain = byte->front();
    if (is_unreserved(plain)) return malformed("escape " + quote(escape) + " stands for " + quote(*byte));
    if (plain == '/' || plain == '\\' || plain == '%' || static_cast<unsigned char>(plain) < ' ' || plain == 0x7f)
      return malformed("escape " + quote(escape) + " hides what it stands for");
    decoded += plain;
    i += 2;
  }
  if (!is_utf8(decoded)) return malformed("the path's escapes are no UTF-8");
  return {};
}

// Errors: malformed. `path` is empty, or begins with '/'.
Status check_path(std::string_view path, bool stars) {
  SUPPLY_TRY(check_path_bytes(path, stars));
  if (path.empty()) return {};
  for (const std::string_view part : split(path.substr(1), '/'))
    if (part.empty() || part == "." || part == "..")
      return malformed("part " + quote(part) + " must not stand in a source's path");
  return {};
}

int default_port(std::string_view scheme) {
  for (const auto& [name, port] : {std::pair<std::string_view, int>{"https", 443},
                                   {"http", 80},
                                   {"ssh", 22},
                                   {"ssh+git", 22},
                                   {"git", 9418},
                                   {"ftp", 21},
                                   {"ftps", 990}})
    if (name == scheme) return port;
  return 0;
}

bool is_scheme(std::string_view scheme) {
  return !scheme.empty() && scheme.front() >= 'a' && scheme.front() <= 'z' &&
         std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return is_lower_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

// SSH at its own port is one more way to the repository that https has. Source: git-clone(1), GIT URLS.
std::string canonical_scheme(const std::string& scheme, std::string_view host) {
  const bool port = host.find(':', host.starts_with('[') ? host.find(']') : 0) != std::string_view::npos;
  return (scheme == "ssh" || scheme == "ssh+git") && !port ? "https" : scheme;
}

struct Parts {
  std::string scheme, authority, path;
  std::string ref;
};

// Without "git+", and "git@host:path" as what git takes it for.
Result<std::string> with_scheme(std::string_view uri) {
  std::string text(uri.starts_with("git+") ? uri.substr(4) : uri);
  static const RE2 scp(R"((?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+):/?([^/:].*))", RE2::Quiet);
  std::string host, rest;
  // "git+ssh://git@github.com:o/r.git" is npm's.
  static const RE2 npm(R"(ssh://(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):([A-Za-z_~][^/]*/.*))", RE2::Quiet);
  if (RE2::FullMatch(text, npm, &host, &rest)) return "ssh://" + host + "/" + rest;
  if (text.find("://") != std::string::npos) return text;
  if (RE2::FullMatch(text, scp, &host, &rest)) return "ssh://" + host + "/" + rest;
  return malformed("it is no scheme://host/path");
}

// Cuts a whole text into its parts, the ref off the path.
Result<Parts> cut(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return malformed("it is no scheme://host/path");
  Parts parts;
  parts.scheme = text.substr(0, scheme);
  const std::string_view rest = text.substr(scheme + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  parts.authority = rest.substr(0, path);
  parts.path = rest.substr(path);
  return parts;
}

// Takes the ref off the path of a source.
Status cut_ref(Parts& parts) {
  std::string_view path = parts.path;
  const std::size_t at = path.find('@'), hash = path.find('#');
  if (path.find('?') < hash && path.find('?') < at) return malformed("it has a query");
  if (at != std::string_view::npos && hash != std::string_view::npos)
    return malformed("it has both '@' and '#', where its ref can stand");
  const std::size_t mark = std::min(at, hash);
  if (mark == std::string_view::npos) return {};
  std::string_view ref = path.substr(mark + 1);
  if (ref.find('?') != std::string_view::npos) return malformed("it has a query");
  if (hash != std::string_view::npos) ref = ref.substr(0, ref.find(':'));  // "#ref:subdirectory"
  else if (ref.empty()) return malformed("nothing stands behind its '@'");
  else if (ref.starts_with("@refs/")) ref.remove_prefix(1);  // Cloud Build writes "@@refs/heads/main" for GitLab
  if (mark > 0 && path[mark - 1] == '/') {
    // "https://h/o/r/#main" is "https://h/o/r" at main; "https://h/@x" names no repository.
    if (hash == std::string_view::npos) return malformed("a part of its path begins with '@'");
  }
  parts.ref = ref;
  parts.path = path.substr(0, mark);
  return {};
}

// RFC 3986 has userinfo in front of the last '@' of the authority; a second one is somebody's trick.
Result<std::string_view> without_user(std::string_view authority) {
  const std::size_t at = authority.find('@');
  if (at == std::string_view::npos) return authority;
  if (authority.find('@', at + 1) != std::string_view::npos) return malformed("it has two '@' before its path");
  return authority.substr(at + 1);
}

}  // namespace

bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && is_lower_hex(to_lower(text));
}

Result<SourceUri> SourceUri::parse(std::string_view uri) {
  const auto read = [&]() -> Result<SourceUri> {
    for (const char c : uri)
      if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '\\')
        return malformed("it holds white space, a control character or a backslash");
    SUPPLY_TRY(const std::string text, with_scheme(uri));
    SUPPLY_TRY(Parts parts, cut(text));
    parts.scheme = to_lower(parts.scheme);
    if (!is_scheme(parts.scheme) || parts.scheme.starts_with("git+")) return malformed("scheme " + quote(parts.scheme));
    SUPPLY_TRY(cut_ref(parts));
    SUPPLY_TRY(const std::string_view authority, without_user(parts.authority));
    SUPPLY_TRY(const std::string host, oci::canonical_host(authority, default_port(parts.scheme)));
    // "https://h/o/r.git/" and "https://h/o/r" are one; "https://h/o/r//" is neither.
    if (parts.path.ends_with('/')) parts.path.pop_back();
    if (parts.path.ends_with(".git")) parts.path.resize(parts.path.size() - 4);
    if (parts.path.ends_with(".git")) return malformed("it ends with .git twice");
    SUPPLY_TRY(check_path(parts.path, false));
    return SourceUri{SourceAddress(canonical_scheme(parts.scheme, host) + "://" + host + parts.path), parts.ref};
  };
  return read().at(quote(uri) + " is no canonical source");
}

bool SourceAddress::may_be_same_repository(const SourceAddress& other) const {
  const auto place = [](const std::string& text) { return to_lower(std::string_view(text).substr(text.find("://"))); };
  return place(text_) == place(other.text_);
}

std::string SourceRepository::to_string() const {
  if (!address) return address.error().message();
  std::string text = quote(address->to_string());
  if (!ref.empty()) text += " at " + quote(ref);
  else if (!commit.empty()) text += " at " + quote(commit);
  return text;
}

namespace {

Error no_pattern(std::string_view text, std::string_view why) {
  return Error(ErrorCode::usage, "pattern " + quote(text) + " matches no source: " + std::string(why));
}

// What to write instead, where the text is a source without wildcards in another spelling.
std::string hint(std::string_view text) {
  const auto uri = SourceUri::parse(text);
  if (!uri) return {};
  return "; write " + quote(uri->address.to_string() + (uri->ref.empty() ? "" : "@" + uri->ref));
}

// "*.example.org:8443": labels are literal or '*'. What is literal must be as canonical_host would write it.
Status check_host_pattern(std::string_view authority, std::string_view scheme) {
  if (authority.find('@') != std::string_view::npos)
    return malformed("a source's address has no user (a ref stands behind the path)");
  if (authority.find("**") != std::string_view::npos) return malformed("** may not stand in the host");
  std::string literal(authority);
  const std::size_t colon = authority.rfind(':');
  const std::string_view name = authority.substr(0, authority.starts_with('[') ? authority.size() : colon);
  if (colon != std::string_view::npos && !authority.starts_with('[') && authority.substr(colon + 1) == "*")
    literal.resize(colon);
  for (const std::string_view label : split(name, '.'))
    if (label != "*" && label.find('*') != std::string_view::npos)
      return malformed("in the host * stands for whole labels only (*.example.org)");
  std::replace(literal.begin(), literal.end(), '*', '0');
  SUPPLY_TRY(const std::string canonical, oci::canonical_host(literal, default_port(scheme)));
  if (canonical != literal)
    return malformed("host " + quote(authority) + " is written in lower case, without final dot and default port");
  return {};
}

Status check_ref_pattern(std::string_view ref) {
  if (ref.empty()) return malformed("nothing stands behind the '@'");
  // Source: git-check-ref-format(1).
  for (const std::string_view never : {"..", "//", "@{", "#", ":", "~", "\\", " ", "%20"})
    if (ref.find(never) != std::string_view::npos) return malformed("no ref has " + quote(never) + " in it");
  if (ref.starts_with("@refs/")) return malformed("one '@' stands before a ref");
  if (ref.ends_with('/') || ref.starts_with('/')) return malformed("no ref begins or ends with '/'");
  if (is_commit(ref) && to_lower(ref) != ref) return malformed("a commit is written in lower case");
  return {};
}

}  // namespace

Result<SourcePattern> SourcePattern::parse(std::string_view text) {
  SourcePattern pattern;
  pattern.text_ = text;
  if (text == "**") {
    pattern.address_ = text;
    return pattern;
  }
  const auto read = [&]() -> Status {
    if (text.starts_with("git+")) return malformed("it is written without git+");
    SUPPLY_TRY(Parts parts, cut(text));
    if (!is_scheme(parts.scheme)) return malformed("its scheme is written out, in lower case");
    SUPPLY_TRY(check_host_pattern(parts.authority, parts.scheme));
    const std::size_t at = parts.path.find('@');
    if (at != std::string::npos) {
      pattern.ref_ = parts.path.substr(at + 1);
      parts.path.resize(at);
      SUPPLY_TRY(check_ref_pattern(*pattern.ref_));
    }
    if (parts.path.find_first_of("?#") != std::string::npos)
      return malformed("'?' and '#' have no place in it (a ref stands behind '@', * is any run of characters)");
    if (parts.path.ends_with('/')) return malformed("an address does not end with '/'");
    if (parts.path.ends_with(".git")) return malformed("an address does not end with .git");
    SUPPLY_TRY(check_path(parts.path, true));
    pattern.address_ = canonical_scheme(parts.scheme, parts.authority) + "://" + parts.authority + parts.path;
    return {};
  };
  if (const Status status = read(); !status) return no_pattern(text, status.error().message() + hint(text));
  return pattern;
}

bool SourcePattern::matches(const SourceRepository& source) const {
  if (!source.address || !glob_match(address_, source.address->to_string())) return false;
  if (!ref_) return true;
  return (!source.ref.empty() && glob_match(*ref_, source.ref)) ||
         (!source.commit.empty() && glob_match(*ref_, source.commit));
}

}  // namespace supply::provenance
