// The subcommands: each takes its parsed arguments and returns the exit code.
#pragma once

#include "cli/files.hpp"
#include "session/overrides.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rq::cli {

/// Options that every command which runs something shares, as they were written.
struct RunOptions {
    std::string kernel;
    std::string profile;
    std::string machine;
    std::vector<std::string> boot;
    std::vector<std::string> sysctl;
    std::vector<std::string> sched;
    std::string first_tick;
    std::string seed;
    std::string from;
    std::string until;
};

/// The options as overrides; on bad usage says why and returns false.
bool understand(const RunOptions& options, Overrides& overrides);

/// A scenario that has been run, or the exit code why there is none.
struct Run {
    int code = exit_pass;  ///< exit_pass or exit_limit when there is a simulation
    std::unique_ptr<Simulation> simulation;
    view::ReportStart start;
    World booted;  ///< as it was before the first event
    u64 from_ns = 0;
    u64 until_ns = 0;
};
/// Reads, boots and runs a file to its end. Errors are said under the name of the file.
Run run_file(const std::string& path, const RunOptions& options);

/// Reads and boots only. With keyframes the run can go back and make numbers of decisions again.
Run boot_file(const std::string& path, const RunOptions& options, bool keyframes = false);

/// Reads, boots and runs a file until an instant, written as a time from the tasks' start, with
/// keyframes. Without a simulation if that is no time, or the run ends before it.
Run run_to_instant(const std::string& path, const RunOptions& options, const std::string& at);

/// The trace in a format, chunk by chunk into a file ("-" = standard output).
bool write_ftrace(const Run& run, const std::string& path);
bool write_rqt(const Run& run, const std::string& path);

struct RunArguments {
    std::string file;
    RunOptions options;
    std::string report = "text";
    std::string trace;
};
int run_command(const RunArguments& arguments);

struct HashArguments {
    std::vector<std::string> files;
    RunOptions options;
    bool parts = false;
};
int hash_command(const HashArguments& arguments);

struct CheckArguments {
    std::vector<std::string> files;
    RunOptions options;
    std::string report = "text";
};
int check_command(const CheckArguments& arguments);

struct ExportArguments {
    std::string file;
    RunOptions options;
    std::string to;
    std::string output = "-";
};
int export_command(const ExportArguments& arguments);

struct PerfArguments {
    std::string file;
    RunOptions options;
    std::string what;  ///< latency, timehist, map
};
int perf_command(const PerfArguments& arguments);

struct SweepArguments {
    std::string file;
    RunOptions options;
    std::vector<std::string> over;
    std::vector<std::string> metrics;
};
int sweep_command(const SweepArguments& arguments);

struct ShellArguments {
    std::string file;
    RunOptions options;
    std::string command;  ///< -c: instead of standard input
};
int sh_command(const ShellArguments& arguments);

struct ProcArguments {
    std::string file;
    RunOptions options;
    std::string at;
    std::string out;
    std::string self;
};
int proc_command(const ProcArguments& arguments);

struct ViewArguments {
    std::string view;
    std::string file;
    RunOptions options;
    std::string at;
    std::string task;  ///< by name; empty = nobody is selected
    u32 cpu = 0;
    std::string report = "text";
};
int view_command(const ViewArguments& arguments);

struct WhyArguments {
    std::string file;
    RunOptions options;
    std::string at;
    std::string task;  ///< as reports name it; empty = every task of the workload
};
int why_command(const WhyArguments& arguments);

}  // namespace rq::cli
