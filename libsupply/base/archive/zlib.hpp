// Inflates a zlib stream (RFC 1950) or a gzip member (RFC 1952) that is somewhere in other bytes, as they pass. One
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace supply::archive {

class ZlibInflater {
 public:
  enum class State {
    more,       ///< it goes on in the next bytes
    complete,   ///< its checksum holds
    malformed,  ///< it is none
    too_large,  ///< more than `limit` bytes came out
  };
  enum class Wrapper { zlib, gzip };
  explicit ZlibInflater(std::size_t limit, Wrapper wrapper = Wrapper::zlib);
  ZlibInflater(ZlibInflater&&) noexcept;
  ZlibInflater& operator=(ZlibInflater&&) noexcept;
  ~ZlibInflater();

  /// Takes the next bytes; those behind the stream's end are ignored.
  State feed(std::string_view bytes);
  /// Forgets what was fed.
  void restart();
  /// What came out up to now. Valid until the next feed().
  const std::string& output() const { return output_; }
  std::string take_output() { return std::move(output_); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::size_t limit_;
  Wrapper wrapper_;
  std::string output_;
};

}  // namespace supply::archive
