// JSON text to JsonDocument. The library's SAX interface keeps order and duplicates but tells no
// positions and refuses trailing commas: an input iterator counts what it has handed out, and
// trailing commas are blanked before, at equal offsets.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "scenario/json.hpp"

#include <nlohmann/json.hpp>

#include <cstring>
#include <iterator>

namespace rq {

namespace {

/// The text as the library gets to see it, and how far it has read.
struct Source {
    std::string text;
    std::vector<u32> bare;  // ends of members without a value: there `:""` is slipped in
    u32 offset = 0;
    u32 next_bare = 0;
    u32 slipped = 0;        // characters of `:""` handed out at this offset

    bool slipping() const { return next_bare < bare.size() && bare[next_bare] == offset; }
    char current() const { return slipping() ? ":\"\""[slipped] : text[offset]; }
    void advance() {
        if (!slipping()) {
            ++offset;
        } else if (++slipped == 3) {
            slipped = 0;
            ++next_bare;
        }
    }
    bool at_end() const { return offset == text.size() && !slipping(); }
};

struct CountingIterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    Source* source = nullptr;  // none: the end

    char operator*() const { return source->current(); }
    CountingIterator& operator++() {
        source->advance();
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator before = *this;
        source->advance();
        return before;
    }
    friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
        bool a_ends = !a.source || a.source->at_end();
        bool b_ends = !b.source || b.source->at_end();
        return a_ends == b_ends;
    }
    friend bool operator!=(const CountingIterator& a, const CountingIterator& b) {
        return !(a == b);
    }
};

/// Walks the text once, outside strings and comments: blanks trailing commas and finds bare keys.
class Relaxer {
   public:
    Relaxer(Source& source, JsonDialect dialect) : source_(source), dialect_(dialect) {}

    void run() {
        std::string& text = source_.text;
        const u32 size = static_cast<u32>(text.size());
        for (u32 i = 0; i < size;) {
            char c = text[i];
            if (c == '/' && i + 1 < size && (text[i + 1] == '/' || text[i + 1] == '*')) {
                i = after_comment(i);
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                ++i;
            } else if (c == '"') {
                i = after_string(i);
                value_ = true;
                comma_ = none;
                key_end_ = key_expected() ? i : none;
                expect_key_ = false;
            } else {
                structural(c, i);
                ++i;
            }
        }
    }

   private:
    static constexpr u32 none = ~0u;

    bool key_expected() const { return expect_key_ && !open_.empty() && open_.back() == '{'; }

    void structural(char c, u32 at) {
        if ((c == '}' || c == ']') && comma_ != none) source_.text[comma_] = ' ';
        if ((c == '}' || c == ',') && key_end_ != none && dialect_.bare_keys)
            source_.bare.push_back(key_end_);
        key_end_ = none;
        comma_ = c == ',' && value_ ? at : none;
        value_ = c != ',' && c != ':' && c != '{' && c != '[';
        if (c == '{' || c == '[') open_ += c;
        if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
        expect_key_ = c == '{' || c == ',';
    }
    u32 after_string(u32 at) const {
        const std::string& text = source_.text;
        u32 i = at + 1;
        while (i < text.size() && text[i] != '"' && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
        return static_cast<u32>(std::min<std::size_t>(i + 1, text.size()));
    }
    u32 after_comment(u32 at) const {
        const std::string& text = source_.text;
        bool line = text[at + 1] == '/';
        std::size_t end = line ? text.find('\n', at) : text.find("*/", at + 2);
        if (end == std::string::npos) return static_cast<u32>(text.size());
        return static_cast<u32>(line ? end + 1 : end + 2);
    }

    Source& source_;
    JsonDialect dialect_;
    std::string open_;      // brackets we are in
    u32 comma_ = none;      // the last character that counts was this comma after a value
    bool value_ = false;    // … or the end of a value
    u32 key_end_ = none;    // … or the end of a key
    bool expect_key_ = false;
};

/// Line and column of offsets that mostly grow. Columns count characters, not bytes.
class Cursor {
   public:
    explicit Cursor(const std::string& text) : text_(text) {}
    Place at(u32 offset) {
        if (offset < offset_) {
            offset_ = 0;
            place_ = Place{1, 1};
        }
        for (; offset_ < offset && offset_ < text_.size(); ++offset_) {
            char c = text_[offset_];
            if (c == '\n') {
                ++place_.line;
                place_.column = 1;
            } else if ((static_cast<u8>(c) & 0xc0) != 0x80) {
                ++place_.column;
            }
        }
        return place_;
    }

