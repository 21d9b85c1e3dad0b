// OpenSSL's objects as unique_ptr, and the one way to read its error queue.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::crypto::internal {

using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;
using X509SigPtr = std::unique_ptr<X509_SIG, Deleter<X509_SIG_free>>;
using AlgorPtr = std::unique_ptr<X509_ALGOR, Deleter<X509_ALGOR_free>>;

/// Whether an OpenSSL call worked (`code` > 0). Empties the thread's error queue either way, so that one call's
/// leavings never explain, or fail, another.
bool worked(int code);

/// The same as a Status: an internal error that names `what` and OpenSSL's reason. For calls that fail only for want of
/// memory or by a fault of ours; never for a question about foreign bytes.
Status check(int code, std::string_view what);

}  // namespace supply::crypto::internal
