#include "tools/supply/admission_metrics.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "libsupply/base/io/file.hpp"

namespace supply::tools {

void Metrics::begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void Metrics::value(std::uint64_t value, const Labels& labels) {
  text_ += name_;
  for (std::size_t i = 0; i < labels.size(); ++i)
    text_ += fmt::format("{}{}=\"{}\"", i == 0 ? "{" : ",", labels[i].first, labels[i].second);
  text_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

void Metrics::one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  begin(name, type, help);
  this->value(value);
}

void Metrics::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                        std::span<const std::atomic<std::uint64_t>> counts, double sum) {
  begin(name, "histogram", help);
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    so_far += counts[i];
    const std::string bound = i == bounds.size() ? "+Inf" : fmt::format("{}", bounds[i]);
    text_ += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name, bound, so_far);
  }
  text_ += fmt::format("{}_sum {:.6f}\n{}_count {}\n", name, sum, name, so_far);
}

void add_server(Metrics& metrics, const http_server::Counters& counters) {
  metrics.one("supply_http_connections_total", "counter", "Connections that were taken.", counters.connections);
  metrics.one("supply_http_connections_open", "gauge", "Connections that are open.", counters.open);
  metrics.one("supply_http_connections_refused_total", "counter", "Connections that there was no room for.",
              counters.refused);
  metrics.one("supply_http_handshakes_failed_total", "counter", "TLS handshakes that failed.",
              counters.failed_handshakes);
  metrics.one("supply_http_timeouts_total", "counter", "Clients that were too slow.", counters.timed_out);
  metrics.one("supply_http_requests_total", "counter", "Requests that were answered.", counters.requests);
  metrics.one("supply_http_overloaded_total", "counter", "Requests that were told to come back later.",
              counters.overloaded);
}

void add_process(Metrics& metrics, Time started) {
  // Source: proc(5), /proc/pid/statm: the second number is the resident pages.
  if (const auto pages = io::read_file("/proc/self/statm", 1024)) {
    const std::size_t at = pages->find(' ');
    const auto resident = at == std::string::npos ? 0 : std::strtoull(pages->c_str() + at, nullptr, 10);
    metrics.one("process_resident_memory_bytes", "gauge", "Resident memory.",
                resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  }
  metrics.one("process_start_time_seconds", "gauge", "When the process began, as Unix time.",
              static_cast<std::uint64_t>(started.time_since_epoch().count()));
}

}  // namespace supply::tools
