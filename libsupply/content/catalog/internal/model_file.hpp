// Files of machine learning models, GGUF, safetensors and ONNX: what their headers say, read while the file streams by;
// the weights are passed over. One thread for each reader.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pkg/model.hpp"

namespace supply::catalog {

/// What a model's file says. All members but the format may be empty.
struct ModelFacts {
  pkg::Model model;
  std::string name, version, license, author, organization, homepage;
};

class ModelReader {
 public:
  virtual ~ModelReader() = default;
  virtual void feed(std::string_view chunk) = 0;
  /// Bytes that it holds.
  virtual std::size_t held() const = 0;
  /// Whether nothing more of the file is of interest.
  virtual bool is_done() const = 0;
  /// Bytes that finish() needs while it reads.
  virtual std::size_t needs() const { return held(); }
  /// Errors: malformed, unsupported, limit_exceeded.
  virtual Result<ModelFacts> finish() = 0;
};

/// Source: ggml, docs/gguf.md (versions 2 and 3, both byte orders).
std::unique_ptr<ModelReader> gguf_reader(std::size_t limit = kMaxModelHeaderBytes);
inline constexpr std::string_view kGgufMagic = "GGUF";
/// An eighth of the limit is of a header that is JSON, which takes many times its size while it is read.
/// Source: huggingface/safetensors, README ("Format"); Stability-AI/ModelSpec for its metadata.
std::unique_ptr<ModelReader> safetensors_reader(std::size_t limit = kMaxModelHeaderBytes / 8);
/// Source: onnx, onnx/onnx.proto (ModelProto); Protocol Buffers, "Encoding".
std::unique_ptr<ModelReader> onnx_reader();

/// One line, to be kept with a layer's facts, and back. Errors: malformed, and what was kept of a model that could not
/// be read, as its reader had it.
std::string to_record(const Result<ModelFacts>& facts);
Result<ModelFacts> model_from_record(std::string_view record);

/// "7.2B" of 7241732096.
std::string short_count(std::uint64_t count);

}  // namespace supply::catalog
