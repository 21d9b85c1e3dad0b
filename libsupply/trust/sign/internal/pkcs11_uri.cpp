#include "libsupply/trust/sign/internal/pkcs11_uri.hpp"

#include <charconv>
#include <set>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sign::internal {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const Result<std::string> byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return usage("a % that no two hexadecimal digits follow");
    out += *byte;
    i += 2;
  }
  return out;
}

}  // namespace

Result<Pkcs11Uri> Pkcs11Uri::parse(std::string_view uri) {
  Pkcs11Uri parsed;
  if (!uri.starts_with("pkcs11:")) return usage("want pkcs11:...");
  uri.remove_prefix(7);
  const std::size_t question = uri.find('?');
  const std::string_view path = uri.substr(0, question);
  const std::string_view query = question == std::string_view::npos ? std::string_view() : uri.substr(question + 1);
  std::set<std::string_view> seen;
  const auto take = [&](std::string_view part, bool of_query) -> Status {
    if (part.empty()) return {};
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    if (name == "pin-value")
      return usage(
          "pin-value: a PIN is not taken from the command line (set SUPPLY_PKCS11_PIN or COSIGN_PKCS11_PIN, or "
          "pin-source)");
    if (equals == std::string_view::npos) return usage("want name=value in " + quote(part));
    if (!seen.insert(name).second) return usage("attribute " + quote(name) + " is there twice");
    SUPPLY_TRY(std::string value, decoded(part.substr(equals + 1)).at(quote(name)));
    if (of_query) {
      if (name == "module-path") parsed.module_path = std::move(value);
      else if (name == "pin-source") parsed.pin_source = std::move(value);
      else return usage("attribute " + quote(name) + " is not known after the ?");
      return {};
    }
    if (name == "token") parsed.token = std::move(value);
    else if (name == "manufacturer") parsed.manufacturer = std::move(value);
    else if (name == "model") parsed.model = std::move(value);
    else if (name == "serial") parsed.serial = std::move(value);
    else if (name == "object") parsed.object = std::move(value);
    else if (name == "id") parsed.id = std::move(value);
    else if (name == "type") {
      if (value != "private" && value != "public") return usage("type " + quote(value) + ": want private or public");
    } else if (name == "slot-id") {
      unsigned long number = 0;
      const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (failed != std::errc() || end != value.data() + value.size())
        return usage("slot-id " + quote(value) + ": want a whole number");
      parsed.slot_id = number;
    } else {
      return usage("attribute " + quote(name) + " is not known");
    }
    return {};
  };
  for (const std::string_view part : split(path, ';')) SUPPLY_TRY(take(part, false));
  for (const std::string_view part : split(query, '&')) SUPPLY_TRY(take(part, true));
  if (!parsed.object && !parsed.id) return usage("want object=LABEL or id=%.., for a token may hold several keys");
  return parsed;
}

}  // namespace supply::sign::internal
