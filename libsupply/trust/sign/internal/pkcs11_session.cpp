#include "libsupply/trust/sign/internal/pkcs11_session.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/der_writer.hpp"
#include "libsupply/base/crypto/key_parts.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sign::internal {
namespace {

using namespace cryptoki;

Error failed(std::string_view what, Rv rv) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string code;
  for (int shift = 12; shift >= 0; shift -= 4) code += kDigits[rv >> shift & 0xf];
  return Error(rv == kUserNotLoggedIn ? ErrorCode::unauthenticated : ErrorCode::unavailable,
               "PKCS#11 module: " + std::string(what) + " fails with CKR 0x" + code);
}

Status check(Rv rv, std::string_view what) { return rv == kOk ? Status() : Status(failed(what, rv)); }

// Texts in token information are padded with spaces.
template <std::size_t N>
std::string padded(const Byte (&text)[N]) {
  std::string value(reinterpret_cast<const char*>(text), N);
  while (value.ends_with(' ') || value.ends_with('\0')) value.pop_back();
  return value;
}

bool fits(const TokenInfo& info, const Pkcs11Uri& uri) {
  const auto same = [](const std::optional<std::string>& wanted, const std::string& has) {
    return !wanted || *wanted == has;
  };
  return same(uri.token, padded(info.label)) && same(uri.manufacturer, padded(info.manufacturer)) &&
         same(uri.model, padded(info.model)) && same(uri.serial, padded(info.serial));
}

// The first of them, quoted.
std::string list_of(const std::vector<std::string>& labels) {
  constexpr std::size_t kShown = 8;
  if (labels.empty()) return "none";
  std::string list;
  for (std::size_t i = 0; i < std::min(labels.size(), kShown); ++i) list += (i == 0 ? "" : ", ") + quote(labels[i]);
  return labels.size() > kShown ? list + " and " + std::to_string(labels.size() - kShown) + " more" : list;
}

}  // namespace

