// libcurl's functions, as curl/curl.h declares them, each of which loads libcurl when it is the first that is called:
// libcurl brings 23 other libraries with it, and most runs make no connection. Where libcurl is linked in (ci/dist),
// these are not there. curl_global_init() is called before all others (curl_client), and fails where it cannot be
// loaded.
#ifndef SUPPLY_LINKED_IN

#include <curl/curl.h>

#include <cstdarg>
#include <cstdint>

#include "libsupply/base/shared_library/shared_library.hpp"

namespace {

const supply::SharedLibrary& libcurl() {
  static const supply::SharedLibrary library("libcurl.so.4");
  return library;
}

}  // namespace

#ifdef __clang__
#pragma clang diagnostic ignored "-Wvarargs"  // curl declares an enumeration before the "..."
#endif

// The names are in parentheses because some are macros, too.
extern "C" {

CURLcode(curl_global_init)(long flags) {
  static const auto call = libcurl().function("curl_global_init", &curl_global_init);
  // It brings an OpenSSL of its own, which reads no configuration either (base/crypto/start.hpp).
  constexpr std::uint64_t kNoLoadConfig = 0x80;  // OPENSSL_INIT_NO_LOAD_CONFIG of openssl/crypto.h
  using InitCrypto = int(std::uint64_t, const void*);
  static const auto start =
      supply::SharedLibrary("libcrypto.so.3").function("OPENSSL_init_crypto", static_cast<InitCrypto*>(nullptr));
  if (start != nullptr) start(kNoLoadConfig, nullptr);
  return call == nullptr ? CURLE_FAILED_INIT : call(flags);
}

CURL*(curl_easy_init)() {
  static const auto call = libcurl().function("curl_easy_init", &curl_easy_init);
  return call == nullptr ? nullptr : call();
}

// Every value is a long, a pointer or a curl_off_t: one word, which is handed on as it came.
CURLcode(curl_easy_setopt)(CURL* handle, CURLoption option, ...) {
  static const auto call = libcurl().function("curl_easy_setopt", &(curl_easy_setopt));
  std::va_list values;
  va_start(values, option);
  void* const value = va_arg(values, void*);
  va_end(values);
  return call == nullptr ? CURLE_FAILED_INIT : call(handle, option, value);
}

CURLcode(curl_easy_getinfo)(CURL* handle, CURLINFO info, ...) {
  static const auto call = libcurl().function("curl_easy_getinfo", &(curl_easy_getinfo));
  std::va_list values;
  va_start(values, info);
  void* const into = va_arg(values, void*);
  va_end(values);
  return call == nullptr ? CURLE_FAILED_INIT : call(handle, info, into);
}

CURLcode(curl_easy_pause)(CURL* handle, int actions) {
  static const auto call = libcurl().function("curl_easy_pause", &curl_easy_pause);
  return call == nullptr ? CURLE_FAILED_INIT : call(handle, actions);
}

void(curl_easy_reset)(CURL* handle) {
  static const auto call = libcurl().function("curl_easy_reset", &curl_easy_reset);
  if (call != nullptr) call(handle);
}

void(curl_easy_cleanup)(CURL* handle) {
  static const auto call = libcurl().function("curl_easy_cleanup", &curl_easy_cleanup);
  if (call != nullptr) call(handle);
}

const char*(curl_easy_strerror)(CURLcode code) {
  static const auto call = libcurl().function("curl_easy_strerror", &curl_easy_strerror);
  return call == nullptr ? "libcurl is not there" : call(code);
}

curl_slist*(curl_slist_append)(curl_slist* list, const char* text) {
  static const auto call = libcurl().function("curl_slist_append", &curl_slist_append);
  return call == nullptr ? nullptr : call(list, text);
}

void(curl_slist_free_all)(curl_slist* list) {
  static const auto call = libcurl().function("curl_slist_free_all", &curl_slist_free_all);
  if (call != nullptr) call(list);
}

CURLM*(curl_multi_init)() {
  static const auto call = libcurl().function("curl_multi_init", &curl_multi_init);
  return call == nullptr ? nullptr : call();
}

CURLMcode(curl_multi_cleanup)(CURLM* handle) {
  static const auto call = libcurl().function("curl_multi_cleanup", &curl_multi_cleanup);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(handle);
}

CURLMcode(curl_multi_add_handle)(CURLM* multi, CURL* easy) {
  static const auto call = libcurl().function("curl_multi_add_handle", &curl_multi_add_handle);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(multi, easy);
}

CURLMcode(curl_multi_remove_handle)(CURLM* multi, CURL* easy) {
  static const auto call = libcurl().function("curl_multi_remove_handle", &curl_multi_remove_handle);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(multi, easy);
}

CURLMcode(curl_multi_perform)(CURLM* multi, int* running) {
  static const auto call = libcurl().function("curl_multi_perform", &curl_multi_perform);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(multi, running);
}

CURLMcode(curl_multi_poll)(CURLM* multi, curl_waitfd* more, unsigned count, int milliseconds, int* ready) {
  static const auto call = libcurl().function("curl_multi_poll", &curl_multi_poll);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(multi, more, count, milliseconds, ready);
}

CURLMcode(curl_multi_fdset)(CURLM* multi, fd_set* read, fd_set* write, fd_set* other, int* largest) {
  static const auto call = libcurl().function("curl_multi_fdset", &curl_multi_fdset);
  return call == nullptr ? CURLM_INTERNAL_ERROR : call(multi, read, write, other, largest);
}

CURLMsg*(curl_multi_info_read)(CURLM* multi, int* left) {
  static const auto call = libcurl().function("curl_multi_info_read", &curl_multi_info_read);
  return call == nullptr ? nullptr : call(multi, left);
}

}  // extern "C"

#endif
