// Our own trace file (.rqt): everything the ledger holds, compact, with the table of its events, so
// that a later version can tell what an older one wrote.
//
//   "RQTRACE1"                                  8 bytes
//   t0, CPUs                                    numbers
//   tasks known before the first record: how many; each: id, pid, tgid, prio (signed), idle,
//     CPU it runs on + 1, name
//   events: how many; each: name, fields ("task:T rule:r …")
//   records: event + 1, CPU, time since the record before, arguments in the order of the fields
//   0, then the number of records
//
// A number is written in groups of seven bits, lowest first, the eighth bit set on all but the
// last; signed ones zigzag (0, -1, 1, -2 …). A text is its length and its bytes.
#pragma once

#include "trace/known_task.hpp"
#include "trace/trace.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

class RqtWriter {
   public:
    void head(std::string& out, u64 t0, u32 cpus, const std::vector<KnownTask>& known);
    void write(std::string& out, const Record& record);
    void finish(std::string& out);

   private:
    u64 time_ = 0;
    u64 records_ = 0;
};

/// Reads a file that RqtWriter made; refuses one whose events are not ours. Bounds are checked:
/// any bytes may be given.
class RqtReader {
   public:
    /// False: `error` says why.
    bool open(std::string_view bytes);
    /// False at the end or when the file is broken (then `error` is not empty).
    bool next(Record& record);

    std::string error;
    u64 t0 = 0;
    u32 cpus = 0;
    std::vector<KnownTask> known;

   private:
    bool number(u64& value);
    bool text(std::string& value);
    bool fail(const char* why);

    std::string_view bytes_;
    std::size_t at_ = 0;
    u64 time_ = 0;
    u64 index_ = 0;
};

}  // namespace rq
