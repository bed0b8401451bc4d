// The table of operations, and command lines read and written by their argument letters.
#include "scenario/op.hpp"

#include "base/text.hpp"
#include "scenario/program_builder.hpp"
#include "scenario/units.hpp"

namespace rq {

namespace {

constexpr OpInfo op_table[] = {
#define OP(name, arguments, help) {#name, arguments, help},
#include "scenario/ops.def"
#undef OP
};

const char* letter_name(char letter) {
    switch (letter) {
        case 't': return "TIME";
        case 'i': return "N";
        case 'b': return "BYTES";
        case 's': return "NAME";
        case 'S': return "WORDS";
        case 'r': return "FIRST-LAST";
        case 'W': return "ARGUMENT …";
        default: return "PROGRAM";
    }
}

/// Operations that only blocks can make, and how to write those.
const char* block_form(OpCode code) {
    switch (code) {
        case OpCode::loop_begin:
        case OpCode::loop_end: return "Write {\"repeat\": N, \"do\": [ … ]}.";
        case OpCode::if_child: return "Write {\"if child\": [ … ]}.";
        case OpCode::if_parent: return "Write {\"if parent\": [ … ]}.";
        default: return nullptr;
    }
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// One word of a command line; `text` differs from what stands there when it was quoted.
struct Word {
    std::string_view written;
    std::string text;
    bool broken = false;  // a quote that does not end
    bool empty() const { return written.empty(); }
};

Word next_word(std::string_view line, std::size_t& at) {
    while (at < line.size() && blank(line[at])) ++at;
    std::size_t start = at;
    Word word;
    if (at < line.size() && line[at] == '"') {
        ++at;
        while (at < line.size() && line[at] != '"') {
            if (line[at] == '\\' && at + 1 < line.size()) ++at;
            word.text += line[at++];
        }
        word.broken = at == line.size();
        if (!word.broken) ++at;
    } else {
        while (at < line.size() && !blank(line[at])) ++at;
        word.text = std::string(line.substr(start, at - start));
    }
    word.written = line.substr(start, at - start);
    return word;
}

/// The words that are left as one, each behind a null byte.
Word rest_of_line(std::string_view line, std::size_t& at) {
    Word rest;
    const std::size_t start = at;
    for (Word word = next_word(line, at); !word.empty(); word = next_word(line, at)) {
        rest.text += '\0';
        rest.text += word.text;
        rest.broken |= word.broken;
        rest.written = line.substr(start, at - start);
    }
    return rest;
}

}  // namespace

void append_word(std::string& out, std::string_view name) {
    bool plain = !name.empty() && name[0] != '"';
    for (char c : name) plain &= !blank(c);
    if (plain) {
        out += name;
        return;
    }
    out += '"';
    for (char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

namespace {

/// The words of a command line behind its first.
void append_arguments(std::string& out, std::string_view line) {
    const char* separator = "";
    for (std::size_t at = line.find('\0'); at != std::string_view::npos;) {
        const std::size_t start = at + 1;
        at = line.find('\0', start);
        out += separator;
        append_word(out, line.substr(start, at == line.npos ? at : at - start));
        separator = " ";
    }
}

bool parse_pages(std::string_view word, s64& first, s64& last) {
    std::size_t dash = word.find('-');
    if (!parse_s64(word.substr(0, dash), first)) return false;
    last = first;
    if (dash != std::string_view::npos && !parse_s64(word.substr(dash + 1), last)) return false;
    return first >= 0 && last >= first && last < (s64{1} << 36);
}

}  // namespace

const OpInfo& op_info(OpCode code) {
    RQ_ASSERT(code < OpCode::count_);
    return op_table[static_cast<u32>(code)];
}

bool is_system_call(OpCode code) {
    switch (code) {
        case OpCode::run:
        case OpCode::runtime:
        case OpCode::loop_begin:
        case OpCode::loop_end:
        case OpCode::if_child:
        case OpCode::if_parent:
        case OpCode::nop:
        case OpCode::call:
        case OpCode::touch:
        case OpCode::read:
        case OpCode::write:
        case OpCode::mem:
        case OpCode::memrun: return false;
        default: return true;
    }
}

OpCode op_by_name(const char* name, u32 length) {
    std::string_view wanted(name, length);
    for (u32 i = 0; i < static_cast<u32>(OpCode::count_); ++i) {
        if (wanted == op_table[i].name) return static_cast<OpCode>(i);
    }
    return OpCode::count_;
}

Op make_op(OpCode code) {
    Op op{};
    op.code = code;
    return op;
}

std::string op_usage(OpCode code) {
    const OpInfo& info = op_info(code);
    std::string out = info.name;
    for (const char* p = info.arguments; *p; ++p) {
        bool optional = p[1] == '?';
        out += optional ? " [" : " ";
        out += letter_name(*p);
        if (optional) out += ']';
        if (optional) ++p;
    }
    return out;
}

bool ProgramBuilder::argument(Op& op, char letter, std::string_view word, Place place,
                              ArgumentPlaces& places, u32& n, u32& names) {
    u64 amount = 0;
    bool good = false;
    switch (letter) {
        case 't': good = parse_time(word, amount); break;
        case 'b': good = parse_bytes(word, amount); break;
        case 'i': good = parse_s64(word, op.n[n]); break;
        case 'r': good = parse_pages(word, op.n[n], op.n[n + 1]); break;
        case 'P': return find(word, place, op.block);
        case 'W':
            places.name[names] = place;
            op.name[names] = scenario_.intern(scenario_.names[op.name[names - 1]] +
                                              std::string(word));
            ++names;
            return true;
        default:
            places.name[names] = place;
            op.name[names++] = scenario_.intern(word);
            return true;
    }
    places.n[n] = place;
    if (letter == 't' || letter == 'b') op.n[n] = static_cast<s64>(amount);
    n += letter == 'r' ? 2 : 1;
    if (good) return true;
    const char* what = letter == 't'   ? "no time"
                       : letter == 'b' ? "no number of bytes"
                       : letter == 'r' ? "no range of pages"
                                       : "no whole number";
    reading_.fail("bad-argument", place, quoted(word) + " is " + what + ".",
                  "Usage: " + op_usage(op.code) + ".");
    return false;
}

bool ProgramBuilder::command(ProgramDraft& draft, std::string_view line, Place place) {
    std::size_t at = 0;
    auto place_of = [&](std::string_view word) {
        u32 offset = static_cast<u32>(word.data() - line.data());
        return Place{place.line, place.column + 1 + offset};
    };
    const Word first = next_word(line, at);
    std::string_view verb = first.written;
    OpCode code = op_by_name(verb.data(), static_cast<u32>(verb.size()));
    if (code == OpCode::count_) {
        std::vector<std::string_view> known;
        for (const OpInfo& info : op_table) known.emplace_back(info.name);
        reading_.fail("unknown-op", verb.empty() ? place : place_of(verb),
                      verb.empty() ? std::string("an empty operation.")
                                   : "unknown operation " + quoted(verb) + ".",
                      did_you_mean(verb, known));
        return false;
    }
    if (const char* form = block_form(code)) {
        reading_.fail("bad-argument", place_of(verb), quoted(verb) + " is made from a block.",
                      form);
        return false;
    }
    Op op = make_op(code);
    ArgumentPlaces places = ArgumentPlaces::at(place_of(verb));
    u32 n = 0, names = 0, k = 0;
    for (const char* p = op_info(code).arguments; *p; ++p, ++k) {
        bool optional = p[1] == '?';
        const Word word = *p == 'W' ? rest_of_line(line, at) : next_word(line, at);
        if (word.broken) {
            reading_.fail("bad-argument", place_of(word.written), "the quote does not end.");
            return false;
        }
        if (word.empty() && !optional) {
            reading_.fail("missing-argument", place_of(verb),
                          quoted(verb) + " wants more arguments.",
                          "Usage: " + op_usage(code) + ".");
            return false;
        }
        if (!word.empty()) {
            if (!argument(op, *p, word.text, place_of(word.written), places, n, names))
                return false;
            op.present = static_cast<u16>(op.present | 1u << k);
        }
        if (optional) ++p;
    }
    if (std::string_view extra = next_word(line, at).written; !extra.empty()) {
        reading_.fail("bad-argument", place_of(extra),
                      "too many arguments: " + quoted(extra) + ".",
                      "Usage: " + op_usage(code) + ".");
        return false;
    }
    if (!finish(op, places)) return false;
    if (code == OpCode::call && write_out) return write_out(op.block, draft, place);
    push(draft, op, place);
    return true;
}

std::string op_command(const Scenario& scenario, const Op& op) {
    const OpInfo& info = op_info(op.code);
    std::string out = info.name;
    u32 n = 0, names = 0, k = 0;
    for (const char* p = info.arguments; *p; ++p, ++k) {
        char letter = *p;
        bool optional = p[1] == '?';
        if (optional) ++p;
        bool written = !optional || (op.present >> k & 1);
        u32 at = letter == 's' || letter == 'S' || letter == 'W' ? names++ : n;
        if (letter == 't' || letter == 'i' || letter == 'b') n += 1;
        if (letter == 'r') n += 2;
        if (!written) continue;
        out += ' ';
        switch (letter) {
            case 't': out += format_time(static_cast<u64>(op.n[at])); break;
            case 'b': out += format_bytes(static_cast<u64>(op.n[at])); break;
            case 'i': append_s64(out, op.n[at]); break;
            case 'r':
                append_s64(out, op.n[at]);
                out += '-';
                append_s64(out, op.n[at + 1]);
                break;
            case 'P': append_word(out, scenario.programs[op.block].name); break;
            case 'W': append_arguments(out, scenario.names[op.name[at]]); break;
            default: append_word(out, scenario.names[op.name[at]]);
        }
    }
    return out;
}

}  // namespace rq
