#include "libsupply/content/catalog/internal/licensing.hpp"

#include "libsupply/content/license/texts.hpp"

namespace supply::catalog {
namespace {

// Before an expression, in a record; no record of declared licences begins so.
constexpr std::string_view kConcluded = "concluded: ";

}  // namespace

void set_license(const license::Declared& declared, pkg::Package& package) {
  package.declared_license = declared.expression.to_string();
  package.license_texts = declared.texts;
  package.unread_licenses = declared.unread;
}

std::string debian_license_record(std::string_view copyright) {
  const license::Declared declared = license::from_debian_copyright(copyright);
  if (!declared.expression.empty()) return license::to_record(declared);
  const license::Expression concluded = license::recognize_texts(copyright);
  return concluded.empty() ? license::to_record(declared) : std::string(kConcluded) + concluded.to_string();
}

void set_debian_license(const Contents& copyrights, const std::string& root, pkg::Package& package) {
  const auto record = copyrights.find(root + "usr/share/doc/" + package.name + "/copyright");
  if (!record) return;
  if (record->content.starts_with(kConcluded)) {
    package.concluded_license = record->content.substr(kConcluded.size());
    return;
  }
  const auto declared = license::from_record(record->content);
  if (declared) set_license(*declared, package);
}

Result<const license::Declared*> Licensing::read(const std::string& text) {
  const auto found = known_.find(text);
  if (found != known_.end()) return &found->second;
  SUPPLY_TRY(share_.spend(Cost::steps, license::steps_to_read(text)));
  SUPPLY_TRY(share_.spend(Cost::memory, 1024 + 3 * text.size()));
  return &known_.emplace(text, license::from_text(text)).first->second;
}

Result<std::vector<license::Declared>> Licensing::read_all(const std::vector<std::string>& texts) {
  std::vector<license::Declared> out;
  for (const std::string& text : texts) {
    SUPPLY_TRY(const license::Declared* declared, read(text));
    out.push_back(*declared);
  }
  return out;
}

Status Licensing::choice(const std::vector<std::string>& texts, pkg::Package& package) {
  SUPPLY_TRY(std::vector<license::Declared> choices, read_all(texts));
  set_license(license::any_of(std::move(choices)), package);
  return {};
}

Status Licensing::all(const std::vector<std::string>& texts, pkg::Package& package) {
  SUPPLY_TRY(std::vector<license::Declared> parts, read_all(texts));
  set_license(license::all_of(std::move(parts)), package);
  return {};
}

}  // namespace supply::catalog
