#include "libsupply/content/catalog/internal/gemspec.hpp"

#include <algorithm>
#include <optional>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
}

bool take(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  return true;
}

// A string literal with its ".freeze".
std::optional<std::string> take_string(std::string_view& rest) {
  std::optional<std::string> out;
  if (take(rest, "%q<")) {
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    out = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  } else if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    out = take_quoted(rest, QuoteStyle::ruby);
  }
  if (!out) return std::nullopt;
  while (take(rest, ".freeze") || take(rest, ".dup")) {
  }
  return out;
}

// One string or a list of them; nothing for anything else.
std::optional<std::vector<std::string>> take_strings(std::string_view rest) {
  std::vector<std::string> out;
  skip_blanks(rest);
  if (!take(rest, "[")) {
    auto one = take_string(rest);
    if (!one) return std::nullopt;
    out.push_back(*std::move(one));
    return out;
  }
  while (true) {
    skip_blanks(rest);
    if (take(rest, "]")) return out;
    if (!take(rest, "nil")) {
      auto one = take_string(rest);
      if (!one) return std::nullopt;
      out.push_back(*std::move(one));
    }
    skip_blanks(rest);
    if (!take(rest, ",") && !rest.starts_with(']')) return std::nullopt;
  }
}

// "# stub: NAME VERSION PLATFORM REQUIRE_PATHS", without which require() would read the program.
struct Stub {
  std::string_view name, version, platform;
};

Stub stub_of(std::string_view line) {
  Stub out;
  const auto words = split(line, ' ');
  if (words.size() < 3) return out;
  return {words[0], words[1], words[2]};
}

// Attributes that were set, by name; later ones count.
struct Attributes {
  std::string name, version, platform, homepage;
  std::vector<std::string> licenses, authors, emails;

  void set(std::string_view attribute, std::vector<std::string> values) {
    std::vector<std::string>* list = nullptr;
    if (attribute == "licenses" || attribute == "license") list = &licenses;
    if (attribute == "authors" || attribute == "author") list = &authors;
    if (attribute == "email") list = &emails;
    if (list != nullptr) {
      *list = std::move(values);
      return;
    }
    if (values.size() != 1) return;
    if (attribute == "name") name = std::move(values[0]);
    if (attribute == "version") version = std::move(values[0]);
    if (attribute == "platform") platform = std::move(values[0]);
    if (attribute == "homepage") homepage = std::move(values[0]);
  }
};

bool is_word(char c) { return is_alnum(c) || c == '_'; }

}  // namespace

Result<DescribedPackage> parse_gemspec(std::string_view text) {
  Stub stub;
  Attributes attributes;
  DescribedPackage out;
  std::string variable;
  bool stubbed = false;
  for (std::string_view line : lines(text)) {
    line = trim(line);
    if (take(line, "# stub: ")) {
      if (!stubbed) stub = stub_of(line);
      stubbed = true;
      continue;
    }
    if (line.starts_with('#')) continue;
    if (line.starts_with("Gem::Specification.new") && variable.empty()) {
      const std::size_t bar = line.find('|'), end = bar == std::string_view::npos ? bar : line.find('|', bar + 1);
      if (end != std::string_view::npos) variable = std::string(trim(line.substr(bar + 1, end - bar - 1))) + ".";
      continue;
    }
    // What RubyGems writes for versions of itself that do not know development dependencies.
    if (line == "else") break;
    if (variable.empty() || !take(line, variable)) continue;
    const std::size_t end =
        static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_word) - line.begin());
    const std::string_view attribute = line.substr(0, end);
    line.remove_prefix(end);
    skip_blanks(line);
    if (attribute == "add_runtime_dependency" || attribute == "add_dependency") {
      take(line, "(");
      skip_blanks(line);
      if (auto name = take_string(line)) out.requires_.push_back(*std::move(name));
      continue;
    }
    if (!take(line, "=")) continue;
    if (auto values = take_strings(line)) attributes.set(attribute, *std::move(values));
  }
  pkg::Package& package = out.package;
  package.name = attributes.name.empty() ? std::string(stub.name) : attributes.name;
  package.version = attributes.version.empty() ? std::string(stub.version) : attributes.version;
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name that could be read without running it");
  if (package.version.empty())
    return Error(ErrorCode::malformed, "gem " + quote(package.name) + ": no version that could be read");
  const bool whole = !attributes.name.empty() && !attributes.version.empty();
  const std::string platform = whole ? attributes.platform : std::string(stub.platform);
  pkg::PurlParts parts{"gem", "", package.name, package.version, {}, ""};
  if (platform != "ruby") {
    parts.qualifiers["platform"] = platform;
    package.architecture = platform;
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  std::erase_if(attributes.emails, [](const std::string& mail) { return mail.empty(); });
  package.supplier = person(join(attributes.authors, ", "), attributes.emails.empty() ? "" : attributes.emails.front());
  package.homepage = std::move(attributes.homepage);
  // RubyGems does not say whether several are a choice; so none of them is passed over.
  out.licenses = std::move(attributes.licenses);
  out.apply = DescribedPackage::Licenses::all;
  out.key = package.name;
  std::sort(out.requires_.begin(), out.requires_.end());
  return out;
}

}  // namespace supply::catalog
