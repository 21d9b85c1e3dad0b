#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/wordpress_headers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string kept = supply::catalog::reduce_wordpress_headers(text);
  // What was kept says the same once more.
  for (const std::string_view name : {"Plugin Name", "Theme Name", "Version", "Author", "License", "Template"})
    if (!kept.empty() && kept.size() < supply::catalog::kWordpressHeaderBytes &&
        supply::catalog::wordpress_header(kept, name) != supply::catalog::wordpress_header(text, name))
      std::abort();
  (void)supply::catalog::parse_wordpress_plugin(kept, "a");
  (void)supply::catalog::parse_wordpress_theme(kept, "a");
  if (const auto core = supply::catalog::parse_wordpress_version(text); core && core->package.version.empty())
    std::abort();
  return 0;
}
