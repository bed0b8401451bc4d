// Numbers in and out.
#include "trace/rqt.hpp"

#include "base/limits.hpp"

namespace rq {

namespace {

constexpr std::string_view magic = "RQTRACE1";

void put(std::string& out, u64 v) {
    while (v >= 0x80) {
        out += static_cast<char>(v | 0x80);
        v >>= 7;
    }
    out += static_cast<char>(v);
}
void put_text(std::string& out, std::string_view text) {
    put(out, text.size());
    out += text;
}
u64 zigzag(s64 v) { return static_cast<u64>(v) << 1 ^ static_cast<u64>(v >> 63); }
s64 unzigzag(u64 v) { return static_cast<s64>((v >> 1) ^ (~(v & 1) + 1)); }

u32 field_count(const char* fields) {
    u32 n = 0;
    for (const char* p = fields; *p; ++p) n += *p == ':';
    return n;
}
/// True if field i of an event is signed.
bool is_signed(const char* fields, u32 i) {
    for (const char* p = fields; *p; ++p)
        if (*p == ':' && i-- == 0) return p[1] == 's';
    return false;
}

constexpr u32 event_count = static_cast<u32>(Ev::count_);

}  // namespace

void RqtWriter::head(std::string& out, u64 t0, u32 cpus, const std::vector<KnownTask>& known) {
    out += magic;
    put(out, t0);
    put(out, cpus);
    put(out, known.size());
    for (const KnownTask& k : known) {
        put(out, k.id.raw);
        put(out, k.pid);
        put(out, k.tgid);
        put(out, zigzag(k.prio));
        put(out, k.idle);
        put(out, k.cpu + 1);
        put_text(out, k.comm);
    }
    put(out, event_count);
    for (u32 i = 0; i < event_count; ++i) {
        put_text(out, event_info(static_cast<Ev>(i)).name);
        put_text(out, event_info(static_cast<Ev>(i)).fields);
    }
}

void RqtWriter::write(std::string& out, const Record& r) {
    put(out, static_cast<u64>(r.event) + 1);
    put(out, r.cpu);
    put(out, r.time - time_);
    time_ = r.time;
    const char* fields = event_info(r.event).fields;
    for (u32 i = 0; i < field_count(fields); ++i)
        put(out, is_signed(fields, i) ? zigzag(r.number(i)) : r.arg[i]);
    ++records_;
}

void RqtWriter::finish(std::string& out) {
    put(out, 0);
    put(out, records_);
}

bool RqtReader::fail(const char* why) {
    if (error.empty()) error = why;
    return false;
}

bool RqtReader::number(u64& value) {
    value = 0;
    for (u32 shift = 0; shift < 64; shift += 7) {
        if (at_ >= bytes_.size()) return fail("the file ends in the middle of a number");
        u64 byte = static_cast<u8>(bytes_[at_++]);
        value |= (byte & 0x7f) << shift;
        if (!(byte & 0x80)) return true;
    }
    return fail("a number is longer than 64 bits");
}

bool RqtReader::text(std::string& value) {
    u64 size = 0;
    if (!number(size)) return false;
    if (size > bytes_.size() - at_) return fail("the file ends in the middle of a text");
    value = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return true;
}

bool RqtReader::open(std::string_view bytes) {
    bytes_ = bytes;
    if (bytes.substr(0, magic.size()) != magic) return fail("this is not a trace of Runqueue");
    at_ = magic.size();
    u64 n = 0;
    u64 count = 0;
    if (!number(t0) || !number(n)) return false;
    if (n == 0 || n > limits::cpus) return fail("the number of CPUs is out of range");
    cpus = static_cast<u32>(n);
    if (!number(count)) return false;
    for (; count > 0; --count) {
        KnownTask k;
        u64 v[6];
        for (u64& x : v)
            if (!number(x)) return false;
        if (!text(k.comm)) return false;
        k.id.raw = static_cast<u32>(v[0]);
        k.pid = static_cast<u32>(v[1]);
        k.tgid = static_cast<u32>(v[2]);
        k.prio = static_cast<s32>(unzigzag(v[3]));
        k.idle = v[4] != 0;
        k.cpu = static_cast<u32>(v[5]) - 1;
        known.push_back(std::move(k));
    }
    if (!number(count)) return false;
    if (count > event_count) return fail("the file was written by a newer version");
    for (u32 i = 0; i < count; ++i) {
        std::string name;
        std::string fields;
        if (!text(name) || !text(fields)) return false;
        const EventInfo& ours = event_info(static_cast<Ev>(i));
        if (name != ours.name || fields != ours.fields)
            return fail("the file was written by a version with other events");
    }
    return true;
}

bool RqtReader::next(Record& record) {
    if (!error.empty()) return false;
    u64 event = 0;
    if (!number(event)) return false;
    if (event == 0) {
        u64 count = 0;
        if (number(count) && count != index_) fail("records are missing");
        return false;
    }
    if (event > event_count) return fail("there is no such event");
    record = Record{};
    record.event = static_cast<Ev>(event - 1);
    u64 cpu = 0;
    u64 delta = 0;
    if (!number(cpu) || !number(delta)) return false;
    if (cpu >= cpus) return fail("there is no such CPU");
    record.cpu = static_cast<u32>(cpu);
    record.time = time_ += delta;
    record.index = index_++;
    const char* fields = event_info(record.event).fields;
    for (u32 i = 0; i < field_count(fields); ++i) {
        if (!number(record.arg[i])) return false;
        if (is_signed(fields, i)) record.arg[i] = static_cast<u64>(unzigzag(record.arg[i]));
    }
    return true;
}

}  // namespace rq
