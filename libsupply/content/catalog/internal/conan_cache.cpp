#include "libsupply/content/catalog/internal/conan_cache.hpp"

#include "libsupply/base/sqlite/sqlite.hpp"

namespace supply::catalog {

ConanReference parse_conan_reference(std::string_view text) {
  ConanReference out;
  const std::size_t at = text.find('@');
  const std::string_view first = text.substr(0, at);
  const std::string_view last = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  const auto part = [](std::string_view both, bool second) {
    const std::size_t slash = both.find('/');
    if (!second) return std::string(both.substr(0, slash));
    return slash == std::string_view::npos ? std::string() : std::string(both.substr(slash + 1));
  };
  out.name = part(first, false), out.version = part(first, true);
  out.user = part(last, false), out.channel = part(last, true);
  return out;
}

Result<std::vector<ConanCachePackage>> read_conan_cache(std::string bytes, Share& share) {
  SUPPLY_TRY(sqlite::Database database, sqlite::Database::open(std::move(bytes), share));
  if (!database.has_table("packages")) return Error(ErrorCode::malformed, "no table of packages");
  SUPPLY_TRY(sqlite::Query query, database.prepare("SELECT reference, rrev, path FROM packages NOT INDEXED"));
  std::vector<ConanCachePackage> out;
  for (;;) {
    SUPPLY_TRY(const bool row, query.step());
    if (!row) return out;
    out.push_back({parse_conan_reference(query.text(0)), std::string(query.text(1)), std::string(query.text(2))});
  }
}

}  // namespace supply::catalog
