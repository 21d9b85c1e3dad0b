#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"
#include "libsupply/content/catalog/internal/model_file.hpp"

namespace supply::catalog {
namespace {

// The number of a tensor's elements; nothing of a shape that is none.
std::optional<std::uint64_t> elements_of(const json::Value& tensor) {
  const json::Value* shape = json::find(tensor, "shape");
  if (shape == nullptr || !shape->is_array()) return std::nullopt;
  std::uint64_t count = 1;
  for (const json::Value& each : *shape) {
    if (!each.is_number_unsigned()) return std::nullopt;
    const auto size = each.get<std::uint64_t>();
    if (size != 0 && count > UINT64_MAX / size) return std::nullopt;
    count *= size;
  }
  return count;
}

std::string said(const json::Value& metadata, std::string_view key) {
  std::string text = text_of(metadata, key);
  return text.size() <= kMaxModelTextBytes ? std::string(trim(text)) : std::string();
}

Result<ModelFacts> read_header(std::string_view header, std::size_t limit) {
  SUPPLY_TRY(const json::Value root,
             json::parse(header, {.bytes = limit, .duplicate_keys = json::DuplicateKeys::last_wins}));
  if (!root.is_object()) return Error(ErrorCode::malformed, "a header that is no object");
  ModelFacts out;
  out.model.format = "safetensors";
  std::set<std::string> types;
  std::uint64_t parameters = 0;
  for (const auto& [name, tensor] : root.items()) {
    if (name == "__metadata__") continue;
    const auto count = elements_of(tensor);
    if (!count || *count > UINT64_MAX - parameters) return Error(ErrorCode::malformed, "tensor " + quote(name));
    parameters += *count;
    constexpr std::size_t kLongest = 16;
    if (std::string type = text_of(tensor, "dtype"); !type.empty() && type.size() <= kLongest) types.insert(type);
  }
  if (parameters > 0) out.model.size = short_count(parameters);
  constexpr std::size_t kMost = 8;
  if (types.size() <= kMost) out.model.quantization = join(types, ", ");
  const json::Value& metadata = part_of(root, "__metadata__");
  out.model.architecture = said(metadata, "modelspec.architecture");
  out.name = said(metadata, "modelspec.title");
  if (out.name.empty()) out.name = said(metadata, "ss_output_name");  // of kohya's trainer
  out.version = said(metadata, "modelspec.version");
  out.license = said(metadata, "modelspec.license");
  out.author = said(metadata, "modelspec.author");
  for (const std::string_view key : {"modelspec.merged_from", "ss_sd_model_name"})
    if (std::string base = said(metadata, key); !base.empty()) out.model.base_models.push_back(std::move(base));
  std::sort(out.model.base_models.begin(), out.model.base_models.end());
  return out;
}

class Safetensors final : public ModelReader {
 public:
  explicit Safetensors(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view chunk) override {
    while (!chunk.empty() && !is_done()) {
      const std::size_t room = wanted_ - bytes_.size();
      bytes_ += chunk.substr(0, room);
      chunk.remove_prefix(std::min(room, chunk.size()));
      if (!sized_ && bytes_.size() == kSizeBytes) {
        sized_ = true;
        size_ = read_integer(bytes_, std::endian::little);
        if (size_ <= limit_) wanted_ += static_cast<std::size_t>(size_);
      }
    }
  }
  std::size_t held() const override { return bytes_.size(); }
  bool is_done() const override { return size_ > limit_ || (sized_ && bytes_.size() == wanted_); }
  std::size_t needs() const override {
    constexpr std::size_t kMemoryPerByte = 32;  // of a value of JSON
    return kMemoryPerByte * bytes_.size();
  }
  Result<ModelFacts> finish() override {
    if (bytes_.size() < kSizeBytes) return Error(ErrorCode::malformed, "safetensors: no header");
    if (size_ > limit_)
      return Error(ErrorCode::limit_exceeded, "safetensors: a header of " + std::to_string(size_) +
                                                  " bytes, more than the " + std::to_string(limit_) + " that are read");
    if (bytes_.size() < wanted_) return Error(ErrorCode::malformed, "safetensors: ends within its header");
    return read_header(std::string_view(bytes_).substr(kSizeBytes), limit_).at("safetensors");
  }

 private:
  static constexpr std::size_t kSizeBytes = 8;
  std::size_t limit_, wanted_ = kSizeBytes;
  std::uint64_t size_ = 0;  // of the header
  bool sized_ = false;      // size_ has been read; it may be 0
  std::string bytes_;
};

}  // namespace

std::unique_ptr<ModelReader> safetensors_reader(std::size_t limit) { return std::make_unique<Safetensors>(limit); }

}  // namespace supply::catalog