Result<Pkcs11Session> Pkcs11Session::open(const std::string& module_path, const Pkcs11Uri& uri) {
  Pkcs11Session session;
  session.uri_ = uri;
  // Modules leave handlers for the end of the process and of threads behind (SoftHSM in OpenSSL): they stay loaded.
  session.library_ = ::dlopen(module_path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (session.library_ == nullptr)
    return Error(ErrorCode::usage, "PKCS#11 module " + quote(module_path) + ": cannot be loaded");
  const auto get = reinterpret_cast<GetFunctionList>(::dlsym(session.library_, "C_GetFunctionList"));
  if (get == nullptr || get(&session.module_) != kOk || session.module_ == nullptr)
    return Error(ErrorCode::usage, "PKCS#11 module " + quote(module_path) + ": is none");
  InitializeArguments arguments{nullptr, nullptr, nullptr, nullptr, 2, nullptr};
  const Rv begun = session.module_->initialize(&arguments);
  if (begun != kAlreadyInitialized) SUPPLY_TRY(check(begun, "C_Initialize"));
  session.initialized_ = begun == kOk;
  std::vector<SlotId> slots(kMaxPkcs11Slots);
  Ulong count = slots.size();
  SUPPLY_TRY(check(session.module_->get_slot_list(1, slots.data(), &count), "C_GetSlotList"));
  slots.resize(count);
  std::vector<std::pair<SlotId, Ulong>> fitting;  // and the token's flags
  std::vector<std::string> there, also;           // labels of all tokens, and of those that fit
  for (const SlotId slot : slots) {
    TokenInfo info{};
    const Rv rv = session.module_->get_token_info(slot, &info);
    if (rv == kTokenNotPresent) continue;
    SUPPLY_TRY(check(rv, "C_GetTokenInfo"));
    if ((info.flags & kTokenInitialized) == 0) continue;
    there.push_back(padded(info.label));
    if ((uri.slot_id && *uri.slot_id != slot) || !fits(info, uri)) continue;
    fitting.emplace_back(slot, info.flags);
    also.push_back(there.back());
  }
  if (fitting.empty())
    return Error(ErrorCode::usage, "no token fits what the URI says: the module has " + list_of(there));
  if (fitting.size() > 1)
    return Error(ErrorCode::usage,
                 "several tokens fit what the URI says: " + list_of(also) + "; say token, serial or slot-id");
  session.needs_login_ = (fitting.front().second & kLoginRequired) != 0;
  SUPPLY_TRY(check(session.module_->open_session(fitting.front().first, kSerial, nullptr, nullptr, &session.session_),
                   "C_OpenSession"));
  session.is_open_ = true;
  return session;
}

Pkcs11Session::Pkcs11Session(Pkcs11Session&& other) noexcept
    : library_(std::exchange(other.library_, nullptr)),
      module_(std::exchange(other.module_, nullptr)),
      session_(other.session_),
      is_open_(std::exchange(other.is_open_, false)),
      needs_login_(other.needs_login_),
      initialized_(std::exchange(other.initialized_, false)),
      uri_(std::move(other.uri_)) {}

Pkcs11Session::~Pkcs11Session() {
  if (is_open_) module_->close_session(session_);
  if (initialized_) module_->finalize(nullptr);
  if (library_ != nullptr) ::dlclose(library_);
}

Status Pkcs11Session::login(std::string_view pin) {
  const Rv rv = module_->login(session_, kUser, reinterpret_cast<const Byte*>(pin.data()), pin.size());
  if (rv == kUserAlreadyLoggedIn) return {};
  if (rv == kPinLocked) return Error(ErrorCode::forbidden, "the token is locked: its PIN was wrong too often");
  if (rv == kPinIncorrect || rv == kPinInvalid || rv == kPinLenRange || rv == kPinExpired ||
      rv == kUserPinNotInitialized)
    return Error(ErrorCode::usage, "the token refuses the PIN, which is not tried again");
  return check(rv, "C_Login");
}

Result<ObjectHandle> Pkcs11Session::find(Ulong object_class) {
  std::vector<Attribute> wanted{{kClass, &object_class, sizeof object_class}};
  if (uri_.object) wanted.push_back({kLabel, uri_.object->data(), uri_.object->size()});
  if (uri_.id) wanted.push_back({kId, uri_.id->data(), uri_.id->size()});
  SUPPLY_TRY(check(module_->find_objects_init(session_, wanted.data(), wanted.size()), "C_FindObjectsInit"));
  ObjectHandle found[2] = {};
  Ulong count = 0;
  const Rv rv = module_->find_objects(session_, found, 2, &count);
  module_->find_objects_final(session_);
  SUPPLY_TRY(check(rv, "C_FindObjects"));
  const std::string what = object_class == kPrivateKey ? "private key" : "public key";
  if (count == 0)
    return Error(ErrorCode::usage, "the token has no such " + what + " (of a certificate alone there is none)");
  if (count > 1) return Error(ErrorCode::usage, "the token has several such " + what + "s: say object and id");
  return found[0];
}

Result<std::string> Pkcs11Session::attribute(ObjectHandle object, Ulong type) {
  Attribute asked{type, nullptr, 0};
  SUPPLY_TRY(check(module_->get_attribute_value(session_, object, &asked, 1), "C_GetAttributeValue"));
  if (asked.size == kUnavailable || asked.size > kMaxPkcs11AttributeBytes)
    return Error(ErrorCode::limit_exceeded, "PKCS#11 module: an attribute of " + std::to_string(asked.size) + " bytes");
  std::string value(asked.size, '\0');
  asked.value = value.data();
  SUPPLY_TRY(check(module_->get_attribute_value(session_, object, &asked, 1), "C_GetAttributeValue"));
  value.resize(std::min<std::size_t>(asked.size, value.size()));
  return value;
}

Result<Ulong> Pkcs11Session::number(ObjectHandle object, Ulong type) {
  Ulong value = 0;
  Attribute asked{type, &value, sizeof value};
  SUPPLY_TRY(check(module_->get_attribute_value(session_, object, &asked, 1), "C_GetAttributeValue"));
  return value;
}

Result<crypto::PublicKey> Pkcs11Session::public_key() {
  SUPPLY_TRY(const ObjectHandle object, find(kPublicKey));
  SUPPLY_TRY(const Ulong type, number(object, kKeyType));
  if (type == kRsa) {
    SUPPLY_TRY(const std::string modulus, attribute(object, kModulus));
    SUPPLY_TRY(const std::string exponent, attribute(object, kPublicExponent));
    return crypto::public_key_of_rsa(modulus, exponent);
  }
  if (type != kEc && type != kEcEdwards)
    return Error(ErrorCode::unsupported, "the token's key is of another type than ECDSA, RSA, Ed25519");
  SUPPLY_TRY(const std::string parameters, attribute(object, kEcParams));
  SUPPLY_TRY(std::string point, attribute(object, kEcPoint));
  // An OCTET STRING by the standard; some modules give what is in it.
  if (const Result<std::string_view> inner = crypto::der_content(point, crypto::der_tag::kOctetString))
    point = std::string(*inner);
  if (type == kEcEdwards) {
    if (point.size() != 32) return Error(ErrorCode::unsupported, "the token's Edwards key is no Ed25519 key");
    return crypto::public_key_of_point(crypto::KeyType::ed25519, point);
  }
  const std::string algorithm =
      crypto::to_der(crypto::der_tag::kSequence, *from_hex("06072a8648ce3d0201") + parameters);
  return crypto::PublicKey::from_der(
      crypto::to_der(crypto::der_tag::kSequence, algorithm + crypto::to_der_bits(point)));
}

Result<std::string> Pkcs11Session::sign(Ulong mechanism, std::string_view data) {
  SUPPLY_TRY(const ObjectHandle key, find(kPrivateKey));
  Mechanism how{mechanism, nullptr, 0};
  SUPPLY_TRY(check(module_->sign_init(session_, &how, key), "C_SignInit"));
  std::string signature(kMaxPkcs11AttributeBytes, '\0');
  Ulong size = signature.size();
  SUPPLY_TRY(check(module_->sign(session_, reinterpret_cast<const Byte*>(data.data()), data.size(),
                                 reinterpret_cast<Byte*>(signature.data()), &size),
                   "C_Sign"));
  signature.resize(std::min<std::size_t>(size, signature.size()));
  return signature;
}

}  // namespace supply::sign::internal
