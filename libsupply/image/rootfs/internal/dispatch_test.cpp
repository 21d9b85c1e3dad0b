#include "libsupply/image/rootfs/internal/dispatch.hpp"

#include <catch2/catch.hpp>

using namespace supply::rootfs;

namespace {

class Selecting final : public Collector {
 public:
  explicit Selecting(std::vector<Select> selects) : selects_(std::move(selects)) {}
  std::string_view name() const override { return "selecting"; }
  int version() const override { return 1; }
  std::span<const Select> selects() const override { return selects_; }
  std::unique_ptr<FileSink> open(const FileHeader&, std::string_view) const override { return nullptr; }

 private:
  std::vector<Select> selects_;
};

}  // namespace

TEST_CASE("a collector is asked for the files that it selects and no others") {
  using By = Select::By;
  const Selecting named({{By::name, "package.json"}, {By::suffix, ".jar"}});
  const Selecting all({});
  const Selecting magic({{By::magic,
                          "\x7f"
                          "ELF"},
                         {By::magic, "MZ"}});
  const Selecting below({{By::directory, "status.d"}, {By::prefix, "python"}});
  Dispatch dispatch({&named, &all, &magic, &below});
  using Indexes = std::vector<std::uint32_t>;
  const auto asked = [&](std::string_view path, std::string_view head = {}) {
    const auto found = dispatch.asked(path, head);
    return Indexes(found.begin(), found.end());
  };
  CHECK(asked("package.json") == Indexes{0, 1});
  CHECK(asked("a/package.json", "MZ") == Indexes{0, 1, 2});
  CHECK(asked("a/xpackage.json") == Indexes{1});
  CHECK(asked("package.json/a") == Indexes{1});
  CHECK(asked("lib/Some.JAR") == Indexes{0, 1});
  CHECK(asked("lib/some.jar.txt") == Indexes{1});
  CHECK(asked("jar") == Indexes{1});
  CHECK(asked("lib.jar/x") == Indexes{1});
  CHECK(asked("." + std::string(100, 'x')) == Indexes{1});
  CHECK(asked("bin/x",
              "\x7f"
              "ELF\x02") == Indexes{1, 2});
  CHECK(asked("bin/x",
              "\x7f"
              "EL") == Indexes{1});
  CHECK(asked("var/lib/dpkg/status.d/base") == Indexes{1, 3});
  CHECK(asked("var/lib/dpkg/status.d") == Indexes{1});
  CHECK(asked("usr/bin/python3.11") == Indexes{1, 3});
  CHECK(asked("status.d/python3") == Indexes{1, 3});
  CHECK(asked("") == Indexes{1});
}

TEST_CASE("a suffix of any length is selected by") {
  const std::string suffix = "." + std::string(200, 'x');
  const Selecting one({{Select::By::suffix, suffix}});
  Dispatch dispatch({&one});
  CHECK(dispatch.asked("a" + suffix, {}).size() == 1);
  CHECK(dispatch.asked("a." + std::string(200, 'X'), {}).size() == 1);
  CHECK(dispatch.asked("a" + suffix + "x", {}).empty());
}
