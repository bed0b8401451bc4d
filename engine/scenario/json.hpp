// A JSON text as a flat list of values that know where they stand: members keep their order and
// their duplicates, integers stay integers. The JSON library is seen by json_reader.cpp alone.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

enum class JsonKind : u8 { null, boolean, integer, real, string, object, array };

/// "a string", "an object" …, for messages.
const char* json_kind_name(JsonKind kind);

class JsonDocument;

/// One value of a document, or none. Cheap to copy; lives as long as its document.
class Json {
   public:
    Json() = default;
    explicit operator bool() const { return document_ != nullptr; }
    JsonKind kind() const;
    bool is(JsonKind kind_wanted) const { return *this && kind() == kind_wanted; }
    Place place() const;      ///< where the value begins
    Place key_place() const;  ///< where its key begins; members of objects only
    std::string_view key() const;
    /// string: its characters; real and integer: the digits as written or in canonical form.
    std::string_view text() const;
    bool boolean() const;
    /// An integer between -2^63 and 2^64 - 1: sign and magnitude.
    bool negative() const;
    u64 magnitude() const;
    /// Elements of an array, members of an object.
    u32 size() const;
    Json first() const;
    Json next() const;

   private:
    friend class JsonDocument;
    Json(const JsonDocument* document, u32 index) : document_(document), index_(index) {}
    const JsonDocument* document_ = nullptr;
    u32 index_ = 0;
};

/// What a text may do beyond JSON.
struct JsonDialect {
    /// rt-app's workgen: a member without a value, as in {"suspend", "run": 5}; it reads as "".
    bool bare_keys = false;
};

class JsonDocument {
   public:
    /// Reads a text. Comments and trailing commas are accepted; nesting beyond limits::depth,
    /// texts beyond limits::scenario_bytes and more than limits::json_values values are refused.
    static Result<JsonDocument> read(std::string_view text, JsonDialect dialect = {});
    Json root() const { return Json(this, 0); }
    /// The text made use of JsonDialect::bare_keys.
    bool has_bare_keys() const { return has_bare_keys_; }

   private:
    friend class Json;
    friend class JsonBuilder;
    struct Node {
        u64 magnitude;       // integer; boolean: 0 or 1
        u32 text, text_size; // in pool_
        u32 key, key_size;   // in pool_
        Place place, key_place;
        u32 next;            // sibling, 0 = none
        u32 first;           // child, 0 = none
        u32 size;            // children
        JsonKind kind;
        bool negative;
    };
    std::vector<Node> nodes_;
    std::string pool_;
    bool has_bare_keys_ = false;
};

}  // namespace rq
