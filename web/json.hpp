// Writes JSON into one string: just what the page's rows need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/model.hpp"
#include "base/text.hpp"

namespace rq {

/// The text with U+FFFD for each character that turns the direction of writing (U+061C, U+200E,
/// U+200F, U+202A to U+202E, U+2066 to U+2069): with one in a name the words around it would lie.
inline std::string without_turns(std::string_view words) {
    std::string out;
    for (size_t i = 0; i < words.size();) {
        auto byte = [&](size_t k) {
            return static_cast<u8>(i + k < words.size() ? words[i + k] : 0);
        };
        const u8 last = byte(2);
        const bool mark = byte(0) == 0xE2 && byte(1) == 0x80 &&
                          (last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE));
        const bool isolate = byte(0) == 0xE2 && byte(1) == 0x81 && last >= 0xA6 && last <= 0xA9;
        const bool letter = byte(0) == 0xD8 && byte(1) == 0x9C;
        if (mark || isolate || letter) out += "\xEF\xBF\xBD";
        else out += words[i];
        i += mark || isolate ? 3 : letter ? 2 : 1;
    }
    return out;
}

class JsonOut {
   public:
    void open(char bracket) {
        comma();
        text_ += bracket;
        first_ = true;
    }
    void close(char bracket) {
        text_ += bracket;
        first_ = false;
    }
    void key(std::string_view name) {
        comma();
        append_json_string(text_, name);
        text_ += ':';
        first_ = true;
    }
    void value(std::string_view words) {
        comma();
        append_json_string(text_, without_turns(words));
    }
    void number(s64 n) {
        comma();
        append_s64(text_, n);
    }
    void truth(bool yes) {
        comma();
        text_ += yes ? "true" : "false";
    }
    void field(std::string_view name, std::string_view words) {
        key(name);
        value(words);
    }
    void field(std::string_view name, s64 n) {
        key(name);
        number(n);
    }
    /// Times are decimal strings: JavaScript's numbers end at 2^53.
    void time(std::string_view name, u64 ns) {
        std::string digits;
        append_u64(digits, ns);
        field(name, digits);
    }
    /// A sentence as an array of strings, plain and bold by turns.
    void pieces(const std::vector<Piece>& sentence) {
        open('[');
        bool bold = false;
        for (const Piece& piece : sentence) {
            if (piece.bold != bold) value("");
            value(piece.text);
            bold = !piece.bold;
        }
        close(']');
    }
    void pieces(std::string_view name, const std::vector<Piece>& sentence) {
        key(name);
        pieces(sentence);
    }
    const std::string& text() const { return text_; }

   private:
    void comma() {
        if (!first_) text_ += ',';
        first_ = false;
    }
    std::string text_;
    bool first_ = true;
};

}  // namespace rq
