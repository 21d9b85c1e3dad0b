#include "libsupply/verdict/gate/internal/file_capabilities.hpp"

#include <array>
#include <cstdint>
#include <map>

#include "libsupply/base/text/byte_order.hpp"

namespace supply::gate {

namespace {

constexpr std::array<std::string_view, 41> kNames = {"chown",
                                                     "dac_override",
                                                     "dac_read_search",
                                                     "fowner",
                                                     "fsetid",
                                                     "kill",
                                                     "setgid",
                                                     "setuid",
                                                     "setpcap",
                                                     "linux_immutable",
                                                     "net_bind_service",
                                                     "net_broadcast",
                                                     "net_admin",
                                                     "net_raw",
                                                     "ipc_lock",
                                                     "ipc_owner",
                                                     "sys_module",
                                                     "sys_rawio",
                                                     "sys_chroot",
                                                     "sys_ptrace",
                                                     "sys_pacct",
                                                     "sys_admin",
                                                     "sys_boot",
                                                     "sys_nice",
                                                     "sys_resource",
                                                     "sys_time",
                                                     "sys_tty_config",
                                                     "mknod",
                                                     "lease",
                                                     "audit_write",
                                                     "audit_control",
                                                     "setfcap",
                                                     "mac_override",
                                                     "mac_admin",
                                                     "syslog",
                                                     "wake_alarm",
                                                     "block_suspend",
                                                     "audit_read",
                                                     "perfmon",
                                                     "bpf",
                                                     "checkpoint_restore"};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read_integer(bytes.substr(at, 4), std::endian::little));
}

std::string name_of(std::size_t capability) {
  return "cap_" + (capability < kNames.size() ? std::string(kNames[capability]) : std::to_string(capability));
}

}  // namespace

std::string capabilities_text(std::string_view attribute) {
  const std::string unread = "capabilities in a form that is not read";
  if (attribute.size() < 4) return unread;
  const std::uint32_t magic = number_at(attribute, 0), revision = magic >> 24;
  const std::size_t words = revision == 1 ? 1 : revision == 2 || revision == 3 ? 2 : 0;
  if (words == 0 || attribute.size() != 4 + 8 * words + (revision == 3 ? 4 : 0)) return unread;
  std::uint64_t permitted = 0, inheritable = 0;
  for (std::size_t i = 0; i < words; ++i) {
    permitted |= static_cast<std::uint64_t>(number_at(attribute, 4 + 8 * i)) << (32 * i);
    inheritable |= static_cast<std::uint64_t>(number_at(attribute, 8 + 8 * i)) << (32 * i);
  }
  std::map<std::string, std::string> names;  // by their letters
  for (std::size_t i = 0; i < 64; ++i) {
    std::string letters;
    if ((magic & 1) != 0) letters += 'e';
    if ((inheritable >> i & 1) != 0) letters += 'i';
    if ((permitted >> i & 1) != 0) letters += 'p';
    if (((permitted | inheritable) >> i & 1) == 0) continue;
    std::string& same = names[letters];
    same += (same.empty() ? "" : ",") + name_of(i);
  }
  std::string text;
  for (const auto& [letters, same] : names) text += (text.empty() ? "capabilities " : " ") + same + "=" + letters;
  return text;
}

}  // namespace supply::gate
