// Writes the ledger as the text of the kernel's own trace (tracefs, Linux 6.1), which order.py-like
// scripts, Perfetto and trace readers take. Records that Linux does not have are left out.
#pragma once

#include "trace/known_task.hpp"
#include "trace/trace.hpp"

#include <string>
#include <vector>

namespace rq {

class FtraceWriter {
   public:
    /// Times are counted from `t0`; records before it are followed but not written.
    explicit FtraceWriter(u64 t0) : t0_(t0) {}

    /// Tells of a task that exists before the first record.
    void know(const KnownTask& known);
    /// The comment lines at the start of a file.
    void head(std::string& out, u32 cpus) const;
    /// Appends the line of a record, if Linux has one for it.
    void write(std::string& out, const Record& record);

   private:
    struct Task {
        u32 raw = 0;
        u32 pid = 0;
        u32 tgid = 0;
        s32 prio = 120;
        std::string comm;
    };
    const Task& task(TaskId id) const;
    Task& make(TaskId id);
    void follow(const Record& record);
    void begin_line(std::string& out, const Record& record, const char* flags) const;
    void write_switch(std::string& out, const Record& record) const;
    void write_fork(std::string& out, const Record& record) const;
    void subject(std::string& out, TaskId id) const;

    u64 t0_;
    std::vector<Task> tasks_;    // by slot
    std::vector<TaskId> curr_;   // by CPU
    Task nobody_;
};

}  // namespace rq
