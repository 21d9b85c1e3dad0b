#include "libsupply/verdict/admission/internal/image_pointers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::admission {
namespace {

using json::Value;

std::string escaped(const std::string& key) {
  std::string text;
  for (const char c : key) {
    if (c == '~') text += "~0";
    else if (c == '/') text += "~1";
    else text += c;
  }
  return text;
}

/// Walks the value as it was written: each scalar, and each bracket that opens or closes, is on a line of its own.
class Walk {
 public:
  Walk(const std::vector<ImageAt>& wanted, std::vector<Patch>& patches) : wanted_(wanted), patches_(patches) {}

  void value(const Value& value, const std::string& pointer) {
    if (value.is_structured()) {
      if (value.empty()) return;  // "{}" and "[]" are on the line where they begin
      if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
          ++line_;
          this->value(member, pointer + "/" + escaped(key));
        }
      } else {
        for (std::size_t i = 0; i < value.size(); ++i) {
          ++line_;
          this->value(value[i], pointer + "/" + std::to_string(i));
        }
      }
      ++line_;  // of the bracket that closes
      return;
    }
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    for (const ImageAt& each : wanted_)
      if (each.line == line_ && each.name == text) {
        patches_.push_back({pointer, each.value});
        return;
      }
  }

 private:
  const std::vector<ImageAt>& wanted_;
  std::vector<Patch>& patches_;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<Patch>> pointers(const std::string& object, const std::vector<ImageAt>& wanted) {
  std::vector<Patch> patches;
  if (wanted.empty()) return patches;
  SUPPLY_TRY(const Value root, json::parse(object, {kMaxReviewBytes * 8, kMaxReviewDepth + 1}));
  Walk(wanted, patches).value(root, "");
  std::vector<std::size_t> lines;
  for (const ImageAt& each : wanted) lines.push_back(each.line);
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  if (patches.size() != lines.size()) return Error(ErrorCode::internal, "an image that was read is not found again");
  std::sort(patches.begin(), patches.end(), [](const Patch& a, const Patch& b) { return a.path < b.path; });
  return patches;
}

}  // namespace supply::admission
