// What a machine learning model says of itself, beside what every package says. A value.
#pragma once

#include <string>
#include <vector>

namespace supply::pkg {

struct Model {
  std::string format;                    ///< "gguf", "safetensors", "onnx"
  std::string architecture;              ///< as the file names it: "llama"
  std::string size;                      ///< of its parameters, as the file says or they were counted: "7B"
  std::string quantization;              ///< "Q4_K_M"; of several types of tensors "BF16, F32"
  std::vector<std::string> base_models;  ///< names or addresses of what it was made from, sorted
  std::vector<std::string> datasets;     ///< of what it was trained on, sorted
  friend bool operator==(const Model&, const Model&) = default;
};

}  // namespace supply::pkg
