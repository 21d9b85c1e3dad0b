#include "libsupply/content/catalog/internal/pear_registry.hpp"

#include <map>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

class SerializedReader {
 public:
  using Call = std::function<void(std::string_view, std::string_view)>;
  SerializedReader(std::string_view text, const Call& call) : text_(text), rest_(text), call_(call) {}

  Status read() {
    SUPPLY_TRY(value(0));
    if (!trim(rest_).empty()) return fail("more than one value");
    return {};
  }

 private:
  Error fail(const std::string& what) const {
    return Error(ErrorCode::malformed, "byte " + std::to_string(text_.size() - rest_.size()) + ": " + what);
  }

  Status expect(std::string_view word) {
    if (!rest_.starts_with(word)) return fail("want " + quote(word));
    rest_.remove_prefix(word.size());
    return {};
  }

  // The text up to `end`, which is taken too.
  Result<std::string_view> until(char end) {
    const std::size_t at = rest_.substr(0, 64).find(end);
    if (at == std::string_view::npos) return fail("a number without an end");
    const std::string_view out = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    return out;
  }

  Result<std::size_t> count(char end) {
    SUPPLY_TRY(const std::string_view digits, until(end));
    if (digits.empty() || digits.size() > 10) return fail("not a count");
    std::size_t out = 0;
    for (const char c : digits) {
      if (!is_digit(c)) return fail("not a count");
      out = out * 10 + static_cast<std::size_t>(c - '0');
    }
    return out;
  }

  // s:4:"text" without its last character.
  Result<std::string_view> string() {
    SUPPLY_TRY(const std::size_t size, count(':'));
    SUPPLY_TRY(expect("\""));
    if (size > rest_.size()) return fail("a text that ends too early");
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    SUPPLY_TRY(expect("\""));
    return out;
  }

  Result<std::string_view> key() {
    const char kind = rest_.empty() ? '\0' : rest_[0];
    if (kind != 's' && kind != 'i') return fail("not a key");
    rest_.remove_prefix(1);
    SUPPLY_TRY(expect(":"));
    if (kind == 'i') return until(';');
    SUPPLY_TRY(const std::string_view out, string());
    SUPPLY_TRY(expect(";"));
    return out;
  }

  Status entries(std::size_t depth) {
    SUPPLY_TRY(const std::size_t size, count(':'));
    SUPPLY_TRY(expect("{"));
    for (std::size_t i = 0; i < size; ++i) {
      SUPPLY_TRY(const std::string_view name, key());
      const std::size_t before = keys_.size();
      if (!keys_.empty()) keys_ += '/';
      // What is deeper or longer has no meaning here.
      keys_ += name.substr(0, 256);
      SUPPLY_TRY(value(depth + 1));
      keys_.resize(before);
    }
    return expect("}");
  }

  Status value(std::size_t depth) {
    if (depth > kMaxTermDepth) return fail("values in one another, deeper than is read");
    const char kind = rest_.empty() ? '\0' : rest_[0];
    if (!rest_.empty()) rest_.remove_prefix(1);
    if (kind == 'N') return expect(";");
    SUPPLY_TRY(expect(":"));
    switch (kind) {
      case 's': {
        SUPPLY_TRY(const std::string_view text, string());
        call_(keys_, text);
        return expect(";");
      }
      case 'i':
      case 'd':
      case 'b': {
        SUPPLY_TRY(const std::string_view number, until(';'));
        call_(keys_, number);
        return {};
      }
      case 'a': return entries(depth);
      case 'O': {
        SUPPLY_TRY(string());
        SUPPLY_TRY(expect(":"));
        return entries(depth);
      }
      default: return fail("not a value");
    }
  }

  std::string_view text_, rest_;
  const Call& call_;
  std::string keys_;
};

// "dependencies/required/package/name", or with a number before the last key where there are several.
bool is_dependency(std::string_view keys) {
  for (const std::string_view kind : {"dependencies/required/package/", "dependencies/optional/package/"})
    if (keys.starts_with(kind)) return true;
  return false;
}

}  // namespace

Status for_each_serialized(std::string_view text,
                           const std::function<void(std::string_view keys, std::string_view value)>& call) {
  return SerializedReader(text, call).read();
}

Result<DescribedPackage> parse_pear_package(std::string_view text) {
  std::map<std::string, std::string, std::less<>> found;
  std::map<std::string, std::pair<std::string, std::string>> dependencies;  // channel and name
  SUPPLY_TRY(for_each_serialized(text, [&](std::string_view keys, std::string_view value) {
    static constexpr std::string_view kKept[] = {
        "name",        "package",          "channel",         "version",   "version/release",
        "license",     "license/_content", "release_license", "lead/name", "lead/email",
        "lead/0/name", "lead/0/email"};
    for (const std::string_view kept : kKept)
      if (keys == kept) found[std::string(keys)] = is_utf8(value) ? std::string(value) : utf8_of_latin1(value);
    if (!is_dependency(keys)) return;
    auto& [channel, name] = dependencies[std::string(directory_of(keys))];
    if (base_name(keys) == "channel") channel = value;
    if (base_name(keys) == "name") name = value;
  }));
  const auto first = [&](std::string_view a, std::string_view b, std::string_view c = {}) {
    for (const std::string_view key : {a, b, c})
      if (const auto one = found.find(key); one != found.end()) return one->second;
    return std::string();
  };
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = first("name", "package");
  package.version = first("version/release", "version");
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  std::string channel = first("channel", "");
  if (channel.empty()) channel = "pear.php.net";
  SUPPLY_TRY(package.purl, pkg::Purl::create({"pear", channel, package.name, package.version, {}, ""}));
  package.supplier = person(first("lead/name", "lead/0/name"), first("lead/email", "lead/0/email"));
  const std::string license = first("license/_content", "license", "release_license");
  if (!license.empty()) out.licenses.push_back(license);
  out.key = to_lower(channel + "/" + package.name);
  for (const auto& [keys, dependency] : dependencies)
    if (!dependency.second.empty()) out.requires_.push_back(to_lower(dependency.first + "/" + dependency.second));
  return out;
}

}  // namespace supply::catalog
