#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/model_file.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kWhole = "ONNX: no whole model";
// Fields of ModelProto.
constexpr std::uint64_t kIrVersion = 1, kModelVersion = 5, kGraph = 7, kMetadata = 14;
// Kinds of values: a number of variable length, eight bytes, some bytes, four bytes.
enum Wire : unsigned { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// Takes a number of variable length; false: it is not all there, or `wrong`.
bool take_varint(std::string_view& bytes, std::uint64_t& out, bool& wrong) {
  constexpr std::size_t kLongest = 10;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min(bytes.size(), kLongest); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << std::min<std::size_t>(7 * i, 63);
    if ((byte & 0x80) != 0) continue;
    bytes.remove_prefix(i + 1);
    out = value;
    return true;
  }
  wrong = wrong || bytes.size() >= kLongest;
  return false;
}

// A text, or a pair of them: StringStringEntryProto.
bool read_entry(std::string_view bytes, std::string& key, std::string& value) {
  while (!bytes.empty()) {
    std::uint64_t tag = 0, size = 0;
    bool wrong = false;
    if (!take_varint(bytes, tag, wrong) || (tag & 7) != kBytes || !take_varint(bytes, size, wrong) ||
        size > bytes.size())
      return false;
    if (tag >> 3 == 1) key = bytes.substr(0, static_cast<std::size_t>(size));
    if (tag >> 3 == 2) value = bytes.substr(0, static_cast<std::size_t>(size));
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

class Onnx final : public ModelReader {
 public:
  Onnx() { facts_.model.format = "onnx"; }

  void feed(std::string_view chunk) override {
    while (!chunk.empty() && !wrong_) {
      if (skip_ > 0) {
        const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, chunk.size()));
        chunk.remove_prefix(passed);
        skip_ -= passed;
        continue;
      }
      // A field is held until it is whole; its number and size take at most twenty bytes.
      const std::size_t part = std::min(chunk.size(), kStep);
      pending_ += chunk.substr(0, part);
      chunk.remove_prefix(part);
      take_pending();
    }
  }
  std::size_t held() const override { return pending_.size(); }
  bool is_done() const override { return wrong_; }
  Result<ModelFacts> finish() override {
    const bool whole = skip_ == 0 && pending_.empty() && ir_version_ > 0 && has_graph_;
    if (wrong_ || !whole) return Error(ErrorCode::malformed, std::string(kWhole));
    return facts_;
  }

 private:
  // Reads what is whole in the bytes that are held, and passes over what is skipped.
  void take_pending() {
    while (!wrong_ && !pending_.empty()) {
      if (skip_ == 0 && !take_field()) return;
      const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, pending_.size()));
      pending_.erase(0, passed);
      skip_ -= passed;
    }
  }

  // False: the field is not all there yet, or wrong.
  bool take_field() {
    std::string_view rest = pending_;
    std::uint64_t tag = 0, value = 0;
    if (rest.empty() || !take_varint(rest, tag, wrong_)) return false;
    const std::uint64_t field = tag >> 3;
    switch (tag & 7) {
      case kVarint:
        if (!take_varint(rest, value, wrong_)) return false;
        if (field == kIrVersion) ir_version_ = value;
        // What exporters leave at nought says nothing.
        if (field == kModelVersion && value > 0 && value < INT64_MAX) facts_.version = std::to_string(value);
        break;
      case kFixed64:
      case kFixed32: {
        const std::size_t size = (tag & 7) == kFixed64 ? 8 : 4;
        if (rest.size() < size) return false;
        rest.remove_prefix(size);
        break;
      }
      case kBytes:
        if (!take_varint(rest, value, wrong_)) return false;
        has_graph_ = has_graph_ || field == kGraph;
        if (field != kMetadata || value > kMaxModelTextBytes) {
          skip_ = value;
          break;
        }
        if (rest.size() < value) return false;
        take_metadata(rest.substr(0, static_cast<std::size_t>(value)));
        rest.remove_prefix(static_cast<std::size_t>(value));
        break;
      default: wrong_ = true; return false;
    }
    if (field == 0) wrong_ = true;
    pending_.erase(0, pending_.size() - rest.size());
    return true;
  }

  // Names that exporters write: ONNX's own "model_name" and "model_license", of its MetadataProps.md; Ultralytics'
  // others.
  void take_metadata(std::string_view entry) {
    std::string key, value;
    if (!read_entry(entry, key, value)) {
      wrong_ = true;
      return;
    }
    value = is_utf8(value) ? std::string(trim(value)) : std::string();
    for (const auto& [name, member] : {std::pair<std::string_view, std::string*>("model_name", &facts_.name),
                                       {"model_author", &facts_.author},
                                       {"author", &facts_.author},
                                       {"model_license", &facts_.license},
                                       {"license", &facts_.license},
                                       {"version", &facts_.version}})
      if (key == name && !value.empty()) *member = value;
  }

  static constexpr std::size_t kStep = 4096;
  std::string pending_;
  std::uint64_t skip_ = 0, ir_version_ = 0;
  bool wrong_ = false, has_graph_ = false;
  ModelFacts facts_;
};

}  // namespace

std::unique_ptr<ModelReader> onnx_reader() { return std::make_unique<Onnx>(); }

}  // namespace supply::catalog
