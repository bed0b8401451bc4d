// Building, finding and writing values.
#include "view/value.hpp"

#include "base/text.hpp"

namespace rq::view {

Value::Value() = default;
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::number(u64 n) {
    Value v;
    v.kind = Kind::number;
    append_u64(v.text, n);
    return v;
}
Value Value::signed_number(s64 n) {
    Value v;
    v.kind = Kind::number;
    append_s64(v.text, n);
    return v;
}
Value Value::fraction(u64 numerator, u64 denominator, u32 digits) {
    Value v;
    v.kind = Kind::number;
    v.text = decimal(numerator, denominator, digits);
    return v;
}
Value Value::string(std::string_view s) {
    Value v;
    v.kind = Kind::text;
    v.text = s;
    return v;
}
Value Value::object() {
    Value v;
    v.kind = Kind::object;
    return v;
}
Value Value::array() {
    Value v;
    v.kind = Kind::array;
    return v;
}

Value& Value::add(std::string_view key, Value value) {
    members.emplace_back(std::string(key), std::move(value));
    return members.back().second;
}

const Value* Value::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

const Value* Value::at(std::string_view path) const {
    if (path.empty()) return this;
    for (const auto& [name, value] : members) {
        if (path.substr(0, name.size()) != name) continue;
        if (path.size() == name.size()) return &value;
        if (path[name.size()] != '.') continue;
        if (const Value* found = value.at(path.substr(name.size() + 1))) return found;
    }
    return nullptr;
}

void Value::paths(std::string_view prefix, std::vector<std::string>& out) const {
    for (const auto& [name, value] : members) {
        std::string path(prefix);
        if (!path.empty()) path += '.';
        path += name;
        if (value.kind == Kind::object)
            value.paths(path, out);
        else
            out.push_back(std::move(path));
    }
}

namespace {

void write(std::string& out, const Value& v, u32 depth) {
    switch (v.kind) {
    case Value::Kind::null: out += "null"; return;
    case Value::Kind::number:
    case Value::Kind::boolean: out += v.text; return;
    case Value::Kind::text: append_json_string(out, v.text); return;
    case Value::Kind::object:
    case Value::Kind::array: break;
    }
    bool object = v.kind == Value::Kind::object;
    if (v.members.empty()) {
        out += object ? "{}" : "[]";
        return;
    }
    out += object ? '{' : '[';
    bool first = true;
    for (const auto& [name, value] : v.members) {
        if (!first) out += ',';
        first = false;
        out += '\n';
        out.append(depth + 1, ' ');
        if (object) {
            append_json_string(out, name);
            out += ": ";
        }
        write(out, value, depth + 1);
    }
    out += '\n';
    out.append(depth, ' ');
    out += object ? '}' : ']';
}

}  // namespace

std::string to_json(const Value& value) {
    std::string out;
    write(out, value, 0);
    out += '\n';
    return out;
}

}  // namespace rq::view
