#pragma once

#include <node_api.h>

#include <string>

#include "bytes.h"

namespace coapkit::dtls {

/** Throws with a text that ends in a full stop. Returns nullptr, for a function to return. */
napi_value ThrowTypeError(napi_env env, const std::string& text);
napi_value ThrowRangeError(napi_env env, const std::string& text);

/** False: it is no Uint8Array. The bytes are valid until JavaScript runs again. */
bool ReadBytes(napi_env env, napi_value value, ByteView* out);
bool ReadString(napi_env env, napi_value value, std::string* out);
bool IsUndefined(napi_env env, napi_value value);

/** Arguments of a call. Each reader throws where the argument is another kind of value, and then returns
 * false. */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info);

  napi_env env() const { return env_; }
  /** What the function was made with. */
  void* data() const { return data_; }
  napi_value operator[](size_t index) const { return values_[index]; }

  bool Number(size_t index, uint32_t* out) const;
  bool Bytes(size_t index, ByteView* out) const;
  /** Three arguments: bytes, start, end. */
  bool Range(size_t index, ByteView* out) const;

 private:
  static constexpr size_t kMaxCount = 5;

  const napi_env env_;
  napi_value values_[kMaxCount];
  void* data_ = nullptr;
};

/** Properties of an options object. The first one of another kind throws; then `ok` is false, and the rest is
 * skipped. */
class Properties {
 public:
  /** `path`: how texts name the object, such as "certificates."; "" for the outermost. */
  Properties(napi_env env, napi_value object, std::string path);

  bool ok() const { return ok_; }
  /** Properties of a property; `ok` and `exists` say whether there are any. */
  Properties Nested(const char* name);
  bool exists() const { return exists_; }

  void Read(const char* name, std::string* out);
  void Read(const char* name, bool* out);
  void Read(const char* name, Bytes* out);
  /** Whole numbers from 0 on. */
  template <typename Number>
  void ReadNumber(const char* name, Number* out) {
    uint32_t value = 0;
    if (ReadUint32(name, &value)) *out = value;
  }
  /** Calls `use` for each element of an array, until it returns false: the element is of another kind. */
  template <typename Use>
  void ReadArray(const char* name, const char* kind, Use use) {
    napi_value array;
    if (!Get(name, &array)) return;
    bool is_array = false;
    uint32_t length = 0;
    if (napi_is_array(env_, array, &is_array) != napi_ok || !is_array) return Refuse(name, kind);
    napi_get_array_length(env_, array, &length);
    for (uint32_t i = 0; i < length; i++) {
      napi_value element;
      if (napi_get_element(env_, array, i, &element) != napi_ok || !use(element)) return Refuse(name, kind);
    }
  }
  /** Throws that `name` must be `kind`. */
  void Refuse(const char* name, const char* kind);

 private:
  bool Get(const char* name, napi_value* out);
  bool ReadUint32(const char* name, uint32_t* out);

  const napi_env env_;
  napi_value object_;
  const std::string path_;
  bool exists_ = true;
  bool ok_ = true;
};

}  // namespace coapkit::dtls
