// The part of PKCS#11 that signing needs, as modules have it in memory. Names as in the standard.
// Source: OASIS PKCS #11 Cryptographic Token Interface Base Specification 2.40, and its pkcs11t.h.
#pragma once

namespace supply::sign::internal::cryptoki {

using Byte = unsigned char;
using Ulong = unsigned long;
using SlotId = Ulong;
using SessionHandle = Ulong;
using ObjectHandle = Ulong;
using Rv = Ulong;

inline constexpr Rv kOk = 0, kArgumentsBad = 0x7, kPinIncorrect = 0xa0, kPinInvalid = 0xa1, kPinLenRange = 0xa2,
                    kPinExpired = 0xa3, kPinLocked = 0xa4, kTokenNotPresent = 0xe0, kUserAlreadyLoggedIn = 0x100,
                    kUserNotLoggedIn = 0x101, kUserPinNotInitialized = 0x102, kAlreadyInitialized = 0x191;
inline constexpr Ulong kRw = 2, kSerial = 4, kUser = 1, kLoginRequired = 4,
                       kTokenInitialized = 0x400;        // CKF_, CKU_USER
inline constexpr Ulong kPublicKey = 2, kPrivateKey = 3;  // CKO_
inline constexpr Ulong kClass = 0, kLabel = 3, kKeyType = 0x100, kId = 0x102, kModulus = 0x120, kPublicExponent = 0x122,
                       kEcParams = 0x180, kEcPoint = 0x181;             // CKA_
inline constexpr Ulong kRsa = 0, kEc = 3, kEcEdwards = 0x40;            // CKK_
inline constexpr Ulong kRsaPkcs = 1, kEcdsa = 0x1041, kEddsa = 0x1057;  // CKM_
inline constexpr Ulong kUnavailable = ~0UL;                             // CK_UNAVAILABLE_INFORMATION

struct Version {
  Byte major, minor;
};
struct Attribute {
  Ulong type;
  void* value;
  Ulong size;
};
struct Mechanism {
  Ulong mechanism;
  void* parameter;
  Ulong size;
};
struct TokenInfo {
  Byte label[32], manufacturer[32], model[16], serial[16];
  Ulong flags;
  Ulong numbers[10];
  Version hardware, firmware;
  Byte time[16];
};
struct InitializeArguments {
  void *create_mutex, *destroy_mutex, *lock_mutex, *unlock_mutex;
  Ulong flags;  ///< 2: CKF_OS_LOCKING_OK
  void* reserved;
};

/// CK_FUNCTION_LIST up to C_Sign. What is not used is a pointer of no type.
struct Functions {
  Version version;
  Rv (*initialize)(void*);
  Rv (*finalize)(void*);
  void *get_info, *get_function_list;
  Rv (*get_slot_list)(Byte, SlotId*, Ulong*);
  void* get_slot_info;
  Rv (*get_token_info)(SlotId, TokenInfo*);
  void *get_mechanism_list, *get_mechanism_info, *init_token, *init_pin, *set_pin;
  Rv (*open_session)(SlotId, Ulong, void*, void*, SessionHandle*);
  Rv (*close_session)(SessionHandle);
  void *close_all_sessions, *get_session_info, *get_operation_state, *set_operation_state;
  Rv (*login)(SessionHandle, Ulong, const Byte*, Ulong);
  void *logout, *create_object, *copy_object, *destroy_object, *get_object_size;
  Rv (*get_attribute_value)(SessionHandle, ObjectHandle, Attribute*, Ulong);
  void* set_attribute_value;
  Rv (*find_objects_init)(SessionHandle, Attribute*, Ulong);
  Rv (*find_objects)(SessionHandle, ObjectHandle*, Ulong, Ulong*);
  Rv (*find_objects_final)(SessionHandle);
  void *encrypt_init, *encrypt, *encrypt_update, *encrypt_final, *decrypt_init, *decrypt, *decrypt_update,
      *decrypt_final;
  void *digest_init, *digest, *digest_update, *digest_key, *digest_final;
  Rv (*sign_init)(SessionHandle, Mechanism*, ObjectHandle);
  Rv (*sign)(SessionHandle, const Byte*, Ulong, Byte*, Ulong*);
};
using GetFunctionList = Rv (*)(Functions**);

}  // namespace supply::sign::internal::cryptoki
