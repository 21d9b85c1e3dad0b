#include <cstdint>
#include <cstdlib>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"

// Lines "Name: value", as an answer has them.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  http::Headers headers;
  for (const std::string_view line : lines(text)) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  const auto link = registry::next_link(headers.find_all("Link"));
  if (link && link->find('>') != std::string::npos) std::abort();
  for (const std::string_view field : headers.find_all("Warning")) registry::warning_text(field);
  const auto wait = http::retry_after(headers);
  if (wait && wait->count() < 0) std::abort();
  registry::uploaded_bytes(headers);
  const std::string type = registry::content_type(headers);
  if (type.find(';') != std::string::npos) std::abort();
  if (const auto time = http::parse_http_date(text)) to_rfc3339(*time);
  return 0;
}
