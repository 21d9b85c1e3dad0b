// What a room above wants to keep of the files in a layer, said before the layer is read, so that it is read once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::rootfs {

/// What a tar header says of one regular file while its layer streams by. Views live during the call only.
struct FileHeader {
  std::string_view path;  ///< cleaned: no leading '/' or './', raw bytes
  std::uint64_t size = 0;
  unsigned mode = 0;
};

/// What makes a collector be asked for a file. Data, so that a file costs a few look-ups however many collectors there
/// are.
struct Select {
  enum class By : std::uint8_t {
    name,       ///< the path's last component is `text`
    prefix,     ///< the path's last component begins with `text`
    suffix,     ///< what the last component has from its last '.' on is `text`, in any case; `text` is in lower case
    directory,  ///< the directory that holds the file has `text` as its last component
    magic,      ///< the file's bytes begin with `text`, which has at most 64
  };
  By by = By::name;
  std::string_view text;
};

/// Takes one file's bytes as they pass. One thread.
class FileSink {
 public:
  virtual ~FileSink() = default;
  virtual void feed(std::string_view chunk) = 0;
  /// Bytes that it holds now. Without an answer: all that it was fed, at most kMaxCollectedFileBytes.
  virtual std::optional<std::size_t> held() const { return std::nullopt; }
  /// What to keep of the file: its bytes, or something smaller computed from them; nothing when it is of no interest.
  /// Errors: limit_exceeded. A file whose content is malformed is kept, and judged when it is read later.
  virtual Result<std::optional<std::string>> finish() = 0;
  /// What is called in place of finish(): a sink that makes more than it was fed (it unpacks) draws that from `share`.
  virtual Result<std::optional<std::string>> finish_within(Share& /*share*/) { return finish(); }
};

/// A pure function of a file's header and bytes; const methods are called from several threads at once.
class Collector {
 public:
  /// Unique and stable: with `version` it names what was collected.
  virtual std::string_view name() const = 0;
  virtual int version() const = 0;
  /// open() is asked for a file when one of them is so; without any, for every file. Static storage.
  virtual std::span<const Select> selects() const { return {}; }
  /// A sink for the file, or nullptr. `head` is its first bytes, at most 64, fewer only if the file is shorter.
  /// For a link in the merged tree it is asked once more with the link's path and an empty head, whether the path alone
  /// is of interest; when it says so and was not interested in the target, the target is read a second time.
  virtual std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view head) const = 0;
  /// Paths ("var/lib/dpkg/status") that are looked up in the merged tree too, so that a file is found that is
  /// there only through links; it then costs a second read of its layer. "var/lib/dpkg/updates/*" are all files in a
  /// directory.
  virtual std::span<const std::string_view> well_known_paths() const { return {}; }
  /// For a link that leads to a directory: the names of files below it that are of interest for the link's own name, as
  /// "METADATA" for "x.dist-info". Each is asked for as a path below the link.
  virtual std::span<const std::string_view> names_below(std::string_view /*link*/) const { return {}; }

 protected:
  ~Collector() = default;  // nobody owns one by this type: most are constants, which take no time at start
};

/// A sink that keeps the whole file, up to `limit` bytes.
std::unique_ptr<FileSink> keep_whole(std::size_t limit);

}  // namespace supply::rootfs
