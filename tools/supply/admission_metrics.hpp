// Numbers in the text form that Prometheus reads. One thread. Source: Prometheus, exposition formats, version 0.0.4.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/http_server/server.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::tools {

class Metrics {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  void begin(std::string_view name, std::string_view type, std::string_view help);
  /// Of the metric that was begun last. Values of labels are plain words.
  void value(std::uint64_t value, const Labels& labels = {});
  void one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value);
  /// `counts` has one more entry than `bounds`: what is above all of them.
  void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                 std::span<const std::atomic<std::uint64_t>> counts, double sum);
  std::string text() && { return std::move(text_); }

 private:
  std::string text_, name_;
};

/// The numbers of the HTTPS server, and of the process: its memory, and since when it runs.
void add_server(Metrics& metrics, const http_server::Counters& counters);
void add_process(Metrics& metrics, Time started);

}  // namespace supply::tools
