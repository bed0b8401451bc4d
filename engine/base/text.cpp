// Number and column formatting.
#include "base/text.hpp"

#include "base/fixed.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace rq {

void append_u64(std::string& out, u64 value) {
    char buffer[24];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

void append_s64(std::string& out, s64 value) {
    char buffer[24];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

void append_padded(std::string& out, u64 value, u32 width, char fill) {
    std::string digits;
    append_u64(digits, value);
    if (digits.size() < width) out.append(width - digits.size(), fill);
    out += digits;
}

void append_hex(std::string& out, u64 value, u32 width) {
    char buffer[24];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, value, 16).ptr;
    auto length = static_cast<u32>(end - buffer);
    if (length < width) out.append(width - length, '0');
    out.append(buffer, end);
}

void append_left(std::string& out, std::string_view text, u32 width) {
    out += text;
    if (text.size() < width) out.append(width - text.size(), ' ');
}

void append_right(std::string& out, std::string_view text, u32 width) {
    if (text.size() < width) out.append(width - text.size(), ' ');
    out += text;
}

std::string decimal(u64 numerator, u64 denominator, u32 digits) {
    if (denominator == 0) return "0";
    u64 scale = 1;
    for (u32 i = 0; i < digits; ++i) scale *= 10;
    u64 whole = numerator / denominator;
    u64 rest = numerator % denominator;
    u64 fraction = mul_div_u64(rest, scale, denominator);
    u64 remainder = rest * scale - fraction * denominator;  // exact modulo 2^64
    if (remainder >= denominator - remainder) ++fraction;
    if (fraction >= scale) {
        fraction -= scale;
        ++whole;
    }
    std::string out;
    append_u64(out, whole);
    if (digits) {
        out += '.';
        append_padded(out, fraction, digits, '0');
    }
    return out;
}

std::string ms3(u64 ns) { return decimal(ns, NSEC_PER_MSEC, 3) + " ms"; }

std::string human_ns(u64 ns) {
    if (ns < 1000) {
        std::string out;
        append_u64(out, ns);
        return out + " ns";
    }
    if (ns < 1'000'000) return decimal(ns, NSEC_PER_USEC, ns < 100'000 ? 2 : 1) + " µs";
    if (ns < 10'000'000'000) return decimal(ns, NSEC_PER_MSEC, 3) + " ms";
    return decimal(ns, NSEC_PER_SEC, 3) + " s";
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\n\r";
    std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) + 1 - first);
}

namespace {

template <class Number>
bool parse_whole(std::string_view text, Number& value) {
    Number number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool all = error == std::errc{} && end == text.data() + text.size();
    if (all) value = number;
    return all;
}

}  // namespace

bool parse_decimal(std::string_view text, s32& value) { return parse_whole(text, value); }
bool parse_decimal(std::string_view text, s64& value) { return parse_whole(text, value); }
bool parse_decimal(std::string_view text, u64& value) { return parse_whole(text, value); }

u32 edit_distance(std::string_view a, std::string_view b, u32 limit) {
    if (a.size() > 64 || b.size() > 64) return limit;
    std::vector<u32> row(b.size() + 1);
    for (u32 j = 0; j <= b.size(); ++j) row[j] = j;
    for (u32 i = 1; i <= a.size(); ++i) {
        u32 diagonal = row[0];
        row[0] = i;
        for (u32 j = 1; j <= b.size(); ++j) {
            u32 above = row[j];
            u32 change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = std::min({above + 1, row[j - 1] + 1, change});
            diagonal = above;
        }
    }
    return std::min(row[b.size()], limit);
}

namespace {

/// Length of the well-formed UTF-8 sequence at `i`, or 0.
u32 utf8_length(std::string_view s, std::size_t i) {
    auto byte = [&](std::size_t k) { return static_cast<u8>(s[k]); };
    u8 lead = byte(i);
    u32 n = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3
            : lead >= 0xf0 && lead < 0xf5                 ? 4
                                                          : 0;
    if (n == 0 || i + n > s.size()) return 0;
    for (u32 k = 1; k < n; ++k)
        if ((byte(i + k) & 0xc0) != 0x80) return 0;
    if (lead == 0xe0 && byte(i + 1) < 0xa0) return 0;
    if (lead == 0xed && byte(i + 1) >= 0xa0) return 0;
    if (lead == 0xf0 && byte(i + 1) < 0x90) return 0;
    if (lead == 0xf4 && byte(i + 1) >= 0x90) return 0;
    return n;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        char c = text[i];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
            ++i;
        } else if (static_cast<u8>(c) < 0x20 || c == 0x7f) {
            out += "\\u00";
            append_hex(out, static_cast<u8>(c), 2);
            ++i;
        } else if (u32 n = utf8_length(text, i)) {
            out.append(text.substr(i, n));
            i += n;
        } else {
            out += "\\ufffd";
            ++i;
        }
    }
    out += '"';
}

std::string comm_for_trace(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("_./:+<>#-").find(c) != std::string_view::npos;
        if (!ok) c = '_';
    }
    return out;
}

}  // namespace rq
