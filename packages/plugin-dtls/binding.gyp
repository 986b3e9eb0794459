{
  "variables": { "sanitize%": "" },
  "targets": [
    {
      "target_name": "coapkit_dtls",
      "sources": [
        "native/src/addon.cc",
        "native/src/aead.cc",
        "native/src/arguments.cc",
        "native/src/bio_port.cc",
        "native/src/call.cc",
        "native/src/certificates.cc",
        "native/src/cipher_suites.cc",
        "native/src/connection_id.cc",
        "native/src/context.cc",
        "native/src/context_methods.cc",
        "native/src/context_options.cc",
        "native/src/flight.cc",
        "native/src/handshake.cc",
        "native/src/key_log.cc",
        "native/src/key_schedule.cc",
        "native/src/listener.cc",
        "native/src/output.cc",
        "native/src/psk.cc",
        "native/src/raw_public_keys.cc",
        "native/src/read_options.cc",
        "native/src/record.cc",
        "native/src/record_layer.cc",
        "native/src/replay_window.cc",
        "native/src/session.cc",
        "native/src/session_methods.cc",
        "native/src/snapshots.cc"
      ],
      "defines": ["NAPI_VERSION=8", "OPENSSL_API_COMPAT=0x30000000L", "OPENSSL_NO_DEPRECATED"],
      "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-Wshadow", "-fvisibility=hidden"],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "OTHER_CPLUSPLUSFLAGS": ["-Wall", "-Wextra"]
      },
      "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++17"] } },
      "conditions": [
        ["OS=='linux'", { "ldflags": ["-Wl,-z,now", "-Wl,-z,relro"] }],
        [
          "sanitize!=''",
          {
            "cflags_cc": ["-fsanitize=<(sanitize)", "-fno-omit-frame-pointer", "-g", "-O1"],
            "ldflags": ["-fsanitize=<(sanitize)"]
          }
        ]
      ]
    }
  ]
}