   private:
    const std::string& text_;
    u32 offset_ = 0;
    Place place_{1, 1};
};

}  // namespace

/// What the library calls while it reads. Positions are found by stepping back from what has been
/// handed out to where the token began: no token can contain its own beginning twice.
class JsonBuilder {
   public:
    using library = nlohmann::json;

    JsonBuilder(const Source& source, JsonDocument& document)
        : source_(source), cursor_(source.text), document_(document) {}

    bool null() { return add(JsonKind::null, word_start()); }
    bool boolean(bool value) {
        if (!add(JsonKind::boolean, word_start())) return false;
        document_.nodes_.back().magnitude = value;
        return true;
    }
    bool number_integer(library::number_integer_t value) {
        return add_integer(value < 0, value < 0 ? ~static_cast<u64>(value) + 1
                                                : static_cast<u64>(value));
    }
    bool number_unsigned(library::number_unsigned_t value) { return add_integer(false, value); }
    bool number_float(library::number_float_t, const std::string& digits) {
        if (!add(JsonKind::real, word_start())) return false;
        return add_text(digits);
    }
    bool string(std::string& value) {
        if (!add(JsonKind::string, string_start())) return false;
        return add_text(value);
    }
    bool binary(library::binary_t&) { return false; }
    bool key(std::string& value) {
        key_place_ = cursor_.at(string_start());
        key_ = static_cast<u32>(document_.pool_.size());
        key_size_ = static_cast<u32>(value.size());
        document_.pool_ += value;
        return true;
    }
    bool start_object(std::size_t) { return open(JsonKind::object); }
    bool start_array(std::size_t) { return open(JsonKind::array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    template <class Exception>
    bool parse_error(std::size_t, const std::string&, const Exception& what) {
        const char* found = std::strstr(what.what(), "syntax error ");
        // What it says to have read last begins anywhere; the place says it better.
        std::string reason = found ? found + 13 : "a number is too large";
        if (std::size_t last = reason.find("; last read: "); last != std::string::npos) {
            std::size_t expected = reason.find("; expected ", last);
            reason.erase(last, expected == std::string::npos ? expected : expected - last);
        }
        complain("json-syntax", "this is not JSON: " + reason + ".", offender(reason));
        return false;
    }

    Diagnostic error;

   private:
    using Node = JsonDocument::Node;
    struct Open {
        u32 node;
        u32 last_child;
    };

    void complain(const char* code, std::string message, u32 offset) {
        Place place = cursor_.at(offset);
        error = Diagnostic{code, std::move(message), "", place.line, place.column};
    }
    u32 before() const { return source_.offset ? source_.offset - 1 : 0; }

    /// The value's first byte, when its last byte has just been handed out.
    u32 string_start() const {
        if (source_.slipped || (source_.next_bare && source_.bare[source_.next_bare - 1] ==
                                                         source_.offset))
            return before();  // a value that was slipped in stands where its key ends
        const std::string& text = source_.text;
        u32 i = before();
        while (i > 0) {
            --i;
            if (text[i] != '"') continue;
            u32 slashes = 0;
            while (slashes < i && text[i - 1 - slashes] == '\\') ++slashes;
            if (slashes % 2 == 0) break;
        }
        return i;
    }
    /// Numbers are read one character too far, unless the text ends.
    u32 word_start() const {
        const std::string& text = source_.text;
        auto in_word = [&](u32 i) {
            u8 c = static_cast<u8>(text[i]);
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '+' || c == '-' ||
                   c == '.' || c == 'E';
        };
        u32 i = before();
        if (!in_word(i) && i > 0) --i;
        while (i > 0 && in_word(i - 1)) --i;
        return i;
    }
    /// Where the token begins that the library choked on, by what it says of it.
    u32 offender(const std::string& reason) const {
        auto says = [&](const char* words) { return reason.find(words) != std::string::npos; };
        if (says("unexpected end of input")) return source_.offset;
        if (says("unexpected string literal")) return string_start();
        if (says("unexpected number") || says("invalid number") ||
            says("too large") || says("unexpected true") || says("unexpected false") ||
            says("unexpected null"))
            return word_start();
        // A word such as `ture` is noticed in its middle or behind its end.
        u32 i = before();
        auto letter = [&](u32 at) { return source_.text[at] >= 'a' && source_.text[at] <= 'z'; };
        if (!says("invalid literal") || i == 0) return i;
        if (!letter(i) && letter(i - 1)) --i;
        if (!letter(i)) return i;
        while (i > 0 && letter(i - 1)) --i;
        return i;
    }

    bool add(JsonKind kind, u32 offset) {
        if (document_.nodes_.size() >= limits::json_values) {
            complain("too-large", "the text holds more than 4,194,304 values.", offset);
            return false;
        }
        u32 index = static_cast<u32>(document_.nodes_.size());
        document_.nodes_.push_back(Node{});
        Node& node = document_.nodes_.back();
        node.kind = kind;
        node.place = cursor_.at(offset);
        node.key = key_;
        node.key_size = key_size_;
        node.key_place = key_place_;
        key_size_ = 0;
        key_place_ = Place{};
        if (open_.empty()) return true;
        Open& parent = open_.back();
        if (parent.last_child) {
            document_.nodes_[parent.last_child].next = index;
        } else {
            document_.nodes_[parent.node].first = index;
        }
        parent.last_child = index;
        ++document_.nodes_[parent.node].size;
        return true;
    }
    bool add_text(const std::string& text) {
        Node& node = document_.nodes_.back();
        node.text = static_cast<u32>(document_.pool_.size());
        node.text_size = static_cast<u32>(text.size());
        document_.pool_ += text;
        return true;
    }
    bool add_integer(bool negative, u64 magnitude) {
        if (!add(JsonKind::integer, word_start())) return false;
        document_.nodes_.back().negative = negative;
        document_.nodes_.back().magnitude = magnitude;
        std::string digits = negative ? "-" : "";
        append_u64(digits, magnitude);
        return add_text(digits);
    }
    bool open(JsonKind kind) {
        if (open_.size() >= limits::depth) {
            complain("too-deep", "values are nested more than 32 deep.", before());
            return false;
        }
        if (!add(kind, before())) return false;
        open_.push_back(Open{static_cast<u32>(document_.nodes_.size()) - 1, 0});
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    const Source& source_;
    Cursor cursor_;
    JsonDocument& document_;
    std::vector<Open> open_;
    u32 key_ = 0;
    u32 key_size_ = 0;
    Place key_place_;
};

Result<JsonDocument> JsonDocument::read(std::string_view text, JsonDialect dialect) {
    if (text.size() > limits::scenario_bytes)
        return Diagnostic{"too-large", "the text is longer than 16 MiB.", "", 1, 1};
    Source source;
    source.text = std::string(text);
    Relaxer(source, dialect).run();
    JsonDocument document;
    JsonBuilder builder(source, document);
    bool ok = nlohmann::json::sax_parse(CountingIterator{&source}, CountingIterator{}, &builder,
                                        nlohmann::json::input_format_t::json, true, true);
    if (!ok) return builder.error;
    document.has_bare_keys_ = !source.bare.empty();
    return document;
}

const char* json_kind_name(JsonKind kind) {
    switch (kind) {
        case JsonKind::null: return "null";
        case JsonKind::boolean: return "true or false";
        case JsonKind::integer: return "a whole number";
        case JsonKind::real: return "a decimal number";
        case JsonKind::string: return "a string";
        case JsonKind::object: return "an object";
        case JsonKind::array: return "an array";
    }
    return "";
}

JsonKind Json::kind() const { return document_->nodes_[index_].kind; }
Place Json::place() const { return document_->nodes_[index_].place; }
Place Json::key_place() const { return document_->nodes_[index_].key_place; }
bool Json::boolean() const { return document_->nodes_[index_].magnitude != 0; }
bool Json::negative() const { return document_->nodes_[index_].negative; }
u64 Json::magnitude() const { return document_->nodes_[index_].magnitude; }
u32 Json::size() const { return document_->nodes_[index_].size; }

std::string_view Json::key() const {
    const JsonDocument::Node& node = document_->nodes_[index_];
    return std::string_view(document_->pool_).substr(node.key, node.key_size);
}

std::string_view Json::text() const {
    const JsonDocument::Node& node = document_->nodes_[index_];
    return std::string_view(document_->pool_).substr(node.text, node.text_size);
}

Json Json::first() const {
    u32 child = document_->nodes_[index_].first;
    return child ? Json(document_, child) : Json();
}

Json Json::next() const {
    u32 sibling = document_->nodes_[index_].next;
    return sibling ? Json(document_, sibling) : Json();
}

}  // namespace rq
