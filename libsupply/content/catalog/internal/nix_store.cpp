#include "libsupply/content/catalog/internal/nix_store.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kHashLetters = 32;

// Source: Nix, src/libutil/hash.cc base32Chars: without e, o, u and t.
bool is_hash(std::string_view text) {
  return text.size() == kHashLetters && std::all_of(text.begin(), text.end(), [](char c) {
           return is_lower_alnum(c) && c != 'e' && c != 'o' && c != 'u' && c != 't';
         });
}

bool is_store_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || std::string_view("+-._?=").find(c) != std::string_view::npos;
  });
}

// Source: Nixpkgs manual, "Multiple-output packages", and the names of outputs that Guix's packages have.
bool is_output(std::string_view text) {
  static constexpr std::array<std::string_view, 14> kOutputs = {
      "bin", "data", "debug", "dev", "devdoc", "devman", "dist", "doc", "info", "lib", "man", "out", "static", "tools"};
  return std::find(kOutputs.begin(), kOutputs.end(), text) != kOutputs.end();
}

}  // namespace

std::optional<StoreName> parse_store_name(std::string_view name) {
  if (name.size() < kHashLetters + 2 || name[kHashLetters] != '-') return std::nullopt;
  StoreName out;
  out.hash = name.substr(0, kHashLetters);
  out.name = name.substr(kHashLetters + 1);
  if (!is_hash(out.hash) || !is_store_name(out.name)) return std::nullopt;
  for (const std::string_view end : {".drv", ".lock", ".check", ".chroot"})
    if (out.name.ends_with(end)) return std::nullopt;
  if (out.name == "source") return std::nullopt;
  for (std::size_t dash = out.name.find('-'); dash != std::string_view::npos; dash = out.name.find('-', dash + 1)) {
    if (dash == 0 || dash + 1 == out.name.size() || is_letter(out.name[dash + 1])) continue;
    out.version = out.name.substr(dash + 1);
    out.name = out.name.substr(0, dash);
    break;
  }
  const std::size_t last = out.version.rfind('-');
  if (last != std::string_view::npos && is_output(out.version.substr(last + 1))) {
    out.output = out.version.substr(last + 1);
    out.version = out.version.substr(0, last);
  }
  return out;
}

Result<pkg::Package> package_in_store(std::string_view type, const StoreName& name) {
  pkg::Package out;
  out.name = name.name;
  out.version = name.version;
  out.cataloger = type;
  pkg::PurlParts parts{std::string(type), "", out.name, out.version, {}, ""};
  parts.qualifiers["output"] = name.output;
  parts.qualifiers["outputhash"] = name.hash;
  SUPPLY_TRY(out.purl, pkg::Purl::create(std::move(parts)));
  return out;
}

}  // namespace supply::catalog
