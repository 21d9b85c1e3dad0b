// What catalogers of programs have in common: every program is searched while it is unpacked, and what a search
// kept is looked at once for each program, whatever number of names it has.
#pragma once

#include <set>

#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/executable.hpp"

namespace supply::catalog {

/// Hands a file's bytes to a `Search`, whose finish() says what is kept.
template <class Search>
class SearchSink final : public rootfs::FileSink {
 public:
  void feed(std::string_view chunk) override { search_.feed(chunk); }
  std::optional<std::size_t> held() const override { return search_.held(); }
  Result<std::optional<std::string>> finish() override { return search_.finish(); }

 private:
  Search search_;
};

/// Hands the bytes of every program to a `Search`, whose finish() says what is kept. Immutable; has static storage.
template <class Search>
class ProgramCollector final : public rootfs::Collector {
 public:
  constexpr ProgramCollector(std::string_view name, int version) : name_(name), version_(version) {}
  std::string_view name() const override { return name_; }
  int version() const override { return version_; }
  std::span<const rootfs::Select> selects() const override { return kExecutableSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader&, std::string_view head) const override {
    // Not for the path of a link alone: the program is read under its own name.
    return head.empty() ? nullptr : std::make_unique<SearchSink<Search>>();
  }

 private:
  std::string_view name_;
  int version_;
};

/// Calls `read` with each file that a collector kept of the tree, further names of one file left out, until it fails.
template <class Read>
Status for_each_program(const Context& context, const rootfs::Collector& collector, const Read& read) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const rootfs::CollectedFile& file : context.tree.collected(collector.name()))
    if (seen.emplace(file.file.layer, file.file.entry_index).second) SUPPLY_TRY(read(file));
  return {};
}

}  // namespace supply::catalog
