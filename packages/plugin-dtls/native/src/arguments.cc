#include "arguments.h"

#include <cmath>

namespace coapkit::dtls {
namespace {

bool ReadWholeNumber(napi_env env, napi_value value, uint32_t* out) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (!(number >= 0 && number <= UINT32_MAX) || number != std::floor(number)) return false;
  *out = static_cast<uint32_t>(number);
  return true;
}

}  // namespace

napi_value ThrowTypeError(napi_env env, const std::string& text) {
  napi_throw_type_error(env, nullptr, (text + ".").c_str());
  return nullptr;
}

napi_value ThrowRangeError(napi_env env, const std::string& text) {
  napi_throw_range_error(env, nullptr, (text + ".").c_str());
  return nullptr;
}

bool ReadBytes(napi_env env, napi_value value, ByteView* out) {
  napi_typedarray_type type;
  size_t length = 0;
  void* bytes = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &bytes, nullptr, nullptr) != napi_ok) return false;
  *out = {static_cast<const uint8_t*>(bytes), length};
  return type == napi_uint8_array;
}

bool ReadString(napi_env env, napi_value value, std::string* out) {
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) return false;
  out->resize(size + 1);
  napi_get_value_string_utf8(env, value, out->data(), size + 1, &size);
  out->resize(size);
  return true;
}

bool IsUndefined(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_undefined;
}

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMaxCount;  // those that are missing are undefined
  napi_get_cb_info(env, info, &count, values_, nullptr, &data_);
}

bool Arguments::Number(size_t index, uint32_t* out) const {
  if (ReadWholeNumber(env_, values_[index], out)) return true;
  ThrowTypeError(env_, "Argument " + std::to_string(index) + " must be a whole number");
  return false;
}

bool Arguments::Bytes(size_t index, ByteView* out) const {
  if (ReadBytes(env_, values_[index], out)) return true;
  ThrowTypeError(env_, "Argument " + std::to_string(index) + " must be a Uint8Array");
  return false;
}

bool Arguments::Range(size_t index, ByteView* out) const {
  ByteView buffer;
  uint32_t start = 0, end = 0;
  if (!Bytes(index, &buffer) || !Number(index + 1, &start) || !Number(index + 2, &end)) return false;
  if (start > end || end > buffer.size) {
    ThrowRangeError(env_, "Bytes " + std::to_string(start) + " to " + std::to_string(end) +
                              " are not within the " + std::to_string(buffer.size) + " of the buffer");
    return false;
  }
  *out = {buffer.data + start, end - start};
  return true;
}

Properties::Properties(napi_env env, napi_value object, std::string path)
    : env_(env), object_(object), path_(std::move(path)) {
  napi_valuetype type;
  if (napi_typeof(env, object, &type) == napi_ok && type == napi_object) return;
  exists_ = false;
  if (type == napi_undefined) return;
  ok_ = false;
  ThrowTypeError(env, (path_.empty() ? "Options" : path_) + " must be an object");
}

Properties Properties::Nested(const char* name) {
  napi_value value;
  if (!Get(name, &value)) napi_get_undefined(env_, &value);
  Properties nested(env_, value, path_ + name + ".");
  ok_ = ok_ && nested.ok_;
  return nested;
}

bool Properties::Get(const char* name, napi_value* out) {
  if (!ok_ || !exists_) return false;
  ok_ = napi_get_named_property(env_, object_, name, out) == napi_ok;  // else a getter has thrown
  return ok_ && !IsUndefined(env_, *out);
}

void Properties::Refuse(const char* name, const char* kind) {
  if (!ok_) return;
  ok_ = false;
  bool is_thrown = false;
  napi_is_exception_pending(env_, &is_thrown);
  if (!is_thrown) ThrowTypeError(env_, path_ + name + " must be " + kind);
}

void Properties::Read(const char* name, std::string* out) {
  napi_value value;
  if (Get(name, &value) && !ReadString(env_, value, out)) Refuse(name, "a string");
}

void Properties::Read(const char* name, bool* out) {
  napi_value value;
  if (Get(name, &value) && napi_get_value_bool(env_, value, out) != napi_ok) Refuse(name, "true or false");
}

void Properties::Read(const char* name, Bytes* out) {
  napi_value value;
  if (!Get(name, &value)) return;
  ByteView bytes;
  if (!ReadBytes(env_, value, &bytes)) return Refuse(name, "a Uint8Array");
  *out = bytes.Copy();
}

bool Properties::ReadUint32(const char* name, uint32_t* out) {
  napi_value value;
  if (!Get(name, &value)) return false;
  if (ReadWholeNumber(env_, value, out)) return true;
  Refuse(name, "a whole number");
  return false;
}

}  // namespace coapkit::dtls
